"""What is printed at start: why it is refused, or the one-time token that stands for a default account.

Decides nothing. Refuses to print anything else: the log keeps kinds and places, no sentences.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from consent.errors import ConsentError
from consent.words import say
from consent.workflow import accounts
from consent.workflow.desk import Desk


def announce(desk: Desk) -> None:
    """Print how to make the first administrator, when nobody has an account yet (catalogue K7)."""
    if desk.clinic.mode == "production" and not desk.people.all():
        sys.stderr.write(say("first.announce", token=accounts.first_token(desk)) + "\n")


@contextmanager
def refusals_told() -> Iterator[None]:
    """Print why the start was refused, and what to do."""
    try:
        yield
    except ConsentError as error:
        sys.stderr.write(f"{error}\n")
        raise
