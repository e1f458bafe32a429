"""What a clinic does alike for all is put in again; nothing about a patient ever is."""

import pytest

from consent.model.status import Status
from consent.model.template import Template
from consent.workflow.usual import usual
from tests.samples.story import FACTS, Story
from tests.samples.template import sample


def clinics_own(name: str) -> Template:
    """The sample, where that fact is the clinic's own."""
    whole = sample()
    facts = [one.model_copy(update={"about": "clinic" if one.id == name else "patient"}) for one in whole.facts]
    return whole.model_copy(update={"facts": tuple(facts)})


def asked(story: Story, *, by: str = "okafor") -> dict[str, str]:
    return usual(story.desk, story.staff(by), procedure=story.template.id, performer=story.ids["stone"])


def test_the_clinics_own_fact_is_put_in_again_and_no_fact_about_a_patient() -> None:
    story = Story(clinics_own("depth"))
    story.at(Status.PREPARED)
    assert asked(story) == {"depth": FACTS["depth"]}


def test_a_template_that_marks_nothing_presets_nothing(story: Story) -> None:
    story.at(Status.PREPARED)
    assert asked(story) == {}


@pytest.mark.parametrize("status", [Status.OPENED])
def test_without_an_earlier_consent_there_is_nothing_to_go_by(status: Status) -> None:
    story = Story(clinics_own("depth"))
    story.at(status)
    assert asked(story) == {}


def test_after_a_month_it_is_asked_again() -> None:
    story = Story(clinics_own("depth"))
    story.at(Status.PREPARED)
    story.clock.advance(days=40)
    assert asked(story) == {}


def test_what_somebody_else_performs_is_not_taken_over() -> None:
    story = Story(clinics_own("depth"))
    story.at(Status.PREPARED)
    assert usual(story.desk, story.staff("okafor"), procedure=story.template.id, performer=story.ids["hale"]) == {}
