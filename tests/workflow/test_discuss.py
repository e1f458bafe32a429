"""The talk: answers, decisions, teach-back, and when it is complete."""

from collections.abc import Callable
from typing import Any

import pytest

from consent.errors import AlreadyDone, BadInput, NotFound, Unprintable, WrongState
from consent.model.status import Status
from consent.workflow import discuss, read
from tests.samples.story import Story
from tests.samples.template import sample


def answer(story: Story, **changes: Any) -> Any:
    given = {"episode": story.episode, "question": "", "way": "typed", "text": "Yes."} | changes
    given["question"] = given["question"] or story.now.questions[0].question
    return discuss.answer_question(story.desk, story.staff("okafor"), **given)


def review(story: Story, **changes: Any) -> Any:
    given = {"episode": story.episode, "question": "blood-thinner", "decision": "applies"} | changes
    return discuss.review_screening(story.desk, story.staff("stone"), **given)


def judge(story: Story, **changes: Any) -> Any:
    given = {"episode": story.episode, "concept": "where", "result": "understood"} | changes
    return discuss.judge(story.desk, story.staff("stone"), **given)


def talk(story: Story, **changes: Any) -> Any:
    given: dict[str, Any] = {"episode": story.episode, "minutes": 5} | changes
    return discuss.record_talk(story.desk, story.staff("stone"), **given)


@pytest.fixture
def asked(story: Story) -> Story:
    story.at(Status.READ)
    return story


@pytest.fixture
def thinner(story: Story) -> Story:
    story.at(Status.READING)
    story.read("yes")
    story.finish()
    return story


@pytest.mark.parametrize(
    ("way", "text"), [("typed", "A little."), ("in_person", ""), ("in_person", "Showed a picture")]
)
def test_a_question_is_answered_in_writing_or_in_person(asked: Story, way: str, text: str) -> None:
    (done,) = answer(asked, way=way, text=text).questions
    assert (done.answer.way, done.answer.text, done.answer.by.name) == (way, text, "Ngozi Okafor")
    assert done.answered_at == asked.desk.now()


def test_a_question_is_answered_once(asked: Story) -> None:
    answer(asked)
    with pytest.raises(AlreadyDone):
        answer(asked, text="No.")


def test_of_two_who_answer_at_once_the_second_is_told(asked: Story) -> None:
    asked.ledger.others(lambda: answer(asked), stream="episode:")
    with pytest.raises(AlreadyDone):
        answer(asked, text="No.")
    assert asked.now.questions[0].answer
    assert asked.now.questions[0].answer.text == "Yes."


@pytest.mark.parametrize("text", ["", " \n", "a" * 4001])
def test_a_typed_answer_is_not_empty_and_not_endless(asked: Story, text: str) -> None:
    with pytest.raises(BadInput):
        answer(asked, text=text)


def test_a_question_that_nobody_asked_cannot_be_answered(asked: Story) -> None:
    with pytest.raises(NotFound):
        answer(asked, question="q-nobody")


@pytest.mark.parametrize(
    "verb",
    [
        lambda s: answer(s, text="𠀀"),
        lambda s: review(s, note="𠀀"),
        lambda s: judge(s, said="𠀀"),
        lambda s: judge(s, note="𠀀"),
        lambda s: talk(s, note="𠀀"),
    ],
)
def test_whatever_staff_write_can_be_printed(asked: Story, verb: Callable[[Story], Any]) -> None:
    before = asked.now
    with pytest.raises(Unprintable):
        verb(asked)
    assert asked.now == before


def test_setting_an_answer_aside_needs_a_reason(thinner: Story) -> None:
    with pytest.raises(BadInput, match="needs a reason"):
        review(thinner, decision="does_not_apply", note=" \u200b")
    review(thinner, decision="does_not_apply", note="Stopped years ago")
    assert "review" not in thinner.missing()
    assert "plan" not in thinner.missing()


@pytest.mark.parametrize("decision", ["applies", "does_not_apply"])
def test_stop_and_ask_is_lifted_only_with_a_reason(story: Story, decision: str) -> None:
    story.at(Status.READ)
    read.answer_screening(story.desk, story.tablet, question="sedated", answer="not_sure")
    with pytest.raises(BadInput):
        review(story, question="sedated", decision=decision)
    review(story, question="sedated", decision=decision, note="Took it yesterday; awake and clear")
    assert "review" not in story.missing()


def test_a_fact_that_says_stop_and_ask_is_decided_as_well() -> None:
    depth = sample().model_dump()["facts"][1]
    stops = ({**depth["raises"][0], "action": "stop_and_ask"},)
    story = Story(sample(facts=(sample().model_dump()["facts"][0], {**depth, "raises": stops})))
    story.at(Status.READING)
    assert "review" in story.missing()
    review(story, question="depth", note="Seen under the lamp")
    assert "review" not in story.missing()


def test_the_same_decision_twice_is_one(thinner: Story) -> None:
    review(thinner)
    review(thinner)
    assert thinner.kinds().count("ScreeningReviewed") == 1
    review(thinner, note="Asked again")
    assert thinner.kinds().count("ScreeningReviewed") == 2


def test_an_answer_that_was_not_given_cannot_be_reviewed(thinner: Story) -> None:
    with pytest.raises(NotFound):
        review(thinner, question="nobody")


def test_teach_back_is_judged_round_by_round_with_a_name(asked: Story) -> None:
    judge(asked, result="not_yet", said="The other hand")
    rounds = judge(asked, said="Here").checks["where"]
    assert [(one.round, one.way, one.result) for one in rounds] == [
        (1, "quiz", "understood"),
        (2, "spoken", "not_yet"),
        (3, "spoken", "understood"),
    ]
    assert rounds[-1].judged_by.name == "Avery Stone"


def test_rounds_are_counted_up_to_nine(asked: Story) -> None:
    for _ in range(10):
        judge(asked, result="not_yet")
    assert [one.round for one in asked.now.checks["where"]] == [*range(1, 10), 9, 9]


def test_going_on_without_understanding_needs_a_reason(asked: Story) -> None:
    for note in ("", "  "):
        with pytest.raises(BadInput, match="needs a reason"):
            judge(asked, result="accepted", note=note)
    assert judge(asked, result="accepted", note="Daughter explains").understood("where")


def test_a_concept_that_the_text_does_not_have_cannot_be_judged(asked: Story) -> None:
    with pytest.raises(NotFound):
        judge(asked, concept="nobody")
    with pytest.raises(BadInput, match="What was said cannot be kept"):
        judge(asked, result="perhaps")


def test_a_last_word_of_not_yet_closes_the_signature_again(story: Story) -> None:
    story.at(Status.DISCUSSED)
    judge(story, result="not_yet")
    assert story.missing() == {"not_understood"}


def test_the_talk_waits_for_everything_to_be_settled(asked: Story) -> None:
    with pytest.raises(BadInput, match="1 things are still open"):
        talk(asked)
    answer(asked)
    assert talk(asked).status is Status.DISCUSSED


def test_a_page_that_the_plan_changed_is_read_after_the_talk(thinner: Story) -> None:
    thinner.talk()
    assert thinner.missing() == {"page"}
    thinner.read("yes")
    thinner.ready_to_sign()
    assert thinner.missing() == set()


@pytest.mark.parametrize("minutes", [-1, 601, 2.5, "5", None])
def test_a_talk_has_a_sensible_length(asked: Story, minutes: object) -> None:
    answer(asked)
    with pytest.raises(BadInput, match=r"The talk cannot be kept \(minutes\)"):
        talk(asked, minutes=minutes)


def test_there_is_no_talk_before_the_reading_is_finished(story: Story) -> None:
    story.at(Status.READING)
    with pytest.raises(BadInput):
        talk(story)
    other = Story()
    other.at(Status.OPENED)
    with pytest.raises(WrongState):
        talk(other)


def test_a_question_after_the_talk_closes_the_signature_again(story: Story) -> None:
    story.at(Status.DISCUSSED)
    read.ask(story.desk, story.tablet, page="matters", text="One more thing?")
    assert story.missing() == {"question"}
    answer(story, question=story.now.questions[-1].question)
    story.ready_to_sign()
    assert story.missing() == set()


def test_an_answer_that_turns_to_yes_after_the_talk_closes_the_signature_again(story: Story) -> None:
    story.at(Status.DISCUSSED)
    read.answer_screening(story.desk, story.tablet, question="sedated", answer="yes")
    assert story.missing() == {"review"}
