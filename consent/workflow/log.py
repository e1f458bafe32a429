"""The one log over all records: entries get their place, and checkpoints of it are signed.

Decides how long an entry may stay without a place and a checkpoint, and whose word a checkpoint is.

Invariants:
- While the worker runs an entry has its place at its next round, and is covered by a checkpoint ``EVERY`` later.
- A checkpoint is signed only when the log continues the one before it.
- The first key is taken by itself, made when there is none; any other only when somebody who runs the house says so.

Refuses to change anything that has its place.
"""

from datetime import timedelta

from consent.errors import Broken, SealRefused
from consent.model import canon, checkpoint, log
from consent.model.checkpoint import Checkpoint, SignedCheckpoint
from consent.model.events_log import EntryAnchored, LogKeyTaken
from consent.model.log import Frontier, Head
from consent.model.note import Key, encoded
from consent.ports import Ledger
from consent.ports.log import KeptCheckpoint
from consent.workflow.desk import SYSTEM, Desk, note

STREAM = "log"
EVERY = timedelta(minutes=5)
"""How long entries wait for a checkpoint at most, while the worker runs."""
BATCH = 2000


def taken(ledger: Ledger) -> tuple[Key, ...]:
    """The keys that have signed checkpoints, the present one last."""
    events = (one.event for one in ledger.read(STREAM))
    return tuple(Key.read(event.key) for event in events if isinstance(event, LogKeyTaken))


def key(desk: Desk) -> Key:
    """The key in use, made and taken when this is the first time.

    Raises:
        SealRefused: It cannot be used, or it is another one than the one in use.
    """
    known = taken(desk.ledger)
    if not known:
        desk.log_key.make(checkpoint.origin(desk.entropy.name("log")), secret=desk.entropy.salt())
        return take(desk)
    here = desk.log_key.public()
    if here != known[-1]:
        raise SealRefused(
            "The key of the log is another one than the one in use.",
            "Put that one back, or run `python -m consent log --take` when it was changed on purpose.",
        )
    return here


def take(desk: Desk) -> Key:
    """Take the key that is there into use; nothing happens when it is in use. Raises SealRefused."""
    here, known = desk.log_key.public(), taken(desk.ledger)
    if not known or known[-1] != here:
        note(desk, desk.stamp(actor=SYSTEM.actor), stream=STREAM, events=[LogKeyTaken(key=str(here))])
    return here


def sequence(desk: Desk, *, whole: bool = False) -> int:
    """Give every entry its place. Gives how many got one now. Raises Busy, Broken."""
    done = 0
    while count := desk.log.sequence(most=BATCH, whole=whole):
        done += count
    return done


def head(desk: Desk) -> Head:
    """The log as it stands. Raises Broken."""
    return Frontier.stored(desk.log.size(), desk.log.hash_at).head


def newest(desk: Desk) -> SignedCheckpoint | None:
    """The newest checkpoint, read with the keys that were in use. Raises Broken."""
    kept = desk.log.newest()
    if kept is None:
        return None
    signed = checkpoint.read_any(kept.note, taken(desk.ledger))
    if signed is None:
        what = "The newest checkpoint is not signed with a key of this log."
        raise Broken(what, "Run `python -m consent verify --all`.")
    return signed


def covered(desk: Desk) -> SignedCheckpoint:
    """A checkpoint over everything that was written until now; two at once sign one each.

    Raises:
        SealRefused: The key cannot be used.
        Broken: The log does not continue its last checkpoint.
    """
    signer, before = key(desk), newest(desk)  # the last one first: another process may sign a larger one meanwhile
    sequence(desk)
    now = head(desk)
    if before is not None:
        last = before.checkpoint.head
        if last == now:
            return before
        if last.size > now.size or not log.is_consistent(
            last, now, log.consistency_proof(last.size, now.size, desk.log.hash_at)
        ):
            raise Broken("The log does not continue its last checkpoint.", "Run `python -m consent verify --all`.")
    signed = Checkpoint(origin=signer.name, head=now).signed(signer, desk.log_key.sign)
    desk.log.keep(KeptCheckpoint(size=now.size, at=desk.now(), note=signed.written))
    return checkpoint.read(signed.written, log_key=signer)


def anchor(desk: Desk, *, stream: str) -> EntryAnchored:
    """The proof that all that a stream says until now stands in the log, under a checkpoint over it.

    The last entry's leaf holds the one before it, and so on: one proof is enough. It goes as a file to whoever knows
    the log's key (C2SP tlog-proof).

    Raises:
        Broken: The log does not continue its last checkpoint, or the entry got no place.
        SealRefused: The key cannot be used.
    """
    number, _ = desk.ledger.head(stream)
    signed = covered(desk)
    at, place = signed.checkpoint.head, desk.log.place(stream, number)
    if place is None or place >= at.size:
        raise Broken("An entry has no place in the log.")
    path = log.inclusion_proof(place, size=at.size, hash_at=desk.log.hash_at)
    return EntryAnchored(
        entry=number,
        place=place,
        log=signed.checkpoint.origin,
        size=at.size,
        root=encoded(at.root),
        proof=checkpoint.proof_file(index=place, path=path, note=signed.note).decode(),
    )


def is_due(desk: Desk) -> bool:
    """Whether there are entries that no checkpoint covers, and the last one was signed some minutes ago."""
    kept = desk.log.newest()
    if kept is None:
        return desk.log.size() > 0
    return desk.log.size() > kept.size and canon.instant(desk.clock.now() - EVERY) >= kept.at
