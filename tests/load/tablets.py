"""Many tablets at once, each with a person who taps now and then; how long each tap took.

Decides when somebody taps: all at the same interval, each at a moment of their own.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import quantiles
from threading import Event
from time import monotonic

from tests.headless import Tab

EVERY = 5.0
PATIENCE = 60.0
ONWARD, BACK = "Go on", "Back"


@dataclass(frozen=True)
class Load:
    """What came of it: seconds of each tap, and what went wrong, in words."""

    seconds: tuple[float, ...]
    errors: tuple[str, ...]

    @property
    def p95(self) -> float:
        """The time within which 95 of 100 taps were answered."""
        return quantiles(self.seconds, n=20)[-1]

    @property
    def p50(self) -> float:
        """The time within which half of the taps were answered."""
        return quantiles(self.seconds, n=2)[-1]


def tap_for(tabs: Sequence[Tab], *, seconds: float) -> Load:
    """Let a person at each tablet tap on and back again, one tap in ``EVERY`` seconds."""
    begin = monotonic() + 1.0
    with ThreadPoolExecutor(len(tabs)) as people:
        offsets = [place * EVERY / len(tabs) for place in range(len(tabs))]
        loads = list(people.map(lambda tab, offset: _person(tab, begin + offset, begin + seconds), tabs, offsets))
    return Load(
        seconds=tuple(one for load in loads for one in load.seconds),
        errors=tuple(one for load in loads for one in load.errors),
    )


def _person(tab: Tab, begin: float, end: float) -> Load:
    taken: list[float] = []
    errors: list[str] = []
    at, labels = begin, (ONWARD, BACK)
    while at < end:
        Event().wait(max(0.0, at - monotonic()))
        started = monotonic()
        try:
            tab.click(labels[len(taken) % 2], timeout=PATIENCE)
        except Exception as error:  # noqa: BLE001 - whatever it was is the finding
            errors.append(f"{type(error).__name__}: {error}"[:300])
            break
        taken.append(monotonic() - started)
        at += EVERY
    return Load(seconds=tuple(taken), errors=tuple(errors))


def all_at_once(openers: Sequence[Callable[[], Tab]], *, several: int = 8) -> list[Tab]:
    """Open tablets, a few at a time."""
    with ThreadPoolExecutor(several) as people:
        return list(people.map(lambda opener: opener(), openers))
