"""What records have taken of the staff's work, on SQL: one row a record, no history.

Decides how two taps at once both count: the row is there and locked before it is read.

Invariants:
- Nothing but sums is kept, and where the last one was made: who tapped what, and when, cannot be read from it.
"""

from collections.abc import Callable
from dataclasses import asdict

from sqlalchemy import select, update

from consent.ports import Effort
from consent.store.engine import Store
from consent.store.tables import effort
from consent.store.upsert import keep_first


class SqlEfforts:
    """The port ``Efforts`` on a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._begin = keep_first(effort, dialect=store.dialect)

    def of(self, episode: str) -> Effort | None:
        """The count of a record; None when nothing was counted."""
        with self._store.reading() as connection:
            row = connection.execute(select(effort).where(effort.c.episode == episode)).mappings().one_or_none()
        return Effort(**row) if row else None

    def change(self, episode: str, step: Callable[[Effort], Effort]) -> None:
        """Count on from what there is, in one transaction."""
        this = effort.c.episode == episode
        with self._store.writing() as connection:
            connection.execute(self._begin, asdict(Effort(episode=episode)))
            row = connection.execute(select(effort).where(this).with_for_update()).mappings().one()
            connection.execute(update(effort).where(this), asdict(step(Effort(**row))))
