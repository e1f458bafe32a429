"""Devices that the clinic knows, and where wrong secrets came from, on SQL.

Decides how failures are counted by place, in one statement, so that parallel guesses all count.

Invariants:
- A device's token arrives as its SHA-256 and is kept so. Devices change through ``Commit.device`` in the ledger.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, delete, select

from consent.ports import Device
from consent.store.engine import Store
from consent.store.tables import attempt, device
from consent.store.upsert import counting


class SqlDevices:
    """The port ``Devices`` on a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def by_token(self, token: str) -> Device | None:
        """The device of a token's SHA-256, revoked ones too."""
        return self._one(device.c.token == token)

    def by_id(self, device_id: str) -> Device | None:
        """The device of that name, revoked ones too."""
        return self._one(device.c.id == device_id)

    def _one(self, condition: ColumnElement[bool]) -> Device | None:
        with self._store.reading() as connection:
            row = connection.execute(select(device).where(condition)).mappings().one_or_none()
        return Device(**row) if row else None

    def all(self) -> tuple[Device, ...]:
        """All devices by label, revoked ones too."""
        with self._store.reading() as connection:
            rows = connection.execute(select(device).order_by(device.c.label, device.c.id)).mappings()
            return tuple(Device(**row) for row in rows)


class SqlAttempts:
    """The port ``Attempts`` on a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def closed(self, buckets: Sequence[str], *, now: str) -> bool:
        """Whether one of them is closed now."""
        query = select(attempt.c.bucket).where(attempt.c.bucket.in_(buckets), attempt.c.until > now).limit(1)
        with self._store.reading() as connection:
            return connection.execute(query).first() is not None

    def count(self, bucket: str, *, now: str, since: str, most: int, until: str) -> bool:
        """One more; at ``most`` since then the bucket closes, and this gives True. In one statement."""
        kept = attempt.c
        fresh = kept.since < since
        failures = case((fresh, 1), else_=kept.failures + 1)
        changes = {
            "failures": failures,
            "since": case((fresh, now), else_=kept.since),
            "until": case((failures >= most, until), else_=""),
        }
        first = {"bucket": bucket, "failures": 1, "since": now, "until": until if most <= 1 else ""}
        counted = counting(attempt, changes, dialect=self._store.dialect).returning(kept.failures)
        with self._store.writing() as connection:
            counted_now: int | None = connection.scalar(counted, first)
        return counted_now == most

    def clear(self, bucket: str) -> None:
        """Forget them."""
        with self._store.writing() as connection:
            connection.execute(delete(attempt).where(attempt.c.bucket == bucket))
