"""How long a record is kept: legal holds, and the erasure of what it says by two persons.

Decides who does it, and what is written down of it.

Invariants:
- One person proposes, another one agrees within a stated time; then all of it happens in one commit: what the events
  said, the documents and the strokes go, and one last event says so.
- Before that, all entries have their place in the log under a signed checkpoint, and that event carries the proof.
- A hold is asked for in that very commit: one that was set meanwhile wins.

Refuses to erase what lies elsewhere: the chart, backups and copies that left are not this program's to erase.
"""

from dataclasses import dataclass
from datetime import date

from consent.errors import AlreadyDone, NotFound, StaleEpisode
from consent.model.episode import Episode
from consent.model.erasure import check_apart, check_erasable, check_second, kept_until, standing
from consent.model.events_keeping import ErasureDropped, ErasureProposed, HoldLifted, HoldSet, Reason, RecordErased, Why
from consent.model.made import Made
from consent.model.moments import day_of
from consent.model.signature import inks_of
from consent.model.status import ERASABLE
from consent.words import say
from consent.workflow import log
from consent.workflow.accept import accepting
from consent.workflow.desk import Decision, Desk, change, just, load, stream_of
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit


@ruled
def set_hold(desk: Desk, visit: Visit, *, episode: str, why: Why, matter: str) -> Episode:
    """Nothing of a record may be erased from now on, for this matter; a proposal to erase it is void.

    Raises:
        BadInput: The number of the matter is none.
        AlreadyDone: The record is held for this matter.
        WrongState: It was erased.
    """
    with accepting("The number of the matter"):
        hold = HoldSet(why=why, matter=matter, by=visit.staff.ref)

    def decide(now: Episode) -> Decision:
        if hold.matter in now.keeping.holds:
            raise AlreadyDone(say("hold.again"), say("hold.again_next"))
        return just(hold)

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


@ruled
def lift_hold(desk: Desk, visit: Visit, *, episode: str, matter: str) -> Episode:
    """The hold for this matter is over; others go on. Raises NotFound."""

    def decide(now: Episode) -> Decision:
        if matter not in now.keeping.holds:
            raise NotFound(say("hold.none"), say("hold.none_next"))
        return just(HoldLifted(matter=matter, by=visit.staff.ref))

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


@ruled
def propose(desk: Desk, visit: Visit, *, episode: str, reason: Reason) -> Episode:
    """Propose to erase what a record says.

    Raises:
        NotAllowed: It is held, its time is not over, or the person treats the patient in it.
        WrongState: It is neither finished nor left open.
        AlreadyDone: A proposal stands.
        StoreRefused: This program could not erase it.
    """
    desk.ledger.check_may_erase()

    def decide(now: Episode) -> Decision:
        _check(desk, visit, now, reason=reason)
        if standing(now, at=desk.now()):
            raise AlreadyDone(say("erase.again"), say("erase.again_next"))
        return just(ErasureProposed(reason=reason, by=visit.staff.ref))

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


@ruled
def drop(desk: Desk, visit: Visit, *, episode: str) -> Episode:
    """Take a proposal back, one's own or another person's. Raises NotFound."""

    def decide(now: Episode) -> Decision:
        if now.keeping.proposal is None:
            raise NotFound(say("erase.none"), say("erase.none_next"))
        return just(ErasureDropped(by=visit.staff.ref))

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


@ruled
def agree(desk: Desk, visit: Visit, *, episode: str) -> Episode:
    """Agree to what another person proposed: what the record says is erased now, for good.

    Raises:
        NotAllowed: It is the same person or one who treats the patient, the record is held, or its time is not over.
        WrongState: Nobody has proposed it, or too long ago; or the record is not at its end.
        StaleEpisode: Something happened to it at this moment.
        StoreRefused: This program may not erase in this database.
        SealRefused: The key of the log cannot be used.
    """
    _agreed(desk, visit, load(desk, episode))
    stood = log.anchor(desk, stream=stream_of(episode))

    def decide(now: Episode) -> Decision:
        proposal = _agreed(desk, visit, now)
        if stood.entry != now.version:
            raise StaleEpisode("Something happened to this record just now.")
        event = RecordErased(
            reason=proposal.event.reason,
            years=desk.retention_years,
            proposal=proposal.number,
            proposed=proposal.event.by,
            proposed_at=proposal.at,
            agreed=visit.staff.ref,
            events=now.version,
            documents=now.documents,
            stood=stood,
        )
        inks = (inks_of(one.event.mark) for one in (now.signed, now.attested) if one)
        return Decision(events=(event,), erase=True, freed=tuple(ink for some in inks for ink in some))

    return change(desk, visit.stamp(desk), episode=episode, decide=decide, retry=False)


def _agreed(desk: Desk, visit: Visit, now: Episode) -> Made[ErasureProposed]:
    proposal = check_second(now, visit.staff.id, at=desk.now())
    _check(desk, visit, now, reason=proposal.event.reason)
    return proposal


def _check(desk: Desk, visit: Visit, now: Episode, *, reason: Reason) -> None:
    check_erasable(now, reason=reason, years=desk.retention_years, today=_today(desk))
    check_apart(now, visit.staff.id)


def _today(desk: Desk) -> date:
    return day_of(desk.now(), desk.clinic.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A record whose time is over, the last day on which it had to be kept, and who has proposed to erase it."""

    episode: str
    until: date
    proposed: str = ""


@ruled
def due(desk: Desk, visit: Visit) -> tuple[Due, ...]:
    """The records whose time is over and that nothing holds; none unless the clinic has said how long it keeps them."""
    years, today = desk.retention_years, _today(desk)
    if not years:
        return ()
    rows = desk.ledger.in_status(visit.scope, *(status.value for status in ERASABLE))
    old = (row.episode for row in rows if int(row.appointment[:4]) + years <= today.year)
    found = [(now, kept_until(now, years=years)) for now in (load(desk, episode) for episode in old)]
    return tuple(
        Due(episode=now.id, until=until, proposed=_proposer(now, at=desk.now()))
        for now, until in found
        if today > until and not now.keeping.holds
    )


def _proposer(now: Episode, *, at: str) -> str:
    proposal = standing(now, at=at)
    return proposal.event.by.name if proposal else ""
