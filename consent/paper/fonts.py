"""The fonts of the page: which one a text is set in, and how wide it runs.

Decides the one face of a paragraph, cell or line, by its script. Files are static instances that lie in the package
with their licences, so that no machine's own fonts ever change a record.

Invariants:
- One face a text. Fallback glyph by glyph breaks shaping and puts numbers on the wrong side of Arabic and Hebrew.
- A character that the chosen face lacks is refused, never dropped (catalogue A2); the message names its code
  point alone, since a character of a name is patient data.
- What ``unprintable`` passes, ``choose`` accepts, in regular and in bold.
- A file is parsed once a process; nothing that a patient's text goes through is kept between documents.

Refuses system fonts, variable fonts and the fourteen core fonts of PDF, which can't be embedded (catalogue A3).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Final, Literal

import uharfbuzz as hb

from consent.errors import Unprintable

_FOLDER: Final = Path(__file__).parent / "fonts"
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_ARABIC: Final = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
SILENT: Final = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069\ufeff")
"""Soft hyphens, joiners, marks and isolates of direction: they steer a line and leave no ink."""
_WITHOUT_SILENT: Final = dict.fromkeys(map(ord, SILENT))

FEATURES: Final = {"calt": False}
"""Amiri's contextual forms put a stroke between some letters that no character stands for (ISO 19005-3, 6.2.11.7.2)."""

Family = Literal["dejavu", "amiri"]


class Face:
    """One font file: its characters, their advances, and small copies of itself.

    Args:
        family: The family that it belongs to.
        bold: The bold file of it.
        name: The file's name in the package.
        magnify: How much larger it is set to look as large as DejaVu beside it.
        leading: How much more room its lines need than those of DejaVu.
    """

    def __init__(self, family: Family, name: str, *, bold: bool, magnify: float = 1.0, leading: float = 1.0) -> None:
        self.family, self.bold, self.magnify, self.leading = family, bold, magnify, leading
        self._face = hb.Face((_FOLDER / name).read_bytes())
        self._font = hb.Font(self._face)
        self._scale: float = 1000 / self._face.upem
        self.advance = {
            chr(code): self._mille(self._font.get_glyph_h_advance(self._font.get_nominal_glyph(code)))
            for code in self._face.unicodes
        } | dict.fromkeys(SILENT, 0)
        """Advance of each character in thousandths of the size, rounded as the PDF states it."""

    def _mille(self, units: int) -> int:
        return round(self._scale * units + 0.001)

    def width(self, text: str) -> int:
        """Width of a text in thousandths of the size; shaped when it runs from right to left."""
        if not runs_right_to_left(text):
            return sum(map(self.advance.__getitem__, text))
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        hb.shape(self._font, buffer, FEATURES)
        return sum(self._mille(glyph.x_advance) for glyph in buffer.glyph_positions)

    def fitting(self, word: str, room: float) -> int:
        """How many characters of a word fit: at least one, up to a hyphen if there is one, accents never parted."""
        end = 0
        for end, total in enumerate(accumulate(self.advance[char] for char in word)):  # noqa: B007 (used below)
            if total > room:
                break
        else:
            return len(word)
        while end > 1 and unicodedata.combining(word[end]):
            end -= 1
        return word.rfind("-", 0, end) + 1 or max(end, 1)

    def small(self, characters: Iterable[str]) -> bytes:
        """The font cut down to these characters and all that shaping can make of them.

        fpdf2 parses whatever file it gets; parsing 6 000 glyphs takes 20 ms a document, parsing 100 takes one.
        """
        wanted = hb.SubsetInput()
        wanted.flags = hb.SubsetFlags.GLYPH_NAMES
        wanted.unicode_set.update(sorted(ord(char) for char in characters))
        small: bytes = hb.subset(self._face, wanted).blob.data
        return small


@cache
def face(family: Family, *, bold: bool) -> Face:
    """The face of a family, parsed at the first call."""
    if family == "amiri":
        return Face("amiri", f"Amiri-{'Bold' if bold else 'Regular'}.ttf", bold=bold, magnify=1.2, leading=1.3)
    return Face("dejavu", f"DejaVuSans{'-Bold' if bold else ''}.ttf", bold=bold)


@cache
def _characters(family: Family) -> frozenset[str]:
    """What a family prints in regular and bold alike."""
    return frozenset(face(family, bold=False).advance.keys() & face(family, bold=True).advance.keys()) | {"\n"}


def _families(text: str) -> tuple[Family, ...]:
    """Amiri first for Arabic: readers extract it exactly, while DejaVu's lam-alef comes back reversed."""
    return ("amiri", "dejavu") if _ARABIC.search(text) else ("dejavu",)


def _missing(text: str, family: Family) -> set[str]:
    return set(text) - _characters(family)


def runs_right_to_left(text: str) -> bool:
    """Whether a text holds Hebrew or Arabic anywhere, so that it must be shaped and ordered."""
    return _RIGHT_TO_LEFT.search(text) is not None


def starts_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left (UAX #9, rules P2 and P3)."""
    for char in text:
        match unicodedata.bidirectional(char):
            case "L":
                return False
            case "R" | "AL":
                return True
    return False


def drawable(text: str) -> str:
    """The text without tabs and carriage returns, and without silent characters where nothing needs steering."""
    text = text.replace("\r\n", "\n").replace("\t", " ")
    return text if runs_right_to_left(text) else text.translate(_WITHOUT_SILENT)


def unprintable(text: str) -> tuple[str, ...]:
    """The characters that keep a text from being printed, in code point order; empty when it can be."""
    text = drawable(text)
    missing = [_missing(text, family) for family in _families(text)]
    fewest: set[str] = min(missing, key=len)
    return tuple(sorted(fewest))


def choose(text: str, *, bold: bool) -> Face:
    """The one face for a text.

    Raises:
        Unprintable: No single face has every character; the message names the code points.
    """
    for family in _families(text):
        if not _missing(text, family):
            return face(family, bold=bold)
    codes = ", ".join(f"U+{ord(char):04X}" for char in unprintable(text)[:5])
    raise Unprintable(f"The fonts of the document cannot print {codes}.")
