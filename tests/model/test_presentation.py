"""What this patient reads: which texts, why, and in which pages."""

from dataclasses import replace
from types import MappingProxyType
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.model import presentation as p
from consent.model.events import MedicinesPlanned, ScreeningAnswered, ScreeningReviewed, Tailored
from consent.model.moments import moment_words
from consent.model.people import PersonRef
from consent.model.presentation import Case
from consent.model.values import MedicineLine, Site
from tests.samples.story import CLINIC, FACTS, SITE
from tests.samples.template import sample

WHEN = "2026-11-24T15:30:00.000000Z"
DOCTOR = PersonRef(id="u-1", name="Avery Stone", title="MD")
Yes = Literal["yes", "no", "not_sure"]


def tailored(**changes: object) -> Tailored:
    given_parts = {"sites": (SITE,), "why": "It hurts", "performer": DOCTOR, "facts": FACTS}
    return Tailored(**(given_parts | changes))  # type: ignore[arg-type]  # each value has the type of its name


def case(thinner: Yes = "no", *, facts: dict[str, str] | None = None, **changes: object) -> Case:
    answers = {key: ScreeningAnswered(question=key, answer=said) for key, said in _said(thinner).items()}
    made = Case(
        template=sample(),
        clinic=CLINIC,
        tailored=tailored(facts=FACTS if facts is None else facts),
        appointment=WHEN,
        answers=MappingProxyType(answers),
        reviews=MappingProxyType({}),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # each value has the type of its name


def _said(thinner: Yes) -> dict[str, Yes]:
    return {"blood-thinner": thinner, "sedated": "no"}


def reviewed(decision: Literal["applies", "does_not_apply"]) -> dict[str, ScreeningReviewed]:
    return {"blood-thinner": ScreeningReviewed(question="blood-thinner", decision=decision, by=DOCTOR)}


def texts(of: Case) -> dict[str, str]:
    return {passage.part: passage.text for passage in p.passages(of)}


def test_placeholders_are_filled_from_the_plan_and_the_facts() -> None:
    said = texts(case())
    assert said["what"] == "A cold tip freezes the wart of hand, left side."
    assert said["how"] == "You lie down. The wart is 4 mm wide."
    assert said["who"] == "It is done by Avery Stone, MD. Helping: Nobody else."
    assert said["call"] == "If it turns hot, call 555 0142, at night 555 0199."


def test_what_nobody_has_set_says_so() -> None:
    bare = case(facts={}, clinic=CLINIC.model_copy(update={"phone_night": ""}))
    assert texts(bare)["how"] == f"You lie down. The wart is {p.UNDECIDED} wide."
    assert texts(bare)["call"].endswith(f"at night {p.UNDECIDED}.")
    assert p.fill(bare, "{appointment}, {depth}, {nobody}") == f"{_moment()}, {p.UNDECIDED}, {p.UNDECIDED}"


def _moment() -> str:
    return "Tue 24 Nov 2026, 10:30 EST (UTC-0500)"


def test_an_option_is_said_in_the_patients_words_or_by_its_label() -> None:
    assert p.fill(case(facts={"size": "4", "depth": "flat"}), "{depth}") == "flat"
    assert p.fill(case(), "{depth}") == "Deep"


@pytest.mark.parametrize("typed", ["{phone_day}", "{why}", "{", "a {helpers} b"])
def test_what_somebody_typed_is_never_filled_in_again(typed: str) -> None:
    made = case(tailored=tailored(why=typed))
    assert p.fill(made, "Why: {why}. Call {phone_day}.") == f"Why: {typed}. Call 555 0142."


def test_a_risk_is_shown_only_to_whom_it_concerns() -> None:
    assert "bleeding" not in texts(case("no"))
    assert "bleeding" in texts(case("yes"))
    assert "bleeding" in texts(case("not_sure"))


def test_a_raised_risk_says_why_and_gets_its_own_tap() -> None:
    bleeding = next(one for one in p.passages(case("not_sure")) if one.part == "bleeding")
    assert bleeding.because == ("Because you may take a blood thinner",)
    assert bleeding.acknowledge
    assert bleeding.to_discuss
    assert "risks-bleeding" in {page.key for page in p.reading(case("not_sure"))}


def test_once_a_clinician_has_looked_it_is_the_patients_own() -> None:
    looked = case("yes", reviews=reviewed("applies"))
    bleeding = next(one for one in p.passages(looked) if one.part == "bleeding")
    assert bleeding.because
    assert not bleeding.to_discuss


def test_an_answer_that_was_set_aside_raises_nothing() -> None:
    aside = case("yes", reviews=reviewed("does_not_apply"))
    assert "bleeding" not in texts(aside)
    assert p.raised(aside) == tuple(one for one in p.raised(case("no")))
    assert p.plans_missing(aside) == ()


def test_a_no_that_was_set_aside_raises_nothing_either() -> None:
    ask = {"id": "driver", "ask": "Does somebody drive you home?"}
    raises = ({"when": ("no",), "preparation": ("wash",), "because": "Because you are alone"},)
    alone = replace(
        case(),
        template=sample(screening=(*sample().model_dump()["screening"], {**ask, "raises": raises})),
        answers={"driver": ScreeningAnswered(question="driver", answer="no")},
    )
    assert p.to_review(alone)
    aside = {"driver": ScreeningReviewed(question="driver", decision="does_not_apply", by=DOCTOR)}
    assert not [owner for owner, _ in p.raised(replace(alone, reviews=aside)) if owner == "driver"]


def test_a_fact_raises_a_risk_without_waiting_for_anybody() -> None:
    nerve = next(one for one in p.passages(case()) if one.part == "nerve")
    assert nerve.because == ("Because your wart is deep",)
    assert not nerve.to_discuss
    flat = next(one for one in p.passages(case(facts={"size": "4", "depth": "flat"})) if one.part == "nerve")
    assert not flat.because
    assert not flat.acknowledge


def test_what_is_raised_has_a_short_name_for_the_list() -> None:
    """Stop and ask first; nothing for an answer that raises nothing, and nothing that a template does not name."""
    names = {"blood-thinner": "Blood thinner", "sedated": "Pill today"}
    asked = tuple(one.model_copy(update={"flag": names[one.id]}) for one in sample().screening)
    named = case("yes", template=sample().model_copy(update={"screening": asked}))
    sleepy = {**named.answers, "sedated": ScreeningAnswered(question="sedated", answer="not_sure")}
    assert p.flags(named) == ("Blood thinner",)
    assert p.flags(replace(named, answers=sleepy)) == ("Pill today", "Blood thinner")
    assert p.flags(replace(named, reviews=reviewed("does_not_apply"))) == ()
    assert p.flags(case("yes")) == ()


def test_stop_and_ask_stands_until_a_clinician_looked() -> None:
    answers = {"sedated": ScreeningAnswered(question="sedated", answer="yes")}
    sleepy = case(answers=answers)
    assert p.stops(sleepy) == ("sedated",)
    review = {"sedated": ScreeningReviewed(question="sedated", decision="applies", by=DOCTOR)}
    assert p.stops(replace(sleepy, reviews=review)) == ()


def test_pages_come_in_the_order_of_the_sections() -> None:
    sections = [page.section for page in p.reading(case("yes"))]
    assert sections == sorted(sections, key=p.SECTIONS.index)
    assert set(sections) == set(p.SECTIONS)


def test_a_risk_with_its_own_tap_has_a_page_of_its_own() -> None:
    for page in p.reading(case("yes")):
        taps = [passage for passage in page.passages if passage.acknowledge]
        assert not taps or len(page.passages) == 1


@given(st.sampled_from(["yes", "no", "not_sure"]), st.sampled_from(["flat", "deep"]))
def test_every_page_has_its_own_key_and_every_statement_one_page(thinner: Yes, depth: str) -> None:
    made = case(thinner, facts={"size": "4", "depth": depth})
    pages = p.reading(made)
    assert len({page.key for page in pages}) == len(pages)
    parts = [passage.part for page in pages for passage in page.passages]
    assert len(set(parts)) == len(parts)
    assert set(texts(made)) <= set(parts)


def test_a_conditional_concept_and_its_preparation_come_with_the_answer() -> None:
    keys = {page.key for page in p.reading(case("yes"))}
    assert "concept-bleed" in keys
    assert "concept-bleed" not in {page.key for page in p.reading(case("no"))}
    assert [one.part for one in p.preparation(case("yes"))] == ["wash", "medicines-plan"]
    assert [one.part for one in p.preparation(case("no"))] == ["wash"]


def test_a_template_without_screening_choices_or_preparation_has_no_such_pages() -> None:
    bare = sample(
        screening=(),
        clauses=(),
        preparation=(),
        checklist=(),
        concepts=(),
        statements=tuple(one for one in sample().model_dump()["statements"] if one["id"] != "bleeding"),
    )
    keys = [page.key for page in p.reading(case(template=bare, answers={}))]
    assert keys[:2] == ["matters", "about-what"]
    assert not {"ready", "choices"} & set(keys)


def test_more_questions_than_fit_go_on_another_page() -> None:
    many = tuple({"id": f"ask{number}", "ask": "Are you well?"} for number in range(5))
    asked = sample(screening=(*sample().model_dump()["screening"], *many))
    pages = [page for page in p.reading(case(template=asked)) if page.key.startswith("screening")]
    assert [len(page.parts) for page in pages] == [4, 3]


@pytest.mark.parametrize(
    ("side", "said"),
    [
        ("left", "hand, left side, L4"),
        ("both", "hand, both sides, L4"),
        ("midline", "hand, in the middle, L4"),
        ("not_applicable", "hand, L4"),
    ],
)
def test_a_site_is_said_with_its_side_and_level(
    side: Literal["left", "both", "midline", "not_applicable"], said: str
) -> None:
    assert p.sites_words([Site(place="hand", side=side, level="L4"), SITE]) == f"{said}; hand, left side"


def test_medicines_are_said_one_by_one_in_the_clinicians_words() -> None:
    kept = MedicineLine(medicine="Aspirin", change=False)
    changed = MedicineLine(medicine="Warfarin", change=True, how="Pause 2 days")
    agreed = MedicineLine(medicine="Apixaban", change=True, how="Pause", agreed_with="Dr. Wu")
    plan = MedicinesPlanned(by=DOCTOR, lines=(kept, changed, agreed))
    assert p.medicine_lines(case(medicines=plan)) == (
        "Aspirin: take as usual",
        "Warfarin: Pause 2 days",
        "Apixaban: Pause (agreed with Dr. Wu)",
    )


def test_no_plan_is_told_apart_from_a_plan_that_changes_nothing() -> None:
    assert p.medicine_lines(case("yes")) == ()
    assert p.plans_missing(case("yes")) == ("medicines-plan",)
    nothing = case("yes", medicines=MedicinesPlanned(by=DOCTOR))
    assert p.medicine_lines(nothing) == ("no change",)
    assert p.plans_missing(nothing) == ()
    assert [item.id for item in p.plans_needed(nothing)] == ["medicines-plan"]


@given(st.sampled_from(["yes", "no", "not_sure"]))
def test_no_text_tells_anybody_to_stop_a_medicine_by_itself(thinner: Yes) -> None:
    said = " ".join(passage.text for page in p.reading(case(thinner)) for passage in page.passages)
    assert "stop" not in said.casefold()


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        ("2026-11-01T05:30:00.000000Z", "Sun 1 Nov 2026, 01:30 EDT (UTC-0400)"),
        ("2026-11-01T06:30:00.000000Z", "Sun 1 Nov 2026, 01:30 EST (UTC-0500)"),
        (WHEN, _moment()),
    ],
)
def test_a_moment_says_its_zone_so_that_the_doubled_hour_is_clear(instant: str, said: str) -> None:
    assert moment_words(instant, "America/New_York") == said


def test_what_is_shown_carries_the_digest_of_text_and_language() -> None:
    english, german = p.passages(case()), p.passages(case(template=sample(language="de")))
    assert [one.text for one in english] == [one.text for one in german]
    assert not {one.digest for one in english} & {one.digest for one in german}
    assert english[0].shown.digest == english[0].digest
