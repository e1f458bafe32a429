"""An archive in memory whose bytes anybody may change: the port ``Archive``, and the ledger of what is in it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from consent.model.audit import Place, Row
from consent.model.checkpoint import Checkpoint, SignedCheckpoint, read
from consent.model.entry import Entry
from consent.model.log import Frontier
from consent.ports.log import KeptCheckpoint
from tests.fakes.log import FakeLogKey

KEY = FakeLogKey()


@dataclass
class MemoryArchive:
    """Rows in the order of their places; a row without a stream is gone, one that is None has lost its place too."""

    kept: list[Row | None] = field(default_factory=list)
    hashes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    notes: list[KeptCheckpoint] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def sequence(self) -> Frontier:
        """The tree anew over the leaves as they are stored, as somebody who owns the database would make it."""
        self.hashes = {}
        leaves = [bytes.fromhex(row.leaf) for row in self.kept if row]

        def keep(level: int, index: int, made: bytes) -> None:
            if level:
                self.hashes[level, index] = made

        return Frontier().grown(leaves, keep=keep)

    def sign(self) -> SignedCheckpoint:
        """A checkpoint over all, in the database and outside."""
        head = self.sequence().head
        note = Checkpoint(origin=KEY.name, head=head).signed(KEY.public(), KEY.sign)
        self.notes.append(KeptCheckpoint(size=head.size, at="", note=note.written))
        return read(note.written, log_key=KEY.public())

    def _entries(self) -> list[Row]:
        return [row for row in self.kept if row and row.stream is not None]

    def size(self) -> int:
        return max((row.place + 1 for row in self.kept if row), default=0)

    def rows(self, first: int, end: int) -> list[Row]:
        return [row for row in self.kept if row and first <= row.place < end]

    def leaves(self, places: Collection[Place]) -> Mapping[Place, str]:
        return {
            (row.stream or "", row.number): row.leaf for row in self._entries() if (row.stream, row.number) in places
        }

    def nodes(self, level: int, first: int, end: int) -> Mapping[int, bytes]:
        return {index: one for (on, index), one in self.hashes.items() if on == level and first <= index < end}

    def have(self, documents: Collection[str]) -> frozenset[str]:
        return frozenset(self.files.keys() & set(documents))

    def documents(self, among: Collection[str] | None = None) -> Iterator[tuple[str, bytes]]:
        yield from ((one, content) for one, content in self.files.items() if among is None or one in among)

    def checkpoints(self, first: int = 0, end: int | None = None) -> tuple[KeptCheckpoint, ...]:
        found = [one for one in self.notes if first <= one.size and (end is None or one.size < end)]
        return tuple(sorted(found, key=lambda one: one.size))

    def beyond(self, size: int) -> tuple[KeptCheckpoint, ...]:
        found = self.checkpoints(size + 1)
        return found[:1] + found[1:][-1:]

    def waiting(self) -> int:
        return 0

    def doubles(self) -> tuple[Place, ...]:
        found = Counter((row.stream or "", row.number) for row in self._entries())
        return tuple(place for place, count in found.items() if count > 1)

    def strays(self) -> tuple[Place, ...]:
        return ()

    def entries(self, stream: str) -> tuple[Entry, ...]:
        """The one thing that a verification asks of a ledger."""
        found = sorted((row for row in self._entries() if row.stream == stream), key=lambda row: row.number)
        return tuple(
            Entry(
                stream=stream,
                number=row.number,
                header=row.header or b"",
                leaf=row.leaf,
                payload=row.payload,
                salt=row.salt,
            )
            for row in found
        )
