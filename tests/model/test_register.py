"""Lines of the register's file: what a spreadsheet would calculate stays text, and everything comes back as it was."""

import csv
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from consent.model.register import BOM, cell, line, sought

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"])), min_size=1, max_size=6))
def test_a_line_is_read_back_as_its_cells(cells: list[str]) -> None:
    made = line(cells)
    assert made.endswith('"\r\n')
    assert list(csv.reader(StringIO(made, newline=""))) == [[cell(text) for text in cells]]


@given(st.text(alphabet="=+-@\t\r\n\"' a1\u00a0\uff1d", max_size=8))
def test_no_cell_begins_as_a_formula(text: str) -> None:
    held = cell(text)
    assert held in {text, f"'{text}"}
    assert not held.startswith(RISKY)
    assert not held.lstrip('" \u00a0').startswith(RISKY)


def test_an_ordinary_text_is_left_as_it_is() -> None:
    for text in ("José Müller-Ñandú", "0004417", "O'Brien", 'Ann, called "Annie"', "", "1e5", "Null"):
        assert cell(text) == text
    assert line(["a,b", 'say "no"', ""]) == '"a,b","say ""no""",""\r\n'
    assert BOM.encode() == b"\xef\xbb\xbf"


def test_name_and_number_are_searched_apart() -> None:
    assert sought("Jose\u0301  STRASSE", "A-1") == "josé strasse\na-1"
