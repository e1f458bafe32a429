"""Screens open with the gate and know only what they may (docs/house.md, section 3)."""

import ast

from tests.house.sources import ROOT, calls, code, dotted, imported, name_of, pages, place, tree

PAGES_MAY_IMPORT = ("consent.ui", "consent.workflow", "consent.model", "consent.words", "consent.wiring")
APP_MAY_IMPORT = (
    "consent.logs",
    "consent.settings",
    "consent.ui",
    "consent.web",
    "consent.wiring",
    "consent.workflow.visit",
)


def _opens_with_the_gate(module: ast.Module) -> bool:
    body = [node for node in module.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    if ast.get_docstring(module) is not None:
        body = body[1:]
    first = body[0] if body else None
    return (
        isinstance(first, ast.Assign)
        and isinstance(first.value, ast.Call)
        and dotted(first.value.func) == "gate.enter"
        and len(first.value.args) == 1
        and dotted(first.value.args[0]).startswith("Capability.")
    )


def test_every_page_opens_with_the_gate() -> None:
    assert pages()
    assert [name_of(page) for page in pages() if not _opens_with_the_gate(tree(page))] == []


def test_the_gate_has_one_name_so_that_the_other_rules_see_it() -> None:
    named = {
        path: [n for n in ast.walk(tree(path)) if isinstance(n, ast.alias) and n.name == "gate"] for path in pages()
    }
    assert [name_of(path) for path, found in named.items() if not found] == []
    assert [name_of(path) for path, found in named.items() if any(one.asname for one in found)] == []


def test_pages_know_the_reception_the_desk_the_law_and_words_only() -> None:
    foreign = [
        f"{name_of(page)}: {name}"
        for page in pages()
        for name in imported(page)
        if name.startswith(("consent.", "sqlalchemy")) and not name.startswith(PAGES_MAY_IMPORT)
    ]
    assert not foreign, "\n".join(foreign)


def test_the_front_door_only_puts_door_and_reception_together() -> None:
    names = {name for name in imported(ROOT / "app.py") if name.startswith("consent.")}
    assert {name for name in names if not name.startswith(APP_MAY_IMPORT)} == set()


def test_the_front_door_is_a_plain_assignment() -> None:
    """Streamlit looks for ``app = st.App(...)`` at the top level, and starts a plain script otherwise."""
    made = [
        node
        for node in tree(ROOT / "app.py").body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and dotted(node.value.func) == "st.App"
    ]
    assert [ast.unparse(node.targets[0]) for node in made] == ["app"]


def test_no_code_beside_the_gate_enters_through_it() -> None:
    outside = [
        place(path, call)
        for path in code()
        if path not in pages() and name_of(path) != "consent/ui/shell.py"
        for call in calls(path)
        if dotted(call.func) == "gate.enter"
    ]
    assert outside == []
