"""Callbacks through the gate: who, what they pass on, and what becomes of errors."""

from collections.abc import Callable

import pytest
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx
from streamlit.testing.v1 import AppTest

from consent.errors import NotAllowed
from consent.ui import gate
from consent.words import say
from consent.workflow import visit
from consent.workflow.desk import Desk
from consent.workflow.visitor import Visit


def scratch() -> None:
    import streamlit as st

    from consent.errors import BadInput
    from consent.model.access import Rule
    from consent.model.people import Capability
    from consent.ui import gate, session
    from consent.workflow.rule import RULED

    def note(_desk: object, visit: object, *, text: str) -> str:
        if text == "bad":
            raise BadInput("This cannot be kept.")
        if text == "bug":
            raise ValueError("Jane Doe, born 1955")
        return f"{visit.staff.name} {text}"  # type: ignore[attr-defined]  # a visit, as the desk's verbs get it

    setattr(note, RULED, Rule(may=Capability.SEE_TODAY))
    gate.enter(Capability.SEE_TODAY)
    st.text_input("Note", key="note")

    def tell(it: str) -> None:
        session.current().sought = it

    st.button("Keep", on_click=gate.act(note, text=gate.typed("note"), done="shell.home", then=tell))
    st.button("Hold", on_click=gate.act(note, text=gate.held("note", "below"), then=tell))
    st.text(session.current().sought)


@pytest.fixture
def screen(as_staff: Callable[[str], AppTest]) -> AppTest:
    one = AppTest.from_function(scratch, default_timeout=30)
    one.user = as_staff("stone").user
    return one.run()


def keep(screen: AppTest, text: str) -> AppTest:
    screen.text_input[0].input(text)
    return screen.button[0].click().run()


def test_a_callback_gets_the_visit_and_what_was_typed(screen: AppTest) -> None:
    keep(screen, "hello")
    assert screen.text[0].value == "Avery Stone hello"
    assert screen.success[0].value == say("shell.home")


def test_a_field_that_is_not_drawn_yet_is_held_as_none_and_not_as_empty(screen: AppTest) -> None:
    screen.text_input[0].input("hello")
    screen.button[1].click().run()
    assert screen.text[0].value == "Avery Stone {'note': 'hello', 'below': None}"


def test_a_tap_is_done_whole_while_the_next_one_waits(screen: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def and_the_next_tap_comes(desk: Desk, session: str) -> Visit | None:
        context = get_script_run_ctx()
        if not asked and context is not None and context.script_requests is not None:
            asked.append(context.script_requests.request_rerun(RerunData(context.query_string)))
        return visit.look_up_id(desk, session)

    monkeypatch.setattr(gate, "look_up_id", and_the_next_tap_comes)
    keep(screen, "hello")
    assert asked == [True]
    assert screen.text[0].value == "Avery Stone hello"


def test_a_line_is_said_once(screen: AppTest) -> None:
    keep(screen, "hello").run()
    assert not screen.success


def test_a_refusal_is_one_friendly_line_and_loses_nothing(screen: AppTest) -> None:
    keep(screen, "bad")
    assert screen.warning[0].value == "This cannot be kept. Correct it and try again. Nothing else is lost."
    assert screen.text_input[0].value == "bad"
    assert screen.text[0].value == ""


def test_a_bug_is_a_reference_number_without_what_it_says(screen: AppTest, capsys: pytest.CaptureFixture[str]) -> None:
    keep(screen, "bug")
    logged = capsys.readouterr()
    assert "reference" in screen.error[0].value
    assert "Jane" not in f"{screen.error[0].value} {logged.out} {logged.err}"


def test_a_verb_without_a_rule_gets_no_callback() -> None:
    with pytest.raises(NotAllowed, match="it has no rule"):
        gate.act(lambda _desk, _visit: None)


def failing() -> None:
    import streamlit as st

    from consent.ui.gate import on_script_error

    st.text(str(on_script_error(ValueError("Jane Doe"))))


def test_after_the_session_has_ended_a_callback_does_nothing(
    screen: AppTest, *, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    known = visit.look_up_id(desk, screen.user["sid"])
    assert known is not None
    visit.sign_out(desk, known)
    keep(screen, "hello")
    assert "You are signed out" in screen.warning[0].value
    assert "mishap" not in "".join(capsys.readouterr())
    assert not screen.text


def test_a_page_that_fails_shows_a_reference_and_nothing_of_streamlits() -> None:
    screen = AppTest.from_function(failing, default_timeout=30).run()
    assert screen.text[0].value == "True"
    assert "reference" in screen.error[0].value
    assert "Jane" not in screen.error[0].value
