"""Breaking the glass: a record of another unit opened in an emergency, with a reason, and reviewed afterwards.

Decides when somebody without need to know reaches a record all the same (45 CFR 164.312(a)(2)(ii)).

Invariants:
- Who does it knows the patient's record number and date of birth, gives a reason, and reaches the record for an
  hour, in this session only; that it happened is written, and alarmed, before anything is shown.
- Five misses close it for a quarter of an hour: a date of birth is not to be found by trying.
- Each broken glass waits for a review by somebody else.

Refuses to say whether a patient is known here to somebody whose identifiers do not match.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from consent.errors import AlreadyDone, BadInput, NoMatch, NotAllowed
from consent.mishap import alarm
from consent.model import canon
from consent.model.events_beside import AccessReviewed, GlassBroken, GlassMissed
from consent.ports import Glass, WorklistRow
from consent.workflow.accept import accepting
from consent.workflow.desk import Desk, note
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit

GLASS_LIFE = timedelta(hours=1)
MOST_MISSES = 5
CLOSED_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A broken glass that waits for its review, with what was given as the reason."""

    glass: Glass
    name: str
    reason: str


@ruled
def break_glass(desk: Desk, visit: Visit, *, mrn: str, birth_date: date, reason: str) -> tuple[WorklistRow, ...]:
    """Reach the records of a patient whom this visit does not need to know; gives them.

    Raises:
        NoMatch: No record has these identifiers; that somebody tried is kept, what they gave is not.
        BadInput: There is no reason.
    """
    if not reason.strip():
        raise BadInput("There is no reason.", "Say in a sentence why you need this record now.")
    moment = desk.clock.now()
    until = canon.instant(moment + GLASS_LIFE)
    with accepting("The reason"):
        events = [GlassBroken(glass="glass", reason=reason, until=until)]
    fishing = f"glass:{visit.staff.id}"
    if desk.attempts.closed([fishing], now=desk.now()):
        raise NoMatch("Too many tries did not match.", "Wait 15 minutes, or call the unit.")
    rows = desk.ledger.rows_of(mrn=mrn.strip(), birth_date=birth_date.isoformat())
    if not rows:
        note(desk, visit.stamp(desk), stream=f"person:{visit.staff.id}", events=[GlassMissed()])
        since, until_closed = canon.instant(moment - CLOSED_FOR), canon.instant(moment + CLOSED_FOR)
        now = canon.instant(moment)
        desk.attempts.count(fishing, now=now, since=since, most=MOST_MISSES, until=until_closed)
        alarm("glass_missed", person=visit.staff.id)
        raise NoMatch("No record has this number and date of birth.", "Check both with the wristband.")
    for row in rows:
        if desk.ledger.row(visit.scope, row.episode) is None:
            _break(desk, visit, row=row, event=events[0], at=canon.instant(moment))
    return rows


def _break(desk: Desk, visit: Visit, *, row: WorklistRow, event: GlassBroken, at: str) -> None:
    glass = Glass(
        id=desk.entropy.name("g"),
        episode=row.episode,
        person=visit.staff.id,
        session=visit.session.id,
        at=at,
        until=event.until,
    )
    named = event.model_copy(update={"glass": glass.id})
    note(desk, visit.stamp(desk), stream=f"access:{row.episode}", events=[named], glass=glass)
    alarm("glass_broken", person=visit.staff.id, episode=row.episode)


@ruled
def to_review(desk: Desk, visit: Visit) -> tuple[Waiting, ...]:
    """The broken glasses that wait for a review, oldest first; one's own among them are for somebody else."""
    return tuple(_waiting(desk, glass) for glass in desk.ledger.glasses() if glass.person != visit.staff.id)


def _waiting(desk: Desk, glass: Glass) -> Waiting:
    account = desk.people.by_id(glass.person)
    reasons = [
        one.event.reason
        for one in desk.ledger.read(f"access:{glass.episode}")
        if isinstance(one.event, GlassBroken) and one.event.glass == glass.id
    ]
    return Waiting(glass=glass, name=account.person.name if account else glass.person, reason=reasons[0])


@ruled
def review(
    desk: Desk, visit: Visit, *, glass: str, finding: Literal["justified", "not_justified"], remark: str = ""
) -> None:
    """Say whether a broken glass was justified.

    Raises:
        AlreadyDone: It was reviewed before, or there is no such glass.
        NotAllowed: It is one's own.
    """
    waiting = {one.id: one for one in desk.ledger.glasses()}
    if glass not in waiting:
        raise AlreadyDone("This was reviewed already.")
    mine = waiting[glass]
    if mine.person == visit.staff.id:
        raise NotAllowed("Nobody reviews what they opened themselves.", "Ask another reviewer.")
    with accepting("The remark"):
        event = AccessReviewed(glass=glass, finding=finding, note=remark, by=visit.staff.ref)
    reviewed = replace(mine, reviewed=True)
    note(desk, visit.stamp(desk), stream=f"access:{mine.episode}", events=[event], glass=reviewed)
