"""What lies on a page: lines of text, rules, figures and ink, each with its role.

Decides the few kinds of marks that a page can hold, and how a text falls into lines.

Invariants:
- Lengths are PDF points; ``y`` runs down from the top of the slab that holds the mark.
- Every mark knows its role, so that tags can be written around it without moving it.
- Lines break greedily at spaces, in linear time (fpdf2's own breaking is quadratic); a word wider than the column is
  cut, never clipped.

Refuses hyphenation and justification: both change what a reader extracts or reads.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from consent.model.signature import Stroke
from consent.paper import fonts


class Role(StrEnum):
    """What a mark is to a reader who can't see it; the values are structure types of ISO 32000-1, 14.8.4."""

    H1 = "H1"
    H2 = "H2"
    H3 = "H3"
    PARAGRAPH = "P"
    NOTE = "Note"
    LABEL = "Lbl"
    ITEM = "LBody"
    CAPTION = "Caption"
    HEADER = "TH"
    CELL = "TD"
    FIGURE = "Figure"
    SIGNATURE = "Sect"
    ARTIFACT = "Artifact"


@dataclass(frozen=True, slots=True)
class Style:
    """Size and leading in points, and weight."""

    size: float
    leading: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text in one face."""

    text: str
    face: fonts.Face
    size: float
    height: float
    width: float
    rtl: bool
    """Direction of the paragraph that it belongs to."""

    @property
    def baseline(self) -> float:
        """Where the letters stand, from the top of the line."""
        return (self.height - self.size) / 2 + 0.78 * self.size


@dataclass(frozen=True, slots=True)
class Text:
    """A line at its place."""

    role: Role
    line: Line
    x: float
    y: float = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin grey line across; decoration."""

    x: float
    y: float
    width: float
    grey: int = 170
    role: Role = Role.ARTIFACT


@dataclass(frozen=True, slots=True)
class Frame:
    """A thin grey box; decoration."""

    x: float
    y: float
    width: float
    height: float
    grey: int = 120
    role: Role = Role.ARTIFACT


@dataclass(frozen=True, slots=True)
class People:
    """Small figures of people side by side, all filled or all in outline; each stands in a square of ``size``."""

    places: tuple[float, ...]
    y: float
    size: float
    filled: bool
    role: Role = Role.FIGURE


@dataclass(frozen=True, slots=True)
class Ink:
    """A drawn signature; the pad's grid fills the box."""

    strokes: tuple[Stroke, ...]
    x: float
    y: float
    width: float
    height: float
    role: Role = Role.FIGURE


Mark = Text | Rule | Frame | People | Ink


def lines(text: str, style: Style, width: float) -> tuple[Line, ...]:
    """A text broken into lines no wider than ``width`` points; at least one.

    Raises:
        Unprintable: No font of ours has one of its characters.
    """
    text = fonts.drawable(text)
    face = fonts.choose(text, bold=style.bold)
    size = style.size * face.magnify
    rtl = fonts.starts_right_to_left(text)
    return tuple(
        Line(row, face, size, style.leading * face.leading, advance * size / 1000, rtl)
        for part in text.split("\n")
        for row, advance in _rows(part, face, width * 1000 / size)
    )


def _rows(text: str, face: fonts.Face, room: float) -> Iterator[tuple[str, int]]:
    """Rows of one hard line with their widths, in thousandths of the size."""
    space = face.advance[" "]
    row: list[str] = []
    used = 0
    for word, advance in _words(text, face, room):
        if row and used + space + advance > room:
            yield " ".join(row), used
            row, used = [], 0
        used += advance + (space if row else 0)
        row.append(word)
    yield " ".join(row), used


def _words(text: str, face: fonts.Face, room: float) -> Iterator[tuple[str, int]]:
    """Words with their widths; one that is wider than the room comes in pieces."""
    for word in filter(None, text.split(" ")):
        rest, advance = word, face.width(word)
        while advance > room and len(rest) > 1:
            end = min(face.fitting(rest, room), len(rest) - 1)
            yield rest[:end], face.width(rest[:end])
            rest = rest[end:]
            advance = face.width(rest)
        yield rest, advance
