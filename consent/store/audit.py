"""The archive's bytes for a verification: read, unchecked, a stretch of the log at a time.

Decides nothing but the queries.

Invariants:
- Nothing is written. What is stored is given as it is, also where somebody switched a constraint off before.
"""

import gc
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Select, func, or_, select, tuple_

from consent.model.audit import Place, Row
from consent.ports.log import KeptCheckpoint
from consent.store import tables
from consent.store.engine import Store

SELDOM = 100_000
"""Objects after which a process that verifies looks for circles among them: it makes many, and no circle."""
_AT_ONCE = 400
_NAMED = 5
_event, _leaf, _payload, _node = tables.event.c, tables.leaf.c, tables.event_payload.c, tables.node.c
_size = tables.checkpoint.c.size
_here = (_event.stream == _payload.stream) & (_event.number == _payload.number)
_rows = (
    select(_leaf.place, *tables.event.c["stream", "number", "header", "leaf"], _payload.payload, _payload.salt)
    .select_from(tables.leaf.outerjoin(tables.event, _leaf.event == _event.id).outerjoin(tables.event_payload, _here))
    .order_by(_leaf.place)
)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for circles less often meanwhile: a seventh of the time went there."""
    before = gc.get_threshold()
    gc.set_threshold(SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class SqlArchive:
    """The port ``Archive`` on a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def size(self) -> int:
        """How many entries have their place."""
        with self._store.reading() as connection:
            last = connection.scalar(select(func.max(_leaf.place)))
        return 0 if last is None else last + 1

    def rows(self, first: int, end: int) -> list[Row]:
        """The entries whose places are in [first, end), in order."""
        with self._store.reading() as connection:
            result = connection.execute(_rows.where(_leaf.place >= first, _leaf.place < end))
            found = result.cursor.fetchall()  # by the driver alone: they are many
        return [
            one if one[3].__class__ is one[5].__class__ is one[6].__class__ is bytes else _of_bytes(one)
            for one in map(Row._make, found)
        ]

    def leaves(self, places: Collection[Place]) -> Mapping[Place, str]:
        """The leaves of those entries that are there."""
        found: dict[Place, str] = {}
        wanted = list(places)
        with self._store.reading() as connection:
            for at in range(0, len(wanted), _AT_ONCE):
                here = tuple_(_event.stream, _event.number).in_(wanted[at : at + _AT_ONCE])
                query = select(_event.stream, _event.number, _event.leaf).where(here)
                found |= {(row.stream, row.number): row.leaf for row in connection.execute(query)}
        return found

    def nodes(self, level: int, first: int, end: int) -> Mapping[int, bytes]:
        """The stored hashes of a level, of [first, end)."""
        query = select(_node.place, _node.hash).where(_node.level == level, _node.place >= first, _node.place < end)
        with self._store.reading() as connection:
            return dict(connection.execute(query).cursor.fetchall())  # by the driver alone: they are many

    def have(self, documents: Collection[str]) -> frozenset[str]:
        """Which of these documents there are."""
        kept = tables.document.c.digest
        with self._store.reading() as connection:
            return frozenset(connection.scalars(select(kept).where(kept.in_(documents)))) if documents else frozenset()

    def documents(self, among: Collection[str] | None = None) -> Iterator[tuple[str, bytes]]:
        """Every document, or those of them that are there, by its digest, with its bytes."""
        kept = tables.document.c
        with self._store.reading() as connection:
            digests = list(connection.scalars(select(kept.digest).order_by(kept.digest)))
        for digest in digests if among is None else (one for one in digests if one in among):
            with self._store.reading() as connection:
                content = _bytes(connection.scalar(select(kept.content).where(kept.digest == digest)))
            if content is not None:  # else it was erased meanwhile
                yield digest, content

    def checkpoints(self, first: int = 0, end: int | None = None) -> tuple[KeptCheckpoint, ...]:
        """All that were kept over so many entries as [first, end) has, the smallest first."""
        query = select(tables.checkpoint).where(_size >= first).order_by(_size)
        return self._kept(query if end is None else query.where(_size < end))

    def beyond(self, size: int) -> tuple[KeptCheckpoint, ...]:
        """The smallest and the largest over more entries than that."""
        ends = (select(of(_size)).where(_size > size).scalar_subquery() for of in (func.min, func.max))
        return self._kept(select(tables.checkpoint).where(or_(*(_size == one for one in ends))).order_by(_size))

    def _kept(self, query: Select[Any]) -> tuple[KeptCheckpoint, ...]:
        with self._store.reading() as connection:
            found = connection.execute(query).all()
        return tuple(KeptCheckpoint(size=row.size, at=row.at, note=_bytes(row.note) or b"") for row in found)

    def waiting(self) -> int:
        """How many entries have no place yet."""
        joined = tables.event.outerjoin(tables.leaf, _leaf.event == _event.id)
        query = select(func.count()).select_from(joined).where(_leaf.event.is_(None))
        with self._store.reading() as connection:
            return connection.scalar(query) or 0

    def doubles(self) -> tuple[Place, ...]:
        """Places in streams that more than one entry has; a few of them."""
        query = select(_event.stream, _event.number).group_by(_event.stream, _event.number).having(func.count() > 1)
        with self._store.reading() as connection:
            return tuple((row.stream, row.number) for row in connection.execute(query.limit(_NAMED)))

    def strays(self) -> tuple[Place, ...]:
        """Payloads without an entry; a few of them."""
        joined = tables.event_payload.outerjoin(tables.event, _here)
        query = select(_payload.stream, _payload.number).select_from(joined).where(_event.stream.is_(None))
        with self._store.reading() as connection:
            return tuple((row.stream, row.number) for row in connection.execute(query.limit(_NAMED)))


def _of_bytes(row: Row) -> Row:
    return row._replace(header=_bytes(row.header), payload=_bytes(row.payload), salt=_bytes(row.salt))


def _bytes(stored: object) -> bytes | None:
    """Bytes that are stored as such; SQLite keeps a text in their place too, which is none of what was written."""
    return stored if stored is None or isinstance(stored, bytes) else b""
