"""Accounts and devices on the screen: one's own, everybody's, and who may."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from consent.errors import NotSignedIn
from consent.model.people import Role
from consent.ports import Account
from consent.wiring import DEMO_PASSWORD
from consent.workflow import devices, rehearsal, visit
from consent.workflow.desk import Desk
from consent.workflow.prove import TRIES_BEFORE_LOCK
from tests.screens.test_pages import labels, opened, press, texts

Screen = Callable[[str], AppTest]
PIN = "481526"


def account_of(desk: Desk, login: str) -> Account:
    found = desk.people.by_login(login)
    assert found is not None
    return found


def choose_pin(screen: AppTest, *, secret: str = DEMO_PASSWORD, pin: str = PIN, again: str = PIN) -> AppTest:
    for key, value in {"pin-secret": secret, "pin-new": pin, "pin-again": again}.items():
        screen.text_input(key=key).set_value(value)
    return press(screen, "Save the PIN")


def test_the_own_name_leads_to_the_own_account(as_staff: Screen) -> None:
    screen = press(as_staff("okafor").run(), "Ngozi Okafor")
    assert "You are here as: Nurse. Your units: Pain clinic." in texts(screen)
    assert "You have no PIN yet." in texts(screen)


def test_a_pin_is_kept_and_what_was_typed_is_forgotten(as_staff: Screen, desk: Desk) -> None:
    screen = choose_pin(opened(as_staff("okafor"), "account"))
    assert "Saved. Your PIN counts from now on." in texts(screen)
    assert desk.hasher.verify(account_of(desk, "okafor").pin_hash, PIN)
    assert [screen.text_input(key=key).value for key in ("pin-secret", "pin-new", "pin-again")] == ["", "", ""]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"again": "481527"}, "The two are not the same."),
        ({"pin": "121212", "again": "121212"}, "This PIN is easily guessed"),
        ({"secret": "wrong"}, "That did not work."),
    ],
)
def test_a_pin_is_refused_in_words(as_staff: Screen, desk: Desk, *, given: dict[str, str], said: str) -> None:
    assert said in texts(choose_pin(opened(as_staff("okafor"), "account"), **given))
    assert account_of(desk, "okafor").pin_hash == ""


def test_another_password_signs_out_everywhere(as_staff: Screen, desk: Desk) -> None:
    screen = opened(as_staff("okafor"), "account")
    new = "seven quiet herons"
    for key, value in {"password-old": DEMO_PASSWORD, "password-new": new, "password-again": new}.items():
        screen.text_input(key=key).set_value(value)
    press(screen, "Change the password")
    assert "You are signed out" in texts(screen)
    assert visit.sign_in(desk, login="okafor", secret=new, device="test")


@pytest.mark.parametrize("login", ["stone", "okafor", "desk", "lund"])
def test_only_an_administrator_sees_who_works_here(as_staff: Screen, login: str) -> None:
    screen = opened(as_staff(login), "people")
    assert "This page is not part of your work here." in texts(screen)
    assert "okafor" not in texts(screen)


def test_an_administrator_starts_with_everybody_and_cannot_change_their_own_account(as_staff: Screen) -> None:
    screen = as_staff("admin").run()
    assert "Who works here" in texts(screen)
    assert labels(screen).count("Change") == len(rehearsal.STAFF) - 1
    assert "No device is known yet." in texts(screen)


def test_a_locked_account_says_so_and_is_opened_by_a_tap(as_staff: Screen, desk: Desk) -> None:
    for _ in range(TRIES_BEFORE_LOCK):
        with pytest.raises(NotSignedIn):
            visit.sign_in(desk, login="okafor", secret=PIN, device="test")
    screen = as_staff("admin").run()
    assert "Locked until" in texts(screen)
    press(screen, "Unlock")
    assert "Locked until" not in texts(screen)
    assert visit.sign_in(desk, login="okafor", secret=DEMO_PASSWORD, device="test")


def test_rights_are_changed_and_the_account_is_closed(as_staff: Screen, desk: Desk) -> None:
    person = account_of(desk, "okafor").person
    screen = opened(as_staff("admin"), "people", person=person.id)
    screen.multiselect(key=f"roles-{person.id}").set_value([Role.NURSE, Role.FRONT_DESK])
    screen.multiselect(key=f"units-{person.id}").set_value(["Surgery"])
    screen.checkbox(key=f"active-{person.id}").set_value(False)
    press(screen, "Save")
    changed = account_of(desk, "okafor").person
    assert (changed.roles, changed.units, changed.active) == ((Role.NURSE, Role.FRONT_DESK), ("Surgery",), False)
    assert "Closed" in texts(screen)


def test_an_account_is_added_and_one_of_the_same_name_is_refused(as_staff: Screen, desk: Desk) -> None:
    screen = as_staff("admin").run()
    count = len(desk.people.all())

    def add(login: str, here: str) -> AppTest:
        for key, value in {"name": "Ada Quill", "login": login, "secret": "seven quiet herons"}.items():
            screen.text_input(key=f"{key}-{here}").set_value(value)
        screen.multiselect(key=f"roles-{here}").set_value([Role.NURSE])
        return press(screen, "Add the account")

    assert "Added." in texts(add("quill", f"new-{count}"))
    assert account_of(desk, "quill").person.roles == (Role.NURSE,)
    assert "This sign-in name is taken or empty." in texts(add("quill", f"new-{count + 1}"))


def test_a_device_is_listed_until_it_is_not_ours_any_more(as_staff: Screen, desk: Desk) -> None:
    admin = rehearsal.signed_in(desk, "admin")
    ticket = visit.new_ticket(desk, admin, purpose="enrol:Tablet 3")
    token = devices.enrol(desk, admin, label="Tablet 3", ticket=ticket)
    screen = opened(as_staff("admin"), "people", made="Tablet 3")
    assert "This device is known now." in texts(screen)
    press(screen, "Not ours any more")
    assert "It is not known any more." in texts(screen)
    assert devices.known_here(desk, token) == ""


def test_a_device_without_a_name_is_not_offered_to_be_made_known(as_staff: Screen) -> None:
    screen = as_staff("admin").run()
    assert "Give it a name first." in texts(screen)
    screen.text_input(key="device-label").set_value("Tablet 3").run()
    assert "Give it a name first." not in texts(screen)
