"""A record of another unit: not on the list, not by its address, and then by a broken glass that somebody reviews."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from consent.ports import EVERYTHING
from consent.words import say
from consent.workflow import glass, register, rehearsal
from consent.workflow.desk import Desk
from tests.screens.test_pages import labels, opened, press, texts

Screen = Callable[[str], AppTest]
FIRST = {"glass-mrn": "0004417", "glass-month": "3", "glass-day": "7", "glass-year": "1948"}


def first(desk: Desk) -> str:
    return desk.ledger.worklist(EVERYTHING, since="0", until="9")[0].episode


def broken(screen: AppTest, *, reason: str = "Bleeding in the hall", **changes: str) -> AppTest:
    opened(screen, "glass")
    for key, value in (FIRST | changes).items():
        screen.text_input(key=key).set_value(value)
    screen.text_area(key="glass-reason").set_value(reason)
    return press(screen, "Open it, and write it down")


def test_a_clinician_of_another_unit_has_an_empty_list_and_a_quiet_way_to_other_patients(as_staff: Screen) -> None:
    screen = as_staff("haddad").run()
    assert "Nobody is on this day's list yet." in texts(screen)
    press(screen, "A patient of another unit")
    assert "What you open is written down with your name and reason." in texts(screen)


@pytest.mark.parametrize("login", ["desk", "lund", "admin"])
def test_no_glass_for_whoever_treats_nobody(as_staff: Screen, login: str) -> None:
    screen = opened(as_staff(login), "glass")
    assert "This page is not part of your work here." in texts(screen)


@pytest.mark.parametrize("page", ["record", "talk", "prepare", "attest"])
def test_an_address_opens_nothing_of_another_unit(as_staff: Screen, desk: Desk, page: str) -> None:
    screen = opened(as_staff("haddad"), page, episode=first(desk))
    assert screen.exception
    assert "Eleanor" not in texts(screen)


def test_a_broken_glass_opens_the_record_and_the_record_says_who_looked(as_staff: Screen, desk: Desk) -> None:
    screen = broken(as_staff("haddad"))
    assert "Eleanor Whitfield" in texts(screen)
    press(screen, "Open the record")
    assert not screen.exception
    looked = screen.table[-1].value
    assert list(looked["What"]) == [
        "Opened it from another unit · Noor Haddad",
        "Opened the record · Noor Haddad",
    ]
    assert list(looked["More"]) == ["Bleeding in the hall", ""]
    assert [one.glass.episode for one in glass.to_review(desk, rehearsal.signed_in(desk, "lund"))] == [first(desk)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"glass-year": "1949"}, "No record has this number and date of birth."),
        ({"glass-year": "48"}, "That is not a date."),
        ({"reason": " "}, "There is no reason."),
    ],
)
def test_a_glass_stays_whole_and_says_why(as_staff: Screen, desk: Desk, *, changes: dict[str, str], said: str) -> None:
    screen = broken(as_staff("haddad"), **changes)
    assert said in texts(screen)
    assert "Eleanor" not in texts(screen)
    assert desk.ledger.glasses() == ()


def test_what_was_found_is_a_pointer_and_no_permission(as_staff: Screen, desk: Desk) -> None:
    screen = opened(as_staff("haddad"), "glass", found=first(desk))
    assert "Eleanor" not in texts(screen)
    assert "The hour is over, or this is not open to you." in texts(screen)


def test_an_auditor_starts_with_nothing_to_review(as_staff: Screen) -> None:
    screen = as_staff("lund").run()
    assert "Register" in texts(screen)
    assert "Nothing waits for a review." in texts(press(screen, "To review: 0"))


def test_a_broken_glass_is_reviewed_once_with_a_remark(as_staff: Screen, desk: Desk) -> None:
    broken(as_staff("haddad"))
    screen = press(as_staff("lund").run(), "To review: 1")
    assert "Reason given: Bleeding in the hall" in texts(screen)
    waiting = desk.ledger.glasses()[0].id
    screen.text_input(key=f"remark-{waiting}").set_value("Called by the ward")
    press(screen, "Justified")
    assert "Nothing waits for a review." in texts(screen)
    record = opened(as_staff("lund"), "record", episode=first(desk))
    assert "Justified. Called by the ward" in list(record.table[-1].value["More"])


@pytest.mark.parametrize("login", ["stone", "admin", "desk"])
def test_reviews_are_for_auditors(as_staff: Screen, login: str) -> None:
    screen = opened(as_staff(login), "access")
    assert "This page is not part of your work here." in texts(screen)
    assert "Justified" not in labels(screen)


def test_lists_that_left_the_register_are_told_to_who_reviews(as_staff: Screen, desk: Desk) -> None:
    assert say("taken_out.title") not in [one.label for one in opened(as_staff("lund"), "access").expander]
    auditor = rehearsal.signed_in(desk, "lund")
    wanted = register.wanted(
        desk, text="whit", state="refused", since="2026-11-01", until="2026-11-24", procedure="", clinician=""
    )
    register.begin_export(desk, auditor, wanted=wanted)
    screen = opened(as_staff("lund"), "access")
    assert [one.label for one in screen.expander] == [say("taken_out.title")]
    told = screen.table[-1].value
    assert list(told["What"]) == ["Took a list out of the register · Ingrid Lund"]
    days = "from Sun 1 Nov 2026 · to Tue 24 Nov 2026"
    assert list(told["More"]) == [f"0 records. Said no · {days} · By a name or number."]
