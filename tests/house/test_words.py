"""Every sentence that is asked for exists with the same parts, and none is left over."""

import ast
import re
from string import Formatter

from consent.words import _WORDS, keys
from tests.house.sources import calls, code, dotted, name_of, place, tree

USERS = tuple(path for path in code() if not name_of(path).startswith("consent/words/"))


def _constants() -> set[str]:
    return {
        node.value
        for path in USERS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _composed() -> set[str]:
    """Keys with a part that is computed, as ``f"pad.{name}"``, as patterns."""
    return {
        "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values)
        for path in USERS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.JoinedStr)
        and isinstance(node.values[0], ast.Constant)
        and "." in str(node.values[0].value)
    }


def test_every_sentence_that_is_asked_for_exists() -> None:
    unknown = [
        place(path, call)
        for path in USERS
        for call in calls(path)
        if dotted(call.func).split(".")[-1] == "say"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value not in keys()
    ]
    assert not unknown, "\n".join(unknown)


def test_no_sentence_is_left_over() -> None:
    known, patterns = _constants(), _composed()
    unused = {key for key in keys() - known if not any(re.fullmatch(pattern, key) for pattern in patterns)}
    assert not unused, "\n".join(sorted(unused))


def test_every_sentence_gets_the_parts_that_it_names() -> None:
    wrong = [
        f"{place(path, call)}: {ast.unparse(call.args[0])}"
        for path in USERS
        for call in calls(path)
        if dotted(call.func).split(".")[-1] == "say"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and all(keyword.arg for keyword in call.keywords)
        and {keyword.arg for keyword in call.keywords} != _parts(str(call.args[0].value))
    ]
    assert not wrong, "\n".join(wrong)


def _parts(key: str) -> set[str]:
    sentence = _WORDS.get(key, "")
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}
