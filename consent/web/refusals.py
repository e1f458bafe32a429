"""What a patient's tablet was refused because it is for staff, written into the record's trail (catalogue D9).

Decides when it is written: the first at once, what comes within a minute after it as one sum.

Invariants:
- At most one event a minute and session, however often it is tried: a flood fills no store.
- A refusal stands whether or not it can be written down; what could not be is counted on, and written later.

Refuses to keep what was asked for: an address or a purpose can hold anything.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from consent.errors import ConsentError
from consent.model.events_draft import StaffActionRefused
from consent.workflow.desk import Desk, note
from consent.workflow.visitor import Visit

EVERY = 60.0


@dataclass(slots=True)
class _Count:
    visit: Visit
    since: float
    waiting: int = 0


class Refusals:
    """Counts them, by session. ``steady`` is a clock that only goes forward."""

    def __init__(self, steady: Callable[[], float] = monotonic) -> None:
        self._steady, self._lock = steady, threading.Lock()
        self._kept: dict[str, _Count] = {}

    def heard(self, desk: Desk, visit: Visit) -> None:
        """One more."""
        with self._lock:
            now, kept = self._steady(), self._kept.get(visit.session.id)
            if kept is None:
                kept = self._kept[visit.session.id] = _Count(visit, now - EVERY)
            kept.waiting += 1
            if now - kept.since >= EVERY:
                self._write(desk, kept)

    def write_due(self, desk: Desk) -> int:
        """Write the sums whose minute is over, and forget sessions that are quiet. Gives how many were written."""
        with self._lock:
            over = [one for one in self._kept.values() if self._steady() - one.since >= EVERY]
            for one in over:
                if not one.waiting:
                    del self._kept[one.visit.session.id]
            return sum(self._write(desk, one) for one in over if one.waiting)

    def _write(self, desk: Desk, kept: _Count) -> bool:
        kept.since = self._steady()
        stamp, stream = kept.visit.stamp(desk), f"access:{kept.visit.episode}"
        try:
            note(desk, stamp, stream=stream, events=[StaffActionRefused(times=kept.waiting)])
        except ConsentError:
            return False
        kept.waiting = 0
        return True


REFUSALS = Refusals()
