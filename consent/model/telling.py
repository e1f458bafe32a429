"""How statements and other ways are told in blocks, with their numbers and sources.

Decides which statements stand together, and what is said below each of them.

Invariants:
- Only what was on the patient's screen is told.
- A number stands with who was counted, against what, and whether it is this patient's own chance.

Refuses to round, convert or merge numbers.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from consent.model import blocks as b
from consent.model.episode import Episode
from consent.model.presentation import SECTION_OF_KIND, Passage, Section, passages, way_passage
from consent.model.template import Finding, Number
from consent.words import say

MOST_ICONS = 100


def said(episode: Episode, section: Section) -> Iterator[b.Block]:
    """The statements of a section that were on the patient's screen, page by page."""
    statements = {statement.id: statement for statement in episode.template.statements}
    here = [
        passage
        for passage in passages(episode.case)
        if SECTION_OF_KIND[statements[passage.part].kind] == section and passage.part in episode.shown
    ]
    if here and section != "other_ways":
        yield b.Heading(level=2, text=say(f"document.{section}"))
    for title, group in groupby(here, key=lambda passage: statements[passage.part].page):
        yield b.Heading(level=3, text=title)
        for plain, run in groupby(group, key=_is_plain):
            if plain:
                yield from _together(list(run))
            else:
                for passage in run:
                    yield from _passage(episode, passage)


def _is_plain(passage: Passage) -> bool:
    return not (passage.acknowledge or passage.because or passage.numbers or passage.findings or passage.likelihood)


def _together(run: Sequence[Passage]) -> Iterator[b.Block]:
    """Short statements without numbers, as one paragraph with one line of sources."""
    yield b.Paragraph(text=" ".join(passage.text for passage in run))
    for passage in run:
        yield from drawing(passage)
    sources = dict.fromkeys(source for passage in run for source in passage.sources)
    if sources:
        yield b.Paragraph(text=say("document.source_of", list=", ".join(sources)) + ".", note=True)


def drawing(passage: Passage) -> Iterator[b.Block]:
    """What stood on the screen as a drawing, in words."""
    if seen := passage.drawing:
        told = [seen.says, *([say(f"document.marked.{seen.mark}")] if seen.mark else [])]
        yield b.Paragraph(text=say("document.drawing", says=" ".join(told)), note=True)


def figures(passage: Passage) -> Iterator[b.Block]:
    """The numbers of a passage, as pictures where they are few enough to count, and what was found in studies."""
    for number in passage.numbers:
        line = number_words(number)
        few = number.of <= MOST_ICONS
        yield b.IconArray(filled=number.count, total=number.of, alt=line) if few else b.Paragraph(text=line, note=True)
    for finding in passage.findings:
        yield b.Paragraph(text=finding_words(finding), note=True)


def _passage(episode: Episode, passage: Passage) -> Iterator[b.Block]:
    yield b.Paragraph(text=passage.text, strong=passage.acknowledge)
    yield from drawing(passage)
    yield from figures(passage)
    yield b.Paragraph(text=" ".join(_notes(episode, passage)), note=True)


def _notes(episode: Episode, passage: Passage) -> Iterator[str]:
    if passage.likelihood:
        yield say("document.likelihood", words=passage.likelihood) + "."
    if passage.because:
        yield say("document.because", reasons=" ".join(passage.because))
    if passage.acknowledge:
        tapped = episode.acknowledged.get(passage.part) == passage.digest
        yield say("document.acknowledged" if tapped else "document.not_acknowledged")
    if passage.sources:
        yield say("document.source_of", list=", ".join(passage.sources)) + "."


def number_words(number: Number) -> str:
    """A number with who was counted, against what, and whose chance it is."""
    return say(
        "document.number",
        words=number.words[0].upper() + number.words[1:],
        population=number.population,
        comparator=number.comparator,
        period=number.period,
        relation=say(f"document.relation.{number.relation}"),
    )


def finding_words(finding: Finding) -> str:
    """A finding with the same."""
    return say(
        "document.finding",
        result=finding.result,
        people=f"{finding.people:,}",
        population=finding.population,
        comparator=finding.comparator,
        period=finding.period,
        relation=say(f"document.relation.{finding.relation}"),
    )


def ways(episode: Episode) -> Iterator[b.Block]:
    """The other ways that were on the patient's screen, each with the same rows, then what saying no means."""
    others = [way for way in episode.template.alternatives if way.id in episode.shown]
    if others:
        yield b.Heading(level=2, text=say("document.other_ways"))
    for way in others:
        name, *rows = way_passage(episode.case, way).text.split("\n")
        yield b.Heading(level=3, text=name)
        yield b.ListBlock(items=tuple(rows))
        for finding in way.findings:
            yield b.Paragraph(text=finding_words(finding), note=True)
    yield from said(episode, "other_ways")
