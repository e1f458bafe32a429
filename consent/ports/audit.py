"""The port for verifying the whole log: stored bytes, unchecked, a stretch of it at a time.

Decides nothing: what has to hold is ``model.audit``.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

from consent.model.audit import Place, Row
from consent.ports.log import KeptCheckpoint


class Archive(Protocol):
    """What a verification reads, and never writes."""

    def size(self) -> int:
        """How many entries have their place."""
        ...

    def rows(self, first: int, end: int) -> list[Row]:
        """The entries whose places are in [first, end), in order; where one is gone, so are its bytes."""
        ...

    def leaves(self, places: Collection[Place]) -> Mapping[Place, str]:
        """The leaves of those entries that are there, by stream and number."""
        ...

    def nodes(self, level: int, first: int, end: int) -> Mapping[int, bytes]:
        """The stored hashes of a level above the leaves, of [first, end)."""
        ...

    def have(self, documents: Collection[str]) -> frozenset[str]:
        """Which of these documents there are, by digest."""
        ...

    def documents(self, among: Collection[str] | None = None) -> Iterator[tuple[str, bytes]]:
        """Every document, or those of them that are there, by its digest, with its bytes."""
        ...

    def checkpoints(self, first: int = 0, end: int | None = None) -> tuple[KeptCheckpoint, ...]:
        """All that were kept over so many entries as [first, end) has, the smallest first."""
        ...

    def beyond(self, size: int) -> tuple[KeptCheckpoint, ...]:
        """The smallest and the largest over more entries than that."""
        ...

    def waiting(self) -> int:
        """How many entries have no place yet."""
        ...

    def doubles(self) -> tuple[Place, ...]:
        """Places in streams that more than one entry has; a few of them."""
        ...

    def strays(self) -> tuple[Place, ...]:
        """Payloads without an entry; a few of them."""
        ...
