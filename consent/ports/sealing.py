"""The port for the seal on a finished file, and what a sealed file says of itself.

Decides what the levels are called, and when the end of a certificate is told.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

WARNINGS = (60, 30, 7)
"""How many days before a certificate ends somebody is told."""


def warning(days: int) -> int | None:
    """Which of the warnings has been reached with so many days left; None while there is time."""
    return min((step for step in WARNINGS if days <= step), default=None)


class SealLevel(StrEnum):
    """The baseline levels of PAdES (ETSI EN 319 142-1, 6), each with what the one before it has."""

    B_B = "B-B"
    """A signature with the certificate that checks it."""
    B_T = "B-T"
    """A third party's word on when it existed at the latest."""
    B_LT = "B-LT"
    """Whether the certificates were revoked, as it was known then."""
    B_LTA = "B-LTA"
    """A time stamp over all of that."""

    @classmethod
    def of(cls, *, stamped: bool, stored: bool, over: bool) -> "SealLevel":
        """The level of a seal, by what it has.

        Args:
            stamped: A time stamp, inside or behind it.
            stored: What is known of revocation.
            over: A document time stamp behind it, over all of the file.
        """
        if not stamped:
            return cls.B_B
        if not stored:
            return cls.B_T
        return cls.B_LTA if over else cls.B_LT

    @property
    def rank(self) -> int:
        """How much it holds: 0 to 3."""
        return list(SealLevel).index(self)


@dataclass(frozen=True, slots=True)
class SealedPdf:
    """A file with its seal, opened again and verified.

    Args:
        content: The file.
        level: What its seal holds.
        problem: Why that is less than was wanted, in a sentence; empty when it is not. ``upgrade`` adds the rest later.
    """

    content: bytes
    level: SealLevel
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SealCertificate:
    """What shows whose a sealing key is.

    Args:
        fingerprint: SHA-256 of the certificate (DER), in hexadecimal: what the clinic pins and tells others.
        begins: From when it counts.
        ends: Until when.
    """

    fingerprint: str
    begins: datetime
    ends: datetime


class Sealer(Protocol):
    """Seals finished files with the clinic's key."""

    def make(self, *, facility: str, at: datetime) -> None:
        """Make a key of the clinic's own, unless there is one. Raises SealRefused."""
        ...

    def certificate(self) -> SealCertificate:
        """Of the key that is there, whether it counts now or not. Raises SealRefused."""
        ...

    def seal(self, pdf: bytes, *, at: datetime) -> SealedPdf:
        """The file with a seal behind its own bytes. Raises SealRefused, AlreadyDone, Broken; waits for nobody."""
        ...

    def upgrade(self, pdf: bytes, *, at: datetime) -> SealedPdf:
        """A sealed file with what was not to be had when it was sealed. Raises SealRefused, Busy, Broken."""
        ...
