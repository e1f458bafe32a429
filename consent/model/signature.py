"""How a person signs: strokes with time and pressure, an equal way by keyboard, or a mark or word before witnesses.

Decides which marks count as a signature. Strokes come from a browser and are untrusted: everything is bounded.
Who may be a witness is decided in ``consent.model.witness``.

Invariants:
- Coordinates are integers in 0..10 000 of the pad's own grid; times are milliseconds since the first point and are
  kept as the device's claim; pressure is 0..1 000.
- A drawn signature has enough points, length and extent to be more than a slip of the hand; shaky or short beyond
  that is nobody's business (clinical.md: signals never judge tremor).
- Before witnesses any line is enough, or no line at all; a touch of one spot is not a mark (catalogue B2).

Refuses pictures: an image of a signature proves nothing.
"""

import math
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from consent.errors import BadInput
from consent.model import canon
from consent.model.people import PersonRef
from consent.model.text import PersonName, Short, matching_form

GRID = 10_000
MOST_POINTS = 5_000
MOST_STROKES = 200
LEAST_POINTS = 5
LEAST_LENGTH = 600
LEAST_EXTENT = 250
LEAST_MARK = 100
"""Extent of a mark before witnesses: about seven pixels of the pad."""
MOST_WITNESSES = 2

Grid = Annotated[int, Field(ge=0, le=GRID)]
Millis = Annotated[int, Field(ge=0, le=3_600_000)]
Pressure = Annotated[int, Field(ge=0, le=1000)]
Point = tuple[Grid, Grid, Millis, Pressure]


class Frozen(BaseModel):
    """A value of a signature: strict, closed and never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Stroke(Frozen):
    """One line of the pen: points as (x, y, milliseconds, pressure)."""

    points: tuple[Point, ...] = Field(min_length=1, max_length=MOST_POINTS)


Aspect = Annotated[int, Field(ge=100, le=1000)]
"""Width of the pad over its height, times 100, so that the ink is never distorted."""


def _points(strokes: tuple[Stroke, ...]) -> list[Point]:
    points = [point for stroke in strokes for point in stroke.points]
    if len(points) > MOST_POINTS:
        raise ValueError(f"The signature has {len(points)} points; at most {MOST_POINTS} are kept.")
    return points


def _extent(points: list[Point]) -> int:
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return max(max(xs) - min(xs), max(ys) - min(ys))


class _Ink(Frozen):
    strokes: tuple[Stroke, ...] = Field(min_length=1, max_length=MOST_STROKES)
    aspect: Aspect = 300

    def digest(self) -> str:
        """Digest of the strokes alone: the same ink never signs twice (catalogue B8)."""
        return canon.strokes_digest([stroke.model_dump(mode="json") for stroke in self.strokes])


class Drawn(_Ink):
    """A signature drawn with pen, finger or mouse."""

    way: Literal["drawn"] = "drawn"

    @model_validator(mode="after")
    def _is_more_than_a_slip(self) -> Self:
        points = _points(self.strokes)
        length = sum(
            math.hypot(b[0] - a[0], b[1] - a[1]) for stroke in self.strokes for a, b in pairwise(stroke.points)
        )
        if len(points) < LEAST_POINTS or length < LEAST_LENGTH or _extent(points) < LEAST_EXTENT:
            raise ValueError("This is too short to be a signature.")
        return self


class Typed(Frozen):
    """The equal way by keyboard: the person types the own name."""

    way: Literal["typed"] = "typed"
    name: PersonName


class StaffWitness(Frozen):
    """A member of staff who was there and proved with the own secret who they are."""

    kind: Literal["staff"] = "staff"
    who: PersonRef


class OtherWitness(Frozen):
    """Somebody else who was there: the name, what they are to the patient, and their own signature."""

    kind: Literal["other"] = "other"
    name: PersonName
    relation: Annotated[Short, Field(min_length=1)]
    mark: Annotated[Drawn | Typed, Field(discriminator="way")]

    @model_validator(mode="after")
    def _signs_the_own_name(self) -> Self:
        if isinstance(self.mark, Typed) and matching_form(self.mark.name) != matching_form(self.name):
            raise ValueError("The witness types the same name twice, as it is written.")
        return self


Witness = Annotated[StaffWitness | OtherWitness, Field(discriminator="kind")]
Witnesses = Annotated[tuple[Witness, ...], Field(min_length=1, max_length=MOST_WITNESSES)]


class Marked(_Ink):
    """A mark in place of the name, as an X or one line, before witnesses (catalogue B16)."""

    way: Literal["marked"] = "marked"
    witnesses: Witnesses

    @model_validator(mode="after")
    def _is_more_than_a_touch(self) -> Self:
        check_mark(self.strokes)
        return self


class Spoken(Frozen):
    """Nothing was written: the patient said yes aloud before witnesses."""

    way: Literal["spoken"] = "spoken"
    witnesses: Witnesses


Own = Annotated[Drawn | Typed, Field(discriminator="way")]
"""How a person signs alone."""
Mark = Annotated[Drawn | Typed | Marked | Spoken, Field(discriminator="way")]


def check_mark(strokes: tuple[Stroke, ...]) -> None:
    """A mark before witnesses is a line somewhere; how long or shaky is nobody's business.

    Raises:
        ValueError: It is a touch of one spot, or more than a hand draws.
    """
    if _extent(_points(strokes)) < LEAST_MARK:
        raise ValueError("A touch is not a mark yet. Draw an X or a line.")


def witnesses_of(mark: Mark) -> tuple[Witness, ...]:
    """Who was there; nobody is needed for a signature that a person draws or types alone."""
    return mark.witnesses if isinstance(mark, Marked | Spoken) else ()


def inks_of(mark: Mark) -> tuple[str, ...]:
    """The digests of all that was drawn for this signature, by the person and by witnesses."""
    own = [mark] if isinstance(mark, Drawn | Marked) else []
    others = [one.mark for one in witnesses_of(mark) if isinstance(one, OtherWitness) and isinstance(one.mark, Drawn)]
    return tuple(dict.fromkeys(ink.digest() for ink in (*own, *others)))


def typed_in(mark: Mark) -> tuple[str, ...]:
    """Every name and word of a mark that somebody typed: all of them get printed."""
    others = [one for one in witnesses_of(mark) if isinstance(one, OtherWitness)]
    own = (mark.name,) if isinstance(mark, Typed) else ()
    signed = [one.mark.name for one in others if isinstance(one.mark, Typed)]
    return (*own, *(text for one in others for text in (one.name, one.relation)), *signed)


def odd_times(mark: Mark, *, open_for: int) -> tuple[str, ...]:
    """What is odd about the times that the device claims; they prove nothing and refuse nothing (catalogue B4).

    Args:
        mark: The signature.
        open_for: Milliseconds between the request to sign and the signature, by our own clock.

    Returns:
        Any of ``back``, ``equal`` and ``future``: times that go back, do not move, or were not yet.
    """
    times = [point[2] for stroke in mark.strokes for point in stroke.points] if isinstance(mark, Drawn | Marked) else []
    found = {
        "back": any(later < earlier for earlier, later in pairwise(times)),
        "equal": len(times) > 1 and len(set(times)) == 1,
        "future": bool(times) and max(times) > open_for,
    }
    return tuple(name for name, odd in found.items() if odd)


def check_typed_name(mark: Typed, *, printed_name: str) -> None:
    """A typed signature is the signer's own name, letter case and spacing aside.

    Raises:
        BadInput: Another name was typed.
    """
    if matching_form(mark.name) != matching_form(printed_name):
        raise BadInput(
            "The name typed is not the name of the person who signs.",
            "Type the name as it stands above the line.",
        )
