"""Sizes, names and docstrings (docs/house.md, section 4)."""

import ast

from tests.house.sources import calls, code, dotted, files, imported, name_of, pages, place, tree, under

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "service", "services", "misc"}
LINES = {"function": 50, "module": 400, "page": 80}
NOT_OURS_TO_READ = {"datetime.now", "datetime.datetime.now", "datetime.utcnow", "date.today", "uuid4", "uuid.uuid4"}


def test_functions_are_short() -> None:
    long = [
        place(path, node)
        for path in (*code(), *under("docs"))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LINES["function"]
    ]
    assert not long, "\n".join(long)


def test_modules_and_pages_are_short() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in code()}
    long_pages = [name_of(path) for path in pages() if lines[path] > LINES["page"]]
    long_modules = [name_of(path) for path in code() if lines[path] > LINES["module"]]
    assert (long_pages, long_modules) == ([], [])


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [name_of(path) for path in files() if path.stem.lower() in EMPTY_NAMES] == []


def test_every_module_says_what_it_is_for() -> None:
    assert [name_of(path) for path in code() if not ast.get_docstring(tree(path))] == []


def test_law_and_desk_say_what_they_decide_keep_and_refuse() -> None:
    silent = [
        f"{name_of(path)}: {mark}"
        for path in under("consent/model", "consent/workflow")
        if path.stem != "__init__"
        for mark in ("\nDecides ", "\nInvariants:\n- ", "\nRefuses ")
        if mark not in (ast.get_docstring(tree(path)) or "")
    ]
    assert not silent, "\n".join(silent)


def test_time_and_chance_come_from_the_wiring() -> None:
    taken = [
        place(path, call)
        for path in code()
        if name_of(path) != "consent/wiring.py"
        for call in calls(path)
        if dotted(call.func) in NOT_OURS_TO_READ
    ]
    assert not taken, "\n".join(taken)


def test_nothing_is_pickled_and_nothing_waits_by_sleeping() -> None:
    foreign = [
        f"{name_of(path)}: {name}"
        for path in code()
        for name in imported(path)
        if name.split(".")[0] in {"pickle", "shelve", "marshal", "dill"} or name == "time.sleep"
    ]
    asleep = [place(path, call) for path in code() for call in calls(path) if dotted(call.func) == "time.sleep"]
    assert (foreign, asleep) == ([], [])


def test_a_rule_that_is_set_aside_says_why() -> None:
    bare = [
        f"{name_of(path)}:{number}"
        for path in under("app.py", "pages", "consent", "tests")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for mark in ("# noqa", "# type: ignore")
        if f"  {mark}" in line and not _has_reason(line.split(mark, 1)[1])
    ]
    assert not bare, "\n".join(bare)


def _has_reason(rest: str) -> bool:
    return any(mark in rest for mark in (" - ", " # ", " ("))
