"""The log's places and hashes on SQL, and the sequencer that gives the places.

Decides in which order entries come into the log: that of their ids among those that have no place yet.

Invariants:
- One sequencer at a time: an advisory lock on PostgreSQL, the writer's lock on SQLite.
- An entry is found by having no place, never by an id above the last one's: PostgreSQL's ids commit out of order. The
  quick look begins ``_BACK`` ids before the last; what committed later than that is found by a look at all.
- Places and the hashes above them are kept in one transaction; nothing is ever changed.
"""

from contextlib import suppress

from sqlalchemy import Connection, Select, insert, select, text

from consent.errors import Broken
from consent.model import canon, entry
from consent.model.log import Frontier
from consent.ports.log import KeptCheckpoint, Line, Sent, Sought
from consent.store import tables
from consent.store.engine import Store
from consent.store.lines import lines
from consent.store.upsert import keep_first

LOCK = 0x636F6E73206C6F67
"""The number of the sequencer's advisory lock: "cons log" in ASCII; opening a store has another (``upgrade``)."""
_BACK = 10_000
_leaf, _event, _node = tables.leaf.c, tables.event.c, tables.node.c
_last = select(_leaf.place, _leaf.event).order_by(_leaf.place.desc()).limit(1)


class SqlLog:
    """The port ``Log`` on a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keep = keep_first(tables.checkpoint, dialect=store.dialect)
        self._sent = keep_first(tables.published, dialect=store.dialect)

    def sequence(self, *, most: int, whole: bool) -> int:
        """Give the next places. Raises Busy, Broken."""
        with self._store.writing() as connection:
            if self._store.dialect == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})
            last = connection.execute(_last).first()
            size, newest = (last.place + 1, last.event) if last else (0, 0)
            found = connection.execute(_without_place(after=0 if whole else newest - _BACK, most=most)).all()
            if not found:
                return 0
            nodes: list[dict[str, object]] = []

            def keep(level: int, index: int, made: bytes) -> None:
                if level:
                    nodes.append({"level": level, "place": index, "hash": made})

            edge = Frontier.stored(size, lambda level, index: _hash_at(connection, level, index))
            edge.grown((bytes.fromhex(row.leaf) for row in found), keep=keep)
            places = [{"place": place, "event": row.id} for place, row in enumerate(found, start=size)]
            connection.execute(insert(tables.leaf), places)
            if nodes:
                connection.execute(insert(tables.node), nodes)
            return len(found)

    def size(self) -> int:
        """How many entries have their place."""
        with self._store.reading() as connection:
            last = connection.execute(_last).first()
        return last.place + 1 if last else 0

    def hash_at(self, level: int, index: int) -> bytes:
        """A stored hash. Raises Broken."""
        with self._store.reading() as connection:
            return _hash_at(connection, level, index)

    def place(self, stream: str, number: int) -> int | None:
        """The place of an entry."""
        query = select(_leaf.place).join(tables.event, _leaf.event == _event.id)
        with self._store.reading() as connection:
            return connection.scalar(query.where(_event.stream == stream, _event.number == number))

    def at(self, place: int) -> str:
        """When the entry at a place was written."""
        query = select(_event.header).join(tables.leaf, _leaf.event == _event.id).where(_leaf.place == place)
        with self._store.reading() as connection:
            header = connection.scalar(query)
        with suppress(Broken):
            return entry.at(bytes(header)) if isinstance(header, bytes | memoryview) else ""
        return ""

    def lines(self, sought: Sought, *, most: int, below: int) -> tuple[Line, ...]:
        """The newest entries that fit."""
        query = lines(sought, most=most, below=below, dialect=self._store.dialect)
        with self._store.reading() as connection:
            return tuple(Line(**row) for row in connection.execute(query).mappings())

    def keep(self, checkpoint: KeptCheckpoint) -> None:
        """Keep a checkpoint."""
        with self._store.writing() as connection:
            connection.execute(self._keep, {"size": checkpoint.size, "at": checkpoint.at, "note": checkpoint.note})

    def newest(self) -> KeptCheckpoint | None:
        """The checkpoint over the most entries."""
        query = select(tables.checkpoint).order_by(tables.checkpoint.c.size.desc()).limit(1)
        with self._store.reading() as connection:
            row = connection.execute(query).mappings().first()
        return KeptCheckpoint(**row) if row else None

    def note_sent(self, target: str, sent: Sent) -> None:
        """Somebody outside has a checkpoint."""
        with self._store.writing() as connection:
            connection.execute(self._sent, {"target": target, "size": sent.size, "at": sent.at})

    def sent(self, target: str) -> Sent | None:
        """What that target got last."""
        kept = tables.published.c
        query = select(kept.size, kept.at).where(kept.target == target).order_by(kept.size.desc()).limit(1)
        with self._store.reading() as connection:
            row = connection.execute(query).first()
        return Sent(row.size, row.at) if row else None


def _without_place(*, after: int, most: int) -> Select[tuple[int, str]]:
    query = select(_event.id, _event.leaf).outerjoin(tables.leaf, _leaf.event == _event.id)
    return query.where(_event.id > after, _leaf.event.is_(None)).order_by(_event.id).limit(most)


def _hash_at(connection: Connection, level: int, index: int) -> bytes:
    if level:
        found = connection.scalar(select(_node.hash).where(_node.level == level, _node.place == index))
    else:
        query = select(_event.leaf).join(tables.leaf, _leaf.event == _event.id).where(_leaf.place == index)
        found = bytes.fromhex(connection.scalar(query) or "")
    if not found or len(found) != canon.HASH_BYTES:
        raise Broken("A hash of the log is missing.", "Run `python -m consent verify --all`.")
    return bytes(found)
