"""The ports of the log over all records: where its places are kept, whose key signs it, and who gets its checkpoints.

Decides nothing: the law of the log is ``model.log``, ``model.note`` and ``model.checkpoint``.

Invariants:
- A place, a hash and a checkpoint are written once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeAlias

from consent.model.log import Proof
from consent.model.note import Key

COSIGNED = "cosigned"
STAMP = "tst"
"""How files end that lie beside a checkpoint: what others signed of it, and when an authority saw it."""
ProofFrom: TypeAlias = Callable[[int], Proof]
"""The proof that the checkpoint that is sent continues the log over so many entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCheckpoint:
    """A checkpoint as the archive keeps it.

    Args:
        size: How many entries it covers.
        at: When it was signed.
        note: Its bytes.
    """

    size: int
    at: str
    note: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody outside got last: a checkpoint over that many entries, and when."""

    size: int
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which entries somebody looks for; what is empty may be anything.

    Args:
        streams: Of which of these streams.
        actor: Who did it.
        kind: What it was.
        since: Not before this instant.
        until: Before this instant.
    """

    streams: tuple[str, ...] = ()
    actor: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry without what it says.

    Args:
        id: Its number in the order in which entries came into the archive.
        place: Its place in the log; None while it has none.
        stream: Its stream.
        number: Its place in that.
        header: Its header, unchecked.
    """

    id: int
    place: int | None
    stream: str
    number: int
    header: bytes


class Log(Protocol):
    """The places of all entries in one log, and the hashes of its tree."""

    def sequence(self, *, most: int, whole: bool) -> int:
        """Give the next places to entries that have none, the oldest first; one process does so at a time.

        Args:
            most: At most so many.
            whole: Look at all entries; else at the latest alone, which takes the same time however many there are.

        Returns:
            How many got their place.

        Raises:
            Busy: Another process did it for too long.
            Broken: The hashes at the log's edge are not there.
        """
        ...

    def size(self) -> int:
        """How many entries have their place."""
        ...

    def hash_at(self, level: int, index: int) -> bytes:
        """A stored hash (``model.log.HashAt``). Raises Broken when it is not there."""
        ...

    def place(self, stream: str, number: int) -> int | None:
        """The place of an entry; None while it has none."""
        ...

    def at(self, place: int) -> str:
        """When the entry at a place was written, as its header says; empty: there is none, or it cannot be read."""
        ...

    def lines(self, sought: Sought, *, most: int, below: int) -> tuple[Line, ...]:
        """The newest entries that fit, at most so many; ``below``: only those whose id is smaller, 0 for all."""
        ...

    def keep(self, checkpoint: KeptCheckpoint) -> None:
        """Keep a checkpoint; the first one of its size stays."""
        ...

    def newest(self) -> KeptCheckpoint | None:
        """The checkpoint over the most entries."""
        ...

    def note_sent(self, target: str, sent: Sent) -> None:
        """Somebody outside has a checkpoint."""
        ...

    def sent(self, target: str) -> Sent | None:
        """What that target got last."""
        ...


class LogKey(Protocol):
    """The key that signs checkpoints."""

    def make(self, name: str, *, secret: bytes) -> None:
        """Make one in the name of a log from 32 random bytes, unless there is one. Raises SealRefused."""
        ...

    def public(self) -> Key:
        """Its public half with the log's name. Raises SealRefused."""
        ...

    def sign(self, content: bytes) -> bytes:
        """An Ed25519 signature. Raises SealRefused."""
        ...


class Target(Protocol):
    """A place outside the database that takes checkpoints."""

    @property
    def name(self) -> str:
        """Its short name."""
        ...

    @property
    def every(self) -> timedelta:
        """How long after one it wants the next, at the earliest."""
        ...

    def held(self) -> int:
        """How many entries its largest checkpoint covers; 0: none, or it does not say."""
        ...

    def send(self, checkpoint: KeptCheckpoint, *, before: int, proof: ProofFrom) -> bytes:
        """Hand a checkpoint over, once.

        Args:
            checkpoint: The newest.
            before: How many entries the last one covered that it got from here; 0: none.
            proof: Proves that this one continues an earlier one.

        Returns:
            Lines with cosignatures that it answered with; empty: none.

        Raises:
            Broken: It has another one of the same size: the log was rewritten, or two logs send there.
            Busy: It did not take it; trying again is safe.
        """
        ...


class Beside(Protocol):
    """A place outside the database for what others say of a checkpoint."""

    def keep(self, size: int, ending: str, content: bytes) -> None:
        """Keep it beside the checkpoint over so many entries; the first of its kind stays. Raises Busy."""
        ...

    def last(self, ending: str) -> bytes | None:
        """What was kept of that kind beside the largest checkpoint; None: there is none, or it cannot be read now."""
        ...
