"""Every tap goes through ``gate.act`` or ``gate.go``: callbacks run before any page's gate (docs/house.md, 3.3).

A callback may be named or handed to a part, as ``press=``; it is followed back to where it was made.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import calls, dotted, place, tree, under

UI = under("pages", "consent/ui")
MAKERS = {"gate.act", "gate.go", "gate.chosen"}
STREAMLITS = {"on_click", "on_change", "on_select", "on_submit"}
CARRIERS = {"press", "back", "typing", "choosing"}
"""Names of parameters by which a part takes a callback."""

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def _functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def _positions() -> dict[str, int]:
    """Where a part takes a callback by position."""
    return {
        function.name: index
        for path in UI
        for function in _functions(path)
        if not isinstance(function, ast.Lambda)
        for index, given in enumerate(function.args.args)
        if given.arg in CARRIERS
    }


def _given(call: ast.Call, positions: dict[str, int]) -> Iterator[ast.expr]:
    """What a call is given as callbacks."""
    yield from (one.value for one in call.keywords if one.arg in STREAMLITS | CARRIERS)
    index = positions.get(dotted(call.func).split(".")[-1])
    if index is not None and index < len(call.args):
        yield call.args[index]


def _safe(value: ast.expr, path: Path) -> bool:
    match value:
        case ast.Constant():
            return value.value is None
        case ast.Lambda():
            return _safe(value.body, path)
        case ast.IfExp():
            return _safe(value.body, path) and _safe(value.orelse, path)
        case ast.Call() if dotted(value.func) == "partial":
            return dotted(value.args[0]) in MAKERS
        case ast.Call():
            return dotted(value.func) in MAKERS or _safe(value.func, path)
        case _:
            return dotted(value).split(".")[-1] in CARRIERS or _made_safely(dotted(value), path)


def _made_safely(name: str, path: Path) -> bool:
    """Everything that the name is bound to in this file is safe."""
    made = [
        node.value
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign) and any(dotted(target) == name for target in node.targets)
    ]
    made += [
        node.value
        for function in _functions(path)
        if not isinstance(function, ast.Lambda) and function.name == name
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and node.value is not None
    ]
    return bool(made) and all(_safe(value, path) for value in made)


def test_every_callback_is_made_by_the_gate() -> None:
    positions = _positions()
    around = [
        f"{place(path, value)}: {ast.unparse(value)}"
        for path in UI
        for call in calls(path)
        for value in _given(call, positions)
        if not _safe(value, path)
    ]
    assert not around, "\n".join(around)


def test_no_callback_is_handed_over_where_this_cannot_see_it() -> None:
    """Streamlit takes callbacks by name only as these rules read them: never by position, never unpacked."""
    hidden = [
        place(path, call)
        for path in UI
        for call in calls(path)
        if dotted(call.func).split(".")[-1] in {"button", "text_input", "text_area", "form_submit_button"}
        and (len(call.args) > 2 or any(keyword.arg is None for keyword in call.keywords))
    ]
    assert not hidden, "\n".join(hidden)
