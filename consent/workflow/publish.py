"""Checkpoints of the log leave the database, and what others say of them comes back.

Decides when a target is asked, when it is late, and which cosignature counts.

Invariants:
- A target that does not answer holds nobody up: not the others, nobody who signs. It is left alone for a while after
  each failure, and told once; when it answers again it gets the newest checkpoint.
- A cosignature counts by a key that is known here, on a checkpoint that this log signed and that the log still is.
- A checkpoint of ours that the log does not lead to is an alarm: something was rewritten or lost.

Refuses to send anything but checkpoints, and the proof that one continues another: nothing of what anybody said.
"""

from datetime import UTC, datetime, timedelta
from functools import partial
from weakref import WeakKeyDictionary

from consent.errors import BadInput, Broken, Busy, ConsentError
from consent.mishap import alarm
from consent.model import canon, checkpoint
from consent.model import log as law
from consent.model.checkpoint import SignedCheckpoint
from consent.model.log import Frontier
from consent.model.note import Key
from consent.ports.log import COSIGNED, KeptCheckpoint, Sent, Target
from consent.workflow import log
from consent.workflow.desk import Desk

LATE = timedelta(hours=1)
"""For how long a target may be without the checkpoint that it wants before it is a trouble."""
RESTS = timedelta(minutes=1)
"""For how long a target that took nothing is left alone."""
_troubles: "WeakKeyDictionary[Target, tuple[str, str]]" = WeakKeyDictionary()
"""What was said last of a target that took nothing, and until when it is left alone, until it takes something."""


def tend(desk: Desk, *, whole: bool) -> int:
    """One round of the worker: places, a checkpoint when one is due, and whoever is to have it. Gives what it did."""
    done = log.sequence(desk, whole=whole)
    if log.is_due(desk):
        log.covered(desk)
        done += 1
    return done + publish(desk)


def publish(desk: Desk, *, at_once: bool = False) -> int:
    """Send the newest checkpoint to each target that wants it. Gives how many took it; who did not is told.

    Args:
        desk: The ports.
        at_once: Whether targets get it that have had another one lately.
    """
    kept, done = desk.log.newest(), 0
    if kept is None:
        return 0
    for target in desk.targets:
        before = desk.log.sent(target.name)
        _, until = _troubles.get(target, ("", ""))
        if desk.now() < until or not (at_once or _wants(desk, target, before)) or (before and before.size >= kept.size):
            continue
        try:
            _send(desk, target, kept, before=before.size if before else 0)
        except ConsentError as error:
            _told(desk, target, error.what)
            continue
        _troubles.pop(target, None)
        desk.log.note_sent(target.name, Sent(kept.size, desk.now()))
        done += 1
    return done


def _wants(desk: Desk, target: Target, before: Sent | None) -> bool:
    return before is None or before.at <= canon.instant(desk.clock.now() - target.every)


def _send(desk: Desk, target: Target, kept: KeptCheckpoint, *, before: int) -> None:
    """Send, and take in the cosignatures that come back; those of others are passed over."""
    proof = partial(law.consistency_proof, newer=kept.size, hash_at=desk.log.hash_at)
    if answer := target.send(kept, before=before, proof=proof):
        signed = checkpoint.read_any(kept.note + answer, log.taken(desk.ledger), cosigners=desk.cosigners)
        if signed is None:
            raise Busy("A host for checkpoints answered with something that is no cosignature, or a wrong one.")
        _keep(desk, signed)


def _told(desk: Desk, target: Target, problem: str) -> None:
    """Leave a target alone for a while; raise an alarm, once as long as it is the same."""
    if target.held() > desk.log.size():
        problem = _LOST.what
    if _troubles.get(target, ("", ""))[0] != problem:
        alarm("checkpoint", target=target.name, problem=problem)
    _troubles[target] = problem, canon.instant(desk.clock.now() + RESTS)


def take(desk: Desk, raw: bytes) -> SignedCheckpoint:
    """Take in a checkpoint that cosigners signed elsewhere.

    Raises:
        BadInput: It is not this log's, nobody known here cosigned it, or there is no place for it.
        Broken: The log is not the one that it covers.
        Busy: The place for it did not take it.
    """
    signed = checkpoint.read_any(raw, log.taken(desk.ledger), cosigners=desk.cosigners)
    if signed is None:
        raise BadInput(
            "This is no checkpoint of this log, or a signature on it is wrong.",
            "Ask for the one that `python -m consent checkpoint` printed, cosigned.",
        )
    if desk.beside is None or not signed.seen:
        what = "Nobody known here cosigned this checkpoint." if desk.beside else "There is no place for cosignatures."
        raise BadInput(what, "Name the cosigners' keys in CONSENT_COSIGNERS, and a folder in CONSENT_CHECKPOINTS.")
    head = signed.checkpoint.head
    if head.size > desk.log.size() or Frontier.stored(head.size, desk.log.hash_at).head != head:
        alarm("checkpoint", problem="A cosigned checkpoint covers another log than this one is now.")
        raise Broken(
            "The log is not the one that this checkpoint covers: something was rewritten or lost.",
            "Stop the app, keep both, and run `python -m consent verify --all --checkpoint` with that file.",
        )
    _keep(desk, signed)
    return signed


def _keep(desk: Desk, signed: SignedCheckpoint) -> None:
    for one in signed.seen:
        if desk.beside is not None:
            desk.beside.keep(signed.checkpoint.head.size, _ending(one.cosigner), signed.note.written)


def _ending(cosigner: Key) -> str:
    return f"{cosigner.id.hex()}.{COSIGNED}"


def cosigned(desk: Desk) -> tuple[tuple[str, Sent | None], ...]:
    """Each known cosigner, how many entries it last saw the log continue up to, and when; None: nothing yet."""
    return tuple((one.name, _seen(desk, one)) for one in desk.cosigners)


def _seen(desk: Desk, cosigner: Key) -> Sent | None:
    raw = desk.beside.last(_ending(cosigner)) if desk.beside else None
    signed = checkpoint.read_any(raw, log.taken(desk.ledger), cosigners=(cosigner,)) if raw else None
    if signed is None or not signed.seen:
        return None
    at = canon.instant(datetime.fromtimestamp(signed.seen[0].moment, UTC))
    return Sent(signed.checkpoint.head.size, at)


def check_outside(desk: Desk) -> None:
    """Hold what is outside against the log. Raises Broken when somebody has a checkpoint over more than there is."""
    if any(target.held() > desk.log.size() for target in desk.targets):
        raise Broken(_LOST.what, _LOST.next_step)


def late(desk: Desk) -> tuple[str, ...]:
    """Which targets lack the newest checkpoint, and should have got one an hour ago, or never had one."""
    kept, now = desk.log.newest(), desk.clock.now()
    if kept is None:
        return ()
    sent = ((target, desk.log.sent(target.name)) for target in desk.targets)
    return tuple(
        target.name
        for target, one in sent
        if one is None or (one.size < kept.size and one.at < canon.instant(now - LATE - target.every))
    )


_LOST = Broken(
    "A checkpoint that left the database covers more than the database has: something was lost.",
    "Stop the app, keep the database as it is, and run `python -m consent verify --all`.",
)
