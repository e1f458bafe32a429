"""What the patient needs on the screens: chosen while preparing, agreed on arrival, said on every page of staff."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from consent.model.needs import line
from consent.ports import EVERYTHING
from consent.words import say
from consent.workflow.desk import Desk, load
from tests.screens.conftest import DAY
from tests.screens.test_day import signed
from tests.screens.test_pages import opened, texts

Screen = Callable[[str], AppTest]
__all__ = ["signed"]


def test_who_interprets_is_asked_where_an_interpreter_is_needed(desk: Desk, as_staff: Screen) -> None:
    fresh = desk.ledger.worklist(EVERYTHING, since=DAY[0], until=DAY[1])[0].episode
    screen = opened(as_staff("stone"), "prepare", episode=fresh)
    assert say("needs.language.label") not in {field.label for field in screen.text_input}
    screen.button_group(key="needs").set_value(["interpreter", "hearing_aid"]).run()
    screen.text_input(key="language").set_value("Spanish").run()
    again = opened(as_staff("stone"), "prepare", episode=fresh)
    assert again.button_group(key="needs").value == ["interpreter", "hearing_aid"]
    assert again.text_input(key="language").value == "Spanish"


def test_a_stop_signal_is_agreed_on_arrival(signed: str, as_staff: Screen, desk: Desk) -> None:
    screen = opened(as_staff("okafor"), "checklist", episode=signed)
    screen.button_group(key="needs").set_value(["glasses"])
    screen.text_input(key="signal").set_value("lifts the left hand").run()
    screen.button(key="save-needs").click().run()
    assert line(load(desk, signed).needs) == "Glasses · Stop signal: lifts the left hand"
    said = texts(opened(as_staff("okafor"), "checklist", episode=signed)).replace("\u2060\\", "")
    assert "Stop signal: lifts the left hand" in said
