"""The values that events are made of: who, where, which clinic, which medicine.

Decides their shape and limits.

Invariants:
- Frozen and closed; times are RFC 3339 instants in UTC, dates are ISO 8601.

Refuses to hold anything that happens: that is an event.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from consent.model.template_parts import IsoDate
from consent.model.text import Digest, Key, Note, PersonName, RecordNumber, Short

Instant = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$")]
ZoneName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_+/-]{1,63}$")]


_MOST_STATES = 18


class Value(BaseModel):
    """A frozen part of an event; closed, and strict about types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Patient(Value):
    """The patient with both identifiers, frozen into the record when the episode opens."""

    name: PersonName
    birth_date: IsoDate
    mrn: RecordNumber


class Clinic(Value):
    """The facility as the record prints it, from the settings of the day."""

    facility: Short
    zone: ZoneName
    phone_day: Short = ""
    phone_night: Short = ""
    page: Literal["letter", "a4"] = "letter"
    mode: Literal["demo", "production"]
    adult_age: Annotated[int, Field(ge=18, le=21, exclude_if=lambda age: age == _MOST_STATES)] = _MOST_STATES
    """From which age a patient here signs alone; not written when it is 18, as in the first records."""
    public_url: Annotated[Short, Field(exclude_if=lambda url: not url)] = ""
    """Where browsers reach the clinic's server, for documents to name; not written when it is not known."""


class Site(Value):
    """One place that is treated. ``side`` is always the patient's own left or right."""

    place: Annotated[Short, Field(min_length=1)]
    side: Literal["left", "right", "both", "midline", "not_applicable"]
    level: Short = ""


class MedicineLine(Value):
    """One medicine of this patient and what was decided about it, by a clinician, drug by drug."""

    medicine: Annotated[Short, Field(min_length=1)]
    change: bool
    """False: take it as usual."""
    how: Note = ""
    """What changes, from when; required with a change."""
    agreed_with: Short = ""


class ShownText(Value):
    """One passage as it was on the screen: its part of the template and the digest of text and language."""

    part: Key
    digest: Digest
