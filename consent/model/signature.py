"""How a person signs: strokes with time and pressure, or an equal way by keyboard.

Decides which marks count as a signature. Strokes come from a browser and are untrusted: everything is bounded.

Invariants:
- Coordinates are integers in 0..10 000 of the pad's own grid; times are milliseconds since the first point and are
  kept as the device's claim; pressure is 0..1 000.
- A drawn signature has enough points, length and extent to be more than a slip of the hand; shaky or short beyond
  that is nobody's business (clinical.md: signals never judge tremor).

Refuses pictures: an image of a signature proves nothing.
"""

import math
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from consent.errors import BadInput
from consent.model import canon
from consent.model.text import PersonName, matching_form

GRID = 10_000
MOST_POINTS = 5_000
MOST_STROKES = 200
LEAST_POINTS = 5
LEAST_LENGTH = 600
LEAST_EXTENT = 250

Grid = Annotated[int, Field(ge=0, le=GRID)]
Millis = Annotated[int, Field(ge=0, le=3_600_000)]
Pressure = Annotated[int, Field(ge=0, le=1000)]
Point = tuple[Grid, Grid, Millis, Pressure]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Stroke(_Frozen):
    """One line of the pen: points as (x, y, milliseconds, pressure)."""

    points: tuple[Point, ...] = Field(min_length=1, max_length=MOST_POINTS)


class Drawn(_Frozen):
    """A signature drawn with pen, finger or mouse."""

    way: Literal["drawn"] = "drawn"
    strokes: tuple[Stroke, ...] = Field(min_length=1, max_length=MOST_STROKES)
    aspect: Annotated[int, Field(ge=100, le=1000)] = 300
    """Width of the pad over its height, times 100, so that the ink is never distorted."""

    @model_validator(mode="after")
    def _is_more_than_a_slip(self) -> Self:
        points = [point for stroke in self.strokes for point in stroke.points]
        if len(points) > MOST_POINTS:
            raise ValueError(f"The signature has {len(points)} points; at most {MOST_POINTS} are kept.")
        length = sum(
            math.hypot(b[0] - a[0], b[1] - a[1]) for stroke in self.strokes for a, b in pairwise(stroke.points)
        )
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        extent = max(max(xs) - min(xs), max(ys) - min(ys))
        if len(points) < LEAST_POINTS or length < LEAST_LENGTH or extent < LEAST_EXTENT:
            raise ValueError("This is too short to be a signature.")
        return self

    def digest(self) -> str:
        """Digest of the strokes alone: the same ink never signs twice (catalogue B8)."""
        return canon.strokes_digest([stroke.model_dump(mode="json") for stroke in self.strokes])


class Typed(_Frozen):
    """The equal way by keyboard: the person types the own name."""

    way: Literal["typed"] = "typed"
    name: PersonName


Mark = Annotated[Drawn | Typed, Field(discriminator="way")]


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
