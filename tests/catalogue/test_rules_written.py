"""The one table of rules against the code: what stands in files is held to it, and nothing else is."""

import ast
from collections.abc import Iterator
from pathlib import Path

from consent.model.access import PAGES, TAPS, VERBS
from tests.house.sources import calls, dotted, place, tree, under

UI = under("pages", "consent/ui")


def _entered(path: Path) -> list[str]:
    """What a page asks its gate for."""
    return [dotted(call.args[0]) for call in calls(path) if dotted(call.func) == "gate.enter"]


def test_every_page_is_in_the_table_and_asks_its_gate_for_just_that() -> None:
    files = {path.stem: _entered(path) for path in under("pages")}
    assert files == {page: [f"Capability.{capability.name}"] for page, capability in PAGES.items()}


def _ruled() -> set[str]:
    """Every function that is held to a rule, by module and name."""
    return {
        f"{path.stem}.{function.name}"
        for path in under("app.py", "pages", "consent")
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef)
        and any(dotted(one).split(".")[-1] == "ruled" for one in function.decorator_list)
    }


def test_whatever_is_held_to_a_rule_is_in_the_table_and_all_of_the_table_is_held() -> None:
    assert not set(VERBS) & set(TAPS)
    assert _ruled() == set(VERBS) | set(TAPS)


def _bound(path: Path) -> dict[str, str]:
    """The names in a file and what they are: a module's own functions, and what it imports."""
    names = {one.name: f"{path.stem}.{one.name}" for one in tree(path).body if isinstance(one, ast.FunctionDef)}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                names[alias.asname or alias.name] = f"{(node.module or '').rpartition('.')[2]}.{alias.name}"
    return names


def _tapped(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """What a file hands to ``gate.act``, as module and name."""
    names = _bound(path)
    for call in calls(path):
        given = call.args[:1] if dotted(call.func) == "gate.act" else []
        if dotted(call.func) == "partial" and dotted(call.args[0]) == "gate.act":
            given = call.args[1:2]
        for verb in given:
            first, _, rest = dotted(verb).partition(".")
            bound = names.get(first, first)
            yield call, f"{bound.rpartition('.')[2]}.{rest}" if rest else bound


def test_every_callback_that_the_gate_is_handed_has_a_rule() -> None:
    handed = [(place(path, call), name) for path in UI for call, name in _tapped(path)]
    assert len(handed) > len(TAPS)
    assert [f"{where}: {name}" for where, name in handed if name not in VERBS | TAPS] == []


def test_every_rule_of_a_tap_belongs_to_a_callback() -> None:
    assert set(TAPS) <= {name for path in UI for _, name in _tapped(path)}
