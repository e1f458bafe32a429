"""What holds for every template that is shipped: grade, sources, medicines, concepts."""

import re
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Literal

from consent.model import presentation
from consent.model.events import ScreeningAnswered, Tailored
from consent.model.people import PersonRef
from consent.model.readability import FEWEST_WORDS, grade, passages
from consent.model.template import PLACEHOLDERS, Kind, Severity, Template, TemplateRef, texts
from consent.model.template_parts import Part
from consent.model.template_rules import raising
from consent.store.library import TemplateLibrary
from tests.samples.story import CLINIC, SITE

Syllables = Callable[[str], int]

Said = Literal["yes", "no"]
SAID: tuple[Said, ...] = ("no", "yes")
HARDEST = 6.0
_MEDICINE = re.compile(
    r"insulin|\bpills?\b|medicin|medication|thinner|opioid|aspirin|gabapentin|pregabalin|steroid", re.IGNORECASE
)
_LEAVING_OUT = re.compile(r"\b(stop|skip|quit|withhold|cease|discontinue)|\bdo not take\b", re.IGNORECASE)
_WARNING = re.compile(r"\bdo not (stop|skip)\b", re.IGNORECASE)


def test_the_whole_folder_is_a_library(shipped: tuple[Template, ...]) -> None:
    folder = Path(__file__).parents[3] / "consent_templates"
    assert TemplateLibrary(folder).all() == shipped
    assert shipped


def test_every_passage_has_grade_six_or_less(shipped: tuple[Template, ...], syllables: Syllables) -> None:
    hard = [
        (template.id, part, round(found, 1), text)
        for template in shipped
        for part, text in passages(texts(template))
        if (found := grade(text, syllables)) > HARDEST
    ]
    assert hard == []


def test_every_template_as_a_whole_has_grade_six_or_less(shipped: tuple[Template, ...], syllables: Syllables) -> None:
    for template in shipped:
        assert grade(" ".join(text for _, text in passages(texts(template))), syllables) <= HARDEST


def test_short_texts_are_judged_with_their_neighbours_and_none_is_lost(shipped: tuple[Template, ...]) -> None:
    for template in shipped:
        judged = " ".join(text for _, text in passages(texts(template)))
        assert all(text in judged for _, text in texts(template))
        assert all(len(re.findall(r"\w+", text)) >= FEWEST_WORDS for _, text in passages(texts(template)))


def test_no_text_tells_anyone_to_stop_a_medicine(shipped: tuple[Template, ...]) -> None:
    said = [text for template in shipped for _, text in texts(template)]
    said += [item.text for template in shipped for item in template.checklist]
    sentences = [sentence for text in said for sentence in re.split(r"(?<=[.!?:])\s", text)]
    about = [sentence for sentence in sentences if _MEDICINE.search(sentence)]
    assert about
    assert [sentence for sentence in about if _LEAVING_OUT.search(_WARNING.sub("", sentence))] == []


def test_every_statement_beyond_the_leaflet_names_a_source(shipped: tuple[Template, ...]) -> None:
    for template in shipped:
        placed = {key for sentence in template.leaflet for key in sentence.placed_in}
        assert [part.id for part in template.statements if part.id not in placed and not part.sources] == []


def test_what_rests_on_general_knowledge_waits_for_the_reviewer(shipped: tuple[Template, ...]) -> None:
    for template in shipped:
        asked = {key for flag in template.flags for key in flag.concerns}
        general = {part.id for part in template.statements if "general" in part.sources}
        general |= {part.id for part in template.screening if "general" in part.sources}
        general |= {part.id for part in template.preparation if "general" in part.sources}
        general |= {
            way.id for way in template.alternatives for point in way.benefits + way.risks if "general" in point.sources
        }
        assert general - asked == set()


def test_what_a_study_or_an_expert_is_quoted_for_names_it(shipped: tuple[Template, ...]) -> None:
    for template in shipped:
        for statement in template.statements:
            if re.search(r"stud(y|ies)\b|experts", statement.text):
                assert set(statement.sources) - {"leaflet", "general"}, statement.id


def test_every_source_is_used(shipped: tuple[Template, ...]) -> None:
    for template in shipped:
        rest = template.model_copy(update={"sources": ()}).model_dump_json()
        assert [source.id for source in template.sources if f'"{source.id}"' not in rest] == []


def test_a_number_that_is_none_comes_with_a_caution(shipped: tuple[Template, ...]) -> None:
    for template in shipped:
        for statement in template.statements:
            if statement.likelihood and any(number.count == 0 for number in statement.likelihood.numbers):
                assert "can still happen" in statement.text + statement.likelihood.words


def test_no_text_calls_a_studied_number_the_patients_own_chance(shipped: tuple[Template, ...]) -> None:
    assert not [text for template in shipped for _, text in texts(template) if re.search(r"your (chance|risk)", text)]


def test_a_serious_risk_that_only_some_have_is_raised_by_something(shipped: tuple[Template, ...]) -> None:
    for template in shipped:
        raised = {key for _, add in raising(template) for key in add.statements}
        some = {part.id for part in template.statements if part.kind is Kind.RISK and part.only_if}
        assert some - raised == set()


def test_a_reason_is_said_to_the_patient_as_because(shipped: tuple[Template, ...]) -> None:
    for template in shipped:
        because = [add.because for _, add in raising(template)]
        assert all(reason.startswith("Because ") and reason.endswith(".") for reason in because)


def test_the_right_answer_is_not_always_in_the_same_place(shipped: tuple[Template, ...]) -> None:
    for template in shipped:
        for concept in template.concepts:
            places = [[answer.right for answer in attempt.answers].index(True) for attempt in concept.tries]
            assert len(set(places)) > 1, concept.id
            assert all(2 <= len(attempt.answers) <= 4 for attempt in concept.tries)


def test_a_page_keeps_to_one_kind_of_thing(shipped: tuple[Template, ...]) -> None:
    for template in shipped:
        runs: list[str] = []
        for statement in template.statements:
            if not runs or runs[-1] != statement.page:
                runs.append(statement.page)
        assert len(runs) == len(set(runs))


def _parts(part: type[Part]) -> set[type[Part]]:
    return {part}.union(*(_parts(smaller) for smaller in part.__subclasses__()))


def test_the_authoring_guide_names_every_key_and_every_placeholder() -> None:
    guide = (Path(__file__).parents[3] / "consent_templates" / "README.md").read_text(encoding="utf-8")
    keys = {key for part in _parts(Part) if part is not TemplateRef for key in part.model_fields}
    assert {key for key in keys if not re.search(rf"\b{key}\b", guide)} == set()
    assert {name for name in PLACEHOLDERS if f"{{{name}}}" not in guide} == set()


def test_each_serious_or_likely_risk_has_a_page_and_few_are_tapped(shipped: tuple[Template, ...]) -> None:
    """Whatever the patient answers; mild ones under one heading stand together."""
    for template, said in product(shipped, SAID):
        case = _case(template, said)
        own = {key for _, add in presentation.raised(case) for key in add.statements}
        of = {statement.id: statement for statement in template.statements}
        pages = [page for page in presentation.reading(case) if page.section == "risks"]
        for page in pages:
            alone = [one for one in page.passages if one.severity is Severity.SERIOUS or one.part in own]
            assert not alone or len(page.passages) == 1 or {of[one.part].kind for one in alone} == {Kind.EXPECTED}
        mild = [page.title for page in pages if not any(one.alone for one in page.passages)]
        assert len(mild) == len(set(mild))
        tapped = {one.part for page in pages for one in page.passages if one.acknowledge}
        risks = {key for key, one in of.items() if one.kind is Kind.RISK}
        serious = {key for key in risks if of[key].severity is Severity.SERIOUS}
        assert tapped <= serious | own
        assert {one.part for page in pages for one in page.passages} & own & risks <= tapped


def _case(template: Template, said: Said) -> presentation.Case:
    facts = {fact.id: fact.options[0].id for fact in template.facts if fact.options}
    answers = {one.id: ScreeningAnswered(question=one.id, answer=said) for one in template.screening}
    tailored = Tailored(sites=(SITE,), why="It hurts", performer=PersonRef(id="u-1", name="Avery Stone"), facts=facts)
    return presentation.Case(
        template=template,
        clinic=CLINIC,
        tailored=tailored,
        appointment="2026-11-24T15:30:00.000000Z",
        answers=answers,
        reviews={},
    )
