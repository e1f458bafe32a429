"""The screens of the day: the checklist with its owners, who may read a time-out, the withdrawal, and today's row."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from consent.model import arrival, canon
from consent.model.access import PAGES
from consent.ports import EVERYTHING, WorklistRow
from consent.ui.parts import day_row
from consent.words import keys
from consent.workflow import day, rehearsal
from consent.workflow.desk import Desk, load
from tests.screens.test_pages import labels, opened, press, texts

Screen = Callable[[str], AppTest]


@pytest.fixture
def signed(prepared: str, desk: Desk) -> str:
    """A patient of today whose consent both have signed."""
    stone = rehearsal.signed_in(desk, "stone")
    stone = rehearsal.patient_reads(desk, stone, episode=prepared)
    rehearsal.talk(desk, stone, episode=prepared)
    stone = rehearsal.patient_signs(desk, stone, episode=prepared)
    rehearsal.clinician_signs(desk, stone, episode=prepared)
    return prepared


def row_of(desk: Desk, episode: str) -> WorklistRow:
    found = desk.ledger.row(EVERYTHING, episode)
    assert found
    return found


def test_a_no_on_the_checklist_gets_an_owner_and_a_clinician_says_that_it_goes_ahead(
    signed: str, desk: Desk, as_staff: Screen
) -> None:
    screen = opened(as_staff("okafor"), "checklist", episode=signed)
    assert "Please tell me your name and your date of birth." in texts(screen)
    assert "Has anything changed" in texts(screen)
    screen.button(key="no-arr_skin").click().run()
    assert "Not in order. Who takes it, and what now?" in texts(screen)
    assert "Goes ahead, with this note" not in labels(screen)
    assert not [label for label in labels(screen) if label.startswith("Measure now")]
    screen.text_input(key="note-arr_skin").set_value("A small cut.")
    screen.button(key="clinician_decides-arr_skin").click().run()
    assert "Avery Stone decides. A small cut." in texts(screen).replace("\u2060\\", "")
    clinician = opened(as_staff("stone"), "checklist", episode=signed)
    clinician.text_input(key="note-arr_skin").set_value("Away from the spot.")
    clinician.button(key="goes_ahead-arr_skin").click().run()
    assert not load(desk, signed).day.checked["arr_skin"].open


def test_what_is_missing_stands_above_a_closed_way_to_the_time_out(signed: str, as_staff: Screen) -> None:
    screen = opened(as_staff("okafor"), "checklist", episode=signed)
    assert "Items of the checklist to ask" in texts(screen)
    assert screen.button(key="time_out").disabled


def test_a_withdrawal_is_recorded_in_two_taps_and_seen_at_once(signed: str, desk: Desk, as_staff: Screen) -> None:
    screen = opened(as_staff("okafor"), "record", episode=signed)
    assert "The patient has changed their mind" in [one.label for one in screen.expander]
    press(screen, "The patient withdraws")
    assert "told to Ngozi Okafor. Nothing is done on this consent." in texts(screen)
    assert "The patient has changed their mind" not in [one.label for one in screen.expander]
    assert load(desk, signed).day.withdrawn
    today = as_staff("okafor").run()
    assert "Withdrew" in texts(today)


def test_a_record_that_is_not_signed_has_no_checklist(prepared: str, as_staff: Screen) -> None:
    assert "This record is not at that step now" in texts(opened(as_staff("okafor"), "checklist", episode=prepared))


@pytest.mark.parametrize("login", ["stone", "okafor"])
def test_the_time_out_opens_for_everybody_at_the_bedside(signed: str, login: str, as_staff: Screen) -> None:
    assert "Checklist" in labels(opened(as_staff(login), "timeout", episode=signed))


def test_every_word_of_the_day_has_a_step_and_words() -> None:
    assert set(day_row.STEPS) == set(arrival.WORDS)
    assert {page for _, page in day_row.STEPS.values()} <= set(PAGES)
    assert not {f"day.{word}" for word in arrival.WORDS if word} - keys()
    assert not {f"day.next.{page}" for _, page in day_row.STEPS.values()} - keys()


def test_the_next_step_on_the_day_is_the_checklist_and_then_the_time_out(signed: str, desk: Desk) -> None:
    row, at, zone = row_of(desk, signed), desk.now(), desk.clinic.zone
    assert day_row.word_of(row, at=at, zone=zone) == ""
    nurse = rehearsal.signed_in(desk, "okafor")
    day.confirm(desk, nurse, episode=signed, result="stands")
    for item in arrival.items(load(desk, signed).case):
        day.check_item(desk, nurse, episode=signed, item=item.id, answer="yes")
    row = row_of(desk, signed)
    assert day_row.word_of(row, at=at, zone=zone) == "ready"
    assert day_row.STEPS["ready"][1] == "timeout"


def test_what_was_ready_on_another_day_is_not_ready(signed: str, desk: Desk) -> None:
    zone, now = desk.clinic.zone, desk.clock.now()
    at, before = canon.instant(now), canon.instant(now - timedelta(days=1))
    row = replace(row_of(desk, signed), day="ready", day_at=before)
    assert day_row.word_of(row, at=at, zone=zone) == ""
    assert day_row.word_of(replace(row, appointment=before), at=at, zone=zone) is None
    for stays in ("withdrawn", "exception", "halted"):
        assert day_row.word_of(replace(row, day=stays, appointment=before), at=at, zone=zone) == stays
    assert day_row.word_of(replace(row, outcome="refused"), at=at, zone=zone) is None
