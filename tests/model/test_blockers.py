"""What stands between an episode and a signature: each blocker appears, and goes when its cause goes."""

import pytest

from consent.model.blockers import before_attested, before_discussed, before_finish
from consent.model.presentation import reading
from consent.model.status import Status
from consent.model.values import MedicineLine
from consent.workflow import discuss, read
from tests.samples.story import Story


def codes(story: Story) -> list[tuple[str, str]]:
    return [(one.code, one.about) for one in before_discussed(story.now)]


def test_before_anything_every_page_is_missing_and_who_is_there(story: Story) -> None:
    now = story.at(Status.READING)
    found = [(one.code, one.about) for one in before_finish(now)]
    assert found == [("identity", ""), *(("page", page.key) for page in reading(now.case))]
    assert {one.who for one in before_finish(now)} == {"patient"}


def test_the_blockers_alone_lead_the_patient_to_the_end(story: Story) -> None:
    story.at(Status.READING)
    assert before_finish(story.read(thinner="not_sure")) == ()


@pytest.mark.parametrize(
    ("page", "code"),
    [("risks-scar", "acknowledge"), ("screening-1", "screening"), ("choices", "choice"), ("concept-where", "concept")],
)
def test_a_page_that_was_only_looked_at_is_not_done(story: Story, page: str, code: str) -> None:
    story.at(Status.READING)
    story.identify()
    read.show(story.desk, story.tablet, page=page)
    assert (code, page) in codes(story)


def test_only_serious_and_personal_risks_ask_for_a_tap_of_their_own(story: Story) -> None:
    story.at(Status.READING)
    story.identify()
    for page in reading(story.now.case):
        read.show(story.desk, story.tablet, page=page.key)
    assert [about for code, about in codes(story) if code == "acknowledge"] == ["risks-scar", "risks-nerve"]


def test_an_open_question_waits_for_the_staff(story: Story) -> None:
    asked = story.at(Status.READ).open_questions[0].question
    assert codes(story) == [("question", asked)]
    discuss.answer_question(story.desk, story.staff("okafor"), episode=story.episode, question=asked, way="in_person")
    assert codes(story) == []


def test_an_answer_that_raises_something_waits_for_a_clinician(story: Story) -> None:
    story.at(Status.READING)
    story.read(thinner="not_sure")
    story.finish()
    assert codes(story) == [("review", "blood-thinner"), ("plan", "medicines-plan")]


def test_a_changed_plan_is_read_again_and_that_page_only(story: Story) -> None:
    story.at(Status.READING)
    story.read(thinner="yes")
    story.finish()
    story.plan(MedicineLine(medicine="Warfarin", change=True, how="Pause", agreed_with="Dr. Wu"))
    assert ("page", "ready") in codes(story)
    assert [about for code, about in codes(story) if code == "page"] == ["ready"]


def test_a_concept_that_was_missed_waits_for_a_clinician(story: Story) -> None:
    story.at(Status.READING)
    story.identify()
    read.quiz(story.desk, story.tablet, concept="where", round_number=1, answer=1)
    story.read()
    story.finish()
    assert codes(story) == [("not_understood", "where")]
    staff = story.staff("stone")
    discuss.judge(story.desk, staff, episode=story.episode, concept="where", result="accepted", note="Showed it")
    assert codes(story) == []


def test_without_finishing_or_a_talk_the_patient_cannot_sign(story: Story) -> None:
    story.at(Status.READING)
    story.read()
    assert story.missing() == {"not_finished", "not_discussed"}
    story.finish()
    assert story.missing() == {"not_discussed"}
    story.talk()
    assert story.missing() == {"identity"}
    story.identify()
    assert story.missing() == set()


def test_the_clinician_waits_for_the_patient(story: Story) -> None:
    story.at(Status.DISCUSSED)
    story.identify()
    assert [(one.code, one.who) for one in before_attested(story.now)] == [("patient_unsigned", "patient")]
    story.sign()
    assert before_attested(story.now) == ()
