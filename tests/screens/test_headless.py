"""The client without a browser, on the running app: what it sees is what a browser shows."""

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus

from consent.words import say
from tests.headless import Tab
from tests.running_app import RunningApp


def test_a_tab_signed_in_ends_on_the_days_list(server: RunningApp) -> None:
    with Tab.open(server.base_url, cookie=server.sign_in("stone")) as tab:
        tab.run()
        assert tab.page == "today"
        assert tab.session_id
        assert tab.says("Eleanor Whitfield")
        assert say("shell.sign_out") in "".join(tab.texts())


def test_a_tap_in_a_fragment_leads_to_another_page_and_a_reload_stays_there(server: RunningApp) -> None:
    with Tab.open(server.base_url, cookie=server.sign_in("stone")) as tab:
        tab.run().click("Prepare")
        assert tab.page == "prepare"
        assert tab.query.startswith("episode=")
        assert not tab.says("Dolores García")
        assert tab.run(tab.page, tab.query).says("Eleanor Whitfield")


def test_what_is_filled_in_reaches_the_script_and_stays_filled_in(server: RunningApp) -> None:
    with Tab.open(server.base_url, cookie=server.sign_in("stone"), path="today") as tab:
        tab.run().fill(say("today.search"), "whitf")
        assert tab.tick().says("Eleanor Whitfield")
        assert not tab.says("Theo Nakamura")
        assert tab.fill(say("today.search"), "").says("Theo Nakamura")


def test_a_page_keeps_its_elements_over_many_runs(server: RunningApp) -> None:
    with Tab.open(server.base_url, cookie=server.sign_in("stone")) as tab:
        before = tab.run().texts()
        for _ in range(3):
            assert tab.run().tick().texts() == before


def test_a_stranger_gets_no_tab(server: RunningApp) -> None:
    with pytest.raises(InvalidStatus):
        Tab.open(server.base_url)


def test_a_wait_ends_with_what_is_on_the_page(server: RunningApp) -> None:
    with Tab.open(server.base_url, cookie=server.sign_in("stone")) as tab:
        with pytest.raises(TimeoutError, match="on the page"):
            tab.run().wait_until(lambda _: False, timeout=0.2)
        tab.send(b"\xff not a message")
        with pytest.raises(ConnectionClosed):
            tab.wait_until(lambda _: False)


def test_anything_at_all_can_be_sent(server: RunningApp) -> None:
    with Tab.open(server.base_url, cookie=server.sign_in("stone")) as tab:
        tab.run().send(BackMsg(app_heartbeat=True))
        tab.wait_until(lambda here: "heartbeat_ack" in here.messages)
