"""Days and times before the appointment, as the patient reads them; and what stays as it was without them."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from consent.model.blockers import before_finish
from consent.model.preparation import Before, Preparation, before_words
from consent.model.presentation import preparation
from consent.model.status import Status
from consent.model.template import Template
from tests.samples.story import Story
from tests.samples.template import sample

ZONE = "America/New_York"
SHOWER = {"id": "wash", "text": "Shower on {before}.", "before": {"days": 1}, "sources": ["leaflet"]}


@pytest.mark.parametrize(
    ("before", "appointment", "words"),
    [
        ({"days": 1}, "2026-11-24T15:30:00.000000Z", "Mon 23 Nov 2026"),
        ({"days": 7}, "2026-03-02T02:00:00.000000Z", "Sun 22 Feb 2026"),
        ({"hours": 2}, "2026-11-24T15:30:00.000000Z", "Tue 24 Nov 2026, 08:30"),
        ({"hours": 6}, "2026-11-01T10:00:00.000000Z", "Sun 1 Nov 2026, 00:00"),
    ],
)
def test_a_distance_becomes_a_day_or_a_time_of_the_clinic(before: dict[str, int], appointment: str, words: str) -> None:
    assert before_words(Before(**before), appointment=appointment, zone=ZONE) == words


@pytest.mark.parametrize("before", [{}, {"days": 1, "hours": 1}, {"days": 0}, {"hours": 73}, {"weeks": 1}])
def test_a_distance_is_days_or_hours_within_bounds(before: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Before(**before)


@pytest.mark.parametrize(
    "spoilt", [{"text": "Shower."}, {"before": None}, {"sources": ()}], ids=["unsaid", "unset", "without a source"]
)
def test_a_time_stands_in_the_text_and_has_a_source(spoilt: dict[str, object]) -> None:
    given = {"id": "wash", "text": "Shower on {before}.", "before": Before(days=1), "sources": ("leaflet",)}
    Preparation.model_validate(given)
    with pytest.raises(ValidationError):
        Preparation.model_validate({**given, **spoilt})


def test_without_a_time_the_bytes_are_those_of_before_there_was_one() -> None:
    assert "before" not in Preparation(id="wash", text="Wash the skin.").model_dump(mode="json")


def dated() -> Template:
    whole = sample().model_dump()
    source = whole["sources"][0]["id"]
    whole["preparation"] = ({**SHOWER, "sources": (source,)}, *whole["preparation"][1:])
    return Template(**whole)


def test_another_appointment_makes_the_patient_read_that_page_again() -> None:
    story = Story(dated())
    story.at(Status.READ)
    now = story.now
    assert preparation(now.case)[0].text == "Shower on Mon 23 Nov 2026."
    assert before_finish(now) == ()
    moved = replace(now, opened=now.plan.model_copy(update={"appointment": "2026-11-26T15:30:00.000000Z"}))
    assert preparation(moved.case)[0].text == "Shower on Wed 25 Nov 2026."
    assert [(one.code, one.about) for one in before_finish(moved)] == [("page", "ready")]
