"""The clinic's seal: which key was taken into use, what was sealed with it, and what was added to a seal later.

Decides what these events say; ``events`` puts them into the one union.

Invariants:
- As in ``events``: a kind and a schema number, no secret, no free form.
- A file is named by its SHA-256. One that was added to is another file, with a name of its own.

Refuses patients' data.
"""

from typing import Annotated, Literal

from pydantic import Field

from consent.model.events_beside import Happening
from consent.model.text import Digest, Key, Note, Short
from consent.model.values import Instant

Size = Annotated[int, Field(ge=1)]
Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]
"""The baseline levels of PAdES (ETSI EN 319 142-1, 6)."""


class SealingKeyTaken(Happening):
    """From now on this installation seals with the key of this certificate; what was sealed before keeps its own."""

    kind: Literal["SealingKeyTaken"] = "SealingKeyTaken"
    certificate: Digest
    """SHA-256 of the certificate (DER)."""
    begins: Instant
    ends: Instant


class DocumentCertified(Happening):
    """A file bears the clinic's certification signature, was opened again and verified."""

    kind: Literal["DocumentCertified"] = "DocumentCertified"
    document: Digest
    """SHA-256 of the file with its seal."""
    front: Size
    """How many of its first bytes are the document before it was sealed."""
    certificate: Digest
    level: Level
    problem: Note = ""
    """Why the level is less than was wanted; empty when it is not."""


class SealUpgraded(Happening):
    """A seal got what was not to be had before, a time stamp or what is known of revocation: another file."""

    kind: Literal["SealUpgraded"] = "SealUpgraded"
    of: Digest
    document: Digest
    size: Size
    level: Level


class UpgradeDelivered(Happening):
    """An outlet has the file whose seal was added to, beside the one that it got first."""

    kind: Literal["UpgradeDelivered"] = "UpgradeDelivered"
    outlet: Key
    document: Digest
    name: Short


SealEvent = DocumentCertified | SealUpgraded | UpgradeDelivered
"""What an episode's stream says of seals."""
