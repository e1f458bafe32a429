"""The gate and the frame, through the shell as Streamlit runs it."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from consent.workflow import visit
from consent.workflow.desk import Desk
from tests.running_app import ROOT

PAGES = sorted(file.stem for file in (ROOT / "pages").glob("*.py"))
STAFF_PAGES = [page for page in PAGES if page not in {"read", "sign"}]


def words(screen: AppTest) -> str:
    shown = [*screen.warning, *screen.error, *screen.markdown, *screen.text]
    return " ".join(str(element.value) for element in shown)


def test_staff_starts_with_today_and_reads_the_own_name(as_staff: Callable[[str], AppTest]) -> None:
    screen = as_staff("stone").run()
    assert not screen.exception
    assert "Avery Stone" in [button.label for button in screen.button]
    assert "Demo. Not for patients." in words(screen)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_a_session_shows_nothing_but_the_way_out(as_staff: Callable[[str], AppTest], page: str) -> None:
    screen = as_staff("stone")
    screen.user = {"sid": None}
    screen.switch_page(f"../../pages/{page}.py").run()
    assert [warning.value for warning in screen.warning] == [
        "You are signed out, or this tablet was handed over. Sign in."
    ]
    assert not screen.button


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_the_patient_gets_no_page_of_the_staff(as_patient: Callable[[str], AppTest], prepared: str, page: str) -> None:
    screen = as_patient(prepared).switch_page(f"../../pages/{page}.py").run()
    assert screen.warning[0].value == "This page is not part of your work here. Go back to the start."
    assert not screen.button


def test_the_patient_starts_with_reading(as_patient: Callable[[str], AppTest], prepared: str) -> None:
    screen = as_patient(prepared).run()
    assert not screen.exception
    assert "not part of your work" not in words(screen)


def test_a_session_that_was_ended_shows_nothing_at_the_next_run(as_staff: Callable[[str], AppTest], desk: Desk) -> None:
    screen = as_staff("stone").run()
    known = visit.look_up_id(desk, screen.user["sid"])
    assert known is not None
    visit.sign_out(desk, known)
    screen.run()
    assert "You are signed out" in words(screen)


def test_a_callback_of_an_ended_session_does_nothing(as_staff: Callable[[str], AppTest], desk: Desk) -> None:
    screen = as_staff("stone").run()
    known = visit.look_up_id(desk, screen.user["sid"])
    assert known is not None
    visit.sign_out(desk, known)
    screen.button[0].click().run()
    assert "You are signed out" in words(screen)
