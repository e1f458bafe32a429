"""Whether the house can do its work: what waits too long, whether the chains still hold, whether the clock goes right.

Decides which troubles there are, as short codes: what a monitor is told, and all that a stranger may learn (K10).

Invariants:
- A look is small: a few streams at a time, all of them within a day, and then from the start again.
- Waiting is counted from the signature or the seal itself, so that a restart forgives nothing.
- How long ago something was seen is told by a clock that only goes forward; the clock of the records is what is judged.

Refuses to mend anything, to write anything but a lease of its own, which shows that the database takes commits, and to
know files: room on the disk and the worker's last round come in as numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from consent.errors import Broken, ConsentError, NotFound, SealRefused
from consent.model import canon
from consent.model.events import Sealed
from consent.model.events_notices import NoticeSealed
from consent.model.events_seal import SealUpgraded
from consent.ports import EVERYTHING
from consent.ports.sealing import WARNINGS
from consent.workflow import keyring, publish
from consent.workflow.desk import Desk, load
from consent.workflow.finish import UPGRADE
from consent.workflow.seal import waiting

SEAL_WITHIN = timedelta(minutes=5)
DELIVER_WITHIN = timedelta(minutes=15)
SKEW = timedelta(seconds=2)
"""More than this is another clock (catalogue E19)."""
LEAST_FREE = 1_000_000_000
STREAMS_A_LOOK = 20
PATROL_WITHIN = 24 * 3600.0
PATROL_RESTS = 3600.0
WORKER_WITHIN = 60.0
JUMP_TOLD = 300.0
"""Seconds for which a clock that jumped stays a trouble: long enough for every monitor to come by."""
NAMED = 5
"""So many broken streams are named; more than that is one trouble."""
_LEASE = "health"
_EVER = "9999-12-31T23:59:59.999999Z"


class Code(StrEnum):
    """The troubles."""

    DISK = "disk"
    DATABASE = "database"
    SEALS = "seals"
    DELIVERIES = "deliveries"
    LOG = "log"
    CLOCK = "clock"
    WORKER = "worker"
    KEY = "key"
    """The sealing key cannot be used, or its certificate ends within a week."""
    CHECKPOINTS = "checkpoints"
    """Somebody outside has not got the log's newest checkpoint for an hour."""
    STALLED = "stalled"
    """Nobody has looked for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was found at the last look, and how far the way through all streams has come.

    Args:
        steady: When, in seconds of a clock that only goes forward.
        codes: The troubles.
        ahead: How far the clock of the records was ahead of the steady one.
        jumped: When it jumped last.
        left: Streams still to be read on this round.
        done: When the last round ended; the start counts as one.
        broken: Streams that did not hold.
    """

    steady: float
    codes: tuple[Code, ...] = ()
    ahead: float
    jumped: float | None = None
    left: tuple[str, ...] = ()
    done: float
    broken: frozenset[str] = frozenset()


def first_look(desk: Desk, *, steady: float) -> Seen:
    """Nobody has looked yet; the way through all streams begins."""
    streams = desk.ledger.streams("")
    return Seen(steady=steady, codes=(Code.STALLED,), ahead=_ahead(desk, steady), done=steady, left=streams)


def look(desk: Desk, before: Seen, *, steady: float, free: int, worker: float) -> Seen:
    """Look again.

    Args:
        desk: The ports.
        before: What was seen the last time.
        steady: Now, in seconds of a clock that only goes forward.
        free: Bytes left on the disk of the data folder.
        worker: When the worker's loop last came round, by the steady clock.
    """
    ahead = _ahead(desk, steady)
    jumped = steady if abs(ahead - before.ahead) > SKEW.total_seconds() else before.jumped
    now = replace(before, steady=steady, ahead=ahead, jumped=jumped)
    codes: set[Code] = set()
    try:
        now = _patrolled(desk, now)
    except ConsentError:
        codes.add(Code.DATABASE)
    for code, asks in _QUESTIONS:
        if Code.DATABASE in codes:
            break  # each question would wait as long again
        try:
            codes |= {code} if asks(desk) else set()
        except Broken:
            codes.add(Code.LOG)
        except ConsentError:
            codes.add(Code.DATABASE)
    found = {
        Code.DISK: free < LEAST_FREE,
        Code.WORKER: steady - worker > WORKER_WITHIN,
        Code.CLOCK: jumped is not None and steady - jumped < JUMP_TOLD,
        Code.LOG: bool(now.broken) or steady - now.done > PATROL_WITHIN,
    }
    codes |= {code for code, holds in found.items() if holds}
    return replace(now, codes=tuple(code for code in Code if code in codes))


def _ahead(desk: Desk, steady: float) -> float:
    return desk.clock.now().timestamp() - steady


def _patrolled(desk: Desk, now: Seen) -> Seen:
    """Read the next few streams; after a whole round, rest and begin again."""
    if not now.left and now.steady - now.done < PATROL_RESTS:
        return now
    left = now.left or desk.ledger.streams("")
    part, rest = left[:STREAMS_A_LOOK], left[STREAMS_A_LOOK:]
    bad = {stream for stream in part if not holds(desk, stream)}
    return replace(now, left=rest, done=now.done if rest else now.steady, broken=(now.broken - {*part}) | bad)


def holds(desk: Desk, stream: str) -> bool:
    """Whether a stream reads through its chain, and the document that it tells of is there, with that digest."""
    try:
        for one in desk.ledger.read(stream):
            if isinstance(one.event, Sealed | NoticeSealed | SealUpgraded):
                desk.ledger.document(EVERYTHING, one.event.document)
    except (Broken, NotFound):
        return False
    return True


def check_streams(desk: Desk, tell: Callable[[int, int], None] = lambda _read, _of: None) -> int:
    """Read every stream; gives how many there are, and tells how many of them are read so far.

    Raises:
        Broken: Some do not hold.
    """
    streams = desk.ledger.streams("")
    broken = []
    for read, stream in enumerate(streams, start=1):
        if not holds(desk, stream):
            broken.append(stream)
        tell(read, len(streams))
    if broken:
        named = ", ".join(broken[:NAMED]) + (" …" if len(broken) > NAMED else "")
        raise Broken(
            f"{len(broken)} of {len(streams)} streams do not hold: {named}.", "Compare them with an older backup."
        )
    return len(streams)


def is_seal_late(desk: Desk) -> bool:
    """Whether a document was not made five minutes after the last signature or no, or a notice after it could be."""
    latest = canon.instant(desk.clock.now() - SEAL_WITHIN)
    for episode in waiting(desk):
        now = load(desk, episode)
        last = now.attested or now.refused
        if last is not None and last.at < latest:
            return True
    return any(row.unmade_since < latest for row in desk.ledger.unmade())


def is_delivery_late(desk: Desk) -> bool:
    """Whether a document is still owed to an outlet a quarter of an hour after it was made."""
    latest = canon.instant(desk.clock.now() - DELIVER_WITHIN)
    owed = {(item.episode, item.document) for item in desk.ledger.owed(now=_EVER) if item.outlet != UPGRADE}
    return any(len(at) > 0 and at < latest for at in (_made_at(desk, *one) for one in sorted(owed)))


def _made_at(desk: Desk, episode: str, document: str) -> str:
    """When a document of a record was made; empty when it is not the record's."""
    now = load(desk, episode)
    made = told.sealed if (told := now.notice(document)) else now.sealed
    return made.at if made else ""


def is_key_ending(desk: Desk) -> bool:
    """Whether the key in use cannot seal, or not for longer than a week; a key that was never used is no trouble."""
    if not keyring.taken(desk):
        return False
    try:
        return keyring.days_left(desk) <= WARNINGS[-1]
    except SealRefused:
        return True


def is_checkpoint_late(desk: Desk) -> bool:
    """Whether a checkpoint is late outside. Raises Broken when one that is there covers more than the log has."""
    publish.check_outside(desk)
    return bool(publish.late(desk))


def is_clock_back(desk: Desk) -> bool:
    """Whether the clock stands before the last event: what is written now would seem older."""
    return canon.instant(desk.clock.now() + SKEW) < desk.ledger.newest()


def is_clock_another(desk: Desk) -> bool:
    """Whether the database's machine has another time; records bear this one's, other servers' records theirs."""
    before = canon.instant(desk.clock.now() - SKEW)
    there = desk.ledger.moment()
    return there != "" and not before <= there <= canon.instant(desk.clock.now() + SKEW)


def is_shut(desk: Desk) -> bool:
    """Whether the database takes no commit: it is read-only, or waits for a replica that is gone (catalogue E10)."""
    now = desk.now()
    try:
        desk.ledger.lease(_LEASE, holder=_LEASE, now=now, until=now)
    except ConsentError:
        return True
    return False


_QUESTIONS: Sequence[tuple[Code, Callable[[Desk], bool]]] = (
    (Code.SEALS, is_seal_late),
    (Code.DELIVERIES, is_delivery_late),
    (Code.CLOCK, is_clock_back),
    (Code.CLOCK, is_clock_another),
    (Code.KEY, is_key_ending),
    (Code.CHECKPOINTS, is_checkpoint_late),
    (Code.DATABASE, is_shut),
)
