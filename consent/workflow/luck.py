"""Chance, time and trust for records that are made up: ports that give the same for the same seed.

Decides nothing about records.

Invariants:
- What is drawn hangs on the seed, the number of the record and how often was drawn before, on nothing else.

Refuses to be random: whoever knows the seed knows every salt. For demo stores only.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from consent.ports import Effort

T = TypeVar("T")
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


class SeededEntropy:
    """The port ``Entropy``: the same "random" values for the same seed."""

    def __init__(self, seed: int | str) -> None:
        self._from, self._count = seed, 0

    def salt(self) -> bytes:
        """32 bytes of a counter's digest."""
        self._count += 1
        return hashlib.sha256(f"{self._from}/{self._count}".encode()).digest()

    def token(self) -> str:
        """64 hexadecimal digits."""
        return self.salt().hex()

    def name(self, prefix: str) -> str:
        """``prefix-`` and 26 letters and digits."""
        return f"{prefix}-{''.join(_LETTERS[byte % len(_LETTERS)] for byte in self.salt()[:26])}"


class Dice(SeededEntropy):
    """The same for one record, by its number; and what hangs on luck."""

    def __init__(self, seed: str, number: int) -> None:
        super().__init__(f"{seed}/{number}")

    def below(self, most: int) -> int:
        """A number from 0 to ``most`` - 1."""
        return int.from_bytes(self.salt()[:8], "big") % most

    def one(self, among: Sequence[T]) -> T:
        """One of several."""
        return among[self.below(len(among))]

    def weighed(self, among: Sequence[tuple[T, int]]) -> T:
        """One of several, each as often as its weight."""
        return self.one([one for one, weight in among for _ in range(weight)])


class Watch:
    """The port ``Clock``: some seconds go by each time it is read."""

    def __init__(self, at: datetime, dice: Dice) -> None:
        self.at, self._dice = at, dice

    def now(self) -> datetime:
        """A little later than the last time."""
        self.at += timedelta(seconds=1 + self._dice.below(4))
        return self.at


class Unasked:
    """The port ``Hasher`` for staff who are asked for no secret."""

    def hash(self, secret: str) -> str:  # noqa: ARG002 - the port's
        """Nothing to keep."""
        return ""

    def verify(self, kept: str, secret: str) -> bool:  # noqa: ARG002 - the port's
        """Believed."""
        return True


class Unmeasured:
    """The port ``Efforts`` for records that nobody worked on."""

    def of(self, episode: str) -> Effort | None:  # noqa: ARG002 - the port's
        """Nothing was counted."""
        return None

    def change(self, episode: str, step: Callable[[Effort], Effort]) -> None:
        """Nothing is counted."""
