"""From the last signature to the finished document: intent, build, check, then document and event together.

Decides when a document is finished. The worker and the sweep are the same function: whatever died half-way is taken up
again from the pristine input.

Invariants:
- The signature has its place in the log, under a checkpoint, before the document is begun: it carries the proof.
- The intent (``SealBegun``) fixes the document's time: every try gives the same bytes, before they are sealed.
- Document, event and what is owed to the outlets are kept in one commit: exactly one document an episode.
- A lease lets one worker do this at a time, and is given back after each round; two would do no harm, only work.

Refuses to keep a document that does not pass its own check.
"""

from contextlib import suppress
from datetime import timedelta

from consent.errors import AlreadyDone, ConsentError
from consent.model import canon
from consent.model.blocks import digest as blocks_digest
from consent.model.document import document
from consent.model.episode import Episode
from consent.model.events import SealBegun, Sealed, SealFailed
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.workflow import log, notices
from consent.workflow.deliver import deliver_due
from consent.workflow.desk import SYSTEM, Decision, Desk, change, just, load, row_of, stream_of
from consent.workflow.finish import finished
from consent.workflow.proof import inside
from consent.workflow.upgrade import upgrade_due

LEASE = "seal"
LEASE_SECONDS = 20
_SIGNED = (Status.ATTESTED, Status.REFUSED)
_TO_SEAL = (*_SIGNED, Status.SEALING)


def seal(desk: Desk, *, episode: str) -> Episode:
    """Finish one episode's document; nothing happens when it is finished already.

    Raises:
        Broken: The document or its seal does not pass its own check; it is not kept.
        Unprintable: A character has no sign (refused at entry already; this is the last defence).
        SealRefused: The clinic's key, or that of the log, cannot be used.
    """
    now = load(desk, episode)
    if now.status in _SIGNED:
        begun = (log.anchor(desk, stream=stream_of(episode)), SealBegun(at=desk.now()))
        now = change(
            desk,
            desk.stamp(actor=SYSTEM.actor),
            episode=episode,
            decide=lambda now: just(*begun) if now.status in _SIGNED else just(),
        )
    if now.status is not Status.SEALING or now.sealing is None:
        return now
    made = document(now)
    done = finished(desk, made, inside(made, desk.ledger.entries(stream_of(episode))[: now.sealing.number]))
    sealed = Sealed(document=done.certified.document, size=len(done.content), blocks=blocks_digest(made.blocks))
    stored, owed = done.stored(episode=episode, kind=now.outcome), done.owed(desk, episode=episode)
    with suppress(AlreadyDone):
        change(
            desk,
            desk.stamp(actor=SYSTEM.actor),
            episode=episode,
            decide=lambda now: (
                Decision(events=(done.certified, sealed), document=stored, outbox=owed)
                if now.status is Status.SEALING
                else just()
            ),
        )
    return load(desk, episode)


def waiting(desk: Desk) -> tuple[str, ...]:
    """Episodes whose document is not finished yet."""
    return tuple(row.episode for row in desk.ledger.in_status(EVERYTHING, *(status.value for status in _TO_SEAL)))


def work_once(desk: Desk) -> int:
    """One round of the worker: seal what waits, make notices, deliver what is owed. Gives how many steps succeeded.

    One episode that cannot be sealed or delivered does not hold up the others; it stays visible on the lists. After a
    worker's death the lease ends by itself.
    """
    if not (waiting(desk) or notices.waiting(desk) or desk.ledger.owed(now=desk.now())):
        return 0
    holder, now = desk.entropy.name("w"), desk.clock.now()
    until = canon.instant(now + timedelta(seconds=LEASE_SECONDS))
    if not desk.ledger.lease(LEASE, holder=holder, now=canon.instant(now), until=until):
        return 0
    try:
        return _seal_waiting(desk) + notices.make_waiting(desk) + deliver_due(desk) + upgrade_due(desk)
    finally:
        desk.ledger.lease(LEASE, holder=holder, now=desk.now(), until="")


def _seal_waiting(desk: Desk) -> int:
    done = 0
    for episode in waiting(desk):
        try:
            done += seal(desk, episode=episode).sealed is not None
        except ConsentError as error:
            _failed(desk, episode=episode, reason=error.what)
    return done


def _failed(desk: Desk, *, episode: str, reason: str) -> None:
    """Keep why it failed, once, so that the lists show it; the same failure again adds nothing."""
    failed = SealFailed(reason=reason)
    stamp = desk.stamp(actor=SYSTEM.actor)
    with suppress(ConsentError):
        change(
            desk,
            stamp,
            episode=episode,
            decide=lambda now: just() if now.last_problem == reason or now.sealed else just(failed),
        )


def rebuild(desk: Desk) -> int:
    """Make the worklist again from the events. Gives the number of rows."""
    episodes = [name.removeprefix("episode:") for name in desk.ledger.streams("episode:")]
    rows = [row_of(load(desk, episode)) for episode in episodes]
    desk.ledger.replace_rows(rows)
    return len(rows)
