"""What people may type: names, identifiers and notes, bounded and cleaned at the edge.

Decides what a name or note may hold. Rows A1 to A20 of the catalogue of bad inputs are the reason for each rule.

Invariants:
- Text is NFC; no control, format, surrogate, private-use or unassigned character gets past this module.
- A name is 1 to 200 characters with at least one letter; a note at most 4 000.

Refuses to repair a name (a silent change of a name is a wrong name); a note is cleaned of invisible characters.
"""

import unicodedata
from collections.abc import Sequence
from datetime import date
from itertools import count
from operator import mul
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints

NAME_LIMIT = 200
NOTE_LIMIT = 4000
MARKS_IN_A_ROW = 4
OLDEST_BIRTH_YEAR = 1880
OLDEST_UNASKED = 120
"""Full years; one person is known to have lived longer, so that an older date is asked about, not refused."""

CheckDigit = Literal["none", "luhn", "mod11"]
"""How a clinic's record numbers end."""

_LETTERS = {"Lu", "Ll", "Lt", "Lo"}
_BAD = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}
_WRITTEN_TOGETHER = dict.fromkeys(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"), "East Asian")


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
    if value.isascii():
        return
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


def scripts(name: str) -> tuple[str, ...]:
    """The scripts of a name's letters, as ("Cyrillic", "Latin"); more than one is for a human to look at.

    Letters of two scripts can look the same (catalogue A13). Modifiers such as the Hawaiian okina belong to any script,
    and East Asian names are written in several of them at once.
    """
    letters = {char for char in unicodedata.normalize("NFKC", name) if unicodedata.category(char) in _LETTERS}
    found = {unicodedata.name(char, "unnamed").split()[0] for char in letters}
    return tuple(sorted({_WRITTEN_TOGETHER.get(one, one.capitalize()) for one in found}))


def check_record_number(number: str, *, rule: CheckDigit) -> None:
    """The last digit of a record number fits the others, where the clinic's numbers have such a digit (catalogue A17).

    ``luhn`` is ISO/IEC 7812-1, annex B. ``mod11`` weighs each digit with its place from the right, as NHS numbers and
    ISBN-10 do: ten places, of which the last may be an X for ten. Letters and signs in between do not count.

    Raises:
        ValueError: It does not fit.
    """
    digits = [int(char) for char in reversed(number) if char.isdecimal()]
    if rule == "mod11" and number[-1:] in {"X", "x"}:
        digits = [10, *digits]
    if rule != "none" and not (len(digits) > 1 and _FITS[rule](digits)):
        raise ValueError("Its check digit does not fit. Compare it with the chart, and type it again.")


def _luhn(digits: Sequence[int]) -> bool:
    return sum(sum(divmod(digit * (1 + place % 2), 10)) for place, digit in enumerate(digits)) % 10 == 0


def _mod11(digits: Sequence[int]) -> bool:
    return len(digits) <= _MOD11_PLACES and sum(map(mul, digits, count(1))) % 11 == 0


_FITS = {"luhn": _luhn, "mod11": _mod11}
_MOD11_PLACES = 10


def full_years(born: date, *, on: date) -> int:
    """Age on a day; who was born on 29 February is a year older on 1 March of other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def check_birth_date(born: date, *, today: date, confirmed: bool = False) -> None:
    """A birth date lies in the past and within living memory (catalogue A16).

    Args:
        born: The date.
        today: The clinic's date.
        confirmed: Somebody compared a date that makes the patient older than 120 years.

    Raises:
        ValueError: It lies in the future, before 1880, or more than 120 years back and nobody confirmed it.
    """
    if born > today:
        raise ValueError("The date of birth lies in the future. Enter day, month and year again.")
    if born.year < OLDEST_BIRTH_YEAR:
        raise ValueError(f"The date of birth lies before {OLDEST_BIRTH_YEAR}. Enter day, month and year again.")
    if full_years(born, on=today) > OLDEST_UNASKED and not confirmed:
        raise ValueError(f"The patient would be over {OLDEST_UNASKED} years old. Check the year, and confirm it.")
