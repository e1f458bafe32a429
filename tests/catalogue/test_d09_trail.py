"""Catalogue D9: what a patient's tablet was refused stands on the record's trail, and a flood of it fills no store."""

import pytest

from consent.model.events_draft import StaffActionRefused
from consent.model.status import Status
from consent.web.refusals import EVERY, Refusals
from tests.samples.story import Story


class Steady:
    """A clock that only goes forward."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def steady() -> Steady:
    return Steady()


def trail(story: Story) -> list[int]:
    """How often, event by event."""
    events = (one.event for one in story.ledger.read(f"access:{story.episode}"))
    return [event.times for event in events if isinstance(event, StaffActionRefused)]


def test_d09_the_first_is_written_at_once_and_a_flood_after_it_is_one_sum_a_minute(
    story: Story, steady: Steady
) -> None:
    story.at(Status.READING)
    refusals = Refusals(steady)
    for _ in range(500):
        refusals.heard(story.desk, story.tablet)
    assert trail(story) == [1]
    assert refusals.write_due(story.desk) == 0
    steady.now += EVERY
    assert refusals.write_due(story.desk) == 1
    assert trail(story) == [1, 499]
    steady.now += EVERY
    assert refusals.write_due(story.desk) == 0
    refusals.heard(story.desk, story.tablet)
    assert trail(story) == [1, 499, 1]


def test_d09_what_cannot_be_written_is_refused_all_the_same_and_written_later(story: Story, steady: Steady) -> None:
    story.at(Status.READING)
    refusals = Refusals(steady)
    story.ledger.full = True
    refusals.heard(story.desk, story.tablet)
    assert trail(story) == []
    story.ledger.full = False
    steady.now += EVERY
    assert refusals.write_due(story.desk) == 1
    assert trail(story) == [1]


def test_d09_each_session_is_counted_for_itself(story: Story, steady: Steady) -> None:
    story.at(Status.READING)
    first, refusals = story.tablet, Refusals(steady)
    refusals.heard(story.desk, first)
    story.hand_over()
    refusals.heard(story.desk, story.tablet)
    assert story.tablet.session.id != first.session.id
    assert trail(story) == [1, 1]
