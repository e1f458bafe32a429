"""A template version's way through the clinic."""

from typing import Any

import pytest

from consent.errors import AlreadyDone, BadInput, NotAllowed, NotFound, TemplateRefused
from consent.workflow import approve, offer
from tests.samples.story import CLINIC, Story
from tests.samples.template import sample

TWO_FLAGS = (
    {"id": "f1", "question": "Is the number of scars right?"},
    {"id": "f2", "question": "Who answers the phone at night?"},
)


def answer(story: Story, by: str = "lund", *, flag: str = "f1", text: str = "Yes, checked") -> None:
    approve.answer_flag(story.desk, story.staff(by), template=story.template, flag=flag, answer=text)


def approved(story: Story, by: str = "reyes") -> None:
    approve.approve(story.desk, story.staff(by), template=story.template)


def status(story: Story) -> str:
    return offer.status_of(story.desk, story.template)


def test_a_version_is_a_draft_until_a_second_person_approves_it(story: Story) -> None:
    assert status(story) == "draft"
    answer(story)
    assert status(story) == "draft"
    approved(story)
    assert status(story) == "approved"
    assert story.kinds(offer.stream_of(story.template)) == ["FlagAnswered", "TemplateApproved"]


def test_a_flag_without_an_answer_blocks_approval_and_is_named() -> None:
    story = Story(sample(flags=TWO_FLAGS))
    answer(story, flag="f2")
    assert approve.open_flags(story.desk, story.template) == ("f1",)
    with pytest.raises(BadInput, match="without an answer: f1"):
        approved(story)


def test_whoever_answered_all_flags_does_not_approve(story: Story) -> None:
    answer(story, by="lund")
    with pytest.raises(NotAllowed, match="not the one who reviewed"):
        approved(story, by="lund")


def test_two_who_reviewed_together_may_approve() -> None:
    story = Story(sample(flags=TWO_FLAGS))
    answer(story, by="lund", flag="f1")
    answer(story, by="reyes", flag="f2")
    approved(story, by="lund")
    assert status(story) == "approved"


def test_a_version_without_flags_has_nothing_to_review() -> None:
    story = Story(sample(flags=()))
    approved(story, by="lund")
    assert status(story) == "approved"


@pytest.mark.parametrize("phone", ["phone_day", "phone_night"])
def test_without_a_number_to_call_nothing_is_approved(phone: str) -> None:
    story = Story(clinic=CLINIC.model_copy(update={phone: ""}))
    answer(story)
    with pytest.raises(BadInput, match="whom to call"):
        approved(story)


def test_what_is_approved_or_withdrawn_is_not_approved_again(story: Story) -> None:
    answer(story)
    approved(story)
    with pytest.raises(AlreadyDone):
        approved(story)
    approve.retire(story.desk, story.staff("lund"), template=story.template, reason="Old numbers")
    assert status(story) == "retired"
    with pytest.raises(AlreadyDone):
        approved(story)


def test_a_withdrawal_stays_even_when_an_approval_came_in_behind_it(story: Story) -> None:
    answer(story)
    reviewer = story.staff("lund")
    withdraw = lambda: approve.retire(story.desk, reviewer, template=story.template, reason="Old")  # noqa: E731 - one line
    second = story.staff("reyes")
    story.ledger.others(withdraw, stream="template:")
    approve.approve(story.desk, second, template=story.template)
    assert story.kinds(offer.stream_of(story.template))[-2:] == ["TemplateRetired", "TemplateApproved"]
    assert status(story) == "retired"


def test_an_approved_version_with_another_content_is_refused(story: Story) -> None:
    answer(story)
    approved(story)
    story.template = sample(title="Freezing two warts")
    with pytest.raises(TemplateRefused) as caught:
        status(story)
    assert "another content" in caught.value.what


def test_an_answer_to_a_flag_is_for_that_content_only(story: Story) -> None:
    answer(story)
    story.template = sample(title="Freezing two warts")
    assert approve.open_flags(story.desk, story.template) == ("f1",)


def test_the_last_answer_to_a_flag_counts(story: Story) -> None:
    answer(story, by="lund")
    answer(story, by="reyes")
    with pytest.raises(NotAllowed):
        approved(story, by="reyes")
    approved(story, by="lund")


@pytest.mark.parametrize(("parts", "refusal"), [({"flag": "f9"}, NotFound), ({"text": "  "}, BadInput)])
def test_a_flag_that_is_not_there_or_an_empty_answer_is_refused(
    story: Story, parts: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        answer(story, **parts)


def test_a_withdrawal_needs_a_reason(story: Story) -> None:
    with pytest.raises(BadInput, match="The reason"):
        approve.retire(story.desk, story.staff("lund"), template=story.template, reason=" ")


def test_a_version_may_be_shipped_as_withdrawn() -> None:
    assert status(Story(sample(status="retired"))) == "retired"
