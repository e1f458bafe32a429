"""The loop behind the signatures: seal and deliver what is due.

Invariants:
- Two threads a process, one that seals and one that sends checkpoints out; a lease in the store makes several
  processes safe.
- Nothing that fails ends the loop or keeps another duty waiting; it is logged under a reference and tried again.
- At shutdown what is due is finished first, for as long as there is anything due and nothing fails.
"""

import threading
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from consent.errors import ConsentError
from consent.mishap import alarm, reference
from consent.ports.sealing import warning
from consent.web.refusals import REFUSALS

if TYPE_CHECKING:
    from consent.workflow.desk import Desk

PAUSE = 1.0
AFTER_TROUBLE = 5.0
TIDIES = 600.0
TENDS = 10.0
"""Seconds between two looks at the log: how long an entry is without a place at most, beside the work before it."""
LOOKS_AT_ALL = 3600.0


class Worker:
    """Does its duties again and again: at once when woken or when there was something to do, else every second."""

    def __init__(self, *duties: Callable[[], int], name: str = "sealing") -> None:
        self._duties, self._name = duties, name
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self.seen = monotonic()
        """When the loop last came round, on a clock that only goes forward: ``/healthz`` looks at it."""

    def expect(self) -> None:
        """It begins soon: from now on it is late when it does not come round, however long ago this was loaded."""
        self.seen = monotonic()

    def start(self) -> None:
        """Begin."""
        self.expect()
        self._stopping.clear()
        self._thread = threading.Thread(target=self._loop, name=self._name)
        self._thread.start()

    def wake(self) -> None:
        """There is something to do."""
        self._woken.set()

    def stop(self) -> None:
        """Finish what is due, then end."""
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join()

    def _loop(self) -> None:
        while True:
            done, pause = 0, PAUSE
            for duty in self._duties:
                self.seen = monotonic()
                try:
                    done += duty()
                except Exception as error:  # noqa: BLE001 - the loop outlives what happened; the log has a reference
                    reference(error)
                    pause = AFTER_TROUBLE
            if done and pause == PAUSE:
                continue
            if self._stopping.is_set():
                return
            self._woken.wait(pause)
            self._woken.clear()


def _seal() -> int:
    from consent.wiring import desk
    from consent.workflow.seal import work_once

    return work_once(desk())


def _write_refusals() -> int:
    from consent.wiring import desk

    return REFUSALS.write_due(desk())


class _Log:
    """Entries get their place in the log, and checkpoints go out; all entries are looked at first, then hourly."""

    def __init__(self) -> None:
        self._due = self._whole = 0.0

    def __call__(self) -> int:
        from consent.wiring import desk
        from consent.workflow import publish

        now = monotonic()
        if now < self._due:
            return 0
        whole = now >= self._whole
        self._due, self._whole = now + TENDS, now + LOOKS_AT_ALL if whole else self._whole
        return publish.tend(desk(), whole=whole)


class _Tidy:
    """What was left open is closed, and the sealing key is looked at: at the start, then now and again."""

    def __init__(self) -> None:
        self._due = 0.0
        self._said = ""

    def __call__(self) -> int:
        from consent.wiring import desk
        from consent.workflow.drafts import tidy

        if monotonic() < self._due:
            return 0
        self._due = monotonic() + TIDIES
        self._look_at_key(desk())
        return tidy(desk())

    def _look_at_key(self, desk: "Desk") -> None:
        """Make the key at the first start; say in the log, once a step, that its certificate ends."""
        from consent.workflow import keyring

        try:
            step = warning(keyring.days_left(desk))
            what = f"ends within {step} days" if step else ""
        except ConsentError as error:
            what = error.what
        if what and what != self._said:
            alarm("seal", key=what)
        self._said = what


_TIDY = _Tidy()
_LOG = _Log()
WORKER = Worker(_seal, _write_refusals, _TIDY)
LOG_WORKER = Worker(_LOG, name="log")
"""Apart from the other: whoever gets checkpoints may take its time, and no seal waits for that."""
