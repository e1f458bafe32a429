"""The rules that hold a template together, one broken at a time."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from consent.model.template import Kind, Number, Template, placeholders, texts
from consent.model.template_rules import BrokenRule, filled

Content = dict[str, Any]
YES: list[str] = ["yes", "not_sure"]


def _statement(key: str, kind: str, text: str = "Plain words.", **more: object) -> Content:
    return {"id": key, "kind": kind, "page": "A page", "text": text, **more}


def _number(**change: object) -> Content:
    whole = {
        "count": 5,
        "of": 20,
        "unit": "people",
        "population": "people like you",
        "relation": "same_use",
        "comparator": "none",
        "period": "a month",
        "source": "book",
    }
    return whole | change


@pytest.fixture
def content() -> Content:
    kinds = [Kind.WHAT, Kind.HOW, Kind.WHO, Kind.WHY, Kind.BENEFIT, Kind.DECLINING, Kind.FREEDOM]
    risk = _statement("risk", "risk", severity="mild", likelihood={"words": "rare", "numbers": [_number()]})
    return {
        "id": "small",
        "version": "1.0.0",
        "language": "en",
        "status": "draft",
        "title": "A small one",
        "plain_name": "A small one",
        "published": "2026-11-23",
        "authors": ["Somebody"],
        "sources": [{"id": "book", "citation": "A book"}],
        "facts": [{"id": "depth", "ask": "How deep?", "options": [{"id": "near", "label": "Near"}]}],
        "screening": [{"id": "Q1", "ask": "Do you bruise?"}],
        "statements": [*(_statement(kind.value, kind.value) for kind in kinds), risk],
        "alternatives": [
            {
                "id": "nothing",
                "name": "Nothing",
                "nothing": True,
                "benefits": [{"text": "No risk."}],
                "risks": [{"text": "It may stay."}],
                "known": "Number not known.",
            }
        ],
        "preparation": [{"id": "bring", "text": "Bring a list."}],
        "signers": [{"role": "patient", "meaning": "I agree."}, {"role": "clinician", "meaning": "We talked."}],
    }


def _made(content: Content) -> Template:
    return Template.model_validate_json(json.dumps(content))


def _concept(**change: object) -> Content:
    answers = [{"text": "This.", "right": True}, {"text": "That."}]
    first = {"question": "What?", "answers": answers}
    second = {"explanation": "So.", "question": "And?", "answers": answers}
    third = {"explanation": "In other words, so.", "question": "And now?", "answers": answers} | change
    return {"id": "C1", "name": "It", "understood": "Says it.", "tries": [first, second, third]}


def test_a_template_that_keeps_the_rules_survives_a_journey_through_json(content: Content) -> None:
    template = _made(content)
    again = Template.model_validate_json(template.model_dump_json())
    assert again == template
    assert again.ref.digest == template.digest()


def test_every_word_of_the_content_is_in_the_digest(content: Content) -> None:
    before = _made(content).digest()
    content["signers"][0]["meaning"] = "I agree a little."
    assert _made(content).digest() != before


def test_a_statement_is_found_by_its_id(content: Content) -> None:
    assert _made(content).statement("risk").kind is Kind.RISK


def test_a_number_says_its_own_denominator() -> None:
    number = Number.model_validate_json(json.dumps(_number(count=13, of=48941, unit="treatments")))
    assert number.words == "13 of 48,941 treatments"


def test_a_zero_says_none_of() -> None:
    assert Number.model_validate_json(json.dumps(_number(count=0, of=121))).words == "none of 121 people"


def _set(*path: str | int, to: object) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        place: Any = content
        for step in path[:-1]:
            place = place[step]
        if isinstance(place, list):
            place.append(to)
        else:
            place[path[-1]] = to

    return change


RISK = ("statements", 7)
RAISE = {"when": YES, "statements": ["risk"], "because": "Because of that."}
ON_Q1 = {"any_of": [{"on": "Q1", "is_in": YES}]}

BROKEN = {
    "there is no statement of kind freedom": lambda c: c["statements"].pop(6),
    "one alternative, and one only, is doing nothing": _set("alternatives", 0, "nothing", to=False),
    "the patient signs first": lambda c: c["signers"].reverse(),
    "the id risk is used twice": _set("preparation", 0, "id", to="risk"),
    "risk names the source web": _set(*RISK, "sources", to=["web"]),
    "Q1 names the source web": _set("screening", 0, "sources", to=["web"]),
    "bring names the source web": _set("preparation", 0, "sources", to=["web"]),
    "photos names the source web": _set("clauses", to=[{"id": "photos", "ask": "May we?", "sources": ["web"]}]),
    "nothing names the source web": _set("alternatives", 0, "risks", 0, "sources", to=["web"]),
    "risk names the source map": _set(*RISK, "likelihood", "numbers", 0, "source", to="map"),
    "Q1 raises burn, which is not": _set("screening", 0, "raises", to=[RAISE | {"statements": ["burn"]}]),
    "Q1 asks for the preparation rest": _set("screening", 0, "raises", to=[RAISE | {"preparation": ["rest"]}]),
    "Q1 reacts to the answer maybe": _set("screening", 0, "raises", to=[RAISE | {"when": ["maybe"]}]),
    'Q1 counts "yes" but not "not_sure"': _set("screening", 0, "raises", to=[RAISE | {"when": ["yes"]}]),
    'risk counts "yes" but not': _set(*RISK, "only_if", to={"any_of": [{"on": "Q1", "is_in": ["yes"]}]}),
    "depth reacts to the answer deep": _set("facts", 0, "raises", to=[RAISE | {"when": ["deep"]}]),
    "risk depends on Q7": _set(*RISK, "only_if", to={"any_of": [{"on": "Q7", "is_in": ["no"]}]}),
    "bring depends on depth being far": _set(
        "preparation", 0, "only_if", to={"any_of": [{"on": "depth", "is_in": ["far"]}]}
    ),
    "C1 depends on Q7": _set("concepts", to=[_concept() | {"only_if": {"any_of": [{"on": "Q7", "is_in": ["no"]}]}}]),
    "mark depends on Q7": _set(
        "checklist",
        to=[
            {
                "id": "mark",
                "phase": "sign_in",
                "text": "Marked.",
                "only_if": {"any_of": [{"on": "Q7", "is_in": ["no"]}]},
            }
        ],
    ),
    "here checks rest": _set("checklist", to=[{"id": "here", "phase": "arrival", "text": "Done?", "checks": "rest"}]),
    "B01 is placed in burn": _set(
        "leaflet", to=[{"id": "B01", "says": "Hot.", "disposition": "kept", "placed_in": ["burn"]}]
    ),
    "F1 concerns burn": _set("flags", to=[{"id": "F1", "question": "Is it so?", "concerns": ["burn"]}]),
    "what uses the placeholder {who}": _set("statements", 0, "text", to="It is {who}."),
    "what holds a brace": _set("statements", 0, "text", to="It is {Who}."),
    "C1 uses the placeholder {who}": _set("concepts", to=[_concept(question="Is it {who}?")]),
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_a_broken_rule_is_named(content: Content, sentence: str) -> None:
    BROKEN[sentence](content)
    with pytest.raises(ValidationError) as refused:
        _made(content)
    assert sentence in str(refused.value)


def test_what_an_answer_raises_must_be_shown_to_whoever_gave_it(content: Content) -> None:
    content["screening"][0]["raises"] = [RAISE]
    content["statements"][7]["only_if"] = {"any_of": [{"on": "depth", "is_in": ["near"]}]}
    with pytest.raises(ValidationError, match="only_if of risk does not hold for yes, not_sure"):
        _made(content)
    content["statements"][7]["only_if"]["any_of"] += ON_Q1["any_of"]
    assert _made(content).screening[0].raises[0].statements == ("risk",)


def test_a_rule_between_parts_names_the_part_to_mend(content: Content) -> None:
    content["statements"][0]["text"] = "It is {who}."
    with pytest.raises(ValidationError) as refused:
        _made(content)
    broken = refused.value.errors()[0]["ctx"]["error"]
    assert isinstance(broken, BrokenRule)
    assert broken.part == "what"


ALONE = {
    "5 of 4 is more than all of them": _set(*RISK, "likelihood", "numbers", 0, "of", to=4),
    "the risk risk needs severity and likelihood": _set(*RISK, "severity", to=None),
    "only a risk asks for a tap": _set("statements", 0, "acknowledge", to=True),
    "one answer, and one only, is right": _set("concepts", to=[_concept(answers=[{"text": "A"}, {"text": "B"}])]),
    "the first round asks": _set("concepts", to=[_concept(explanation=None)]),
    "needs another explanation": _set("concepts", to=[_concept(explanation="So.")]),
    "another question": _set("concepts", to=[_concept(question="What?")]),
    "say why it is not kept": _set(
        "leaflet", to=[{"id": "B01", "says": "Hot.", "disposition": "withheld", "placed_in": ["what"]}]
    ),
    "invisible character U+200B": _set("statements", 0, "text", to="zero\u200bwidth"),
    "invisible character U+000A": _set("statements", 0, "text", to="two\nlines"),
    "looks like markup": _set("statements", 0, "text", to="<b>bold</b>"),
}


@pytest.mark.parametrize("sentence", ALONE)
def test_a_part_that_breaks_a_rule_by_itself_is_refused(content: Content, sentence: str) -> None:
    ALONE[sentence](content)
    with pytest.raises(ValidationError) as refused:
        _made(content)
    assert sentence in str(refused.value)


def test_a_fact_may_be_answered_yes_and_has_no_not_sure(content: Content) -> None:
    content["facts"][0]["options"] = [{"id": "yes", "label": "Yes"}]
    content["facts"][0]["raises"] = [RAISE | {"when": ["yes"]}]
    assert _made(content).facts[0].raises[0].when == ("yes",)


def test_the_placeholders_of_a_text_come_in_order() -> None:
    assert placeholders("{why} and {sites}, not {Who}") == ("why", "sites")


def test_a_value_that_looks_like_a_placeholder_is_left_alone() -> None:
    assert filled("{why} at {sites}", {"why": "{sites}", "sites": "the elbow"}.__getitem__) == "{sites} at the elbow"


def test_every_text_that_a_patient_may_read_is_listed(content: Content) -> None:
    content["concepts"] = [_concept()]
    content["clauses"] = [{"id": "photos", "ask": "May we take photos?"}]
    content["facts"][0] |= {
        "raises": [RAISE | {"when": ["near"]}],
        "options": [{"id": "near", "label": "N", "text": "near it"}],
    }
    content["screening"][0] |= {"raises": [RAISE], "detail": "Where?"}
    said = {text for _, text in texts(_made(content))}
    assert {
        "near it",
        "Because of that.",
        "Where?",
        "rare",
        "In other words, so.",
        "That.",
        "May we take photos?",
    } <= said
    assert "5 of 20 people: people like you. a month. none." in said
