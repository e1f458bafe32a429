"""An appointment that moves: why, until when, and what is read again."""

from datetime import UTC, datetime

import pytest

from consent.errors import BadInput, WrongState
from consent.model.blockers import before_finish
from consent.model.document import body
from consent.model.episode import Episode
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.workflow import prepare
from tests.samples.story import Story
from tests.samples.template import sample

LATER = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
WORDS = "Tue 1 Dec 2026, 09:00 EST (UTC-0500)"


def moved(story: Story, *, to: datetime = LATER, reason: str = "the device is away") -> Episode:
    return prepare.move_appointment(
        story.desk, story.staff("okafor"), episode=story.episode, appointment=to, reason=reason
    )


def naming_the_moment(statement: str) -> Story:
    """The sample, where that statement says when the procedure is."""
    whole = sample()
    said = [
        one.model_copy(update={"text": f"{one.text} It is on {{appointment}}."}) if one.id == statement else one
        for one in whole.statements
    ]
    return Story(whole.model_copy(update={"statements": tuple(said)}))


def test_the_list_the_record_and_the_text_follow() -> None:
    story = naming_the_moment("how")
    story.at(Status.PREPARED)
    now = moved(story)
    row = story.ledger.row(EVERYTHING, story.episode)
    assert row is not None
    assert row.appointment == now.appointment == "2026-12-01T14:00:00.000000Z"
    assert WORDS in str(body(now))


def test_only_the_pages_that_name_the_moment_are_read_again() -> None:
    story = naming_the_moment("how")
    story.at(Status.DISCUSSED)
    story.ready_to_sign()
    assert before_finish(story.now) == ()
    moved(story)
    again = before_finish(story.now)
    assert [one.code for one in again] == ["page"]
    assert "page" in story.missing()


def test_where_no_page_names_it_nothing_is_read_again(story: Story) -> None:
    story.at(Status.DISCUSSED)
    story.ready_to_sign()
    moved(story)
    assert story.missing() == set()


def test_a_move_has_a_reason_and_another_moment(story: Story) -> None:
    story.at(Status.OPENED)
    with pytest.raises(BadInput, match="needs a reason"):
        moved(story, reason="  ")
    moved(story)
    with pytest.raises(BadInput, match="already"):
        moved(story)


def test_preparing_again_keeps_the_new_moment(story: Story) -> None:
    story.at(Status.PREPARED)
    moved(story)
    story.prepare()
    assert story.now.appointment == "2026-12-01T14:00:00.000000Z"


def test_after_the_signature_it_is_not_moved(story: Story) -> None:
    story.at(Status.PATIENT_SIGNED)
    with pytest.raises(WrongState):
        moved(story)
