"""What lies on a page: lines of text, rules, figures and ink, each with the part of the document that it belongs to.

Decides the few kinds of marks that a page can hold, and how a text falls into lines.

Invariants:
- Lengths are PDF points; ``y`` runs down from the top of the slab that holds the mark.
- Every mark knows the part of the document that it belongs to; without one it is decoration.
- Lines break greedily at spaces, in linear time (fpdf2's own breaking is quadratic); a word wider than the column is
  cut, never clipped.

Refuses hyphenation and justification: both change what a reader extracts or reads.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from consent.model.signature import Stroke
from consent.paper import fonts


class Role(StrEnum):
    """What a part of the page is to a reader who can't see it: structure types of ISO 32000-1, 14.8.4."""

    DOCUMENT = "Document"
    SECTION = "Sect"
    H1 = "H1"
    H2 = "H2"
    H3 = "H3"
    PARAGRAPH = "P"
    LIST = "L"
    ITEM = "LI"
    LABEL = "Lbl"
    BODY = "LBody"
    TABLE = "Table"
    CAPTION = "Caption"
    ROW = "TR"
    HEADER = "TH"
    CELL = "TD"
    FIGURE = "Figure"


HEADINGS: Final = (Role.H1, Role.H2, Role.H3)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """An element of the document's structure (ISO 32000-1, 14.7.2); each is itself, however much it looks like another.

    Attributes:
        role: What it is.
        within: The part that it belongs to; None for the document.
        lang: BCP 47 language, where it is another than that of the part around it.
        says: A heading's text, for the bookmarks; a figure's alternative text.
        ordered: Of a list: whether its items are counted.
        across: Of a header cell: whether it heads its row and not its column.
    """

    role: Role
    within: "Part | None" = None
    lang: str = ""
    says: str = ""
    ordered: bool = False
    across: bool = False


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
    spaced: bool = False
    """Whether the paragraph goes on after it with another word; a space that nobody sees keeps the two apart."""

    @property
    def told(self) -> str:
        """Its text as it goes into the file: with the space that keeps it apart from the next line's first word."""
        return f"{self.text} " if self.spaced else self.text

    @property
    def baseline(self) -> float:
        """Where the letters stand, from the top of the line."""
        return (self.height - self.size) / 2 + 0.78 * self.size


@dataclass(frozen=True, slots=True)
class Text:
    """A line at its place; without a part it is decoration, as all that stands on every page."""

    part: Part | None
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
    part: None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """A thin grey box; decoration."""

    x: float
    y: float
    width: float
    height: float
    grey: int = 120
    part: None = None


@dataclass(frozen=True, slots=True)
class People:
    """Small figures of people side by side, all filled or all in outline; each stands in a square of ``size``."""

    places: tuple[float, ...]
    y: float
    size: float
    filled: bool
    part: Part


@dataclass(frozen=True, slots=True)
class Ink:
    """A drawn signature; the pad's grid fills the box."""

    strokes: tuple[Stroke, ...]
    x: float
    y: float
    width: float
    height: float
    part: Part


@dataclass(frozen=True, slots=True)
class Square:
    """A code to scan: dark fields in rows, each field ``size`` points wide."""

    rows: tuple[tuple[bool, ...], ...]
    x: float
    y: float
    size: float
    part: Part


Mark = Text | Rule | Frame | People | Ink | Square


def lines(text: str, style: Style, width: float) -> tuple[Line, ...]:
    """A text broken into lines no wider than ``width`` points; at least one.

    Raises:
        Unprintable: No font of ours has one of its characters.
    """
    text = fonts.drawable(text)
    face = fonts.choose(text, bold=style.bold)
    size = style.size * face.magnify
    rtl = fonts.starts_right_to_left(text)
    rows = [row for hard in text.split("\n") for row in _rows(hard, face, width * 1000 / size)]
    last = len(rows)
    return tuple(
        Line(row, face, size, style.leading * face.leading, advance * size / 1000, rtl, spaced=whole and at < last)
        for at, (row, advance, whole) in enumerate(rows, 1)
    )


def _rows(text: str, face: fonts.Face, room: float) -> Iterator[tuple[str, int, bool]]:
    """Rows of one hard line with their widths, in thousandths of the size, and whether they end with a whole word."""
    space = face.advance[" "]
    row: list[str] = []
    used, whole = 0, True
    for word, advance, ends in _words(text, face, room):
        if row and used + space + advance > room:
            yield " ".join(row), used, whole
            row, used = [], 0
        used += advance + (space if row else 0)
        row.append(word)
        whole = ends
    yield " ".join(row), used, whole


def _words(text: str, face: fonts.Face, room: float) -> Iterator[tuple[str, int, bool]]:
    """Words with their widths; one that is wider than the room comes in pieces, of which the last ends it."""
    for word in filter(None, text.split(" ")):
        rest, advance = word, face.width(word)
        while advance > room and len(rest) > 1:
            end = min(face.fitting(rest, room), len(rest) - 1)
            yield rest[:end], face.width(rest[:end]), False
            rest = rest[end:]
            advance = face.width(rest)
        yield rest, advance, True
