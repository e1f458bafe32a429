"""All of the log verified for whoever asks on a page, beside the running program.

Decides against what, and what is told of it to everybody who may ask.

Invariants:
- One runs at a time, in one process of its own: nobody at a bedside waits for it.
- It goes on when its page is left, until somebody stops it; what it came to is told until the next one begins.

Refuses to begin against a text that is no checkpoint of this log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from consent.workflow import browse, log
from consent.workflow.audit import Report
from consent.workflow.desk import Desk
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a verification is, or what it came to.

    Args:
        by: Who asked for it; empty: nobody has since the program started.
        at: When.
        running: Whether it still runs.
        told: How far it is.
        against: How many checkpoints from outside it holds the log against.
        report: What it came to; None, and it does not run: it was stopped, or broke off.
        stopped: Whether somebody stopped it.
    """

    by: str = ""
    at: str = ""
    running: bool = False
    told: str = ""
    against: int = 0
    report: Report | None = None
    stopped: bool = False


class Verifier(Protocol):
    """Verifies everything, once at a time."""

    def begin(self, *, notes: Sequence[bytes], keys: Sequence[str], by: str, at: str) -> None:
        """Begin against these checkpoints of a log with these keys. Raises WrongState: one runs already."""
        ...

    def stop(self) -> None:
        """Stop the one that runs."""
        ...

    def progress(self) -> Progress:
        """How far the last one is."""
        ...


@ruled
def begin(desk: Desk, visit: Visit, *, verifier: Verifier, outside: Sequence[bytes], brought: str = "") -> None:
    """Begin to verify everything against the folder's checkpoints and one that somebody brings.

    Raises:
        BadInput: What was brought is no checkpoint of this log.
        WrongState: One runs already.
    """
    notes = [one.note.written for one in browse.known(desk, outside, brought)]
    verifier.begin(notes=notes, keys=[str(one) for one in log.taken(desk.ledger)], by=visit.staff.name, at=desk.now())


@ruled
def stop(desk: Desk, visit: Visit, *, verifier: Verifier) -> None:  # noqa: ARG001 - its rule asks who
    """Stop the verification that runs."""
    verifier.stop()


@ruled
def progress(desk: Desk, visit: Visit, *, verifier: Verifier) -> Progress:  # noqa: ARG001 - its rule asks who
    """How far the last verification is, whoever began it."""
    return verifier.progress()
