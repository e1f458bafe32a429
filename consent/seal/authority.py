"""Those outside the clinic whose word a seal may carry: who says the time, and who says what was revoked.

Decides whom the clinic believes, and how long anybody is waited for.

Invariants:
- A time stamp counts only with a certificate that leads to a root that the clinic has named (RFC 3161, 2.3).
- Whether a certificate was revoked has to be known for each one on the way to its root (ETSI EN 319 142-1, 5.4).

Refuses the list of roots that the machine happens to have.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography import x509
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko_certvalidator import ValidationContext

from consent.seal.certificates import as_asn1

TOLERANCE: Final = timedelta(minutes=5)
"""How far the clocks of two machines may differ."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A time-stamp authority (RFC 3161, over HTTP).

    Args:
        url: Where it listens.
        roots: The roots that its certificates have to lead to.
        seconds: How long one seal waits for it and for what is known of revocation, all told.
    """

    url: str
    roots: tuple[x509.Certificate, ...]
    seconds: float = 5.0

    def stamper(self) -> HTTPTimeStamper:
        """Asks it; whoever calls keeps the time."""
        return HTTPTimeStamper(self.url, timeout=None)


def trust_in(
    roots: Sequence[x509.Certificate], *, known: Sequence[x509.Certificate] = (), at: datetime, **more: object
) -> dict[str, Any]:
    """What a ``ValidationContext`` takes, to trust these roots and no others at a moment."""
    return {
        "trust_roots": as_asn1(roots),
        "other_certs": as_asn1(known),
        "moment": at,
        "time_tolerance": TOLERANCE,
        **more,
    }


def asking_about(
    roots: Sequence[x509.Certificate], *, known: Sequence[x509.Certificate], at: datetime
) -> ValidationContext:
    """Trust in these roots that asks for every certificate whether it was revoked; the answers stay in it."""
    return ValidationContext(**trust_in(roots, known=known, at=at, allow_fetching=True, revocation_mode="require"))
