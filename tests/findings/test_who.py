"""F4, F5, F6, F12: who somebody is, and from where; on bare Streamlit and behind our door."""

from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from consent.words import say
from consent.workflow import visit
from consent.workflow.desk import Desk
from tests.findings.bare import Bare, bare, gone
from tests.headless import Tab
from tests.running_app import ROOT, RunningApp

PAGES = sorted(file.stem for file in (ROOT / "pages").glob("*.py"))
FOR_PATIENTS = {"read", "sign"}
TRUSTING = '--server.trustedUserHeaders={"X-Consent-Session": "sid"}'


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """Bare Streamlit that keeps who signed in in its session state."""
    with bare("who.py", tmp_path_factory.mktemp("who")) as here:
        yield here


@pytest.fixture(scope="module")
def trusting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """The same, believing the header that our door sets, without the door."""
    with bare("who.py", tmp_path_factory.mktemp("trusting"), TRUSTING) as here:
        yield here


def test_f04_a_page_beside_the_main_script_runs_without_it_on_bare_streamlit(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with bare("gate/main.py", tmp_path_factory.mktemp("gate")) as here, Tab.open(here.base_url) as tab:
        assert not tab.run().says("Jane Doe")
        assert tab.run("records").says("Record of Jane Doe"), gone(
            "F4: a page of pages/ without the main script's gate"
        )


@pytest.mark.parametrize("page", PAGES)
def test_f04_no_page_runs_for_a_stranger_here(server: RunningApp, page: str) -> None:
    with pytest.raises(InvalidStatus):
        Tab.open(server.base_url, path=page)


@pytest.mark.parametrize("page", sorted(set(PAGES) - FOR_PATIENTS))
def test_f04_a_page_of_staff_does_not_run_for_a_patient_here(server: RunningApp, patient: str, page: str) -> None:
    with Tab.open(server.base_url, cookie=patient) as tab:
        tab.run(page)
        assert tab.says(say("gate.not_yours"))
        assert not tab.says("Theo Nakamura")


def test_f05_a_session_is_taken_over_by_its_id_alone_on_bare_streamlit(open_house: Bare) -> None:
    with Tab.open(open_house.base_url) as alice:
        alice.run().fill("Name", "alice").fill("Draft", "what alice wrote").click("Sign in")
        with Tab.open(open_house.base_url, session=alice.session_id) as thief:
            thief.run()
            assert thief.session_id == alice.session_id, gone("F5: a session goes to whoever knows its id")
            assert thief.says("Signed in: alice"), gone("F5: the login goes with it")


def test_f05_a_session_is_not_given_to_a_colleague_nor_to_a_stranger_here(server: RunningApp) -> None:
    with Tab.open(server.base_url, cookie=server.sign_in("stone"), path="today") as stone:
        stone.run().fill(say("today.search"), "whitfield")
        with Tab.open(
            server.base_url, cookie=server.sign_in("okafor"), path="today", session=stone.session_id
        ) as other:
            assert other.run().says("Ngozi Okafor")
            assert other.session_id != stone.session_id
            assert other.says("Theo Nakamura"), "the search of the other session came along"
        with pytest.raises(InvalidStatus):
            Tab.open(server.base_url, session=stone.session_id)
        assert stone.run().says("Avery Stone")


def test_f05_a_second_session_of_the_same_person_does_not_get_it_either_here(server: RunningApp) -> None:
    with Tab.open(server.base_url, cookie=server.sign_in("stone"), path="today") as first:
        first.run()
        with Tab.open(server.base_url, cookie=server.sign_in("stone"), session=first.session_id) as second:
            assert second.run().session_id != first.session_id


def test_f06_anybody_is_whoever_the_header_says_on_bare_streamlit(trusting: Bare) -> None:
    with Tab.open(trusting.base_url, headers={"X-Consent-Session": "that of a doctor"}) as spoofed:
        assert spoofed.run().says("Header: that of a doctor"), gone("F6: a trusted header from anybody")


def test_f06_with_the_option_a_session_stays_with_its_identity_on_bare_streamlit(trusting: Bare) -> None:
    alice, bob = {"X-Consent-Session": "alice"}, {"X-Consent-Session": "bob"}
    with Tab.open(trusting.base_url, headers=alice) as mine:
        mine.run()
        with Tab.open(trusting.base_url, headers=bob, session=mine.session_id) as other:
            assert other.run().session_id != mine.session_id, "the option that our door relies on lost its effect"
    with Tab.open(trusting.base_url, headers=alice, session=mine.session_id) as again:
        assert again.run().session_id == mine.session_id


def test_f06_a_header_from_outside_says_nothing_here(server: RunningApp, desk: Desk) -> None:
    known = visit.look_up(desk, server.sign_in("stone"))
    assert known is not None
    spoofed = {"X-Consent-Session": known.session.id, "x-consent-session": known.session.id}
    with Tab.open(server.base_url, cookie=server.sign_in("okafor"), headers=spoofed) as tab:
        assert tab.run().says("Ngozi Okafor")
    with pytest.raises(InvalidStatus):
        Tab.open(server.base_url, headers=spoofed)


def test_f12_a_socket_opens_for_foreign_origins_on_bare_streamlit(open_house: Bare) -> None:
    rebound = f"evil.example:{open_house.port}"
    for origin, host in (("", None), ("http://localhost:9999", None), (f"http://{rebound}", rebound)):
        with Tab.open(open_house.base_url, origin=origin, host=host, xsrf="made-up") as tab:
            assert tab.run().says("Signed in: nobody"), gone(f"F12: a socket with Origin {origin!r} and Host {host!r}")


@pytest.mark.parametrize("origin", ["", "null", "http://localhost:9999", "http://evil.example", "https://localhost"])
def test_f12_a_socket_with_a_good_cookie_and_another_origin_is_refused_here(server: RunningApp, origin: str) -> None:
    with pytest.raises(InvalidStatus):
        Tab.open(server.base_url, cookie=server.sign_in("stone"), origin=origin)


def test_f12_a_rebound_name_is_refused_here(server: RunningApp) -> None:
    rebound = f"evil.example:{server.base_url.rsplit(':', 1)[1]}"
    with pytest.raises(InvalidStatus):
        Tab.open(server.base_url, cookie=server.sign_in("stone"), origin=f"http://{rebound}", host=rebound)


def test_f12_a_frame_that_is_no_message_ends_that_socket_alone_here(server: RunningApp) -> None:
    cookie = server.sign_in("stone")
    with Tab.open(server.base_url, cookie=cookie) as calm, Tab.open(server.base_url, cookie=cookie) as rude:
        calm.run()
        rude.run().send(b"\xff not a message")
        with pytest.raises(ConnectionClosed):
            rude.wait_until(lambda _: False)
        assert calm.run().says("Avery Stone")
