"""How long a record is kept: legal holds on it, and the erasure of what it says by two persons.

Decides what these events say; ``events`` puts them into the one union.

Invariants:
- As in ``events``: a kind and a schema number, no secret, no free form.
- Why a hold was set is one of a few reasons and the number of the matter: there is no place for a patient's data.
- What outlives an erasure names both persons and what was erased by digests; it holds nothing of the patient.

Refuses any other reason to erase a finished record.
"""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from consent.model.events_beside import Happening
from consent.model.events_log import EntryAnchored
from consent.model.people import PersonRef
from consent.model.text import Digest
from consent.model.values import Instant

Why = Literal["lawsuit", "authority", "complaint", "audit"]
"""Why a record is held: a claim or suit, an authority's order, a complaint, an audit or investigation."""
Matter = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9./-]{0,39}$")]
"""The number of the matter that a hold is for, as the legal department has it."""
Reason = Literal["retention", "law", "error"]
"""Its time is over; the law asks for it (as GDPR, article 17); it was made in error or to test."""
Number = Annotated[int, Field(ge=1)]
AGREE_WITHIN = timedelta(days=7)
"""How long a proposal to erase stands."""


class HoldSet(Happening):
    """Nothing of this record may be erased from now on, for this matter."""

    kind: Literal["HoldSet"] = "HoldSet"
    why: Why
    matter: Matter
    by: PersonRef


class HoldLifted(Happening):
    """The hold for this matter is over."""

    kind: Literal["HoldLifted"] = "HoldLifted"
    matter: Matter
    by: PersonRef


class ErasureProposed(Happening):
    """One person proposes to erase what this record says; another one has to agree."""

    kind: Literal["ErasureProposed"] = "ErasureProposed"
    reason: Reason
    by: PersonRef


class ErasureDropped(Happening):
    """The proposal was taken back before anybody agreed."""

    kind: Literal["ErasureDropped"] = "ErasureDropped"
    by: PersonRef


class RecordErased(Happening):
    """A second person agreed, and what all events before this one said was erased, with the documents."""

    kind: Literal["RecordErased"] = "RecordErased"
    reason: Reason
    years: Annotated[int, Field(ge=0)] = 0
    """How many years the clinic keeps records; 0: it has not said."""
    proposal: Number
    """The number of the event that proposed it."""
    proposed: PersonRef
    proposed_at: Instant
    agreed: PersonRef
    events: Number
    """How many events were erased: all before this one."""
    documents: Annotated[tuple[Digest, ...], Field(max_length=500)]
    """SHA-256 of each document that was erased."""
    stood: EntryAnchored
    """Where the last of them stood in the log, and so all of them, under a signed checkpoint."""


KeepingEvent = HoldSet | HoldLifted | ErasureProposed | ErasureDropped | RecordErased
