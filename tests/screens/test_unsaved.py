"""What was put into fields and not saved: there again on another tablet of the same person, and for nobody else."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from consent.ports import EVERYTHING
from consent.words import say
from consent.workflow.desk import Desk
from tests.screens.conftest import DAY
from tests.screens.test_pages import identified, opened, texts

Screen = Callable[[str], AppTest]


@pytest.fixture
def fresh(desk: Desk) -> str:
    """A record that nobody has prepared."""
    return desk.ledger.worklist(EVERYTHING, since=DAY[0], until=DAY[1])[0].episode


def test_a_half_filled_preparation_is_there_again_on_another_tablet(fresh: str, as_staff: Screen) -> None:
    screen = opened(as_staff("stone"), "prepare", episode=fresh)
    screen.text_input(key="place_0").set_value("inner side of the knee").run()
    screen.button_group(key="side_0").set_value("left").run()
    screen.text_area(key="why").set_value("Your knee hurts.").run()
    again = opened(as_staff("stone"), "prepare", episode=fresh)
    assert again.text_input(key="place_0").value == "inner side of the knee"
    assert again.button_group(key="side_0").value == "left"
    assert again.text_area(key="why").value == "Your knee hurts."
    assert "not saved yet" in texts(again)
    other = opened(as_staff("reyes"), "prepare", episode=fresh)
    assert "Avery Stone has begun here too" in texts(other)
    assert other.text_area(key="why").value == ""


def test_a_question_that_was_begun_is_there_again(prepared: str, as_patient: Screen) -> None:
    screen = identified(as_patient(prepared))
    field = next(one for one in screen.text_area if one.label == say("read.question_label"))
    field.set_value("Can I").run()
    again = identified(as_patient(prepared))
    assert next(one for one in again.text_area if one.label == say("read.question_label")).value == "Can I"
