"""The hazard log: no control is called built without a test that shows it."""

import ast
import re

from tests.house.sources import ROOT, text, tree

CONTROL = re.compile(r"^\| (H\d+) \| (.+?) \| (built|planned) \| (.*?) ?\|$", re.MULTILINE)
HAZARDS = {f"H{number}" for number in range(1, 16)}


def _controls() -> list[tuple[str, str, str, list[str]]]:
    rows = CONTROL.findall(text("docs/hazards.md"))
    return [(hazard, control, status, re.findall(r"`([^`]+)`", shown)) for hazard, control, status, shown in rows]


def _exists(test: str) -> bool:
    file, _, name = test.partition("::")
    path = ROOT / file
    return path.exists() and any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name for node in ast.walk(tree(path))
    )


def test_every_hazard_has_its_controls() -> None:
    assert {hazard for hazard, _, _, _ in _controls()} == HAZARDS
    assert set(re.findall(r"^\| (H\d+) \|", text("docs/hazards.md"), re.MULTILINE)) == HAZARDS


def test_every_row_of_the_controls_can_be_read() -> None:
    rows = text("docs/hazards.md").split("## Controls")[1].split("\n## ")[0]
    assert len(re.findall(r"^\| H\d+", rows, re.MULTILINE)) == len(_controls())


def test_a_control_that_is_called_built_has_a_test() -> None:
    bare = [f"{hazard}: {control}" for hazard, control, status, tests in _controls() if status == "built" and not tests]
    assert not bare, "\n".join(bare)


def test_every_test_that_the_log_names_exists() -> None:
    gone = [test for _, _, _, tests in _controls() for test in tests if not _exists(test)]
    assert not gone, "\n".join(gone)


def test_the_log_says_that_nobody_has_signed_it() -> None:
    assert "No clinical safety officer has signed this log." in text("docs/hazards.md")
