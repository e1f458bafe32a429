"""The threat model: every number has its test, and every number of the catalogue that this door owes is there."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.house.sources import ROOT, text, tree

THREAT = re.compile(r"^\| (T\d+|[AB]) \| .+ \| ([A-Z]\d+(?:, [A-Z]\d+)*) \|$", re.MULTILINE)
OWED = (
    {f"A{number}" for number in range(1, 21)}
    | {f"B{number}" for number in range(1, 17)}
    | {f"H{number}" for number in range(1, 41) if number != 5}
    | {f"F{number}" for number in range(1, 27)}
    | {f"K{number}" for number in (1, 2, 7, 8, 10, 11)}
)


def _cited() -> set[str]:
    return {number for _, cited in THREAT.findall(text("docs/threat-model.md")) for number in cited.split(", ")}


@cache
def _tests() -> frozenset[str]:
    def names(path: Path) -> set[str]:
        return {node.name for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}

    return frozenset(name for path in (ROOT / "tests").rglob("test_*.py") for name in names(path))


def _has_test(number: str, *, of: str = "") -> bool:
    prefix = f"test_{number[0].lower()}{int(number[1:]):02}_"
    return any(name.startswith(prefix) and (not of or of in name) for name in _tests())


def test_every_row_can_be_read() -> None:
    rows = re.findall(r"^\| (?:T\d+|[AB]) \|", text("docs/threat-model.md"), re.MULTILINE)
    assert len(rows) == len(THREAT.findall(text("docs/threat-model.md")))


def test_every_number_of_the_door_stands_behind_a_threat() -> None:
    assert OWED - _cited() == set()


def test_every_number_has_a_test_of_that_name() -> None:
    assert sorted(number for number in _cited() if not _has_test(number)) == []


def test_every_finding_is_shown_on_bare_streamlit_and_here() -> None:
    bare = [f"F{number}" for number in range(1, 27) if not _has_test(f"F{number}", of="on_bare_streamlit")]
    here = [f"F{number}" for number in range(1, 27) if not _has_test(f"F{number}", of="_here")]
    assert (bare, here) == ([], [])
