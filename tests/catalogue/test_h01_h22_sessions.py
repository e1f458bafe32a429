"""Catalogue H11, H12, H20 to H22 on the running server: how long a session lasts, and whose it is.

The server's clock cannot be moved from outside: the times in the session's row are moved instead.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from consent.model.people import Role
from consent.wiring import DEMO_PASSWORD
from consent.words import say
from consent.workflow import accounts, devices, rehearsal, visit
from tests.catalogue.at_the_door import SESSION, Door, closed_with, first_prepared, standing
from tests.headless import Tab

ANOTHER = "another quiet word"


@pytest.fixture(scope="module")
def door(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with standing(furnished, tmp_path_factory.mktemp("sessions")) as made:
        yield made


def is_refused(door: Door, token: str, *, goes_to: str = "/sign-in", device: str = "") -> None:
    """A cookie is nobody's (any more): no page, no document, no door, no socket."""
    digest = door.document(door.theirs)
    assert door.ask("GET", "/today", token, device=device).headers["location"].split("?")[0] == goes_to
    assert door.ask("GET", f"/documents/{digest}.pdf", token, device=device).status_code == 401
    assert door.door("active", token, device=device).status_code == 401
    with pytest.raises(InvalidStatus):
        door.tab(token, device=device)


def cut_while_it_refreshes(tab: Tab) -> int:
    """Let the page refresh itself for as long as it does; gives the code with which its socket is closed."""
    with suppress(ConnectionClosed):
        for _ in range(100):
            if tab.fragments:
                tab.tick(timeout=5)
    return closed_with(tab)


def test_h11_a_page_that_refreshes_itself_keeps_nobody_awake(door: Door) -> None:
    token = door.signed_in("stone")
    with door.tab(token, path="today") as tab:
        assert tab.run().fragments
        before = door.session(token).last_seen
        for _ in range(3):
            tab.tick()
        assert door.session(token).last_seen == before
        then = door.wind_back(token, last_seen=6)
        assert cut_while_it_refreshes(tab) == 1008
    assert door.session(token).last_seen == then
    answer = door.ask("GET", "/today?day=2026-11-24", token)
    assert answer.headers["location"] == "/unlock?next=%2Ftoday%3Fday%3D2026-11-24"
    is_refused(door, token, goes_to="/unlock")
    assert door.session(token).last_seen == then


def test_h11_a_tap_of_somebody_is_what_keeps_a_session_awake(door: Door) -> None:
    token = door.signed_in("stone")
    with door.tab(token, path="today") as tab:
        tab.run()
        then = door.wind_back(token, last_seen=4)
        tab.tick()
        assert door.session(token).last_seen == then
        tab.click(say("today.on"))
        assert door.session(token).last_seen > then


def test_h11_a_tap_on_a_page_whose_session_sleeps_changes_nothing(door: Door) -> None:
    token = door.signed_in("stone")
    with door.tab(token, path="today") as tab:
        tab.run()
        then = door.wind_back(token, last_seen=6)
        tab.click("Prepare", wait=False)
        assert closed_with(tab) == 1008
        assert not tab.says(say("card.mrn", mrn=""))
    assert door.session(token).last_seen == then
    assert door.session(token).opened == ""


def test_h11_touching_the_screen_does_not_wake_a_session_that_sleeps(door: Door) -> None:
    token = door.signed_in("stone")
    fresh = door.wind_back(token, last_seen=1)
    assert door.door("active", token).status_code == 200
    assert door.session(token).last_seen > fresh
    then = door.wind_back(token, last_seen=6)
    assert door.door("active", token).status_code == 401
    assert door.session(token).last_seen == then


@pytest.mark.parametrize("login", ["stone", "lund"])
def test_h11_a_session_ends_after_twelve_hours_though_it_is_in_use(door: Door, login: str) -> None:
    token = door.signed_in(login)
    with door.tab(token) as tab:
        tab.run()
        door.wind_back(token, created=12 * 60 - 1)
        assert door.door("active", token).status_code == 200
        door.wind_back(token, created=12 * 60 + 1)
        assert closed_with(tab) == 1008
    is_refused(door, token)
    assert door.ask("POST", "/unlock", token, form={"password": DEMO_PASSWORD}).status_code == 401


def test_h11_a_patients_session_ends_after_twelve_hours_too(door: Door) -> None:
    patient = door.handed(door.mine)
    door.wind_back(patient, created=12 * 60 + 1)
    is_refused(door, patient)
    assert door.ask("POST", "/staff", patient, form={"password": DEMO_PASSWORD}).status_code == 401


def test_h11_a_sleeping_screen_wakes_for_its_own_holder_alone(door: Door) -> None:
    token = door.signed_in("stone")
    door.wind_back(token, last_seen=6)
    shown = door.ask("GET", "/unlock", token).text
    assert "Avery Stone" in shown
    assert door.ask("POST", "/unlock", token, form={"password": "wrong"}).status_code == 200
    is_refused(door, token, goes_to="/unlock")
    answer = door.ask("POST", "/unlock?next=%2Ftoday", token, form={"password": DEMO_PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/today")
    is_refused(door, token)
    assert door.ask("GET", "/today", answer.cookies[SESSION]).status_code == 200


def test_h12_a_revoked_devices_sessions_end_at_once(door: Door) -> None:
    device, name = door.known_device("Bay 2")
    token = door.signed_in("north", device=device)
    path = f"/documents/{door.document(door.theirs)}.pdf"
    with door.tab(token, device=device, path="today") as tab:
        tab.run()
        assert door.ask("GET", path, token, device=device).status_code == 200
        devices.revoke(door.desk, rehearsal.signed_in(door.desk, "admin"), device=name)
        assert door.ask("GET", path, token, device=device).status_code == 401
        assert closed_with(tab) == 1008
    is_refused(door, token, device=device)


def test_h12_a_revoked_device_is_as_one_that_was_never_known(door: Door) -> None:
    device, name = door.known_device("Bay 3")
    devices.revoke(door.desk, rehearsal.signed_in(door.desk, "admin"), device=name)
    token = door.signed_in("okafor", device=device)
    assert door.session(token).device == "browser"
    door.wind_back(token, last_seen=6)
    accounts.set_pin(door.desk, rehearsal.signed_in(door.desk, "okafor"), secret=DEMO_PASSWORD, pin="482915")
    assert door.ask("POST", "/unlock", token, device=device, form={"password": "482915"}).status_code == 200
    assert door.ask("POST", "/unlock", token, device=device, form={"password": DEMO_PASSWORD}).status_code == 303


def test_h12_a_patients_tablet_that_was_revoked_ends_too(door: Door) -> None:
    device, name = door.known_device("Bay 4")
    staff = visit.look_up(door.desk, door.signed_in("okafor", device=device), device=device)
    assert staff
    ticket = visit.new_ticket(door.desk, staff, purpose=f"hand_over:{door.mine}")
    before = door.signed_in("stone", device=device)
    answer = door.door(f"hand_over:{door.mine}", before, device=device, ticket=ticket)
    assert answer.status_code == 403
    known = visit.look_up(door.desk, before, device=device)
    assert known
    ticket = visit.new_ticket(door.desk, known, purpose=f"hand_over:{door.mine}")
    patient = door.door(f"hand_over:{door.mine}", before, device=device, ticket=ticket).cookies[SESSION]
    with door.tab(patient, device=device, path="read") as tab:
        tab.run()
        devices.revoke(door.desk, rehearsal.signed_in(door.desk, "admin"), device=name)
        assert closed_with(tab) == 1008
    is_refused(door, patient, device=device)


def test_h20_a_live_clinicians_streamlit_session_is_not_given_to_a_patient(door: Door) -> None:
    patient = door.handed(door.mine)
    with door.tab(door.signed_in("stone"), path="today") as stone:
        stone.run().fill(say("today.search"), "whitf")
        with door.tab(patient, path="today", session=stone.session_id) as thief:
            thief.run()
            assert thief.session_id != stone.session_id
            assert thief.says(say("gate.not_yours"))
            assert not thief.says("whitf")
        stone.tick()
        assert stone.says("Eleanor Whitfield")
    with door.tab(patient, path="today", session=stone.session_id) as thief:
        assert thief.run().session_id != stone.session_id
        assert thief.says(say("gate.not_yours"))


def test_h20_a_clinicians_streamlit_session_is_not_given_to_a_colleague(door: Door) -> None:
    with door.tab(door.signed_in("stone"), path="today") as stone:
        stone.run()
    with door.tab(door.signed_in("north"), path="today", session=stone.session_id) as other:
        assert other.run().session_id != stone.session_id
        assert other.says("Runa North")
        assert not other.says("Eleanor Whitfield")


def test_h20_nobody_opens_a_socket_with_a_session_id_alone(door: Door) -> None:
    token = door.signed_in("stone")
    with door.tab(token) as stone:
        stone.run()
        with pytest.raises(InvalidStatus):
            door.tab("", session=stone.session_id)
    with pytest.raises(InvalidStatus):
        door.tab(door.session(token).id, session=stone.session_id)
    with pytest.raises(InvalidStatus):
        door.tab(door.session(token).token, session=stone.session_id)


def sign_out(door: Door, token: str) -> None:
    answer = door.door("sign_out", token)
    assert answer.status_code == 200
    assert 'consent_session=""' in answer.headers["set-cookie"]


def change_password(door: Door, _token: str) -> None:
    okafor = rehearsal.signed_in(door.desk, "okafor")
    accounts.set_password(door.desk, okafor, old=DEMO_PASSWORD, new=ANOTHER)
    again = visit.look_up(door.desk, visit.sign_in(door.desk, login="okafor", secret=ANOTHER, device="test"))
    assert again
    accounts.set_password(door.desk, again, old=ANOTHER, new=DEMO_PASSWORD)


def change_role(door: Door, _token: str) -> None:
    admin = rehearsal.signed_in(door.desk, "admin")
    accounts.change_person(
        door.desk, admin, person=door.person("okafor"), roles=[Role.NURSE, Role.AUDITOR], privileges=[], units=[]
    )


def take_part_away(door: Door, _token: str) -> None:
    admin = rehearsal.signed_in(door.desk, "admin")
    accounts.change_person(
        door.desk, admin, person=door.person("okafor"), roles=[Role.NURSE], privileges=[], units=["South"]
    )


@pytest.mark.parametrize("what", [sign_out, change_password, change_role, take_part_away])
def test_h21_a_cookie_of_before_is_nobodys(door: Door, what: Callable[[Door, str], None]) -> None:
    token, other = door.signed_in("okafor"), door.signed_in("stone")
    with door.tab(token) as tab:
        tab.run()
        what(door, token)
        assert closed_with(tab) == 1008
    is_refused(door, token)
    assert door.ask("GET", "/today", other).status_code == 200


def test_h21_whoever_signs_in_in_place_of_a_sleeping_session_ends_it(door: Door) -> None:
    token = door.signed_in("stone")
    door.wind_back(token, last_seen=6)
    begun = door.signed_in("lund", was=token)
    assert begun not in {"", token}
    assert door.session(token).ended
    is_refused(door, token)


@pytest.mark.parametrize("preset", ["fixed-by-an-attacker", "A" * 43, "A" * 4000])
def test_h22_signing_in_never_keeps_a_cookie_that_was_there(door: Door, preset: str) -> None:
    token = door.signed_in("stone", was=preset)
    assert token not in {"", preset}
    assert door.ask("GET", "/today", token).status_code == 200
    assert door.ask("GET", "/today", preset).headers["location"] == "/sign-in"
    with sqlite3.connect(door.file) as connection:
        kept = {row[0] for row in connection.execute("SELECT token FROM session")}
    connection.close()
    assert not {token, preset} & kept


def test_h22_every_change_of_hands_gives_another_cookie(door: Door) -> None:
    episode = first_prepared(door.desk, at=1)
    tokens = [door.signed_in("stone")]
    door.wind_back(tokens[-1], last_seen=6)
    tokens.append(door.ask("POST", "/unlock", tokens[-1], form={"password": DEMO_PASSWORD}).cookies[SESSION])
    known = visit.look_up(door.desk, tokens[-1])
    assert known
    ticket = visit.new_ticket(door.desk, known, purpose=f"hand_over:{episode}")
    tokens.append(door.door(f"hand_over:{episode}", tokens[-1], ticket=ticket).cookies[SESSION])
    tokens.append(door.ask("POST", "/staff", tokens[-1], form={"password": DEMO_PASSWORD}).cookies[SESSION])
    assert len(set(tokens)) == 4
    for token in tokens[:-1]:
        is_refused(door, token)
    assert door.ask("GET", "/today", tokens[-1]).status_code == 200
