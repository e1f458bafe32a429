"""What a patient does to get ready: a part of the template, and its day or time before the appointment in words.

Decides the shape of that part, and how a distance to the appointment becomes a date of the clinic.

Invariants:
- Days are days of the clinic's calendar; hours are hours that pass, also over the night when clocks change.
- Another appointment gives other words, so that the page they stand on is read again (H6).

Refuses to know a distance by itself: the template states it, with its source.
"""

from datetime import timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from consent.model import canon
from consent.model.template_parts import Cited, Condition, Named, Part, Text, Truth, Whole


class Before(Part):
    """How long before the appointment: a number of days, or of hours."""

    days: Annotated[Whole, Field(ge=1, le=60)] | None = None
    hours: Annotated[Whole, Field(ge=1, le=72)] | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.days is None) == (self.hours is None):
            raise ValueError("before is a number of days or a number of hours, one of both")
        return self


class Preparation(Named):
    """What to do before the day.

    ``before`` is a distance to the appointment that the source states; ``{before}`` prints the day or time.

    ``plan: medicines`` says that somebody must decide for this patient, drug by drug, in the list that ``{medicines}``
    prints. No default is "stop".
    """

    text: Text
    only_if: Condition | None = None
    plan: Literal["none", "medicines"] = "none"
    agreed_with_prescriber: Truth = False
    """A pause needs the name of the prescriber who agreed."""
    before: Before | None = None
    sources: Cited = ()

    @model_validator(mode="after")
    def _says_when_and_from_where(self) -> Self:
        if (self.before is not None) != ("{before}" in self.text):
            raise ValueError(f"{self.id}: before and {{before}} in the text go together")
        if self.before is not None and not self.sources:
            raise ValueError(f"{self.id}: a time before the appointment needs a source")
        return self

    @model_serializer(mode="wrap")
    def _as_it_always_was(self, whole: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Without ``before`` the same bytes as before there was one: digests of approved versions stay."""
        kept: dict[str, object] = whole(self)
        return kept if self.before is not None else {name: value for name, value in kept.items() if name != "before"}


def before_words(before: Before, *, appointment: str, zone: str) -> str:
    """As "Mon 23 Nov 2026", or "Tue 24 Nov 2026, 08:30"."""
    instant, clinic = canon.parse_instant(appointment), ZoneInfo(zone)
    if before.days is not None:
        day = instant.astimezone(clinic).date() - timedelta(days=before.days)
        return f"{day:%a} {day.day} {day:%b %Y}"
    local = (instant - timedelta(hours=before.hours or 0)).astimezone(clinic)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"
