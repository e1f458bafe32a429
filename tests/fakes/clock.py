"""A clock that stands still until it is told to go on."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


class FixedClock:
    """The port ``Clock``."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, **parts: float) -> None:
        """Let time pass: ``advance(minutes=31)``."""
        self._now += timedelta(**parts)
