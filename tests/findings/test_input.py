"""F10, F11: what a forged client sends as a value, and what of it arrives."""

import json
from collections.abc import Iterator

import httpx
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed

from consent.ports import EVERYTHING
from consent.words import say
from consent.workflow.desk import Desk, load
from tests.findings.bare import Bare, bare, gone
from tests.findings.conftest import DAY, handed_over
from tests.headless import Tab
from tests.running_app import RunningApp

MIB = 1024 * 1024
ARRIVES = {
    "a lone surrogate": ('{"value": "\\ud800"}', "\\ud800"),
    "NUL": ('{"value": "a\\u0000b"}', "\\x00"),
    "NaN": ('{"value": NaN}', "nan"),
    "a key twice": ('{"value": 1, "value": 2}', "2"),
    "500 levels": (f'{{"value": {"[" * 500}{"]" * 500}}}', "[[[["),
    "20 MB": (f'{{"value": "{"x" * 20_000_000}"}}', "xxxx"),
}
KILLS = {"no JSON": "not json", "100,000 levels": "[" * 100_000, "6,000 digits": f'{{"value": {"9" * 6000}}}'}
MARKS = {
    "no JSON": b"not json",
    "NaN": b'{"covers": "", "mark": {"way": "drawn", "aspect": NaN, "strokes": []}}',
    "a key twice": b'{"covers": "a", "covers": "b", "mark": {"way": "drawn", "aspect": 300, "strokes": []}}',
    "a lone surrogate": b'{"covers": "", "mark": {"way": "typed", "name": "\\ud800"}}',
    "100,000 levels": b"[" * 100_000,
    "6,000 digits": b'{"covers": "", "mark": {"way": "drawn", "aspect": ' + b"9" * 6000 + b', "strokes": []}}',
    "no text": b"\xff\xfe\x00",
    "too much": b'{"covers": "' + b"x" * (300 * 1024) + b'"}',
}


@pytest.fixture(scope="module")
def fences(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """Bare Streamlit with a fence around every field."""
    with bare("fields.py", tmp_path_factory.mktemp("fields")) as here:
        yield here


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """Bare Streamlit with a component."""
    with bare("raw.py", tmp_path_factory.mktemp("raw")) as here:
        yield here


@pytest.fixture(scope="module")
def reader(desk: Desk) -> str:
    """The cookie of a tablet whose patient has not said yet who they are."""
    return handed_over(desk, nth=1)


def in_json(tab: Tab, key: str, value: str) -> WidgetState:
    """A component's value, raw."""
    return WidgetState(id=tab.widget(key).id, json_value=value)


def test_f10_fences_hold_on_the_server_on_bare_streamlit(fences: Bare) -> None:
    with Tab.open(fences.base_url) as tab:
        tab.run()
        tab.put(
            WidgetState(id=tab.button("Forbidden"), trigger_value=True),
            WidgetState(id=tab.button("Locked"), bool_value=True),
            WidgetState(id=tab.button("Name"), string_value="x" * 5000),
            WidgetState(id=tab.button("Number"), double_value=99),
            WidgetState(id=tab.button("Side"), string_value="both"),
        )
        held = "tapped=False ticked=False name='xxxxx' number=3 side=left"
        assert tab.says(held), f"Streamlit's own fences have fallen; ours in the verbs now stand alone: {tab.texts()}"


def test_f10_a_value_of_another_type_ends_the_script_on_bare_streamlit(fences: Bare) -> None:
    with Tab.open(fences.base_url) as tab:
        tab.run().put(WidgetState(id=tab.button("Name"), bool_value=True))
        assert any(node.kind == "exception" for node in tab.nodes()), gone("F10: a wrong type crashes the script")


def test_f10_a_button_that_is_not_ready_does_nothing_however_it_is_tapped_here(
    server: RunningApp, desk: Desk, reader: str
) -> None:
    episode = desk.ledger.worklist(EVERYTHING, since=DAY[0], until=DAY[1])[1].episode
    with Tab.open(server.base_url, cookie=reader) as tab:
        tab.run().click(say("hello.line.normal"))
        tab.fill("identity-name", "José Müller-Ñandú").fill("identity-month", "11").fill("identity-day", "30")
        tab.fill("identity-year", "1971").click(say("read.go_on")).click(say("holder.patient"))
        tab.click(say("read.save_and_go_on"))
        (waiting,) = [one for one in tab.widgets() if one.disabled]
        version, shown = load(desk, episode).version, tab.texts()
        tab.put(WidgetState(id=waiting.id, trigger_value=True))
        assert tab.texts() == shown
        assert load(desk, episode).version == version


def test_f10_too_much_and_what_is_not_offered_are_refused_in_words_here(server: RunningApp, desk: Desk) -> None:
    def listed() -> set[str]:
        return {row.episode for row in desk.ledger.worklist(EVERYTHING, since=DAY[0], until=DAY[1])}

    before = listed()
    with Tab.open(server.base_url, cookie=server.sign_in("stone"), path="today") as tab:
        tab.run().fill(say("add.name"), "x" * 5000).fill(say("add.mrn"), "0100100").fill(say("add.at"), "16:00")
        tab.fill(say("add.birth_date"), "1970/01/02").fill(say("add.procedure"), "brain surgery").click(say("add.go"))
        (told,) = [node.proto.alert.body for node in tab.nodes() if node.kind == "alert"]
    assert say("mishap.what") not in told
    assert listed() == before


def test_f10_a_value_of_another_type_says_nothing_of_the_inside_here(server: RunningApp) -> None:
    cookie = server.sign_in("stone")
    with Tab.open(server.base_url, cookie=cookie, path="today") as tab:
        tab.run().put(WidgetState(id=tab.button(say("add.name")), bool_value=True))
        assert not tab.says("Traceback")
        assert not tab.says(".py")
        assert not tab.says("bool")
    with Tab.open(server.base_url, cookie=cookie, path="today") as again:
        assert again.run().says("Eleanor Whitfield")


@pytest.mark.parametrize("kind", ARRIVES)
def test_f11_whatever_is_json_reaches_python_on_bare_streamlit(component: Bare, kind: str) -> None:
    value, seen = ARRIVES[kind]
    component.begin_again()
    with Tab.open(component.base_url) as tab:
        tab.run().put(in_json(tab, "pad", value))
    assert seen in json.loads(component.noted()[-1])["seen"], gone(f"F11: {kind} in a component's value")


@pytest.mark.parametrize("kind", KILLS)
def test_f11_what_is_not_json_ends_the_script_on_bare_streamlit(component: Bare, kind: str) -> None:
    with Tab.open(component.base_url) as tab:
        tab.run().put(in_json(tab, "pad", KILLS[kind]))
        assert not tab.says("The page is whole."), gone(f"F11: {kind} in a component's value ends the script")


@pytest.mark.parametrize("kind", MARKS)
def test_f11_a_signature_that_is_no_signature_is_refused_here(server: RunningApp, patient: str, kind: str) -> None:
    headers = {
        "Origin": server.base_url,
        "Content-Type": "application/json",
        "Idempotency-Key": "made-up",
        "Cookie": f"consent_session={patient}",
    }
    answer = httpx.post(f"{server.base_url}/api/sign/patient", content=MARKS[kind], headers=headers)
    assert 400 <= answer.status_code < 500, answer.text
    assert say("mishap.what") not in answer.text


@pytest.mark.parametrize("kind", [*KILLS, *ARRIVES])
def test_f11_a_value_of_a_component_is_read_by_nobody_here(server: RunningApp, kind: str) -> None:
    cookie = server.sign_in("stone")
    with Tab.open(server.base_url, cookie=cookie, path="today") as tab:
        before = tab.run().texts()
        if kind == "20 MB":
            with pytest.raises(ConnectionClosed) as closed:
                tab.put(in_json(tab, "door_speak", "x" * 3 * MIB))
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1009
            return
        tab.put(in_json(tab, "door_speak", KILLS.get(kind) or ARRIVES[kind][0]))
        assert kind in KILLS or tab.texts() == before
        assert not tab.says(".py")
    with Tab.open(server.base_url, cookie=cookie, path="today") as again:
        assert again.run().texts() == before
