"""What the pages of a finished file show, read back from its bytes: codes, text, and what each piece belongs to.

Decides nothing; ``check`` and ``spoken`` look at the same reading.

Invariants:
- Text is what the fonts' own tables say that it means.
- A piece of marked content keeps its number; decoration has none.

Refuses to guess: a code without a meaning is told as such.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Object, Pdf

_BFCHAR: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_BFCHAR_BLOCK: Final = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_UNUSABLE: Final = {"", "\0", "\ufeff", "\ufffe"}
"""What a character code may not stand for (ISO 19005-3, 6.2.11.7.2)."""
_TEXT: Final = frozenset({"Tj", "TJ", "'", '"'})
_PAINTS: Final = _TEXT | {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Do", "sh", "INLINE IMAGE"}
"""Operators that leave something on the page (ISO 32000-1, annex A)."""


@dataclass(slots=True)
class Shown:
    """What one page shows.

    Attributes:
        codes: The character codes shown.
        text: In the order of drawing; lines from right to left as they are seen.
        told: The text of each piece of marked content by its number, in the same order.
        is_unmapped: Whether a code means nothing.
        is_unmarked: Whether something is painted outside marked content, or a number comes twice or in decoration.
    """

    codes: set[int] = field(default_factory=set)
    text: str = ""
    told: dict[int, str] = field(default_factory=dict)
    is_unmapped: bool = False
    is_unmarked: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    number: int | None
    is_decoration: bool


class _Reader:
    """Goes through the operators of one page."""

    def __init__(self, fonts: Object, maps: dict[tuple[int, int], dict[int, str]]) -> None:
        self.shown = Shown()
        self._fonts, self._maps = fonts, maps
        self._table: dict[int, str] = {}
        self._open: list[_Mark] = []

    def take(self, operator: str, operands: Iterable[object]) -> None:
        given = list(operands)
        match operator:
            case "Tf":
                font = self._fonts[str(given[0])]
                self._table = self._maps.setdefault(font.objgen, _to_unicode(font))
            case "BMC" | "BDC":
                self._begin(given)
            case "EMC" if self._open:
                self._open.pop()
            case "EMC":
                self.shown.is_unmarked = True
            case "ET":
                self.shown.text += "\n"
        if operator in _TEXT:
            self._show(given)
        if operator in _PAINTS:
            inside = any(mark.is_decoration or mark.number is not None for mark in self._open)
            self.shown.is_unmarked |= not inside

    def _begin(self, given: list[object]) -> None:
        told = given[1] if len(given) > 1 and isinstance(given[1], Dictionary) else Dictionary()
        number = int(told["/MCID"]) if "/MCID" in told else None
        mark = _Mark(number, str(given[0]) == "/Artifact")
        if number is not None:
            nested = any(one.is_decoration or one.number is not None for one in self._open)
            self.shown.is_unmarked |= nested or mark.is_decoration or number in self.shown.told
            self.shown.told[number] = ""
        self._open.append(mark)

    def _show(self, given: list[object]) -> None:
        text = ""
        for code in _codes(given):
            meant = self._table.get(code, "")
            self.shown.codes.add(code)
            self.shown.is_unmapped |= meant in _UNUSABLE
            text += meant
        self.shown.text += text
        for mark in self._open:
            if mark.number is not None:
                self.shown.told[mark.number] += text


def pages(pdf: Pdf) -> Iterator[Shown]:
    """What each page shows, in order."""
    maps: dict[tuple[int, int], dict[int, str]] = {}
    for page in pdf.pages:
        reader = _Reader(page.obj.get("/Resources", Dictionary()).get("/Font", Dictionary()), maps)
        for instruction in pikepdf.parse_content_stream(page):
            reader.take(str(instruction.operator), instruction.operands)
        yield reader.shown


def _codes(operands: Iterable[object]) -> Iterator[int]:
    """Character codes of two bytes, as Identity-H has them."""
    for operand in operands:
        if isinstance(operand, pikepdf.String):
            data = bytes(operand)
            yield from (int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2))
        elif isinstance(operand, Array):
            yield from _codes(operand)


def _to_unicode(font: Object) -> dict[int, str]:
    if "/ToUnicode" not in font:
        return {}
    blocks = _BFCHAR_BLOCK.findall(font["/ToUnicode"].read_bytes())
    return {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be", errors="replace")
        for block in blocks
        for code, text in _BFCHAR.findall(block)
    }
