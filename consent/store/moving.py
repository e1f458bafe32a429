"""Copies a whole store into another, and proves that nothing changed: to move it, back it up or bring it back.

Decides what is copied, and what counts as the same.

Invariants:
- The source is opened to be read only, all of it at one moment, and stays as it is.
- The target is empty before, and filled in one transaction: what is interrupted, or differs when it is read back,
  leaves it as empty as it was.
- Every table is copied unless it is named here; each row is the same, value by value, in the order of its key.

Refuses a target that holds anything, and a store of another mode or schema.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path

from sqlalchemy import Connection, Table, func, insert, select, text

from consent.errors import Broken, StoreRefused
from consent.model import canon
from consent.store import tables
from consent.store.engine import Store, open_file_to_read, open_store
from consent.store.upgrade import Mode

LEFT = (tables.session, tables.ticket, tables.lease, tables.attempt)
"""What stays behind: who is signed in now, whose turn it is, and how often somebody mistyped a secret lately."""
MOVED = tuple(table for table in tables.metadata.sorted_tables if table not in LEFT)
_MODE = tables.meta.c.key == "mode"
_AT_ONCE = 200
_NAMELESS = (tables.answer,)
"""Their keys are digests of what a patient is planned for, and are told to nobody."""
_NOT_KEPT = "Nothing was kept in the target, and the old store is as it was. Name another target."
_NOT_SAID = "Nothing was kept in the target. Do not use this one; find out who could change it."
_NOT_THE_SAME = (
    "Was the new store worked on since it was moved? If not, do not use it: move to another, empty database."
)

Tell = Callable[[str, int], None]
"""Told what is done with which table, and with how many of its rows so far."""


def silent(_what: str, _rows: int) -> None:
    """Nobody wants to be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one table holds: how many rows, and the SHA-256 over all of them in the order of their key."""

    table: str
    rows: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A source and a target, both open."""

    source: Store
    target: Store

    def copy(self, tell: Tell = silent, *, expected: tuple[Told, ...] | None = None) -> tuple[Told, ...]:
        """Copy everything, read it back, and keep it when nothing differs; gives what was proved, table by table.

        Args:
            tell: Told how far it is.
            expected: What the source has to hold, where that is known.

        Raises:
            StoreRefused: The target holds something.
            Broken: What was read back differs, or is not what was expected; nothing was kept.
        """
        with self.source.reading() as old, self.target.writing() as new:
            _check_empty(new)
            for table in MOVED:
                _copy(old, new, table, tell=tell)
            told = _compared(old, new, tell=tell, otherwise=_NOT_KEPT)
            if expected is not None and told != expected:
                raise Broken("The rows of this store are not those that it is said to hold.", _NOT_SAID)
            return told

    def compare(self, tell: Tell = silent) -> tuple[Told, ...]:
        """Compare both as they are now. Raises Broken."""
        with self.source.reading() as old, self.target.reading() as new:
            return _compared(old, new, tell=tell, otherwise=_NOT_THE_SAME)


@contextmanager
def moving(file: Path, to: str, *, mode: Mode) -> Iterator[Move]:
    """Open a SQLite store to be read, and a PostgreSQL database to move it to, made or migrated if need be.

    Raises:
        StoreRefused: One of them cannot be used.
        WrongMode: One of them is for the other mode.
    """
    with closing(open_file_to_read(file, mode=mode)) as source, closing(open_store(to, mode=mode)) as target:
        if target.dialect != "postgresql":
            raise StoreRefused("The target is not PostgreSQL.", "Write its address as postgresql://…")
        yield Move(source=source, target=target)


def whole(told: tuple[Told, ...]) -> str:
    """One digest for all tables."""
    return canon.rows_digest((one.table, one.rows, one.digest) for one in told)


def _check_empty(new: Connection) -> None:
    for table in tables.metadata.sorted_tables:
        if new.dialect.name == "postgresql":
            new.execute(text(f"LOCK TABLE {table.name} IN EXCLUSIVE MODE"))
        query = select(func.count()).select_from(table)
        if new.scalar(query.where(~_MODE) if table is tables.meta else query):
            raise StoreRefused(
                f"The target is not empty: it has rows in {table.name}.", "Name an empty database. Nothing was changed."
            )


def _copy(old: Connection, new: Connection, table: Table, *, tell: Tell) -> None:
    copied = 0
    rows: Iterator[tuple[object, ...]] = _rows(old, table)
    if table is tables.meta:
        rows = (row for row in rows if row[0] != "mode")
    names = table.c.keys()
    while part := list(islice(rows, _AT_ONCE)):
        new.execute(insert(table), [dict(zip(names, row, strict=True)) for row in part])
        copied += len(part)
        tell(f"{table.name} copied", copied)
    for column in table.c:
        if copied and column.identity is not None and new.dialect.name == "postgresql":
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            new.execute(select(func.setval(sequence, select(func.max(column)).scalar_subquery())))


def _compared(old: Connection, new: Connection, *, tell: Tell, otherwise: str) -> tuple[Told, ...]:
    told = []
    for table in MOVED:
        here, there = _told(old, table), _told(new, table)
        if here != there:
            raise Broken(f"The two stores differ: {_first_difference(old, new, table)}.", otherwise)
        told.append(here)
        tell(f"{table.name} compared", here.rows)
    return tuple(told)


def _told(connection: Connection, table: Table) -> Told:
    rows = 0

    def counted() -> Iterator[tuple[object, ...]]:
        nonlocal rows
        for row in _rows(connection, table):
            rows += 1
            yield row

    digest = canon.rows_digest(counted())
    return Told(table=table.name, rows=rows, digest=digest)


def _first_difference(old: Connection, new: Connection, table: Table) -> str:
    keys = [number for number, column in enumerate(table.c) if column.name in {"stream", "number"}]
    if not keys and table not in _NAMELESS:
        keys = [number for number, column in enumerate(table.c) if column.primary_key]
    with closing(_rows(old, table)) as before, closing(_rows(new, table)) as after:
        for here, there in zip_longest(before, after):
            if here != there:
                named = here or there or ()
                return " ".join([table.name, *(str(named[number]) for number in keys)])
    return table.name


def _rows(connection: Connection, table: Table) -> Generator[tuple[object, ...], None, None]:
    """All rows in the order of their key, a few at a time in memory."""
    query = select(table).order_by(*table.primary_key)
    with connection.execute(query, execution_options={"yield_per": _AT_ONCE}) as found:
        for row in found:
            yield tuple(row)
