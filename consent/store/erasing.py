"""The one way to erase: what a record said goes in the transaction that keeps its last event.

Decides in whose name the database does it: on SQLite, and where this program owns the tables, its own; where it has a
role of its own, that of the eraser, which is reached by another address.

Invariants:
- All of it is one transaction: the event, the row of the lists, and every deletion.
- The eraser finds rows by the columns in ``roles.ERASED`` and reads nothing else; it adds events and changes lists.
- Both addresses lead to the same running database.

Refuses to erase where the program's role may not and no eraser is named.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Connection, delete, text, update

from consent.errors import StoreRefused
from consent.ports import Commit
from consent.store import roles, tables
from consent.store.engine import Store, open_to_erase

_WHERE = text("SELECT current_database(), pg_postmaster_start_time()")


class Eraser:
    """Erases in a store, by its own connection or by the eraser's address."""

    def __init__(self, store: Store, address: str = "") -> None:
        self._store = store
        self._address = address

    def check(self) -> None:
        """Whether it may. Raises StoreRefused."""
        with self._erasing() as store, store.reading() as connection:
            if store.dialect == "postgresql" and not roles.may_erase(connection):
                raise StoreRefused(
                    "The database does not let this program erase.",
                    "Run this command where CONSENT_ERASER_DATABASE names the database as its eraser (docs/deploy.md).",
                )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction in which a record is erased. Raises StoreRefused, Busy."""
        self.check()
        with self._erasing() as store, store.writing() as connection:
            yield connection

    @contextmanager
    def _erasing(self) -> Iterator[Store]:
        if self._store.dialect != "postgresql" or not self._address:
            yield self._store
            return
        with closing(open_to_erase(self._address)) as store:
            if _place(store) != _place(self._store):
                raise StoreRefused(
                    "CONSENT_ERASER_DATABASE names another database than CONSENT_DATABASE.",
                    "Name the same one, with the eraser's role. Nothing was erased.",
                )
            yield store


def _place(store: Store) -> tuple[object, ...]:
    with store.reading() as connection:
        return tuple(connection.execute(_WHERE).one())


def erase(connection: Connection, commit: Commit, *, row: dict[str, object] | None) -> None:
    """Delete what the stream said before the commit, and what tells of it elsewhere.

    The answers to opening and signing hold its name, and the key of the first a digest of what the patient gave.

    Args:
        connection: In the transaction that has kept the commit's entries.
        commit: What erases.
        row: What the lists keep.
    """
    episode = commit.stream.partition(":")[2]
    if row:
        connection.execute(update(tables.worklist).where(tables.worklist.c.episode == episode).values(row))
    said, answered = tables.event_payload.c, tables.answer.c.body
    signed = answered.endswith(f'"episode": "{episode}"}}', autoescape=True)
    for gone in (
        delete(tables.event_payload).where(said.stream == commit.stream, said.number <= commit.expected),
        delete(tables.answer).where((answered == episode) | signed),
        delete(tables.ink).where(tables.ink.c.digest.in_(commit.freed)),
        delete(tables.document).where(tables.document.c.episode == episode),
        delete(tables.unsaved).where(tables.unsaved.c.episode == episode),
        update(tables.outbox).where(tables.outbox.c.episode == episode).values(settled=True),
    ):
        connection.execute(gone)
