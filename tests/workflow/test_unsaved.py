"""What is in fields and not saved yet: kept for its person, forgotten when it is saved or the record is over."""

import pytest

from consent.errors import BadInput, NotAllowed, NotFound
from consent.model.status import Status
from consent.workflow import read
from consent.workflow.unsaved import MOST, Fields, keep_question, keep_typed, question_begun, typed_by
from tests.samples.story import Story

FIELDS: Fields = {"place_0": "inner side of the knee", "side_0": "left", "why": "It h", "helpers": ["Ngozi Okafor, RN"]}


def test_what_was_typed_comes_back_to_who_typed_it_and_others_hear_that_they_began(story: Story) -> None:
    story.at(Status.OPENED)
    stone, okafor = story.staff("stone"), story.staff("okafor")
    before = story.now.version
    keep_typed(story.desk, stone, episode=story.episode, fields={"why": "It"})
    keep_typed(story.desk, stone, episode=story.episode, fields=FIELDS)
    mine, hers = (typed_by(story.desk, one, episode=story.episode) for one in (stone, okafor))
    assert (mine.fields, mine.others, bool(mine.at)) == (FIELDS, (), True)
    assert (hers.fields, hers.others) == ({}, (("Avery Stone", mine.at),))
    assert story.now.version == before


def test_a_field_that_was_not_drawn_yet_is_neither_emptied_nor_forgotten(story: Story) -> None:
    story.at(Status.OPENED)
    stone = story.staff("stone")
    keep_typed(story.desk, stone, episode=story.episode, fields={"why": "It hurts", "place_1": "foot"})
    keep_typed(story.desk, stone, episode=story.episode, fields={"place_0": "knee", "why": None, "performer": None})
    assert typed_by(story.desk, stone, episode=story.episode).fields == {"place_0": "knee", "why": "It hurts"}


def test_saving_forgets_ones_own_and_nobody_elses(story: Story) -> None:
    story.at(Status.OPENED)
    for login in ("stone", "okafor"):
        keep_typed(story.desk, story.staff(login), episode=story.episode, fields=FIELDS)
    story.prepare()
    assert [one.by for one in story.desk.unsaved.of(story.episode)] == [story.ids["stone"]]


def test_a_question_that_was_begun_comes_back_until_it_is_asked(story: Story) -> None:
    story.at(Status.READING)
    story.identify()
    keep_question(story.desk, story.tablet, text="Can I")
    assert question_begun(story.desk, episode=story.episode) == "Can I"
    assert typed_by(story.desk, story.staff("stone"), episode=story.episode).others == ()
    read.ask(story.desk, story.tablet, page="matters", text="Can I drive?")
    assert question_begun(story.desk, episode=story.episode) == ""


def test_a_record_that_is_over_keeps_nothing_unsaved(story: Story) -> None:
    story.at(Status.READING)
    story.identify()
    keep_question(story.desk, story.tablet, text="Can I")
    keep_typed(story.desk, story.staff("stone"), episode=story.episode, fields=FIELDS)
    read.refuse(story.desk, story.tablet)
    assert story.desk.unsaved.of(story.episode) == ()


def test_more_than_fields_hold_is_refused_and_the_last_stays(story: Story) -> None:
    story.at(Status.OPENED)
    stone = story.staff("stone")
    keep_typed(story.desk, stone, episode=story.episode, fields=FIELDS)
    with pytest.raises(BadInput, match="more than the fields can keep"):
        keep_typed(story.desk, stone, episode=story.episode, fields={"why": "x" * MOST})
    assert typed_by(story.desk, stone, episode=story.episode).fields == FIELDS


def test_nobody_keeps_input_on_a_record_that_is_not_theirs(story: Story) -> None:
    story.at(Status.READING)
    with pytest.raises(NotFound):
        keep_typed(story.desk, story.staff("stone"), episode="e-another", fields=FIELDS)
    with pytest.raises(NotAllowed):
        keep_typed(story.desk, story.tablet, episode=story.episode, fields=FIELDS)
