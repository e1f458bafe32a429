"""What people may type: names, identifiers and notes, bounded and cleaned at the edge.

Decides what a name or note may hold. Rows A1 to A20 of the catalogue of bad inputs are the reason for each rule.

Invariants:
- Text is NFC; no control, format, surrogate, private-use or unassigned character gets past this module.
- A name is 1 to 200 characters with at least one letter; a note at most 4 000.

Refuses to repair a name (a silent change of a name is a wrong name); a note is cleaned of invisible characters.
"""

import unicodedata
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

NAME_LIMIT = 200
NOTE_LIMIT = 4000
MARKS_IN_A_ROW = 4
OLDEST_BIRTH_YEAR = 1880

_BAD = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}


def normal(value: str) -> str:
    """NFC form of a text that holds no lone surrogate."""
    if value.isascii():
        return value
    if any(unicodedata.category(char) == "Cs" for char in value):
        raise ValueError("This text holds a broken character. Type it again.")
    return unicodedata.normalize("NFC", value)


def _name(value: str) -> str:
    value = normal(value).strip()
    if not value:
        raise ValueError("Enter the name.")
    if len(value) > NAME_LIMIT:
        raise ValueError(f"A name has at most {NAME_LIMIT} characters; this has {len(value)}.")
    for char in value:
        if unicodedata.category(char) in _BAD and char not in _JOINERS:
            raise ValueError(f"The name holds an invisible character (U+{ord(char):04X}). Type it again without it.")
    if not any(char.isalpha() for char in value):
        raise ValueError("A name needs at least one letter.")
    _refuse_towers(value)
    return value


def _refuse_towers(value: str) -> None:
    row = 0
    for char in value:
        if unicodedata.combining(char):
            row += 1
        elif not unicodedata.category(char).startswith("M"):
            row = 0
        if row > MARKS_IN_A_ROW:
            raise ValueError("There are too many accents on one letter. Type it again.")


def _note(value: str) -> str:
    value = normal(value).replace("\r\n", "\n").replace("\r", "\n")
    value = "".join(c for c in value if c in "\n\t" or c in _JOINERS or unicodedata.category(c) not in _BAD)
    value = unicodedata.normalize("NFC", value.replace("\t", " ").strip())
    if len(value) > NOTE_LIMIT:
        raise ValueError(f"This text has {len(value)} characters; at most {NOTE_LIMIT} are kept.")
    _refuse_towers(value)
    return value


def _identifier(value: str) -> str:
    value = normal(value).strip()
    if not all(char.isalnum() or char in "-./ " for char in value):
        raise ValueError("A record number holds letters, digits, hyphens, dots and slashes only.")
    if not any(char.isalnum() for char in value):
        raise ValueError("A record number needs at least one letter or digit.")
    return value


def _sign_in_name(value: str) -> str:
    value = normal(value).strip()
    if not value.isprintable():
        raise ValueError("A sign-in name holds no invisible character.")
    return value


PersonName = Annotated[str, StringConstraints(max_length=4 * NAME_LIMIT), AfterValidator(_name)]
Note = Annotated[str, StringConstraints(max_length=4 * NOTE_LIMIT), AfterValidator(_note)]
RecordNumber = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_identifier)]
Short = Annotated[str, StringConstraints(max_length=NAME_LIMIT), AfterValidator(_note)]
SignInName = Annotated[str, StringConstraints(max_length=100), AfterValidator(_sign_in_name)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def matching_form(name: str) -> str:
    """The form in which two names are compared: NFC, case folded, single spaces (catalogue A14)."""
    folded = unicodedata.normalize("NFC", name).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def check_birth_date(born: date, *, today: date) -> None:
    """A birth date lies in the past and within living memory (catalogue A16).

    Raises:
        ValueError: It lies in the future, or before 1880.
    """
    if born > today:
        raise ValueError("The date of birth lies in the future. Enter day, month and year again.")
    if born.year < OLDEST_BIRTH_YEAR:
        raise ValueError(f"The date of birth lies before {OLDEST_BIRTH_YEAR}. Enter day, month and year again.")
