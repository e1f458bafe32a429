"""Everything that can happen: a closed, discriminated union in the past tense.

Decides what a record can say. An event is the fact and its audit row at once; nothing changes without one.

Invariants:
- Every event has a ``kind`` and a ``schema_`` number; an old schema is read through an upcaster, never rewritten.
- Texts that a person saw are kept as digests next to the resolved template that the episode holds.
- No secret enters an event: no password, PIN, token or key.

Refuses free-form data: no event has an open dictionary, apart from the answers to the facts of a pinned template.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from consent.model.events_beside import (
    AccessReviewed,
    AccountLocked,
    AccountUnlocked,
    DeviceEnrolled,
    DeviceRevoked,
    DocumentExported,
    FlagAnswered,
    GlassBroken,
    GlassMissed,
    Happening,
    PersonAdded,
    PersonAssigned,
    ProvedAgain,
    RecordViewed,
    SecretChanged,
    SignedIn,
    SignedOut,
    TemplateApproved,
    TemplateRetired,
)
from consent.model.events_clinician import (
    AnswerJudged,
    AppointmentMoved,
    EffortCounted,
    NeedsNoted,
    QuestionAssigned,
)
from consent.model.events_day import DayEvent
from consent.model.events_draft import DraftClosed, DraftErased, StaffActionRefused
from consent.model.events_keeping import KeepingEvent
from consent.model.events_log import EntryAnchored, LogKeyTaken
from consent.model.events_notices import NoticeEvent
from consent.model.events_pad import Redrawn
from consent.model.events_paper import PacketPrinted
from consent.model.events_register import LargePrintExported, RegisterExported
from consent.model.events_seal import SealEvent, SealingKeyTaken
from consent.model.events_tablet import TabletEvent
from consent.model.people import PersonRef
from consent.model.signature import Mark, Own
from consent.model.template import Template, TemplateRef
from consent.model.template_parts import Language
from consent.model.text import Digest, Key, Note, PersonName, Short
from consent.model.values import Clinic, Instant, MedicineLine, Patient, ShownText, Site


class EpisodeOpened(Happening):
    """A procedure was planned for a patient."""

    kind: Literal["EpisodeOpened"] = "EpisodeOpened"
    patient: Patient
    procedure: Key
    """Template id."""
    appointment: Instant
    clinician: PersonRef
    clinic: Clinic


class TemplatePinned(Happening):
    """The whole template was copied into the episode, so that later edits do not reach it."""

    kind: Literal["TemplatePinned"] = "TemplatePinned"
    ref: TemplateRef
    status: Literal["draft", "approved"]
    template: Template


class Tailored(Happening):
    """The clinician set what is particular to this patient. Tailoring again makes the patient read again."""

    kind: Literal["Tailored"] = "Tailored"
    sites: Annotated[tuple[Site, ...], Field(min_length=1, max_length=8)]
    why: Annotated[Note, Field(min_length=1)]
    performer: PersonRef
    helpers: Annotated[tuple[Short, ...], Field(max_length=8)] = ()
    facts: dict[Key, Short]


class MedicinesPlanned(Happening):
    """A clinician decided about this patient's medicines, one by one; no lines: nothing changes (H6)."""

    kind: Literal["MedicinesPlanned"] = "MedicinesPlanned"
    by: PersonRef
    lines: Annotated[tuple[MedicineLine, ...], Field(max_length=30)] = ()


class HandedOver(Happening):
    """The tablet was given to the patient: a session of its own, bound to this episode."""

    kind: Literal["HandedOver"] = "HandedOver"


class HandedBack(Happening):
    """Staff took the tablet back."""

    kind: Literal["HandedBack"] = "HandedBack"


class IdentityConfirmed(Happening):
    """The patient gave name and date of birth, and both matched (NPG.01.01.01)."""

    kind: Literal["IdentityConfirmed"] = "IdentityConfirmed"


class IdentityMissed(Happening):
    """What was given did not match; what it was is not kept."""

    kind: Literal["IdentityMissed"] = "IdentityMissed"


class MattersNoted(Happening):
    """What the patient hopes for and worries about, in the patient's words."""

    kind: Literal["MattersNoted"] = "MattersNoted"
    hope: Note = ""
    worry: Note = ""


class ScreeningAnswered(Happening):
    """One screening question was answered."""

    kind: Literal["ScreeningAnswered"] = "ScreeningAnswered"
    question: Key
    answer: Literal["yes", "no", "not_sure"]
    detail: Note = ""


class ScreeningReviewed(Happening):
    """A clinician looked at an answer that raises something, and decided."""

    kind: Literal["ScreeningReviewed"] = "ScreeningReviewed"
    question: Key
    decision: Literal["applies", "does_not_apply"]
    note: Note = ""
    by: PersonRef


class StatementsShown(Happening):
    """A page was entered: what stood on it, in which language."""

    kind: Literal["StatementsShown"] = "StatementsShown"
    page: Key
    language: Language
    shown: Annotated[tuple[ShownText, ...], Field(max_length=150)]


class StatementAcknowledged(Happening):
    """A serious or personal risk got its own tap."""

    kind: Literal["StatementAcknowledged"] = "StatementAcknowledged"
    statement: Key
    digest: Digest


class QuestionAsked(Happening):
    """The patient parked a question."""

    kind: Literal["QuestionAsked"] = "QuestionAsked"
    question: Key
    page: Key
    text: Annotated[Note, Field(min_length=1)]


class QuestionAnswered(Happening):
    """Somebody answered it, in writing or in person."""

    kind: Literal["QuestionAnswered"] = "QuestionAnswered"
    question: Key
    way: Literal["typed", "in_person"]
    text: Note = ""
    by: PersonRef


class UnderstandingChecked(Happening):
    """One round of a concept: tapped on the tablet (a quiz), or spoken and judged by a person (teach-back)."""

    kind: Literal["UnderstandingChecked"] = "UnderstandingChecked"
    concept: Key
    round: Annotated[int, Field(ge=1, le=9)]
    way: Literal["quiz", "spoken"]
    result: Literal["understood", "not_yet", "accepted"]
    """``accepted``: not fully understood, and a clinician says in ``note`` why to go on."""
    said: Note = ""
    note: Note = ""
    judged_by: PersonRef | None = None


class ChoiceMade(Happening):
    """An optional clause was answered."""

    kind: Literal["ChoiceMade"] = "ChoiceMade"
    clause: Key
    choice: Literal["yes", "no"]


class ReadingFinished(Happening):
    """The patient went through all of it, and how."""

    kind: Literal["ReadingFinished"] = "ReadingFinished"
    way: Literal["by_myself", "device_read", "person_read", "interpreter"]
    by: Short = ""
    """Who read or interpreted."""


class Discussed(Happening):
    """Somebody entitled talked with the patient; only then may the patient sign (A-0955)."""

    kind: Literal["Discussed"] = "Discussed"
    by: PersonRef
    minutes: Annotated[int, Field(ge=0, le=600)]
    note: Note = ""


class Presented(Happening):
    """The body of the document was put before somebody to sign; ``presentation`` names this request, once."""

    kind: Literal["Presented"] = "Presented"
    presentation: Key
    to: Literal["patient", "clinician"]
    covers: Digest


class Signed(Happening):
    """The patient signed the body of the document that was on the screen."""

    kind: Literal["Signed"] = "Signed"
    presentation: Key
    covers: Digest
    printed_name: PersonName
    meaning: Note
    mark: Mark


class Attested(Happening):
    """The clinician attested and signed the same body, after proving again who they are (21 CFR 11.200)."""

    kind: Literal["Attested"] = "Attested"
    presentation: Key
    covers: Digest
    by: PersonRef
    meaning: Note
    statements: Annotated[tuple[Note, ...], Field(min_length=1, max_length=12)]
    mark: Own


class Refused(Happening):
    """The patient said no. No reason is needed."""

    kind: Literal["Refused"] = "Refused"
    reason: Note = ""


class SealBegun(Happening):
    """The intent to make the document: fixes its time, so that every try gives the same bytes."""

    kind: Literal["SealBegun"] = "SealBegun"
    at: Instant


class SealFailed(Happening):
    """The document could not be made or did not pass its own check; it will be tried again."""

    kind: Literal["SealFailed"] = "SealFailed"
    reason: Note


class Sealed(Happening):
    """The document exists, was opened again and checked."""

    kind: Literal["Sealed"] = "Sealed"
    document: Digest
    """SHA-256 of the PDF's bytes."""
    size: Annotated[int, Field(ge=1)]
    blocks: Digest


class Delivered(Happening):
    """An outlet has the document."""

    kind: Literal["Delivered"] = "Delivered"
    outlet: Key
    document: Digest
    name: Short


class DeliveryFailed(Happening):
    """An outlet did not take it; it will be tried again."""

    kind: Literal["DeliveryFailed"] = "DeliveryFailed"
    outlet: Key
    document: Digest
    reason: Note
    attempt: Annotated[int, Field(ge=1)]


class UnitAssigned(Happening):
    """The patient belongs to a unit of the clinic: whose staff need to know (45 CFR 164.514(d), minimum necessary)."""

    kind: Literal["UnitAssigned"] = "UnitAssigned"
    unit: Annotated[Short, Field(min_length=1)]


EpisodeEvent = (
    EpisodeOpened
    | TemplatePinned
    | Tailored
    | MedicinesPlanned
    | HandedOver
    | HandedBack
    | IdentityConfirmed
    | IdentityMissed
    | MattersNoted
    | ScreeningAnswered
    | ScreeningReviewed
    | StatementsShown
    | StatementAcknowledged
    | QuestionAsked
    | QuestionAnswered
    | UnderstandingChecked
    | ChoiceMade
    | ReadingFinished
    | Discussed
    | Presented
    | Signed
    | Attested
    | Refused
    | EntryAnchored
    | SealBegun
    | SealFailed
    | Sealed
    | Delivered
    | DeliveryFailed
    | UnitAssigned
    | Redrawn
    | EffortCounted
    | DayEvent
    | TabletEvent
    | QuestionAssigned
    | AnswerJudged
    | AppointmentMoved
    | NeedsNoted
    | DraftClosed
    | DraftErased
    | SealEvent
    | NoticeEvent
    | KeepingEvent
)

OtherEvent = (
    PersonAdded
    | SignedIn
    | SignedOut
    | RecordViewed
    | DocumentExported
    | FlagAnswered
    | TemplateApproved
    | TemplateRetired
    | PersonAssigned
    | SecretChanged
    | AccountLocked
    | AccountUnlocked
    | ProvedAgain
    | DeviceEnrolled
    | DeviceRevoked
    | GlassBroken
    | GlassMissed
    | AccessReviewed
    | RegisterExported
    | LargePrintExported
    | PacketPrinted
    | StaffActionRefused
    | SealingKeyTaken
    | LogKeyTaken
)

Event = Annotated[EpisodeEvent | OtherEvent, Field(discriminator="kind")]

reader: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads an event from its stored payload."""
