"""How a command opens the desk, and who it is that asks.

Decides how a member of staff proves who they are at a console.

Invariants:
- The password comes from ``CONSENT_PASSWORD`` or is asked; it is never an argument.
- Each command has a session of its own, which ends with it.

Refuses to print or keep a secret.
"""

import argparse
import getpass
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeAlias

from consent.errors import BadInput
from consent.ports import Staging
from consent.settings import Settings, read
from consent.wiring import SteppingClock, opened, staging
from consent.workflow import visit
from consent.workflow.desk import Desk
from consent.workflow.luck import SeededEntropy
from consent.workflow.visitor import Visit

_EVERY = 2.0
"""Seconds between two lines of progress."""
SEEDED_START = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
Arguments = argparse.Namespace
Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse names its type of subparsers so
Work = Callable[[Arguments], None]


class Progress:
    """Tells on standard error how far a long command is, at most once in two seconds."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def tell(self, line: str) -> None:
        """One line, unless the last one was just now."""
        if time.monotonic() - self._last > _EVERY:
            self._last = time.monotonic()
            print(line, file=sys.stderr)

    def rows(self, what: str, count: int) -> None:
        """What was done with so many rows of a table."""
        self.tell(f"{what}: {count} rows")


def table_line(table: str, rows: int, *, digest: str) -> str:
    """What was proved of one table."""
    return f"{table:14} {rows:9} rows  {digest}"


@contextmanager
def open_desk(settings: Settings | None = None, *, seed: int | None = None) -> Iterator[Desk]:
    """A desk for the time of a command; with a seed, clock and ids are fixed."""
    with open_staging(settings, seed=seed) as (desk, _):
        yield desk


@contextmanager
def open_staging(settings: Settings | None = None, *, seed: int | None = None) -> Iterator[tuple[Desk, Staging]]:
    """The same, with a ledger that holds new records back."""
    clock = SteppingClock(SEEDED_START) if seed is not None else None
    entropy = SeededEntropy(seed) if seed is not None else None
    desk, store = opened(settings or read(), clock=clock, entropy=entropy)
    try:
        yield desk, staging(store)
    finally:
        store.close()


@contextmanager
def signed_in(arguments: Arguments) -> Iterator[tuple[Desk, Visit]]:
    """A desk, and the visit of whoever ``--as`` names; ``arguments.secret`` stays at hand for a signature."""
    secret = os.environ.get("CONSENT_PASSWORD") or getpass.getpass(f"Password of {arguments.login}: ")
    with open_desk() as desk:
        found = visit.look_up(desk, visit.sign_in(desk, login=arguments.login, secret=secret, device="command"))
        if found is None:
            raise BadInput("The session could not be opened.")
        arguments.secret = secret
        try:
            yield desk, found
        finally:
            visit.sign_out(desk, found)


def command(commands: Subparsers, name: str, work: Work, *, sentence: str) -> argparse.ArgumentParser:
    """A command with its one sentence."""
    parser = commands.add_parser(name, help=sentence, description=sentence)
    parser.set_defaults(work=work)
    return parser


def staff_command(commands: Subparsers, name: str, work: Work, *, sentence: str) -> argparse.ArgumentParser:
    """A command that names who does it."""
    parser = command(commands, name, work, sentence=sentence)
    parser.add_argument("--as", dest="login", required=True, metavar="LOGIN", help="sign-in name of who does it")
    return parser


def person_of(desk: Desk, login: str) -> str:
    """The id behind a sign-in name. Raises BadInput."""
    account = desk.people.by_login(login)
    if account is None:
        raise BadInput("There is no such sign-in name.", "Check the spelling.")
    return account.person.id


def new_secret(login: str) -> str:
    """The password of an account that is being made."""
    return os.environ.get("CONSENT_NEW_PASSWORD") or getpass.getpass(f"New password of {login}: ")


def sha256(given: str) -> str:
    """SHA-256 in hexadecimal, as openssl prints it or as it is kept."""
    bare = given.replace(":", "").lower()
    if not re.fullmatch("[0-9a-f]{64}", bare):
        raise argparse.ArgumentTypeError("a SHA-256 has 64 hexadecimal digits")
    return bare
