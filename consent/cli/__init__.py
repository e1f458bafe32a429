"""The same verbs without a browser: ``python -m consent COMMAND``.

Decides how commands are named and what their exit status is.

Invariants:
- A staff command names who does it (``--as``) and proves it with a password.
- A patient's part can be played in a demo store only.
- Exit status: 0 done, 1 refused (one sentence and the next step on standard error), 2 wrong usage.

Refuses to print a stack trace or a secret.
"""

import argparse
import sys
from collections.abc import Sequence

from consent.cli import (
    accounts,
    backup,
    demo,
    doctor,
    keeping,
    log,
    moving,
    proof,
    replay,
    sealing,
    seeding,
    staff,
    store,
    talk,
    templates,
)
from consent.errors import ConsentError


def main(argv: Sequence[str]) -> int:
    """Run one command; gives the exit status."""
    arguments = parser().parse_args(argv)
    try:
        arguments.work(arguments)
    except ConsentError as error:
        print(f"{error.what} {error.next_step}".strip(), file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """All commands."""
    whole = argparse.ArgumentParser(prog="python -m consent", description="Bedside Consent without a browser.")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    groups = (
        demo,
        seeding,
        proof,
        replay,
        staff,
        talk,
        templates,
        keeping,
        accounts,
        store,
        backup,
        moving,
        sealing,
        log,
        doctor,
    )
    for group in groups:
        group.add(commands)
    return whole
