"""The day of the procedure, as the fold of its events: how far it is, and what was said on it.

Decides what may happen next on the day. It runs beside the paperwork: a document may still be on its way to the chart
while the checklist is asked, so an event of the day asks both tables (``MOVES`` here, ``TRANSITIONS`` of the episode).

Invariants:
- ``MOVES`` is the whole truth about the order of the day; an event outside it cannot be folded.
- Nothing leads from a withdrawal to a start; a new consent is a new record (catalogue D12, D14).
- Once the procedure has started, what ends it is always possible (H13).

Refuses to know the clock, and which items a template has: ``arrival`` and ``timeout`` ask those.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar

from consent.errors import WrongState
from consent.model import events_day as ev
from consent.model.entry import Recorded


class Stage(StrEnum):
    """How far the day of the procedure is."""

    AHEAD = "ahead"
    ARRIVED = "arrived"
    TIME_OUT = "time_out"
    HALTED = "halted"
    STARTED = "started"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


_BEFORE = (Stage.ARRIVED, Stage.TIME_OUT, Stage.HALTED)


Place = TypeVar("Place", bound=StrEnum)


def stays(*places: Place) -> dict[Place, Place]:
    """An event that may come at these places and leaves each where it is, for a table of what may follow."""
    return {place: place for place in places}


MOVES: dict[str, dict[Stage, Stage]] = {
    "ConsentConfirmed": {Stage.AHEAD: Stage.ARRIVED} | stays(*_BEFORE),
    "PreparationChecked": {Stage.AHEAD: Stage.ARRIVED} | stays(*_BEFORE),
    "ExceptionDecided": stays(*_BEFORE),
    "ConsentWithdrawn": dict.fromkeys((Stage.AHEAD, *_BEFORE), Stage.WITHDRAWN) | stays(Stage.STARTED, Stage.ENDED),
    "TimeOutBegun": {Stage.ARRIVED: Stage.TIME_OUT} | stays(Stage.TIME_OUT),
    "TimeOutAgreed": stays(Stage.TIME_OUT),
    "TimeOutHalted": {Stage.TIME_OUT: Stage.HALTED},
    "HaltResolved": {Stage.HALTED: Stage.ARRIVED},
    "TimeOutCompleted": stays(Stage.TIME_OUT),
    "TimeOutLapsed": {Stage.TIME_OUT: Stage.ARRIVED},
    "ProcedureStarted": {Stage.TIME_OUT: Stage.STARTED},
    "ProcedureEnded": {Stage.STARTED: Stage.ENDED} | stays(Stage.ENDED),
    "EndingExplained": stays(Stage.ENDED),
}
"""Event kind -> stage before -> stage after. What is not here cannot happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The last answer to one item, and what was decided about it since."""

    answer: ev.PreparationChecked
    at: str
    decided: ev.ExceptionDecided | None = None
    decided_at: str = ""

    @property
    def open(self) -> bool:
        """Not as it should be, and nobody entitled has said that it goes ahead."""
        return self.answer.answer == "no" and (self.decided is None or self.decided.outcome != "goes_ahead")

    @property
    def postponed(self) -> bool:
        """Somebody decided that it is not done today."""
        return self.open and self.decided is not None and self.decided.outcome == "postponed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What the patient last said on the day, and when."""

    event: ev.ConsentConfirmed
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOut:
    """One reading of the time-out: who read it, which cards were agreed to, and how it ended."""

    begun: ev.TimeOutBegun
    begun_at: str
    agreed: tuple[str, ...] = ()
    last_at: str = ""
    """When the last card was answered, or the first shown."""
    halted: ev.TimeOutHalted | None = None
    completed_at: str = ""

    @property
    def name(self) -> str:
        """Its name."""
        return self.begun.time_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """That the patient took the consent back, when, and at which stage of the day."""

    event: ev.ConsentWithdrawn
    at: str
    stage: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What is known about the day after some number of its events."""

    stage: Stage = Stage.AHEAD
    confirmed: Confirmed | None = None
    checked: dict[str, Checked] = field(default_factory=dict)
    time_out: TimeOut | None = None
    """The last one that was begun."""
    started_at: str = ""
    started_on: str = ""
    """The time-out that it started on."""
    ended: ev.ProcedureEnded | None = None
    ended_at: str = ""
    explained: tuple[ev.EndingExplained, ...] = ()
    withdrawn: Withdrawn | None = None
    at: str = ""
    """When the last of these happened."""

    @property
    def stopped(self) -> bool:
        """Whether it ended otherwise than finished."""
        return self.ended is not None and self.ended.how != "finished"


def lived(day: Day, one: Recorded[Any]) -> Day | None:
    """The day after one more event; None where ``MOVES`` does not allow it."""
    stage = MOVES[one.event.kind].get(day.stage)
    return None if stage is None else replace(_APPLY[one.event.kind](day, one), stage=stage, at=one.header.at)


def check_move(day: Day, kind: str, *, consented: bool) -> None:
    """This kind of event may come next on the day.

    Raises:
        WrongState: It may not, or there is no consent that both signed.
    """
    if not consented:
        raise WrongState("There is no signed consent.", "It needs both signatures first.")
    if day.stage not in MOVES[kind]:
        taken = day.withdrawn is not None
        raise WrongState("The patient has withdrawn the consent." if taken else "This record is not at that step now.")


def _checked(day: Day, one: Recorded[ev.PreparationChecked]) -> Day:
    here = Checked(answer=one.event, at=one.header.at)
    return replace(day, checked={**day.checked, one.event.item: here})


def _decided(day: Day, one: Recorded[ev.ExceptionDecided]) -> Day:
    known = day.checked.get(one.event.item)
    if known is None:
        return day
    here = replace(known, decided=one.event, decided_at=one.header.at)
    return replace(day, checked={**day.checked, one.event.item: here})


def _begun(day: Day, one: Recorded[ev.TimeOutBegun]) -> Day:
    return replace(day, time_out=TimeOut(begun=one.event, begun_at=one.header.at, last_at=one.header.at))


def _of(day: Day, name: str, change: Callable[[TimeOut], TimeOut]) -> Day:
    known = day.time_out
    return day if known is None or known.name != name else replace(day, time_out=change(known))


def _agreed(day: Day, one: Recorded[ev.TimeOutAgreed]) -> Day:
    here = one.event
    return _of(
        day, here.time_out, lambda known: replace(known, agreed=(*known.agreed, here.card), last_at=one.header.at)
    )


def _halted(day: Day, one: Recorded[ev.TimeOutHalted]) -> Day:
    return _of(day, one.event.time_out, lambda known: replace(known, halted=one.event, last_at=one.header.at))


def _completed(day: Day, one: Recorded[ev.TimeOutCompleted]) -> Day:
    return _of(day, one.event.time_out, lambda known: replace(known, completed_at=one.header.at))


_APPLY: dict[str, Callable[[Day, Any], Day]] = {
    "ConsentConfirmed": lambda d, one: replace(d, confirmed=Confirmed(event=one.event, at=one.header.at)),
    "ConsentWithdrawn": lambda d, one: replace(
        d, withdrawn=Withdrawn(event=one.event, at=one.header.at, stage=d.stage)
    ),
    "PreparationChecked": _checked,
    "ExceptionDecided": _decided,
    "TimeOutBegun": _begun,
    "TimeOutAgreed": _agreed,
    "TimeOutHalted": _halted,
    "HaltResolved": lambda d, _: replace(d, time_out=None),
    "TimeOutCompleted": _completed,
    "TimeOutLapsed": lambda d, _: replace(d, time_out=None),
    "ProcedureStarted": lambda d, one: replace(d, started_at=one.header.at, started_on=one.event.time_out),
    "ProcedureEnded": lambda d, one: replace(d, ended=one.event, ended_at=one.header.at),
    "EndingExplained": lambda d, one: replace(d, explained=(*d.explained, one.event)),
}
