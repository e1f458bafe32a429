"""One template file: from bytes to a Template, or to a refusal that names the line.

Decides which YAML is accepted. The file is read as events by ruamel.yaml's own parser; nothing is constructed from it
but dicts, lists and strings.

Invariants:
- UTF-8 without byte order mark; LF or CRLF; no tab (catalogue C7).
- No tag, anchor, alias, merge key, directive or second document (C1, C2, C3); no key twice (C5).
- Every scalar is a string: ``NO`` stays a word, ``010`` stays three characters (C6). The schema alone makes a number of
  plain digits and a truth value of ``true`` and ``false``.
- At most 256 KiB, 20 levels and 8,000 nodes, checked while reading (C4, C21). The freezing template has 77 KiB,
  7 levels and 4,700 nodes.

Refuses to mend: a misspelt key gets a suggestion, never a guess.
"""

import difflib
import io
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn, TypeAlias, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from consent.drawings import DIGESTS
from consent.errors import TemplateRefused
from consent.model.template import Template
from consent.model.template_rules import BrokenRule

MOST_BYTES = 256 * 1024
MOST_LEVELS = 20
MOST_NODES = 8_000

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"
Place: TypeAlias = tuple[str | int, ...]

_MEND = "Mend that line, then check the file again."


def load(path: Path) -> Template:
    """The template in a file.

    Raises:
        TemplateRefused: It cannot be read, or breaks a rule; names file, line and what to do.
    """
    return parse(read(path), name=path.name)


def read(path: Path) -> bytes:
    """The bytes of a template file, bounded.

    Raises:
        TemplateRefused: There is no such file, or it is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise refusal(f"{path.name}:1", "the file cannot be read", "Check its name and its rights.") from error
    if len(data) > MOST_BYTES:
        raise refusal(
            f"{path.name}:1", f"the file is larger than {MOST_BYTES // 1024} KiB", "Shorten it, or split the procedure."
        )
    return data


@lru_cache(maxsize=64)
def parse(data: bytes, *, name: str) -> Template:
    """The template in these bytes, kept for when the same ones are read again; ``name`` is what refusals call the file.

    Raises:
        TemplateRefused: It breaks a rule.
    """
    reader = _Reader(_text(data, name=name), name=name)
    tree = reader.document()
    try:
        return _with_drawings(Template.model_validate_json(json.dumps(tree)), reader=reader, name=name)
    except ValidationError as error:
        details = min(_innermost(error), key=lambda one: reader.line(_place(one, tree)))
        raise refusal(f"{name}:{reader.line(_place(details, tree))}", *_plain_words(details)) from error


def _with_drawings(template: Template, *, reader: "_Reader", name: str) -> Template:
    """Every drawing that it names is the one that it means."""
    for number, statement in enumerate(template.statements):
        if (drawing := statement.drawing) is None or (known := DIGESTS.get(drawing.name)) == drawing.digest:
            continue
        where = f"{name}:{reader.line(('statements', number, 'drawing'))}"
        if known is None:
            raise refusal(where, f'there is no drawing "{drawing.name}"', _meant(drawing.name, list(DIGESTS)))
        raise refusal(where, f'the drawing "{drawing.name}" is another one', f"Its digest is {known}.")
    return template


def refusal(where: str, what: str, next_step: str) -> TemplateRefused:
    """The refusal of a file; ``where`` is its name and line, ``what`` a sentence without its full stop."""
    return TemplateRefused(where, f"{what}.", next_step)


def _text(data: bytes, *, name: str) -> str:
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data:
        raise refusal(
            f"{name}:1",
            "the file starts with a byte order mark, or is UTF-16",
            "Save it as UTF-8 without byte order mark (BOM).",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refusal(
            f"{name}:{line}", "a character is not UTF-8; it may be Latin-1", "Save the file as UTF-8."
        ) from error
    if "\t" in text:
        line = text.count("\n", 0, text.index("\t")) + 1
        raise refusal(f"{name}:{line}", "the line holds a tab", "Use spaces.")
    return text


class _Reader:
    """Builds the tree from parser events and remembers on which line each part starts."""

    def __init__(self, text: str, *, name: str) -> None:
        self._name = name
        self._lines: dict[Place, int] = {(): 1}
        self._nodes = 0
        self._events = self._checked(text)

    def line(self, place: Place) -> int:
        """The line of a part, or of the nearest part around it."""
        while place not in self._lines:
            place = place[:-1]
        return self._lines[place]

    def document(self) -> Tree:
        """The whole file as a tree.

        Raises:
            TemplateRefused: It isn't the plain YAML that is accepted here.
        """
        tree: Tree | None = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if tree is not None:
                    self._refuse(event, "a second document starts here", "Keep one template in a file.")
                if event.version or event.tags:
                    self._refuse(event, "the file holds a % directive", "Leave it out.")
                tree = self._node(next(self._events), ())
            elif isinstance(event, StreamEndEvent):
                break
        if not isinstance(tree, dict):
            raise refusal(f"{self._name}:1", "the file is not a list of keys and values", _MEND)
        return tree

    def _checked(self, text: str) -> Iterator[Event]:
        try:
            yield from YAML(typ="safe", pure=True).parse(io.StringIO(text))
        except (YAMLError, ValueError, OverflowError) as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            what = getattr(error, "problem", None) or "a character or escape cannot be read"
            raise refusal(f"{self._name}:{line}", f"this is not YAML: {what}", _MEND) from error

    def _node(self, event: Event, place: Place) -> Tree:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            self._refuse(event, f"the file holds more than {MOST_NODES:,} values", "Shorten it.")
        if not isinstance(event, NodeEvent):
            self._refuse(event, "this is not YAML that is accepted here", _MEND)
        if isinstance(event, AliasEvent) or event.anchor:
            self._refuse(event, "anchors (&) and aliases (*) are not accepted", "Write the text out.")
        tag = getattr(event, "ctag", None)
        if tag:
            self._refuse(event, f"the tag {tag} is not accepted", "Leave the tag out; every value is text.")
        if isinstance(event, ScalarEvent):
            return str(event.value)
        if len(place) >= MOST_LEVELS:
            self._refuse(event, f"the file is nested deeper than {MOST_LEVELS} levels", "Flatten it.")
        return self._sequence(place) if isinstance(event, SequenceStartEvent) else self._mapping(place)

    def _sequence(self, place: Place) -> list[Tree]:
        items: list[Tree] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            here = (*place, len(items))
            self._lines[here] = event.start_mark.line + 1
            items.append(self._node(event, here))
        return items

    def _mapping(self, place: Place) -> dict[str, Tree]:
        entries: dict[str, Tree] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._node(event, place)
            if not isinstance(key, str):
                self._refuse(event, "a key is a word, not a list or a mapping", _MEND)
            if key == "<<":
                self._refuse(event, "merge keys (<<) are not accepted", "Write the keys out.")
            if key in entries:
                first = self._lines[*place, key]
                self._refuse(event, f'the key "{key}" is there twice; first on line {first}', "Keep one of them.")
            here = (*place, key)
            self._lines[here] = event.start_mark.line + 1
            entries[key] = self._node(next(self._events), here)
        return entries

    def _refuse(self, event: Event, what: str, next_step: str) -> NoReturn:
        raise refusal(f"{self._name}:{event.start_mark.line + 1}", what, next_step)


def _innermost(error: ValidationError) -> list[ErrorDetails]:
    """The faults themselves: no list that counts as empty for its wrong items, no missing key beside a misspelt one."""
    every = error.errors(include_url=False)
    outer = {one["loc"][:length] for one in every for length in range(len(one["loc"]))}
    misspelt = {one["loc"][:-1] for one in every if one["type"] == "extra_forbidden"}
    return [
        one
        for one in every
        if one["loc"] not in outer and not (one["type"] == "missing" and one["loc"][:-1] in misspelt)
    ]


def _place(details: ErrorDetails, tree: Tree) -> Place:
    """Where to point: pydantic's location, or the part that a rule between parts names."""
    broken = details.get("ctx", {}).get("error")
    if isinstance(broken, BrokenRule) and isinstance(tree, dict):
        for section, parts in tree.items():
            for number, part in enumerate(parts) if isinstance(parts, list) else ():
                if isinstance(part, dict) and part.get("id") == broken.part:
                    return (section, number)
    return details["loc"]


def _plain_words(details: ErrorDetails) -> tuple[str, str]:
    """What is wrong, and the next step."""
    loc, kind, context = details["loc"], details["type"], details.get("ctx", {})
    where = ".".join(str(step) for step in loc)
    if kind == "extra_forbidden":
        return f'there is no key "{loc[-1]}" here', _meant(str(loc[-1]), _keys_at(loc[:-1]))
    if kind == "missing":
        return f'the key "{loc[-1]}" is missing', "Add it."
    if kind in {"enum", "literal_error"}:
        known = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
        return f'"{details["input"]}" is not a value of {where}', _meant(str(details["input"]), known)
    if kind == "value_error":
        return str(context["error"]), _MEND
    return f"{where}: {details['msg'][:1].lower()}{details['msg'][1:]}", _MEND


def _meant(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f'Did you mean "{near[0]}"?' if near else f"Known are: {', '.join(known)}."


def _keys_at(loc: Place) -> list[str]:
    """The keys that the schema knows at a place."""
    model: type[BaseModel] = Template
    for step in loc:
        if isinstance(step, str):
            model = next(_models(model.model_fields[step].annotation), model)
    return list(model.model_fields)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - type hints have no common type
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)
