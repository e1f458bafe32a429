"""The rules that hold a template together: what must be there, and what may refer to what.

Decides which contents are a template, part against part. Each broken rule names the part, so that a loader can name
the line.

Invariants:
- An id is used once in a file; every reference resolves (catalogue C13, C14).
- "Not sure" counts wherever "yes" counts, and what an answer raises is shown to whoever gave it.
- Texts hold no placeholder outside a short list, and no other brace (catalogue C10).
- The elements that a consent needs are there (A-0466, A-0955), doing nothing among the alternatives.

Refuses to read a file, and to judge wording: grade and sources of shipped texts are held by tests.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field

from consent.model.preparation import Preparation
from consent.model.template_parts import (
    Alternative,
    ChecklistItem,
    Clause,
    Concept,
    Condition,
    Fact,
    Flag,
    IsoDate,
    Kind,
    Label,
    Language,
    LeafletSentence,
    Likelihood,
    Part,
    Proposed,
    Raises,
    ScreeningQuestion,
    Signer,
    Source,
    Statement,
    TemplateId,
    Version,
)

PLACEHOLDERS = frozenset(
    {
        "facility",
        "phone_day",
        "phone_night",
        "performer",
        "helpers",
        "why",
        "sites",
        "appointment",
        "medicines",
    }
)
"""Filled from the clinic's settings and from what the clinician entered; a fact's own id is allowed as well."""

_ANSWERS = frozenset({"yes", "no", "not_sure"})
_NEEDED = (
    Kind.WHAT,
    Kind.HOW,
    Kind.WHO,
    Kind.WHY,
    Kind.BENEFIT,
    Kind.RISK,
    Kind.DECLINING,
    Kind.FREEDOM,
)
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_LEFTOVER = re.compile(r"[{}]")


class BrokenRule(ValueError):
    """A rule between parts is broken; ``part`` is the id of the part to mend, empty for the file as a whole.

    A ``ValueError``, since that is what pydantic collects; it leaves the model inside pydantic's own error.
    """

    def __init__(self, part: str, what: str) -> None:
        self.part = part
        super().__init__(what)


class Content(Part):
    """What a template file holds, before the rules between its parts are checked."""

    id: TemplateId
    version: Version
    language: Language
    status: Literal["draft", "retired"]
    """As shipped. Approval is the clinic's and is recorded there, never in the file."""
    title: Label
    plain_name: Label
    """What a patient's neighbour would call it."""
    published: IsoDate
    authors: Annotated[tuple[Label, ...], Field(min_length=1, max_length=8)]
    sources: Annotated[tuple[Source, ...], Field(max_length=80)]
    facts: Annotated[tuple[Fact, ...], Field(max_length=30)] = ()
    screening: Annotated[tuple[ScreeningQuestion, ...], Field(max_length=30)] = ()
    statements: Annotated[tuple[Statement, ...], Field(min_length=1, max_length=150)]
    alternatives: Annotated[tuple[Alternative, ...], Field(min_length=1, max_length=12)]
    proposed: Annotated[Proposed | None, Field(exclude_if=lambda proposed: proposed is None)] = None
    """Not written when it is not compared, as in the first templates."""
    preparation: Annotated[tuple[Preparation, ...], Field(max_length=30)] = ()
    concepts: Annotated[tuple[Concept, ...], Field(max_length=8)] = ()
    clauses: Annotated[tuple[Clause, ...], Field(max_length=12)] = ()
    checklist: Annotated[tuple[ChecklistItem, ...], Field(max_length=60)] = ()
    signers: Annotated[tuple[Signer, ...], Field(min_length=2, max_length=2)]
    flags: Annotated[tuple[Flag, ...], Field(max_length=40)] = ()
    leaflet: Annotated[tuple[LeafletSentence, ...], Field(max_length=120)] = ()


def check(content: Content) -> None:
    """Check all rules between the parts.

    Raises:
        BrokenRule: The first one that is broken.
    """
    for rule in (
        _ids_are_unique,
        _sources_are_listed,
        _raises_resolve,
        _conditions_resolve,
        _what_is_raised_is_shown,
        _other_references_resolve,
        _placeholders_are_known,
        _essentials_are_there,
    ):
        rule(content)


def placeholders(text: str) -> tuple[str, ...]:
    """The placeholder names in a text, in order."""
    return tuple(_PLACEHOLDER.findall(text))


def filled(text: str, value: Callable[[str], str]) -> str:
    """The text with each placeholder replaced by its value, once: what a value holds is not looked into."""
    return _PLACEHOLDER.sub(lambda found: value(found[1]), text)


def texts(content: Content) -> Iterator[tuple[str, str]]:
    """Every text that a patient may read, with the id of its part, in the order of the file."""
    for fact in content.facts:
        yield from ((fact.id, option.text) for option in fact.options if option.text)
        yield from ((fact.id, entry.because) for entry in fact.raises)
    for question in content.screening:
        yield question.id, question.ask
        if question.detail:
            yield question.id, question.detail
        yield from ((question.id, entry.because) for entry in question.raises)
    for statement in content.statements:
        yield statement.id, statement.text
        if statement.drawing:
            yield statement.id, statement.drawing.says
        yield from ((statement.id, text) for text in _likelihood_texts(statement.likelihood))
    for way in content.alternatives:
        yield way.id, way.name
        yield from ((way.id, point.text) for point in way.benefits + way.risks)
        yield way.id, way.known
        yield from ((way.id, finding.result) for finding in way.findings)
    yield from ((item.id, item.text) for item in content.preparation)
    for concept in content.concepts:
        yield from ((concept.id, text) for text in _concept_texts(concept))
    yield from ((clause.id, clause.ask) for clause in content.clauses)


def _likelihood_texts(likelihood: Likelihood | None) -> Iterator[str]:
    if likelihood:
        yield likelihood.words
        for number in likelihood.numbers:
            yield f"{number.words}: {number.population}. {number.period}. {number.comparator}."
        yield from (finding.result for finding in likelihood.findings)


def _concept_texts(concept: Concept) -> Iterator[str]:
    for attempt in concept.tries:
        if attempt.explanation:
            yield attempt.explanation
        yield attempt.question
        yield from (answer.text for answer in attempt.answers)


def _ids_are_unique(content: Content) -> None:
    seen: set[str] = set()
    for key in _ids(content):
        if key in seen:
            raise BrokenRule(key, f"the id {key} is used twice; ids are unique in a file")
        seen.add(key)


def _ids(content: Content) -> Iterator[str]:
    yield from (part.id for part in content.sources)
    yield from (part.id for part in (*content.facts, *content.screening))
    yield from (part.id for part in (*content.statements, *content.alternatives, *content.preparation))
    yield from (part.id for part in (*content.concepts, *content.clauses, *content.checklist))
    yield from (part.id for part in (*content.flags, *content.leaflet))


def _sources_are_listed(content: Content) -> None:
    listed = {source.id for source in content.sources}
    for owner, key in _cited(content):
        if key not in listed:
            raise BrokenRule(owner, f"{owner} names the source {key}, which is not in the list of sources")


def _cited(content: Content) -> Iterator[tuple[str, str]]:
    for question in content.screening:
        yield from ((question.id, key) for key in question.sources)
    for statement in content.statements:
        yield from ((statement.id, key) for key in statement.sources)
        counted = statement.likelihood or Likelihood(words="-")
        yield from ((statement.id, ledger.source) for ledger in counted.numbers + counted.findings)
    for way in content.alternatives:
        yield from ((way.id, key) for point in way.benefits + way.risks for key in point.sources)
        yield from ((way.id, finding.source) for finding in way.findings)
    for item in content.preparation:
        yield from ((item.id, key) for key in item.sources)
    for clause in content.clauses:
        yield from ((clause.id, key) for key in clause.sources)


def raising(content: Content) -> Iterator[tuple[str, Raises]]:
    """All that answers and facts add, with the id of the question or fact."""
    yield from ((fact.id, entry) for fact in content.facts for entry in fact.raises)
    yield from ((question.id, entry) for question in content.screening for entry in question.raises)


def _askable(content: Content) -> dict[str, frozenset[str]]:
    asked = {question.id: _ANSWERS for question in content.screening}
    asked.update({fact.id: frozenset(option.id for option in fact.options) for fact in content.facts})
    return asked


def _raises_resolve(content: Content) -> None:
    statements = {statement.id for statement in content.statements}
    preparation = {item.id for item in content.preparation}
    asked = _askable(content)
    for owner, entry in raising(content):
        _known(owner, entry.statements, statements, verb="raises")
        _known(owner, entry.preparation, preparation, verb="asks for the preparation")
        _known(owner, entry.when, asked[owner], verb="reacts to the answer")
        _not_sure_counts(owner, entry.when, offered=asked[owner])


def _conditions_resolve(content: Content) -> None:
    """A condition is on questions and facts alone, which have none themselves: no later one, no circle (C13)."""
    asked = _askable(content)
    for owner, condition in _conditions(content):
        for test in condition.any_of:
            _known(owner, (test.on,), asked, verb="depends on")
            _known(owner, test.is_in, asked[test.on], verb=f"depends on {test.on} being")
            _not_sure_counts(owner, test.is_in, offered=asked[test.on])


def _conditions(content: Content) -> Iterator[tuple[str, Condition]]:
    for statement in content.statements:
        if statement.only_if:
            yield statement.id, statement.only_if
    for item in content.preparation:
        if item.only_if:
            yield item.id, item.only_if
    for concept in content.concepts:
        if concept.only_if:
            yield concept.id, concept.only_if
    for check_item in content.checklist:
        if check_item.only_if:
            yield check_item.id, check_item.only_if


def _not_sure_counts(owner: str, answers: tuple[str, ...], *, offered: frozenset[str]) -> None:
    if offered == _ANSWERS and "yes" in answers and "not_sure" not in answers:
        raise BrokenRule(owner, f'{owner} counts "yes" but not "not_sure"; a patient who is not sure counts as yes')


def _what_is_raised_is_shown(content: Content) -> None:
    conditions = dict(_conditions(content))
    for owner, entry in raising(content):
        for key in entry.statements + entry.preparation:
            tests = conditions[key].any_of if key in conditions else ()
            covered = {answer for test in tests if test.on == owner for answer in test.is_in}
            if key in conditions and not set(entry.when) <= covered:
                raise BrokenRule(
                    key, f"{owner} raises {key}, but only_if of {key} does not hold for {', '.join(entry.when)}"
                )


def _other_references_resolve(content: Content) -> None:
    preparation = {item.id for item in content.preparation}
    spoken = preparation | {part.id for part in (*content.statements, *content.alternatives)}
    for item in content.checklist:
        _known(item.id, (item.checks,) if item.checks else (), preparation, verb="checks")
    for sentence in content.leaflet:
        _known(sentence.id, sentence.placed_in, spoken, verb="is placed in")
    if (one := content.proposed) is not None:
        always = {statement.id for statement in content.statements if statement.only_if is None}
        _known("proposed", (*one.benefits, *one.risks, *one.known), always, verb="names")
    everything = set(_ids(content))
    for flag in content.flags:
        _known(flag.id, flag.concerns, everything, verb="concerns")


def _known(owner: str, keys: Iterable[str], known: Iterable[str], *, verb: str) -> None:
    for key in keys:
        if key not in known:
            raise BrokenRule(owner, f"{owner} {verb} {key}, which is not in this file")


def _placeholders_are_known(content: Content) -> None:
    allowed = PLACEHOLDERS | {fact.id for fact in content.facts}
    dated = {item.id for item in content.preparation if item.before}
    for owner, text in texts(content):
        for name in placeholders(text):
            if name not in allowed and not (name == "before" and owner in dated):
                raise BrokenRule(
                    owner, f"{owner} uses the placeholder {{{name}}}; known are {', '.join(sorted(allowed))}"
                )
        if _LEFTOVER.search(_PLACEHOLDER.sub("", text)):
            raise BrokenRule(owner, f"{owner} holds a brace that is not a placeholder; leave it out")


def _essentials_are_there(content: Content) -> None:
    kinds = {statement.kind for statement in content.statements}
    for kind in _NEEDED:
        if kind not in kinds:
            raise BrokenRule("", f"there is no statement of kind {kind.value}; a consent needs one (A-0466, A-0955)")
    if sum(way.nothing for way in content.alternatives) != 1:
        raise BrokenRule("", "one alternative, and one only, is doing nothing; mark it with nothing: true")
    if [signer.role for signer in content.signers] != ["patient", "clinician"]:
        raise BrokenRule("", "the patient signs first, then the clinician")
