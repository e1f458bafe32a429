"""What is added to a finished record: a correction, and the notices that tell of what happened after the document.

Decides what these events say; ``events`` puts them into the one union.

Invariants:
- As in ``events``: a kind and a schema number, no secret, no free form.
- A notice names the document that it belongs to, and the entry that it tells of: the links go both ways by digest.

Refuses to replace: what was signed stays, whatever is said afterwards.
"""

from typing import Annotated, Literal

from pydantic import Field

from consent.model.events_beside import Happening
from consent.model.people import PersonRef
from consent.model.text import Digest, Key, Note, Short
from consent.model.values import Instant

Kind = Literal["confirmation", "withdrawal", "correction"]
Number = Annotated[int, Field(ge=1)]
"""The number of the event that a notice tells of."""


class CorrectionNoted(Happening):
    """A clinician added a correction to the finished document, in own words; the document stays as it is."""

    kind: Literal["CorrectionNoted"] = "CorrectionNoted"
    text: Annotated[Note, Field(min_length=1)]
    by: PersonRef


class NoticeBegun(Happening):
    """The intent to make a notice: fixes its time, so that every try gives the same bytes."""

    kind: Literal["NoticeBegun"] = "NoticeBegun"
    of: Kind
    entry: Number
    about: Digest
    """SHA-256 of the finished document that it belongs to."""
    at: Instant


class NoticeFailed(Happening):
    """The notice could not be made or did not pass its own check; it will be tried again."""

    kind: Literal["NoticeFailed"] = "NoticeFailed"
    of: Kind
    entry: Number
    reason: Note


class NoticeSealed(Happening):
    """The notice exists, was opened again and checked."""

    kind: Literal["NoticeSealed"] = "NoticeSealed"
    of: Kind
    entry: Number
    about: Digest
    """SHA-256 of the finished document that it belongs to."""
    document: Digest
    """SHA-256 of the notice's own bytes."""
    size: Annotated[int, Field(ge=1)]
    blocks: Digest


class NoticeDelivered(Happening):
    """An outlet has the notice."""

    kind: Literal["NoticeDelivered"] = "NoticeDelivered"
    outlet: Key
    document: Digest
    name: Short


NoticeEvent = CorrectionNoted | NoticeBegun | NoticeFailed | NoticeSealed | NoticeDelivered
