"""The freezing template says what the leaflet and the evidence allow, no more and no less."""

import hashlib
import re

import pytest

from consent.model.template import Action, Kind, Preparation, Template
from consent.model.template_rules import raising

NUMBERS = {
    ("A04", 15, 20, "E7-Friedman"),
    ("A04", 11, 20, "E7-Friedman"),
    ("A04b", 16, 25, "E8-Grigsby"),
    ("A04b", 13, 26, "E8-Grigsby"),
    ("A04b", 9, 26, "E8-Grigsby"),
    ("S36a", 5, 20, "E7-Friedman"),
    ("S36a", 9, 25, "E8-Grigsby"),
    ("S36a", 13, 26, "E8-Grigsby"),
    ("A09", 9, 277, "E6-AJPMR"),
    ("A09", 3, 113, "E6-AJPMR"),
    ("A09", 1, 113, "E6-AJPMR"),
    ("A12", 2, 113, "E6-AJPMR"),
    ("A13", 1, 113, "E6-AJPMR"),
    ("A15", 13, 48941, "E21-Cohen"),
    ("A15", 7, 13, "E21-Cohen"),
    ("A20", 0, 121, "E2-Radnovich"),
}

SCREENING = {
    "Q1": (("A29",), (), Action.STOP_AND_ASK),
    "Q2": (("A10",), (), Action.RAISE),
    "Q3": (("A12",), ("P4",), Action.PLAN),
    "Q4": (("A12",), (), Action.STOP_AND_ASK),
    "Q5": (("A13",), (), Action.STOP_AND_ASK),
    "Q6": (("A28",), (), Action.STOP_AND_ASK),
    "Q7": (("A09", "A13"), ("P3",), Action.PLAN),
    "Q8": (("A08", "A11"), (), Action.RAISE),
    "Q9": (("A10",), (), Action.RAISE),
    "Q10": (("A14",), (), Action.STOP_AND_ASK),
    "Q11": ((), (), Action.ASK),
    "Q12": (("S32",), (), Action.RAISE),
    "Q13": ((), ("P2",), Action.PLAN),
    "Q14": ((), ("P6",), Action.STOP_AND_ASK),
    "Q15": (("A10",), (), Action.RAISE),
    "Q16": (("A11", "A23", "S41"), ("P6",), Action.RAISE),
}

FACTS = {
    ("guidance", "none"): ("A25",),
    ("guidance", "xray"): ("A19",),
    ("guidance", "both"): ("A19",),
    ("nerve_type", "mixed"): ("A11",),
    ("depth", "near_skin"): ("A10",),
    ("area", "ribs"): ("A18a",),
    ("area", "scalp_or_brow"): ("A18b",),
    ("limb", "leg_or_foot"): ("A11",),
    ("mapping", "some_relief"): ("A31",),
    ("mapping", "no_relief"): ("A31",),
    ("mapping", "not_done"): ("A31",),
    ("food_drink", "fasting"): ("P5b",),
}

TAPPED = {"S36a", "S36b", "S36c", "A09", "A09b", "A10", "A11", "A12", "A13", "A14", "A18a"}

SAYINGS = "6734a5496bd657eba3961fcaee78b7e1e9b45138fc73bbf0526b366561c17904"
"""SHA-256 of the leaflet's sentences as quoted, one a line: each was found word for word in the leaflet."""


def _preparation(template: Template, key: str) -> Preparation:
    return next(item for item in template.preparation if item.id == key)


def test_every_sentence_of_the_leaflet_is_accounted_for(freezing: Template) -> None:
    sentences = [sentence.id for sentence in freezing.leaflet]
    expected = [f"B{number:02}" for number in range(1, 44)]
    expected[35:36] = ["B36a", "B36b", "B36c"]
    assert sentences == expected


def test_the_leaflet_is_quoted_word_for_word(freezing: Template) -> None:
    quoted = "\n".join(sentence.says for sentence in freezing.leaflet)
    assert hashlib.sha256(quoted.encode()).hexdigest() == SAYINGS


@pytest.mark.parametrize(("sentence", "statement"), [("B08", "S08"), ("B26", "S26")])
def test_permanent_is_quoted_and_corrected(freezing: Template, sentence: str, statement: str) -> None:
    found = next(one for one in freezing.leaflet if one.id == sentence)
    assert found.disposition == "quoted_and_corrected"
    assert found.placed_in == (statement,)
    assert re.search(
        r"We found no study that shows this|In studies, the pain often came back", freezing.statement(statement).text
    )


def test_permanent_is_said_in_quotation_marks_only_and_never_acknowledged(freezing: Template) -> None:
    raised = {key for _, add in raising(freezing) for key in add.statements}
    for statement in freezing.statements:
        if re.search(r"permanent|\bcure", statement.text):
            assert not re.search(r"permanent|\bcure", re.sub(r'"[^"]*"', "", statement.text))
            assert not statement.acknowledge
            assert statement.id not in raised


def test_rare_is_not_said_of_no_effect(freezing: Template) -> None:
    no_effect = freezing.statement("S36a")
    assert no_effect.likelihood is not None
    assert "not rare" in no_effect.likelihood.words
    assert "rare" not in no_effect.text


@pytest.mark.parametrize("sentence", ["B37", "B39"])
def test_an_unsafe_line_of_the_leaflet_is_withheld(freezing: Template, sentence: str) -> None:
    found = next(one for one in freezing.leaflet if one.id == sentence)
    assert found.disposition == "withheld"
    assert found.reason


@pytest.mark.parametrize("item", ["P2", "P3", "P4"])
def test_a_medicine_is_decided_for_each_patient(freezing: Template, item: str) -> None:
    assert _preparation(freezing, item).plan == "medicines"


def test_a_blood_thinner_is_paused_only_with_its_prescriber(freezing: Template) -> None:
    assert [item.id for item in freezing.preparation if item.agreed_with_prescriber] == ["P4"]


def test_the_numbers_are_the_ones_that_were_counted(freezing: Template) -> None:
    found = {
        (statement.id, number.count, number.of, number.source)
        for statement in freezing.statements
        if statement.likelihood
        for number in statement.likelihood.numbers
    }
    assert found == NUMBERS


def test_a_number_in_a_sentence_is_the_number_in_its_ledger(freezing: Template) -> None:
    for key, count, of in (("A04", 15, 20), ("A04b", 13, 26), ("A09", 9, 277), ("A12", 2, 113), ("A13", 1, 113)):
        text = freezing.statement(key).text
        assert re.search(rf"\b{count}\b", text)
        assert re.search(rf"\b{of}\b", text)


def test_each_answer_adds_what_it_should(freezing: Template) -> None:
    found = {
        question.id: (add.statements, add.preparation, add.action)
        for question in freezing.screening
        for add in question.raises
    }
    assert found == SCREENING


def test_only_serious_and_personal_risks_ask_for_a_tap(freezing: Template) -> None:
    assert {statement.id for statement in freezing.statements if statement.acknowledge} == TAPPED


def test_each_fact_of_the_clinician_adds_what_it_should(freezing: Template) -> None:
    found = {
        (fact.id, option): (*add.statements, *add.preparation)
        for fact in freezing.facts
        for add in fact.raises
        for option in add.when
    }
    assert found == FACTS


def test_seven_other_ways_have_the_same_rows_and_nothing_is_one(freezing: Template) -> None:
    assert [way.id for way in freezing.alternatives] == ["W1", "W2", "W3", "W4", "W5", "W6", "W7"]
    assert [way.id for way in freezing.alternatives if way.nothing] == ["W7"]


def test_the_reviewer_is_asked_every_open_question(freezing: Template) -> None:
    assert [flag.id for flag in freezing.flags] == [f"F{number:02}" for number in range(1, 24)]
    assert freezing.status == "draft"


def test_the_patient_speaks_first_in_the_time_out(freezing: Template) -> None:
    said = [item.said_by for item in freezing.checklist if item.phase == "time_out"]
    assert said[:2] == ["patient", "patient"]
    assert "everyone" in said


def test_arrival_asks_about_every_preparation_that_can_be_done_or_not(freezing: Template) -> None:
    asked = {item.checks for item in freezing.checklist if item.phase == "arrival"} - {None}
    assert {item.id for item in freezing.preparation} - asked == {"S38", "P10"}


def test_both_phones_stand_where_the_patient_is_told_to_call(freezing: Template) -> None:
    assert {"{phone_day}", "{phone_night}"} <= set(re.findall(r"\{\w+\}", freezing.statement("S43").text))


def test_six_things_must_be_understood_and_medicines_only_with_a_plan(freezing: Template) -> None:
    assert [concept.id for concept in freezing.concepts] == ["C1", "C2", "C3", "C4", "C5", "C6"]
    assert [concept.id for concept in freezing.concepts if concept.only_if] == ["C6"]


def test_a_risk_whose_number_nobody_counted_says_so(freezing: Template) -> None:
    for statement in freezing.statements:
        likelihood = statement.likelihood
        if statement.kind is Kind.RISK and likelihood and not likelihood.numbers and statement.id != "S34":
            assert "number not known" in likelihood.words, statement.id
