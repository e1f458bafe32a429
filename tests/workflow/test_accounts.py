"""Accounts, each made together with the event that says so."""

from typing import Any

import pytest

from consent.errors import AlreadyDone, BadInput, Busy, NotAllowed, Unprintable
from consent.model.people import Person, Role
from consent.workflow import accounts, visit
from tests.samples.story import CLINIC, SECRET, Story


def add(story: Story, **changes: Any) -> Person:
    given: dict[str, Any] = {"login": "wu", "name": "Mei Wu", "secret": SECRET, "roles": [Role.NURSE]} | changes
    return accounts.add_person(story.desk, story.staff("admin"), **given)


def test_a_new_person_can_sign_in_and_the_record_says_who_added_them(story: Story) -> None:
    person = add(story, title="RN", privileges=["wart-freeze"])
    token = visit.sign_in(story.desk, login="WU", secret=SECRET, device="d")
    assert story.visit_of(token).staff == person
    (added, _) = story.ledger.read(f"person:{person.id}")
    assert (added.header.actor, added.event.kind) == (story.ids["admin"], "PersonAdded")


def test_no_secret_is_kept_or_written_down(story: Story) -> None:
    person = add(story)
    assert SECRET.encode() not in b"".join(one.payload or b"" for one in story.ledger.entries(f"person:{person.id}"))


@pytest.mark.parametrize("login", ["", "  ", "okafor", "OKAFOR "])
def test_a_sign_in_name_is_unique_and_not_empty(story: Story, login: str) -> None:
    with pytest.raises(BadInput, match="taken or empty"):
        add(story, login=login)


@pytest.mark.parametrize("login", ["a\0b", "a\nb", "a\u200bb", "\ud800", "a" * 201])
def test_a_sign_in_name_can_be_seen_and_typed(story: Story, login: str) -> None:
    with pytest.raises(BadInput, match="sign-in name cannot be kept"):
        add(story, login=login)


@pytest.mark.parametrize("secret", ["", "short", "password", "PassWord", "12345678", "Mei-Wu-77"])
def test_a_weak_secret_is_refused(story: Story, secret: str) -> None:
    with pytest.raises(BadInput) as caught:
        add(story, secret=secret, login="mei-wu-77")
    assert "password needs" in caught.value.what


@pytest.mark.parametrize(
    "parts",
    [{"name": ""}, {"name": "a\0b"}, {"privileges": ["not a key!"]}, {"privileges": ["a"] * 201}, {"title": "a" * 201}],
)
def test_what_cannot_be_kept_of_a_person_is_refused_in_words(story: Story, parts: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="The person cannot be kept"):
        add(story, **parts)


@pytest.mark.parametrize("parts", [{"name": "𠀀 Wu"}, {"title": "𠀀"}])
def test_names_and_titles_of_staff_can_be_printed(story: Story, parts: dict[str, Any]) -> None:
    with pytest.raises(Unprintable):
        add(story, **parts)


def test_no_member_of_staff_becomes_the_patient(story: Story) -> None:
    with pytest.raises(BadInput, match="acts as the patient"):
        add(story, roles=[Role.PATIENT])


def test_of_two_who_add_the_same_name_at_once_one_is_told(story: Story) -> None:
    administrator = story.staff("admin")
    story.ledger.others(lambda: add(story), stream="person:")
    with pytest.raises(AlreadyDone):
        accounts.add_person(story.desk, administrator, login="wu", name="Other", secret=SECRET, roles=[])


def test_without_its_event_there_is_no_account(story: Story) -> None:
    administrator = story.staff("admin")
    story.ledger.full = True
    with pytest.raises(Busy):
        accounts.add_person(story.desk, administrator, login="wu", name="Mei Wu", secret=SECRET, roles=[])
    assert story.people.by_login("wu") is None


def test_nobody_sets_up_accounts_in_production() -> None:
    story = Story(clinic=CLINIC.model_copy(update={"mode": "production"}))
    with pytest.raises(NotAllowed, match="made by an administrator"):
        accounts.set_up(story.desk, login="wu", name="Mei Wu", secret=SECRET, roles=[Role.ADMIN])


@pytest.fixture
def empty() -> Story:
    story = Story(clinic=CLINIC.model_copy(update={"mode": "production"}))
    story.people.kept.clear()
    return story


def first(story: Story, token: str, **changes: Any) -> Person:
    given: dict[str, Any] = {"login": "wu", "name": "Mei Wu", "secret": SECRET} | changes
    return accounts.first_admin(story.desk, token=token, **given)


def test_the_first_administrator_comes_with_the_token_of_the_console(empty: Story) -> None:
    token = accounts.first_token(empty.desk)
    assert first(empty, token).roles == (Role.ADMIN,)
    assert token not in str(empty.sessions.tickets)
    with pytest.raises(NotAllowed, match="accounts already"):
        first(empty, token)
    with pytest.raises(NotAllowed, match="accounts already"):
        accounts.first_token(empty.desk)


def test_a_wrong_or_old_token_makes_nobody(empty: Story) -> None:
    token = accounts.first_token(empty.desk)
    with pytest.raises(NotAllowed, match="too old"):
        first(empty, "made up")
    empty.clock.advance(hours=1)
    with pytest.raises(NotAllowed, match="too old"):
        first(empty, token)
    assert empty.people.all() == ()


@pytest.mark.parametrize("parts", [{"secret": "short"}, {"name": ""}, {"login": "a\0b"}, {"login": ""}])
def test_a_slip_of_the_pen_does_not_cost_the_token(empty: Story, parts: dict[str, Any]) -> None:
    token = accounts.first_token(empty.desk)
    with pytest.raises(BadInput):
        first(empty, token, **parts)
    assert first(empty, token).active
