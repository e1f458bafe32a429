"""What this patient reads: the template resolved with the clinician's facts and the patient's own answers.

Decides which statements apply, why each is shown, and in which pages they come.

Invariants:
- Pure: the same episode gives the same pages; what is shown carries its digest.
- A statement is shown when it has no condition or the condition holds; an answer that raises it says so ("because").
- Not yet reviewed by a clinician, a raised risk is worded as something to talk about; a clinician may set it aside.

Refuses to invent: a placeholder without a value prints "to be decided", never a guess.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Literal

from consent.model import canon, pictures, risks
from consent.model.events import MedicinesPlanned, ScreeningAnswered, ScreeningReviewed, Tailored
from consent.model.moments import date_words, moment_words
from consent.model.preparation import before_words
from consent.model.template import (
    Action,
    Alternative,
    Condition,
    Fact,
    Finding,
    Kind,
    Likelihood,
    Number,
    Preparation,
    Raises,
    ScreeningQuestion,
    Severity,
    Statement,
    Template,
    filled,
)
from consent.model.values import Clinic, MedicineLine, ShownText, Site
from consent.words import say

UNDECIDED = "[to be decided]"
SCREENING_A_PAGE = 4

Section = Literal["you", "about", "benefits", "risks", "other_ways", "ready", "after", "understood", "choices"]

SECTION_OF_KIND: dict[Kind, Section] = {
    Kind.WHAT: "about",
    Kind.WHY: "about",
    Kind.HOW: "about",
    Kind.WHO: "about",
    Kind.BENEFIT: "benefits",
    Kind.LIMIT: "benefits",
    Kind.EXPECTED: "risks",
    Kind.RISK: "risks",
    Kind.DECLINING: "other_ways",
    Kind.FREEDOM: "other_ways",
    Kind.RESTRICTION: "after",
    Kind.AFTERCARE: "after",
    Kind.WARNING: "after",
    Kind.FOLLOW_UP: "after",
}
SECTIONS: tuple[Section, ...] = (
    "you",
    "about",
    "benefits",
    "risks",
    "other_ways",
    "ready",
    "after",
    "understood",
    "choices",
)
SIDE_WORDS = {
    "left": "left side",
    "right": "right side",
    "both": "both sides",
    "midline": "in the middle",
    "not_applicable": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One text as this patient reads it, with what it is made from."""

    part: str
    text: str
    digest: str
    severity: Severity | None = None
    likelihood: str = ""
    numbers: tuple[Number, ...] = ()
    findings: tuple[Finding, ...] = ()
    alone: bool = False
    """A serious or likely risk, or one of this patient's own: it has a page to itself."""
    acknowledge: bool = False
    """It asks for a tap of its own."""
    because: tuple[str, ...] = ()
    """Reasons why this is shown to this patient, confirmed by a clinician."""
    to_discuss: bool = False
    """The patient's own answer raised it and no clinician has looked yet."""
    sources: tuple[str, ...] = ()
    drawing: pictures.Seen | None = None

    @property
    def shown(self) -> ShownText:
        """The passage as an event keeps it."""
        return ShownText(part=self.part, digest=self.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One screen of reading. ``parts`` are ids of screening questions, an alternative, a concept or clauses."""

    key: str
    section: Section
    title: str
    passages: tuple[Passage, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that reading depends on, taken from the episode."""

    template: Template
    clinic: Clinic
    tailored: Tailored
    appointment: str
    answers: Mapping[str, ScreeningAnswered]
    reviews: Mapping[str, ScreeningReviewed]
    medicines: MedicinesPlanned | None = None

    def __hash__(self) -> int:
        """As equal cases share it: what is kept of a reading is found by its case."""
        return hash((self.appointment, tuple(self.answers), tuple(self.reviews)))


def site_words(site: Site) -> str:
    """As "elbow, left side, level L4"; a side is always the patient's own."""
    return ", ".join(part for part in (site.place, SIDE_WORDS[site.side], site.level) if part)


def sites_words(sites: Iterable[Site]) -> str:
    """All sites in one line."""
    return "; ".join(site_words(site) for site in sites)


def given(case: Case, key: str) -> str:
    """The answer that counts: to a screening question, or the clinician's fact; empty when there is none.

    An answer that a clinician set aside counts as "no"; a "no" that was set aside counts as nothing.
    """
    if key in case.answers:
        review, answer = case.reviews.get(key), case.answers[key].answer
        if review and review.decision == "does_not_apply":
            return "" if answer == "no" else "no"
        return answer
    return case.tailored.facts.get(key, "")


def holds(case: Case, condition: Condition | None) -> bool:
    """Whether a condition holds; none always does."""
    return condition is None or any(given(case, test.on) in test.is_in for test in condition.any_of)


def raised(case: Case) -> tuple[tuple[str, Raises], ...]:
    """What this patient's answers and facts add, with the question or fact that adds it."""
    askers: tuple[ScreeningQuestion | Fact, ...] = (*case.template.screening, *case.template.facts)
    return tuple((part.id, add) for part in askers for add in part.raises if given(case, part.id) in add.when)


def flags(case: Case) -> tuple[str, ...]:
    """What staff should know at a glance: the short names of what is raised, "stop and ask" first."""
    askers: tuple[ScreeningQuestion | Fact, ...] = (*case.template.screening, *case.template.facts)
    short = {part.id: part.flag for part in askers}
    there = sorted(raised(case), key=lambda one: one[1].action is not Action.STOP_AND_ASK)
    return tuple(dict.fromkeys(short[owner] for owner, _ in there if short[owner]))


def fill(case: Case, text: str) -> str:
    """A text with its placeholders replaced; a value that looks like a placeholder stays as it was typed."""
    return filled(text, lambda name: _value(case, name))


def _value(case: Case, name: str) -> str:
    tailored = case.tailored
    known = {
        "facility": case.clinic.facility,
        "phone_day": case.clinic.phone_day,
        "phone_night": case.clinic.phone_night,
        "performer": _named(tailored.performer.name, tailored.performer.title),
        "helpers": ", ".join(tailored.helpers) or "Nobody else",
        "why": tailored.why,
        "sites": sites_words(tailored.sites),
        "appointment": moment_words(case.appointment, case.clinic.zone),
        "medicines": "; ".join(medicine_lines(case)),
    }
    if name in known:
        return known[name] or UNDECIDED
    for fact in case.template.facts:
        if fact.id == name:
            value = tailored.facts.get(name, "")
            chosen = {option.id: option.text or option.label for option in fact.options}
            return (chosen.get(value) or typed_words(fact, value)) if value else UNDECIDED
    return UNDECIDED


def typed_words(fact: Fact, value: str) -> str:
    """What was typed, with its unit; a date in words."""
    return date_words(value) if fact.typed == "date" and value else f"{value} {fact.unit}".strip()


def _named(name: str, title: str) -> str:
    return f"{name}, {title}" if title else name


def medicine_lines(case: Case) -> tuple[str, ...]:
    """The plan, medicine by medicine, in the words the clinician chose; empty while nobody has decided."""
    if case.medicines is None:
        return ()
    return tuple(_medicine_line(line) for line in case.medicines.lines) or ("no change",)


def _medicine_line(line: MedicineLine) -> str:
    if not line.change:
        return f"{line.medicine}: take as usual"
    return f"{line.medicine}: {line.how}" + (f" (agreed with {line.agreed_with})" if line.agreed_with else "")


def plans_needed(case: Case) -> tuple[Preparation, ...]:
    """Preparation of this patient that needs a clinician's plan for the medicines, whether there is one or not."""
    asked = {key for _, add in raised(case) for key in add.preparation}
    return tuple(item for item in case.template.preparation if item.plan == "medicines" and _needed(case, item, asked))


def plans_missing(case: Case) -> tuple[str, ...]:
    """The same as ids, while there is no plan."""
    return () if case.medicines else tuple(item.id for item in plans_needed(case))


_UNSAID = Likelihood(words="-")


@lru_cache(maxsize=64)
def passages(case: Case) -> tuple[Passage, ...]:
    """Every statement that applies to this patient, in the template's order."""
    adds = raised(case)
    return tuple(_passage(case, statement, adds) for statement in case.template.statements if _applies(case, statement))


def _applies(case: Case, statement: Statement) -> bool:
    return holds(case, statement.only_if)


def _passage(case: Case, statement: Statement, adds: tuple[tuple[str, Raises], ...]) -> Passage:
    reasons, unseen = [], False
    for owner, add in adds:
        if statement.id in add.statements:
            reasons.append(add.because)
            unseen = unseen or (owner in case.answers and owner not in case.reviews)
    text, likelihood = fill(case, statement.text), statement.likelihood or _UNSAID
    ledger = [row.model_dump(mode="json") for row in (*likelihood.numbers, *likelihood.findings)]
    seen = pictures.seen(statement.drawing, case.tailored.sites)
    ledger += [seen.covered] if seen else []
    whole = "\n".join([text, likelihood.words, *(canon.canonical(row).decode() for row in ledger)])
    return Passage(
        part=statement.id,
        text=text,
        digest=canon.text_digest(whole, language=case.template.language),
        severity=statement.severity,
        likelihood=likelihood.words if statement.likelihood else "",
        numbers=likelihood.numbers,
        findings=likelihood.findings,
        alone=risks.alone(statement, personal=bool(reasons)),
        acknowledge=risks.asks_for_a_tap(statement, personal=bool(reasons)),
        because=tuple(reasons),
        to_discuss=unseen,
        sources=statement.sources,
        drawing=seen,
    )


def preparation(case: Case) -> tuple[Passage, ...]:
    """What this patient does to get ready."""
    asked = {key for _, add in raised(case) for key in add.preparation}
    return tuple(
        _plain(case, item.id, _dated(case, item), sources=item.sources)
        for item in case.template.preparation
        if _needed(case, item, asked)
    )


def _dated(case: Case, item: Preparation) -> str:
    if item.before is None:
        return item.text
    return item.text.replace("{before}", before_words(item.before, appointment=case.appointment, zone=case.clinic.zone))


def _needed(case: Case, item: Preparation, asked: set[str]) -> bool:
    return item.id in asked or holds(case, item.only_if)


def _plain(case: Case, part: str, text: str, *, sources: tuple[str, ...] = ()) -> Passage:
    text = fill(case, text)
    digest = canon.text_digest(text, language=case.template.language)
    return Passage(part=part, text=text, digest=digest, sources=sources)


def way_passage(case: Case, way: Alternative) -> Passage:
    """One alternative as one text: name, what it may bring, what it may cost, what is known."""
    rows = [
        way.name,
        say("way.bring") + " " + " ".join(fill(case, point.text) for point in way.benefits),
        say("way.downside") + " " + " ".join(fill(case, point.text) for point in way.risks),
        say("way.known") + " " + fill(case, way.known),
    ]
    return _plain(case, way.id, "\n".join(rows))


@lru_cache(maxsize=64)
def reading(case: Case) -> tuple[Page, ...]:
    """All pages in reading order."""
    pages = [Page(key="matters", section="you", title="What matters to you"), *_screening_pages(case)]
    said = passages(case)
    for section in SECTIONS[1:]:
        if section == "other_ways":
            pages += [
                Page(key=f"way-{way.id}", section=section, title=way.name, passages=(way_passage(case, way),))
                for way in case.template.alternatives
            ]
        if section == "ready" and preparation(case):
            pages.append(Page(key="ready", section=section, title="How to get ready", passages=preparation(case)))
        pages += _statement_pages(case, section, said)
    pages += [
        Page(key=f"concept-{concept.id}", section="understood", title=concept.name, parts=(concept.id,))
        for concept in case.template.concepts
        if holds(case, concept.only_if)
    ]
    if case.template.clauses:
        clauses = tuple(clause.id for clause in case.template.clauses)
        said_clauses = tuple(_plain(case, c.id, c.ask, sources=c.sources) for c in case.template.clauses)
        pages.append(Page(key="choices", section="choices", title="Your choices", passages=said_clauses, parts=clauses))
    return tuple(pages)


def _screening_pages(case: Case) -> list[Page]:
    questions = case.template.screening
    groups = [questions[start : start + SCREENING_A_PAGE] for start in range(0, len(questions), SCREENING_A_PAGE)]
    return [
        Page(
            key=f"screening-{number}",
            section="you",
            title="About you",
            passages=tuple(_plain(case, question.id, question.ask, sources=question.sources) for question in group),
            parts=tuple(question.id for question in group),
        )
        for number, group in enumerate(groups, start=1)
    ]


def _statement_pages(case: Case, section: Section, said: tuple[Passage, ...]) -> list[Page]:
    kind_of = {statement.id: statement for statement in case.template.statements}
    here = [passage for passage in said if SECTION_OF_KIND[kind_of[passage.part].kind] == section]
    pages: list[Page] = []
    for title, group in groupby(here, key=lambda passage: kind_of[passage.part].page):
        together: list[Passage] = []
        for passage in group:
            if passage.alone:
                pages += _page_of(section, title, together)
                pages += _page_of(section, title, [passage])
                together = []
            else:
                together.append(passage)
        pages += _page_of(section, title, together)
    return pages


def _page_of(section: Section, title: str, together: list[Passage]) -> list[Page]:
    if not together:
        return []
    return [Page(key=f"{section}-{together[0].part}", section=section, title=title, passages=tuple(together))]


def to_review(case: Case) -> tuple[tuple[str, Raises], ...]:
    """What of that no clinician has decided about."""
    return tuple((owner, add) for owner, add in reviewable(case) if owner not in case.reviews)


def reviewable(case: Case) -> tuple[tuple[str, Raises], ...]:
    """What a clinician decides about: the answers that raise something, and the facts that say "stop and ask"."""
    return tuple(
        (owner, add) for owner, add in raised(case) if owner in case.answers or add.action is Action.STOP_AND_ASK
    )


def stops(case: Case) -> tuple[str, ...]:
    """Answers that say "stop and ask" and still stand unreviewed."""
    return tuple(owner for owner, add in to_review(case) if add.action is Action.STOP_AND_ASK)
