"""The text of a paper packet: what this patient reads when there is no tablet.

Decides which passages are said to this patient, and which stand apart since nobody knows yet whether they apply.

Invariants:
- Every statement of the text stands in it, unless a fact or an answer that is there already rules it out.
- A passage that hangs on something open is printed with whom it is meant for, in the template's own words.
- A number stands with who was counted, against what, and whether it is this patient's own chance.

Refuses to guess: what is not known yet is a blank to be filled by hand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from consent.model import blocks as b
from consent.model import presentation as read
from consent.model.episode import Episode
from consent.model.moments import moment_words
from consent.model.preparation import before_words
from consent.model.telling import MOST_ICONS, finding_words, number_words
from consent.model.template import (
    Alternative,
    Condition,
    Fact,
    Preparation,
    ScreeningQuestion,
    Statement,
    Template,
    Test,
    filled,
)
from consent.words import say

BLANK = "______________"
_ORDER: tuple[read.Section, ...] = ("about", "benefits", "risks", "other_ways", "ready", "after")
Standing = Literal["said", "open", "ruled_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One patient's text on paper: the record, and the version that is printed for it."""

    episode: Episode
    template: Template

    @property
    def case(self) -> read.Case | None:
        """What the record holds for its text; nothing before the consent is prepared."""
        return self.episode.case if self.episode.tailored else None


def fill(leaf: Leaf, text: str) -> str:
    """A text with its placeholders replaced; a blank to write in where there is no value yet."""
    return filled(text, lambda name: _value(leaf, name))


def _value(leaf: Leaf, name: str) -> str:
    if leaf.case:
        value = read.fill(leaf.case, f"{{{name}}}")
        return BLANK if value == read.UNDECIDED else value
    plan = leaf.episode.plan
    known = {
        "facility": plan.clinic.facility,
        "phone_day": plan.clinic.phone_day,
        "phone_night": plan.clinic.phone_night,
        "appointment": moment_words(leaf.episode.appointment, plan.clinic.zone),
    }
    return known.get(name, "") or BLANK


def given(leaf: Leaf, key: str) -> str:
    """The fact or answer that counts; empty while it is open."""
    return read.given(leaf.case, key) if leaf.case else ""


def standing(leaf: Leaf, condition: Condition | None) -> Standing:
    """Whether a passage of that condition is said, hangs on something open, or does not concern this patient."""
    if condition is None:
        return "said"
    return _of_tests(leaf, condition.any_of)


def _of_tests(leaf: Leaf, tests: tuple[Test, ...]) -> Standing:
    if any(given(leaf, test.on) in test.is_in for test in tests):
        return "said"
    return "open" if any(not given(leaf, test.on) for test in tests) else "ruled_out"


def for_whom(leaf: Leaf, tests: tuple[Test, ...]) -> str:
    """For whom a passage is meant, by what is still open, in the words of the template's questions and facts."""
    asks = {part.id: part.ask for part in _askers(leaf)}
    labels = {(fact.id, option.id): option.label for fact in leaf.template.facts for option in fact.options}
    lines = [
        say(
            "paper.only_if.one",
            ask=fill(leaf, asks[test.on]),
            answers=", ".join(labels.get((test.on, key)) or say(f"paper.answer.{key}") for key in test.is_in),
        )
        for test in tests
        if not given(leaf, test.on)
    ]
    return say("paper.only_if", tests=say("paper.or").join(lines))


def _askers(leaf: Leaf) -> tuple[ScreeningQuestion | Fact, ...]:
    return (*leaf.template.screening, *leaf.template.facts)


def needed(leaf: Leaf, item: Preparation) -> tuple[Standing, tuple[Test, ...]]:
    """Whether this patient does that to get ready, and by which tests."""
    raisers = tuple(
        Test(on=part.id, is_in=add.when) for part in _askers(leaf) for add in part.raises if item.id in add.preparation
    )
    if item.only_if is None:
        return "said", ()
    tests = (*item.only_if.any_of, *(one for one in raisers if one not in item.only_if.any_of))
    return _of_tests(leaf, tests), tests


def text(leaf: Leaf) -> Iterator[b.Block]:
    """All that is said to this patient, by section; then what hangs on something open, with whom it is for."""
    for section in _ORDER:
        here = [one for one in _statements(leaf, section) if standing(leaf, one.only_if) == "said"]
        ready = _ready(leaf) if section == "ready" else ()
        if here or ready or section == "other_ways":
            yield b.Heading(level=2, text=say(f"document.{section}"))
        if section == "other_ways":
            for way in leaf.template.alternatives:
                yield from _way(leaf, way)
        if ready:
            yield b.ListBlock(items=ready)
        for title, group in groupby(here, key=lambda one: one.page):
            yield b.Heading(level=3, text=title)
            for plain, run in groupby(group, key=lambda one: not (one.acknowledge or one.likelihood)):
                told = _together if plain else _each
                yield from told(leaf, tuple(run))
    yield from _for_some(leaf)
    yield from _sources(leaf)


def _statements(leaf: Leaf, section: read.Section) -> list[Statement]:
    return [one for one in leaf.template.statements if read.SECTION_OF_KIND[one.kind] == section]


def _together(leaf: Leaf, run: Sequence[Statement]) -> Iterator[b.Block]:
    """Short statements without numbers, as one paragraph with one line of sources."""
    yield b.Paragraph(text=" ".join(fill(leaf, one.text) for one in run))
    sources = dict.fromkeys(source for one in run for source in one.sources)
    if sources:
        yield b.Paragraph(text=say("document.source_of", list=", ".join(sources)) + ".", note=True)


def _each(leaf: Leaf, run: Sequence[Statement]) -> Iterator[b.Block]:
    for one in run:
        yield from _told(leaf, one)


def _told(leaf: Leaf, statement: Statement, *, whom: str = "") -> Iterator[b.Block]:
    """One statement with its numbers; ``whom`` stands in the same paragraph, so that no page parts them."""
    said = fill(leaf, statement.text)
    yield b.Paragraph(text=f"{whom}\n{said}" if whom else said, strong=statement.acknowledge)
    likelihood = statement.likelihood
    for number in likelihood.numbers if likelihood else ():
        line = number_words(number)
        few = number.of <= MOST_ICONS
        yield b.IconArray(filled=number.count, total=number.of, alt=line) if few else b.Paragraph(text=line, note=True)
    for finding in likelihood.findings if likelihood else ():
        yield b.Paragraph(text=finding_words(finding), note=True)
    notes = [say("document.likelihood", words=likelihood.words) + "."] if likelihood else []
    if statement.sources:
        notes.append(say("document.source_of", list=", ".join(statement.sources)) + ".")
    if notes:
        yield b.Paragraph(text=" ".join(notes), note=True)


def _way(leaf: Leaf, way: Alternative) -> Iterator[b.Block]:
    yield b.Heading(level=3, text=way.name)
    rows = (
        say("way.bring") + " " + " ".join(fill(leaf, point.text) for point in way.benefits),
        say("way.downside") + " " + " ".join(fill(leaf, point.text) for point in way.risks),
        say("way.known") + " " + fill(leaf, way.known),
    )
    yield b.ListBlock(items=rows)
    for finding in way.findings:
        yield b.Paragraph(text=finding_words(finding), note=True)


def _ready(leaf: Leaf) -> tuple[str, ...]:
    return tuple(_dated(leaf, one) for one in leaf.template.preparation if needed(leaf, one)[0] == "said")


def _dated(leaf: Leaf, item: Preparation) -> str:
    words = item.text
    if item.before is not None:
        clinic = leaf.episode.plan.clinic
        day = before_words(item.before, appointment=leaf.episode.appointment, zone=clinic.zone)
        words = words.replace("{before}", day)
    return fill(leaf, words)


def _for_some(leaf: Leaf) -> Iterator[b.Block]:
    """What may concern this patient or not, each below whom it is for; nothing when all is known."""
    said = [one for one in leaf.template.statements if standing(leaf, one.only_if) == "open"]
    ready = [(one, needed(leaf, one)) for one in leaf.template.preparation]
    hanging = [(one, tests) for one, (where, tests) in ready if where == "open"]
    if not said and not hanging:
        return
    yield b.Heading(level=2, text=say("paper.for_some"))
    yield b.Paragraph(text=say("paper.for_some.what"))
    for statement in said:
        tests = statement.only_if.any_of if statement.only_if else ()
        yield b.Heading(level=3, text=say("paper.box", text=statement.page))
        yield from _told(leaf, statement, whom=for_whom(leaf, tests))
    for item, tests in hanging:
        yield b.Heading(level=3, text=say("paper.box", text=say("document.ready")))
        yield b.Paragraph(text=f"{for_whom(leaf, tests)}\n{_dated(leaf, item)}")


def _sources(leaf: Leaf) -> Iterator[b.Block]:
    if not leaf.template.sources:
        return
    yield b.Heading(level=2, text=say("document.sources"))
    yield b.ListBlock(
        items=tuple(
            f"{source.id}: {source.citation}" + (f" {source.link}" if source.link else "")
            for source in leaf.template.sources
        ),
        small=True,
    )
