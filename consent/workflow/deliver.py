"""Finished documents leave: to the chart by the outbox, to a person by an export that is written down first.

Decides what goes with a document and when a delivery is tried again.

Invariants:
- What is owed was written in the same commit as the document; a delivery is idempotent by the document's digest.
- An export's event is appended before any byte leaves (G12); when it cannot be, nothing leaves (G13).

Refuses to give up: a failed delivery stays owed, visibly.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

from consent.errors import Broken, ConsentError, NotFound, WrongState
from consent.model import canon
from consent.model import document as blocks
from consent.model.blocks import Document
from consent.model.blocks import digest as blocks_digest
from consent.model.entry import Recorded
from consent.model.episode import Episode, fold
from consent.model.events import Delivered, DeliveryFailed, Sealed
from consent.model.events_beside import DocumentExported, RecordViewed
from consent.model.events_notices import NoticeDelivered, NoticeSealed
from consent.model.events_register import LargePrintExported
from consent.model.events_seal import SealUpgraded, UpgradeDelivered
from consent.model.large_print import large_print
from consent.model.notice import notice
from consent.model.noticed import Notice
from consent.model.status import LEFT_OPEN, Status
from consent.ports import EVERYTHING, OutboxItem, Outlet, StoredDocument, WorklistRow
from consent.words import say
from consent.workflow import keyring
from consent.workflow.desk import SYSTEM, Decision, Desk, change, just, load, note, stream_of
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit

Told_co = TypeVar("Told_co", covariant=True)
MOST_MINUTES = 60
_WITH_PATIENT = (Status.READING, Status.READ, Status.DISCUSSED)


def metadata(episode: Episode, later: SealUpgraded | None = None) -> bytes:
    """What a chart wants to know beside the PDF, as canonical JSON; with the file that took its place, of that one.

    Raises:
        NotFound: There is no finished document.
    """
    if episode.sealed is None:
        raise NotFound("There is no finished document.")
    plan, sealed = episode.plan, episode.sealed
    return canon.canonical(
        {
            "schema": 1,
            "episode": episode.id,
            "outcome": episode.standing,
            "patient": {"name": plan.patient.name, "birth_date": plan.patient.birth_date, "mrn": plan.patient.mrn},
            "procedure": {"id": episode.ref.id, "version": episode.ref.version, "title": episode.template.title},
            "template_digest": episode.ref.digest,
            "appointment": episode.appointment,
            "facility": plan.clinic.facility,
            "clinician": plan.clinician.name,
            "mode": plan.clinic.mode,
            **_file(later or sealed.event),
            "signed_at": episode.signed.at if episode.signed else None,
            "attested_at": episode.attested.at if episode.attested else None,
            "refused_at": episode.refused.at if episode.refused else None,
            "sealed_at": sealed.at,
        }
    )


def _file(of: Sealed | NoticeSealed | SealUpgraded) -> dict[str, canon.Json]:
    described: canon.Json = {"sha256": of.document, "size": of.size, "type": "application/pdf"}
    return {"document": described} | ({"replaces": of.of} if isinstance(of, SealUpgraded) else {})


def notice_metadata(episode: Episode, told: Notice, later: SealUpgraded | None = None) -> bytes:
    """The same of a notice: what it is, and which document it belongs to.

    Raises:
        NotFound: The notice is not made.
    """
    sealed, plan = told.sealed, episode.plan
    if sealed is None:
        raise NotFound("There is no finished document.")
    return canon.canonical(
        {
            "schema": 1,
            "episode": episode.id,
            "patient": {"name": plan.patient.name, "birth_date": plan.patient.birth_date, "mrn": plan.patient.mrn},
            "procedure": {"id": episode.ref.id, "version": episode.ref.version, "title": episode.template.title},
            "facility": plan.clinic.facility,
            "mode": plan.clinic.mode,
            **_file(later or sealed.event),
            "notice": {
                "of": told.of,
                "belongs_to": sealed.event.about,
                "before": told.before or None,
                "by": told.told.event.by.name,
                "at": told.told.at,
            },
            "sealed_at": sealed.at,
        }
    )


def deliver_due(desk: Desk) -> int:
    """Deliver what is owed and due. Gives how many deliveries succeeded."""
    outlets = {outlet.name: outlet for outlet in desk.outlets}
    done = 0
    for item in desk.ledger.owed(now=desk.now()):
        outlet = outlets.get(item.outlet)
        if outlet is None:
            continue
        try:
            _deliver(desk, outlet, item)
        except ConsentError as error:
            with suppress(ConsentError):
                _postpone(desk, item, reason=error.what)
        else:
            done += 1
    return done


def _deliver(desk: Desk, outlet: Outlet, item: OutboxItem) -> None:
    document, now = desk.ledger.document(EVERYTHING, item.document), load(desk, item.episode)
    told, later = now.notice(item.document), now.later(item.document)
    name = outlet.deliver(document, metadata=notice_metadata(now, told, later) if told else metadata(now, later))
    what = UpgradeDelivered if later else NoticeDelivered if told else Delivered
    delivered = what(outlet=outlet.name, document=item.document, name=name)

    def decide(now: Episode) -> Decision:
        if outlet.name in _having(now, item.document):
            return just()
        return Decision(events=(delivered,), settled=(item.id,))

    change(desk, desk.stamp(actor=SYSTEM.actor), episode=item.episode, decide=decide)


def _having(now: Episode, document: str) -> tuple[str, ...]:
    """The outlets that have a document of this record."""
    if now.later(document):
        return tuple(outlet for outlet, has in now.having_upgraded if has == document)
    told = now.notice(document)
    return told.outlets if told else now.outlets


def _postpone(desk: Desk, item: OutboxItem, *, reason: str) -> None:
    attempt = item.attempts + 1
    wait = timedelta(minutes=min(2 ** min(item.attempts, 10), MOST_MINUTES))
    desk.ledger.postpone(item, due=canon.instant(desk.clock.now() + wait))
    failed = DeliveryFailed(outlet=item.outlet, document=item.document, reason=reason, attempt=attempt)
    change(
        desk,
        desk.stamp(actor=SYSTEM.actor),
        episode=item.episode,
        decide=lambda now: just() if item.outlet in _having(now, item.document) else just(failed),
    )


@ruled
def today(desk: Desk, visit: Visit, *, since: str, until: str) -> tuple[WorklistRow, ...]:
    """The patients within this visit's reach with an appointment in [since, until), but for drafts that were closed."""
    rows = desk.ledger.worklist(visit.scope, since=since, until=until)
    return tuple(row for row in rows if row.status not in LEFT_OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Questions that wait for somebody: how many, since when the oldest does, and in which record."""

    count: int
    since: str
    episode: str


@ruled
def waiting(desk: Desk, visit: Visit) -> Waiting | None:
    """The open questions that wait for this very person; None when there are none."""
    rows = desk.ledger.in_status(visit.scope, *(status.value for status in _WITH_PATIENT))
    asked = [(*line.split(), row.episode) for row in rows for line in row.waiting.splitlines()]
    mine = sorted((since, episode) for person, since, episode in asked if person == visit.staff.id)
    return Waiting(count=len(mine), since=mine[0][0], episode=mine[0][1]) if mine else None


@ruled
def view(desk: Desk, visit: Visit, *, episode: str) -> Episode:
    """Open a record: who looked is kept before anything is shown, once a visit and record."""
    found = load(desk, episode)
    stream = f"access:{episode}"
    seen = any(
        isinstance(one.event, RecordViewed) and one.header.sign_in == visit.session.id
        for one in desk.ledger.read(stream)
    )
    if not seen:
        note(desk, visit.stamp(desk), stream=stream, events=[RecordViewed()])
    if visit.session.opened != episode:
        desk.sessions.note_opened(visit.session.id, episode=episode, now=desk.now())
    return found


@ruled
def who_looked(desk: Desk, visit: Visit, *, episode: str) -> tuple[Recorded, ...]:  # noqa: ARG001 - its rule asks who
    """Who opened this record or took its document, in order, with broken glasses and their reviews."""
    return desk.ledger.read(f"access:{episode}")


@ruled
def is_unchanged(desk: Desk, visit: Visit, *, episode: str) -> bool:
    """Whether the finished document is still the one that was sealed: its bytes against the digest in the record.

    Reading the record has checked its events already: each holds the digest of the one before.
    """
    sealed = load(desk, episode).sealed
    try:
        return sealed is not None and bool(desk.ledger.document(visit.scope, sealed.event.document))
    except (Broken, NotFound):
        return False


class Judge(Protocol[Told_co]):
    """Comes to a verdict on a sealed file (``consent.seal.verdict``)."""

    def __call__(self, pdf: bytes, *, pinned: frozenset[str], episode: str) -> Told_co:
        """The verdict."""
        ...


@ruled
def judged(desk: Desk, visit: Visit, *, episode: str, judge: Judge[Told_co]) -> Told_co:
    """The verdict on the newest file of a record, by every key that this clinic has sealed with.

    Raises:
        NotFound: There is no finished document.
        Broken: Its bytes are not what they were.
    """
    now = load(desk, episode)
    if now.sealed is None:
        raise NotFound("There is no finished document.")
    content = desk.ledger.document(visit.scope, now.newest).content
    return judge(content, pinned=keyring.pinned(desk), episode=episode)


@ruled
def export_large(desk: Desk, visit: Visit, *, document: str) -> bytes:
    """A copy of a document in large print, made anew of the blocks that were sealed; that it leaves is written first.

    Raises:
        NotFound: There is no such document, or its record is not within reach.
        Broken: Its bytes are not what they were.
        WrongState: This program would no longer write the same blocks.
    """
    stored = desk.ledger.document(visit.scope, document)
    made, sealed = _remade(desk, stored)
    if blocks_digest(made.blocks) != sealed:
        raise WrongState(say("record.no_large"), say("record.no_large_next"))
    pdf = desk.press.enlarge(large_print(made, digest=document))
    desk.press.check(pdf)
    note(
        desk,
        visit.stamp(desk),
        stream=f"access:{stored.episode}",
        events=[LargePrintExported(document=document)],
    )
    return pdf


def _remade(desk: Desk, stored: StoredDocument) -> tuple[Document, str]:
    """The document as this program makes it now, and the digest of the blocks that were sealed."""
    recorded = desk.ledger.read(stream_of(stored.episode))
    told = (now := fold(stored.episode, recorded)).notice(stored.digest)
    if told and told.sealed:
        return notice(now, told), told.sealed.event.blocks
    upto = next(place for place, one in enumerate(recorded, 1) if isinstance(one.event, Sealed))
    episode = fold(stored.episode, recorded[:upto])
    return blocks.document(episode), episode.sealed.event.blocks if episode.sealed else ""


@ruled
def export(desk: Desk, visit: Visit, *, document: str) -> bytes:
    """The bytes of a document; that it leaves is written down first.

    Raises:
        NotFound: There is no such document, or its record is not within reach.
        Broken: Its bytes are not what they were.
    """
    stored = desk.ledger.document(visit.scope, document)
    event = DocumentExported(document=document)
    note(desk, visit.stamp(desk), stream=f"access:{stored.episode}", events=[event])
    return stored.content
