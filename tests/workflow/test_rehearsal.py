"""The demo clinic, and the whole story played through the desk's own verbs."""

from dataclasses import replace
from typing import Any

import pytest

from consent.errors import AlreadyDone, BadInput, Broken, NotAllowed, Unprintable
from consent.model.status import Status
from consent.model.text import CheckDigit, check_record_number
from consent.workflow import rehearsal
from tests.fakes.press import FakePress
from tests.samples.story import CLINIC, Story
from tests.samples.template import sample

ASK = {"id": "sleepy", "ask": "Are you sleepy?"}


def demo(**changes: Any) -> Story:
    """A demo store with nobody in it; the sample text stands for the one that is shipped."""
    first, second = sample().model_dump()["screening"]
    made = Story(sample(id=rehearsal.PROCEDURE, screening=(second, ASK, first), **changes))
    made.people.kept.clear()
    return made


@pytest.fixture
def empty() -> Story:
    return demo()


def test_the_story_ends_with_a_filed_document(empty: Story) -> None:
    now = rehearsal.play(empty.desk, patient="Dolores García")
    assert (now.status, now.outcome) == (Status.FILED, "consented")
    assert now.plan.patient.name == "Dolores García"
    assert len(empty.outlet.got) == 1
    assert isinstance(empty.press, FakePress)


def test_the_story_holds_a_question_a_missed_concept_and_a_plan(empty: Story) -> None:
    now = rehearsal.play(empty.desk, patient="Dolores García")
    assert [asked.answer is not None for asked in now.questions] == [True]
    assert [one.result for one in now.checks["where"]] == ["not_yet", "understood"]
    assert now.medicines
    assert now.choices == {"photo": "no"}


def test_the_story_goes_on_without_medicines_to_plan() -> None:
    story = demo()
    story.templates.shelf[:] = [sample(id=rehearsal.PROCEDURE)]
    now = rehearsal.play(story.desk, patient="Dolores García")
    assert now.status is Status.FILED
    assert now.medicines is None


def test_a_name_that_cannot_be_printed_stops_at_the_start(empty: Story) -> None:
    with pytest.raises(Unprintable):
        rehearsal.play(empty.desk, patient="Ann 𠀀 Lee")


def test_only_an_empty_store_takes_the_story(empty: Story) -> None:
    rehearsal.play(empty.desk, patient="Dolores García")
    with pytest.raises(AlreadyDone):
        rehearsal.play(empty.desk, patient="Dolores García")


def test_the_demo_clinic_has_its_staff_and_todays_patients_once(empty: Story) -> None:
    for _ in range(2):
        rehearsal.populate(empty.desk)
    assert len(empty.people.all()) == len(rehearsal.STAFF)
    assert sorted(row.patient_name for row in empty.ledger.rows.values()) == sorted(
        name for name, *_ in rehearsal.PATIENTS
    )


@pytest.mark.parametrize("rule", ["luhn", "mod11"])
def test_the_demo_begins_where_record_numbers_have_a_check_digit(empty: Story, rule: CheckDigit) -> None:
    desk = replace(empty.desk, mrn_check=rule)
    rehearsal.populate(desk)
    assert len(empty.ledger.rows) == len(rehearsal.PATIENTS)
    for row in empty.ledger.rows.values():
        check_record_number(row.mrn, rule=rule)


def test_a_number_that_can_have_no_check_digit_is_refused(empty: Story) -> None:
    with pytest.raises(BadInput):
        rehearsal.record_number(replace(empty.desk, mrn_check="mod11"), "12345678901")


def test_no_program_signs_or_invents_anybody_in_production() -> None:
    story = Story(sample(id=rehearsal.PROCEDURE), clinic=CLINIC.model_copy(update={"mode": "production"}))
    visit = story.staff("stone")
    story.people.kept.clear()
    for verb in (
        lambda: rehearsal.populate(story.desk),
        lambda: rehearsal.hire(story.desk),
        lambda: rehearsal.play(story.desk, patient="Ann Lee"),
        lambda: rehearsal.patient_reads(story.desk, visit, episode="e-1"),
        lambda: rehearsal.patient_signs(story.desk, visit, episode="e-1"),
        lambda: rehearsal.clinician_signs(story.desk, visit, episode="e-1"),
    ):
        with pytest.raises(NotAllowed, match="demo stores only"):
            verb()
    assert story.people.all() == ()


def test_a_session_that_is_gone_stops_the_story(empty: Story) -> None:
    with pytest.raises(Broken):
        rehearsal._known(empty.desk, "token-of-nobody")
