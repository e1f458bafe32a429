"""Accounts: who works here, with which roles and privileges, and the first administrator.

Decides how an account comes to be and changes; each time together with the event that says so.

Invariants:
- A password has at least eight characters and is not among the most common, a PIN six digits that are no date and no
  pattern; only their argon2id hashes are kept.
- A change of password, roles or units ends every session of that person.
- In production nobody has a default account: the first administrator is made with a one-time token.

Refuses to show or log a secret.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from pydantic import TypeAdapter

from consent.errors import BadInput, NotAllowed, NotFound, NotSignedIn
from consent.model import canon
from consent.model.entry import Stamp
from consent.model.events import Event
from consent.model.events_beside import AccountUnlocked, PersonAdded, PersonAssigned, SecretChanged
from consent.model.people import Person, Role
from consent.model.text import SignInName
from consent.ports import Account
from consent.workflow.accept import accepting, check_printable
from consent.workflow.desk import SYSTEM, Desk, note
from consent.workflow.prove import looks_like_pin, on_known_devices, prove
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit

LEAST_SECRET = 8
_LOGIN: TypeAdapter[str] = TypeAdapter(SignInName)
FIRST = "first-admin"
TOKEN_LIFE = timedelta(hours=1)
_COMMON = frozenset({"password", "12345678", "123456789", "1234567890", "qwertyui", "00000000", "11111111", "iloveyou"})


@ruled
def add_person(
    desk: Desk,
    visit: Visit,
    *,
    login: str,
    name: str,
    secret: str,
    title: str = "",
    roles: Sequence[Role],
    privileges: Sequence[str] = (),
    units: Sequence[str] = (),
) -> Person:
    """Make an account.

    Raises:
        BadInput: The sign-in name is taken, or the secret is too weak.
        NotAllowed: The visit may not manage people.
    """
    account, events = _drafted(
        desk, login=login, name=name, secret=secret, title=title, roles=roles, privileges=privileges, units=units
    )
    return _keep(desk, visit.stamp(desk), account=account, events=events)


def set_up(
    desk: Desk,
    *,
    login: str,
    name: str,
    secret: str,
    title: str = "",
    roles: Sequence[Role],
    privileges: Sequence[str] = (),
    units: Sequence[str] = (),
) -> Person:
    """Make an account of the invented clinic, where nobody can be signed in yet.

    Raises:
        NotAllowed: The store is in production.
        BadInput: As :func:`add_person`.
    """
    if desk.clinic.mode == "production":
        raise NotAllowed("Accounts are made by an administrator.", "Make the first one with a token.")
    account, events = _drafted(
        desk, login=login, name=name, secret=secret, title=title, roles=roles, privileges=privileges, units=units
    )
    return _keep(desk, desk.stamp(actor=SYSTEM.actor), account=account, events=events)


def _drafted(
    desk: Desk,
    *,
    login: str,
    name: str,
    secret: str,
    title: str = "",
    roles: Sequence[Role],
    privileges: Sequence[str] = (),
    units: Sequence[str] = (),
) -> tuple[Account, list[Event]]:
    with accepting("The sign-in name"):
        login = _LOGIN.validate_python(login)
    if not login or desk.people.by_login(login):
        raise BadInput("This sign-in name is taken or empty.", "Choose another.")
    _check_secret(login=login, secret=secret)
    with accepting("The person"):
        person = Person(
            id=desk.entropy.name("u"),
            name=name,
            title=title,
            roles=tuple(roles),
            privileges=tuple(privileges),
            units=tuple(units),
        )
        events = _described(person, with_units=bool(person.units))
    check_printable(desk.press, person.name, person.title)
    return Account(person=person, login=login, secret_hash=desk.hasher.hash(secret)), events


def _described(person: Person, *, with_units: bool) -> list[Event]:
    added = PersonAdded(person=person.ref, roles=person.roles, privileges=person.privileges, active=person.active)
    return [added, PersonAssigned(units=person.units)] if with_units else [added]


def _keep(desk: Desk, stamp: Stamp, *, account: Account, events: Sequence[Event]) -> Person:
    note(desk, stamp, stream=f"person:{account.person.id}", events=events, account=lambda: account)
    return account.person


def _change(desk: Desk, visit: Visit, *, person: str, event: Event, **values: Any) -> None:  # noqa: ANN401 - columns
    """Change these columns of an account as it is now, and no other: another change at the same time stays."""
    changed = partial(_account, desk, person)
    stream = f"person:{person}"
    note(desk, visit.stamp(desk), stream=stream, events=[event], account=lambda: replace(changed(), **values))


def _change_own(desk: Desk, visit: Visit, proven: Account, *, event: Event, **values: Any) -> None:  # noqa: ANN401 - columns
    """The same for one's own secret: only while the account is open and its password is the one just given.

    Raises:
        NotSignedIn: It was closed or changed meanwhile.
    """

    def changed() -> Account:
        now = _account(desk, proven.person.id)
        if not now.person.active or now.secret_hash != proven.secret_hash:
            raise NotSignedIn("Your account was changed meanwhile.")
        return replace(now, **values)

    note(desk, visit.stamp(desk), stream=f"person:{proven.person.id}", events=[event], account=changed)


@ruled
def change_person(
    desk: Desk,
    visit: Visit,
    *,
    person: str,
    roles: Sequence[Role],
    privileges: Sequence[str],
    units: Sequence[str],
    active: bool = True,
) -> Person:
    """Change what somebody may do, or close the account; every session of theirs ends (catalogue H21).

    Raises:
        NotFound: There is no such account.
        NotAllowed: One's own: nobody widens their own rights.
    """
    account = _account(desk, person)
    if person == visit.staff.id:
        raise NotAllowed("Nobody changes their own account.", "Ask another administrator.")
    with accepting("The person"):
        changed = Person.model_validate(
            account.person.model_dump()
            | {"roles": tuple(roles), "privileges": tuple(privileges), "units": tuple(units), "active": active}
        )
        events = _described(changed, with_units=changed.units != account.person.units)
    stream = f"person:{person}"
    note(
        desk,
        visit.stamp(desk),
        stream=stream,
        events=events,
        account=lambda: replace(_account(desk, person), person=changed),
    )
    desk.sessions.end_all(person)
    return changed


@ruled
def unlock(desk: Desk, visit: Visit, *, person: str) -> None:
    """Open an account again that too many wrong secrets had locked (catalogue H15). Raises NotFound."""
    event = AccountUnlocked(by=visit.staff.ref)
    _change(desk, visit, person=_account(desk, person).person.id, event=event, failures=0, locked_until="")
    desk.attempts.clear(on_known_devices(person))


@ruled
def set_password(desk: Desk, visit: Visit, *, old: str, new: str) -> None:
    """Choose another password; every session of this person ends, this one too.

    Raises:
        NotSignedIn: The old one is wrong.
        BadInput: The new one is too weak.
    """
    account, _ = prove(desk, desk.people.by_id(visit.staff.id), secret=old, device=visit.place)
    _check_secret(login=account.login, secret=new)
    event = SecretChanged(which="password")
    _change_own(desk, visit, account, event=event, secret_hash=desk.hasher.hash(new), failures=0)
    desk.sessions.end_all(visit.staff.id)


@ruled
def set_pin(desk: Desk, visit: Visit, *, secret: str, pin: str) -> None:
    """Choose a PIN for devices that the clinic knows.

    Raises:
        NotSignedIn: The password is wrong.
        BadInput: The PIN is easily guessed, or it is the last one again (catalogue H18).
    """
    account, _ = prove(desk, desk.people.by_id(visit.staff.id), secret=secret, device=visit.place)
    if not looks_like_pin(pin):
        raise BadInput("A PIN has six digits.", "Choose another.")
    if _is_easy(pin) or (account.pin_hash and desk.hasher.verify(account.pin_hash, pin)):
        raise BadInput(
            "This PIN is easily guessed, or it is the one you had.",
            "Choose six digits that are no date, not in a row and not all the same.",
        )
    _change_own(desk, visit, account, event=SecretChanged(which="pin"), pin_hash=desk.hasher.hash(pin), failures=0)


def _is_easy(pin: str) -> bool:
    """All the same, in a row, a pattern of two or three digits again, or a date in any usual order."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    repeats = pin[:2] * 3 == pin or pin[:3] * 2 == pin
    return steps in ({0}, {1}, {9}) or repeats or any(_is_date(pin, order) for order in ("%d%m%y", "%m%d%y", "%y%m%d"))


def _is_date(pin: str, order: str) -> bool:
    try:
        datetime.strptime(pin, order)  # noqa: DTZ007 - only whether it is one
    except ValueError:
        return False
    return True


def _account(desk: Desk, person: str) -> Account:
    account = desk.people.by_id(person)
    if account is None:
        raise NotFound("There is no such account.")
    return account


def _check_secret(*, login: str, secret: str) -> None:
    if len(secret) < LEAST_SECRET or secret.casefold() in _COMMON or secret.casefold() == login.casefold():
        raise BadInput(f"The password needs {LEAST_SECRET} characters and must not be a common one.", "Choose another.")


def first_token(desk: Desk) -> str:
    """A one-time token for the first administrator, valid for an hour; only its hash is kept.

    Raises:
        NotAllowed: There are accounts already.
    """
    _check_nobody(desk)
    token = desk.entropy.token()
    until = canon.instant(desk.clock.now() + TOKEN_LIFE)
    desk.sessions.put_ticket(canon.sha256_hex(token.encode()), session=FIRST, purpose=FIRST, until=until)
    return token


def first_admin(desk: Desk, *, token: str, login: str, name: str, secret: str) -> Person:
    """Make the first administrator with the token from the console.

    Raises:
        NotAllowed: There are accounts already, or the token is not valid (any more).
        BadInput: Something cannot be kept, or the secret is too weak; the token stays valid.
    """
    _check_nobody(desk)
    account, events = _drafted(desk, login=login, name=name, secret=secret, roles=(Role.ADMIN,))
    kept = canon.sha256_hex(token.encode())
    if not desk.sessions.use_ticket(kept, session=FIRST, purpose=FIRST, now=desk.now()):
        raise NotAllowed("This token was used or is too old.", "Get another on the console.")
    return _keep(desk, desk.stamp(actor=SYSTEM.actor), account=account, events=events)


def _check_nobody(desk: Desk) -> None:
    if desk.people.all():
        raise NotAllowed("There are accounts already.", "An administrator adds others.")
