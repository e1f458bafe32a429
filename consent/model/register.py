"""The register's words for where a record stands, and its lines as a file that a spreadsheet can open.

Decides what one looks for, what a line holds, and how a cell is written so that no spreadsheet takes it for a formula.

Invariants:
- A cell that could be read as a formula begins with an apostrophe, also when it hides behind a quote or white (A8).
- Lines are RFC 4180: every cell in quotes, quotes doubled, CRLF at the end. Nothing is shortened.

Refuses to know where the lines come from and where they go.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from consent.model.text import matching_form

BOM: Final = "\ufeff"
"""UTF-8 says so itself: without it the most common spreadsheet reads "José" as something else."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The full-width forms too: spreadsheets in East Asian settings take them for the others."""
_BEFORE: Final = "\"' \u00a0"
"""What may stand before a formula and be dropped by who opens the file."""


class State(StrEnum):
    """Where a record stands, as the register tells it."""

    OPEN = "open"
    CONSENTED = "consented"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    """It was left open, and nobody signed."""
    UNFILED = "unfiled"
    """It has an outcome, and the chart does not have its document yet."""


def sought(name: str, mrn: str) -> str:
    """What a search looks in: name and record number in their matching form, with nothing that reaches across."""
    return f"{matching_form(name)}\n{matching_form(mrn)}"


def cell(text: str) -> str:
    """A text as a cell holds it: itself, or itself after an apostrophe where a spreadsheet would calculate."""
    bare = text.lstrip(_BEFORE)
    return f"'{text}" if text.startswith(_FORMULA) or bare.startswith(_FORMULA) else text


def line(cells: Sequence[str]) -> str:
    """One line of the file."""
    return ",".join('"{}"'.format(cell(text).replace('"', '""')) for text in cells) + "\r\n"
