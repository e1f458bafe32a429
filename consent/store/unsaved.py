"""What is in fields and not saved yet, on SQL.

Decides nothing. It is forgotten by the commit that saves it (``consent.store.ledger``).
"""

from dataclasses import asdict

from sqlalchemy import select

from consent.ports import Unsaved
from consent.store.engine import Store
from consent.store.tables import unsaved
from consent.store.upsert import replace


class SqlUnsaved:
    """The port ``UnsavedInput`` on a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._put = replace(unsaved, dialect=store.dialect)

    def of(self, episode: str) -> tuple[Unsaved, ...]:
        """Everybody's of a record, the latest first."""
        query = select(unsaved).where(unsaved.c.episode == episode).order_by(unsaved.c.at.desc(), unsaved.c.by)
        with self._store.reading() as connection:
            return tuple(Unsaved(**row) for row in connection.execute(query).mappings())

    def keep(self, one: Unsaved) -> None:
        """Keep this in place of what the same person had there before."""
        with self._store.writing() as connection:
            connection.execute(self._put, asdict(one))
