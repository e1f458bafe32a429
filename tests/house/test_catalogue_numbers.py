"""Rows of the catalogue that have to run by their number do: the number stands in a test's name."""

import re

import pytest

from tests.house.sources import text, under

ROWS = ["a09", *(f"b{number:02}" for number in range(1, 17)), *(f"d{number:02}" for number in range(1, 14)), "d20"]
ROWS += [f"e{number:02}" for number in range(1, 21)]
ROWS += [f"g{number:02}" for number in range(1, 20)] + ["k12"]
NAMES = [
    name
    for path in under("tests", suffix=".py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_the_catalogue_is_found_by_its_number(row: str) -> None:
    shown = f"{row[0].upper()}{int(row[1:])}"
    assert f"| {shown} |" in text("docs/threats.md")
    assert [name for name in NAMES if f"_{row}_" in name], shown


def test_each_row_on_sealed_files_is_found_by_its_number() -> None:
    """Apart from the others: the findings about Streamlit have the same letter."""
    rows = re.findall(r"^\| F(\d+) \|", text("docs/threats.md").split("## Catalogue", 1)[1], re.MULTILINE)
    run = {found[1] for name in NAMES if (found := re.match(r"test_seal_f(\d\d)_", name))}
    assert {f"{int(row):02}" for row in rows} == run
