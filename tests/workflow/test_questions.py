"""Parked questions: whom they wait for, how that person is told, and whether the answer helped."""

import pytest

from consent.errors import AlreadyDone, BadInput, NotFound
from consent.model.document import body
from consent.model.status import Status
from consent.workflow import deliver, discuss, read
from tests.samples.story import Story

WHAT = "Can I pick up my grandson?"


@pytest.fixture
def asking(story: Story) -> Story:
    """A patient who is reading and has asked one thing."""
    story.at(Status.READING)
    story.identify()
    read.ask(story.desk, story.tablet, page="matters", text=WHAT)
    return story


def waits_for(story: Story, login: str) -> int:
    waiting = deliver.waiting(story.desk, story.staff(login))
    return waiting.count if waiting else 0


def give(story: Story, login: str, about: str = "practical") -> None:
    question = story.now.open_questions[0].question
    discuss.assign_question(
        story.desk,
        story.staff("stone"),
        episode=story.episode,
        question=question,
        about=about,  # type: ignore[arg-type]  # one of the two words
        to=story.ids[login],
    )


def answer(story: Story, text: str, by: str = "okafor") -> str:
    question = story.now.open_questions[0].question
    discuss.answer_question(
        story.desk, story.staff(by), episode=story.episode, question=question, way="typed", text=text
    )
    return question


def test_a_question_waits_for_the_clinician_in_charge_and_says_since_when(asking: Story) -> None:
    asking.clock.advance(minutes=4)
    waiting = deliver.waiting(asking.desk, asking.staff("stone"))
    assert waiting is not None
    assert (waiting.count, waiting.episode) == (1, asking.episode)
    assert waiting.since == asking.now.questions[0].at
    assert waits_for(asking, "okafor") == 0


def test_a_practical_one_goes_to_a_nurse_who_sees_it_instead(asking: Story) -> None:
    give(asking, "okafor")
    assert (waits_for(asking, "stone"), waits_for(asking, "okafor")) == (0, 1)


def test_a_medical_one_stays_with_clinicians(asking: Story) -> None:
    with pytest.raises(BadInput, match="cannot answer"):
        give(asking, "okafor", about="medical")
    with pytest.raises(BadInput, match="cannot answer"):
        give(asking, "desk")


def test_giving_it_to_whom_it_waits_for_keeps_nothing(asking: Story) -> None:
    before = asking.now.version
    give(asking, "stone", about="medical")
    assert asking.now.version == before


def test_an_answer_ends_the_wait(asking: Story) -> None:
    question = answer(asking, "Yes.")
    assert waits_for(asking, "stone") == 0
    with pytest.raises(AlreadyDone):
        discuss.assign_question(
            asking.desk,
            asking.staff("stone"),
            episode=asking.episode,
            question=question,
            about="medical",
            to=asking.ids["hale"],
        )


def test_an_answer_that_did_not_help_opens_it_again_and_waits_from_then_on(asking: Story) -> None:
    question = answer(asking, "Lift what feels right.")
    asking.clock.advance(minutes=4)
    asking.staff("stone")
    now = read.judge_answer(asking.desk, asking.tablet, question=question, helped=False)
    assert [one.question for one in now.open_questions] == [question]
    waiting = deliver.waiting(asking.desk, asking.staff("stone"))
    assert waiting is not None
    assert waiting.since == asking.desk.now()
    assert "question" in asking.missing()


def test_both_answers_stand_in_the_document(asking: Story) -> None:
    question = answer(asking, "Lift what feels right.")
    read.judge_answer(asking.desk, asking.tablet, question=question, helped=False)
    answer(asking, "Not on the first day.")
    told = str(body(asking.now))
    assert "Lift what feels right. (Ngozi Okafor; the patient said: this did not answer it.)" in told
    assert "Not on the first day." in told


def test_an_answer_that_helped_is_said_once(asking: Story) -> None:
    question = answer(asking, "Yes.")
    for _ in range(2):
        now = read.judge_answer(asking.desk, asking.tablet, question=question, helped=True)
    assert now.questions[0].helped
    assert asking.kinds().count("AnswerJudged") == 1


def test_nobody_judges_an_answer_that_is_not_there(asking: Story) -> None:
    question = asking.now.open_questions[0].question
    for name in (question, "q-none"):
        with pytest.raises(NotFound):
            read.judge_answer(asking.desk, asking.tablet, question=name, helped=True)
