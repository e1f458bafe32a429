"""The way to the paper packets: on the pages of bedside staff, for the day that is open, and for nobody else."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from consent.ui.parts import on_paper, when
from consent.workflow.desk import Desk
from tests.screens.test_pages import opened

Screen = Callable[..., AppTest]


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Label and address of each way that was drawn."""
    drawn: list[tuple[str, str]] = []
    monkeypatch.setattr(on_paper, "way", lambda **given: drawn.append((given["label"], given["goto"])))
    return drawn


@pytest.fixture
def today(desk: Desk) -> str:
    """The clinic's date."""
    return when.today(desk.now(), desk.clinic.zone).isoformat()


def test_it_is_in_the_frame_of_every_page_of_the_bedside(
    prepared: str, as_staff: Screen, *, today: str, ways: list[tuple[str, str]]
) -> None:
    screen = as_staff("okafor")
    for page in ("today", "prepare", "talk", "record", "account"):
        ways.clear()
        opened(screen, page, episode=prepared)
        assert ways
        assert set(ways) == {("Work on paper", f"/paper/{today}.pdf")}


def test_it_leads_to_the_day_that_is_open_and_names_it(as_staff: Screen, ways: list[tuple[str, str]]) -> None:
    opened(as_staff("stone"), "today", day="2030-01-04")
    assert ways[-1] == ("Work on paper: Fri 4 Jan 2030", "/paper/2030-01-04.pdf")


@pytest.mark.parametrize("login", ["desk", "lund", "admin"])
def test_it_is_not_there_for_staff_of_other_places(as_staff: Screen, ways: list[tuple[str, str]], login: str) -> None:
    opened(as_staff(login), "account")
    assert ways == []


def test_it_is_not_on_a_patients_page(prepared: str, as_patient: Screen, ways: list[tuple[str, str]]) -> None:
    opened(as_patient(prepared), "read")
    assert ways == []
