"""What happens to a record on the day of the procedure: checklist, time-out, start and end; and a withdrawal.

Decides what an episode's stream can say about that day; ``events`` puts it into the one union.

Invariants:
- As in ``events``: a kind and a schema number, no secret, no free form.
- Each names who did it; a time-out has a name, so that no answer counts for another one.

Refuses to judge what was found: outcomes are the words of a person.
"""

from typing import Annotated, Literal

from pydantic import Field

from consent.model.events_beside import Happening
from consent.model.people import PersonRef
from consent.model.text import Digest, Key, Note


class ConsentConfirmed(Happening):
    """The patient was asked on the day whether anything has changed and whether they still want it."""

    kind: Literal["ConsentConfirmed"] = "ConsentConfirmed"
    result: Literal["stands", "changed"]
    note: Note = ""
    by: PersonRef


class ConsentWithdrawn(Happening):
    """The patient took the consent back after it was signed. No reason is needed; the document stays as it was."""

    kind: Literal["ConsentWithdrawn"] = "ConsentWithdrawn"
    said: Note = ""
    by: PersonRef


class PreparationChecked(Happening):
    """One item of the checklist was asked on arrival: as it should be, not so, or it does not concern this patient."""

    kind: Literal["PreparationChecked"] = "PreparationChecked"
    item: Key
    answer: Literal["yes", "no", "not_applicable"]
    by: PersonRef


class ExceptionDecided(Happening):
    """What an item that is not as it should be leads to, and who takes it."""

    kind: Literal["ExceptionDecided"] = "ExceptionDecided"
    item: Key
    outcome: Literal["goes_ahead", "postponed", "clinician_decides", "measure_now"]
    owner: PersonRef
    note: Note = ""
    by: PersonRef


class TimeOutBegun(Happening):
    """Somebody who does not perform began to read the time-out."""

    kind: Literal["TimeOutBegun"] = "TimeOutBegun"
    time_out: Key
    reader: PersonRef


class TimeOutAgreed(Happening):
    """One card was said aloud and all agreed; ``shown`` is the digest of what stood on it."""

    kind: Literal["TimeOutAgreed"] = "TimeOutAgreed"
    time_out: Key
    card: Key
    shown: Digest


class TimeOutHalted(Happening):
    """Somebody did not agree: nothing starts before it is resolved."""

    kind: Literal["TimeOutHalted"] = "TimeOutHalted"
    time_out: Key
    card: Key
    shown: Digest


class HaltResolved(Happening):
    """Somebody entitled found out what it was; the time-out is read again from its start."""

    kind: Literal["HaltResolved"] = "HaltResolved"
    time_out: Key
    note: Annotated[Note, Field(min_length=1)]
    by: PersonRef


class TimeOutCompleted(Happening):
    """Every card was agreed to; it holds for ten minutes."""

    kind: Literal["TimeOutCompleted"] = "TimeOutCompleted"
    time_out: Key


class TimeOutLapsed(Happening):
    """The patient was turned, or somebody left the room: it is read again."""

    kind: Literal["TimeOutLapsed"] = "TimeOutLapsed"
    time_out: Key
    why: Literal["repositioned", "left_room"]


class ProcedureStarted(Happening):
    """The procedure began on this time-out. From here on nothing blocks."""

    kind: Literal["ProcedureStarted"] = "ProcedureStarted"
    time_out: Key


class ProcedureEnded(Happening):
    """It is over: finished, or stopped; said again, the last one counts."""

    kind: Literal["ProcedureEnded"] = "ProcedureEnded"
    how: Literal["finished", "stopped_by_patient", "stopped_by_us"]
    by: PersonRef


class EndingExplained(Happening):
    """What was behind a stop, written afterwards."""

    kind: Literal["EndingExplained"] = "EndingExplained"
    note: Annotated[Note, Field(min_length=1)]
    by: PersonRef


DayEvent = (
    ConsentConfirmed
    | ConsentWithdrawn
    | PreparationChecked
    | ExceptionDecided
    | TimeOutBegun
    | TimeOutAgreed
    | TimeOutHalted
    | HaltResolved
    | TimeOutCompleted
    | TimeOutLapsed
    | ProcedureStarted
    | ProcedureEnded
    | EndingExplained
)
