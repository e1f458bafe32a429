"""Accounts: who works here, with which roles and privileges, and the first administrator.

Decides how an account comes to be and changes; each time together with the event that says so.

Invariants:
- A secret has at least eight characters and is not among the most common; only its argon2id hash is kept.
- In production nobody has a default account: the first administrator is made with a one-time token.

Refuses to show or log a secret.
"""

from collections.abc import Sequence
from datetime import timedelta

from pydantic import TypeAdapter

from consent.errors import BadInput, NotAllowed
from consent.model import canon
from consent.model.events import PersonAdded
from consent.model.people import Capability, Person, Role
from consent.model.text import SignInName
from consent.ports import Account
from consent.workflow.accept import accepting, check_printable
from consent.workflow.desk import SYSTEM, Desk, note
from consent.workflow.visit import Visit

LEAST_SECRET = 8
_LOGIN: TypeAdapter[str] = TypeAdapter(SignInName)
FIRST = "first-admin"
TOKEN_LIFE = timedelta(hours=1)
_COMMON = frozenset({"password", "12345678", "123456789", "1234567890", "qwertyui", "00000000", "11111111", "iloveyou"})


def add_person(
    desk: Desk,
    visit: Visit | None,
    *,
    login: str,
    name: str,
    secret: str,
    title: str = "",
    roles: Sequence[Role],
    privileges: Sequence[str] = (),
) -> Person:
    """Make an account. ``visit`` is None only for set-up: the demo's people and the first administrator.

    Raises:
        BadInput: The sign-in name is taken, or the secret is too weak.
        NotAllowed: The visit may not manage people; or set-up was tried with accounts already there.
    """
    if visit is not None:
        visit.check_may(Capability.MANAGE_PEOPLE)
    elif desk.clinic.mode == "production" and desk.people.all():
        raise NotAllowed("There are accounts already.", "An administrator adds others.")
    account, added = _drafted(
        desk, login=login, name=name, secret=secret, title=title, roles=roles, privileges=privileges
    )
    return _keep(desk, visit, account=account, added=added)


def _drafted(
    desk: Desk,
    *,
    login: str,
    name: str,
    secret: str,
    title: str = "",
    roles: Sequence[Role],
    privileges: Sequence[str] = (),
) -> tuple[Account, PersonAdded]:
    with accepting("The sign-in name"):
        login = _LOGIN.validate_python(login)
    if not login or desk.people.by_login(login):
        raise BadInput("This sign-in name is taken or empty.", "Choose another.")
    _check_secret(login=login, secret=secret)
    with accepting("The person"):
        person = Person(
            id=desk.entropy.name("u"), name=name, title=title, roles=tuple(roles), privileges=tuple(privileges)
        )
        added = PersonAdded(person=person.ref, roles=person.roles, privileges=person.privileges)
    check_printable(desk.press, person.name, person.title)
    return Account(person=person, login=login, secret_hash=desk.hasher.hash(secret)), added


def _keep(desk: Desk, visit: Visit | None, *, account: Account, added: PersonAdded) -> Person:
    stamp = visit.stamp(desk) if visit else desk.stamp(actor=SYSTEM.actor)
    note(desk, stamp, stream=f"person:{account.person.id}", events=[added], account=account)
    return account.person


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
    account, added = _drafted(desk, login=login, name=name, secret=secret, roles=(Role.ADMIN,))
    kept = canon.sha256_hex(token.encode())
    if not desk.sessions.use_ticket(kept, session=FIRST, purpose=FIRST, now=desk.now()):
        raise NotAllowed("This token was used or is too old.", "Get another on the console.")
    return _keep(desk, None, account=account, added=added)


def _check_nobody(desk: Desk) -> None:
    if desk.people.all():
        raise NotAllowed("There are accounts already.", "An administrator adds others.")
