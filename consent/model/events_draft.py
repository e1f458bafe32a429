"""What becomes of a record that was left open: it is closed, and later what it says is erased.

Decides what these events say; ``events`` puts them into the one union.

Invariants:
- As in ``events``: a kind and a schema number, no secret, no free form.
- What outlives an erasure says who, when and how much; it holds nothing of a patient.

Refuses any other end: what was signed, refused or withdrawn is kept (catalogue D20).
"""

from typing import Annotated, Literal

from pydantic import Field

from consent.model.events_beside import Happening
from consent.model.values import Instant

Days = Annotated[int, Field(ge=1)]


class DraftClosed(Happening):
    """Nobody signed, and nobody touched it for so many days after its appointment: it was closed."""

    kind: Literal["DraftClosed"] = "DraftClosed"
    days: Days


class DraftErased(Happening):
    """So many days after it was closed, the contents of all its events before this one were erased."""

    kind: Literal["DraftErased"] = "DraftErased"
    closed: Instant
    days: Days
    events: Annotated[int, Field(ge=1)]


class StaffActionRefused(Happening):
    """The patient's tablet asked for what is for staff, so many times, and was refused (catalogue D9)."""

    kind: Literal["StaffActionRefused"] = "StaffActionRefused"
    times: Annotated[int, Field(ge=1)]
