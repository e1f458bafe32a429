"""What the patient needs: who notes it, what is missing from it, and where it is said from then on."""

import pytest

from consent.errors import BadInput, WrongState
from consent.model.blocks import Table
from consent.model.document import body, body_digest
from consent.model.episode import Episode
from consent.model.needs import line
from consent.model.status import Status
from consent.model.timeout import cards
from consent.ports import EVERYTHING
from consent.workflow import needs, timeout
from tests.samples.story import Story

LIFTS = "lifts the left hand"


def note(story: Story, *chosen: str, by: str = "okafor", **words: str) -> Episode:
    return needs.note(story.desk, story.staff(by), episode=story.episode, needs=chosen, **words)


def spanish(story: Story) -> Episode:
    return note(story, "interpreter", "glasses", language="Spanish", interpreter="Ana Ruiz, by video", signal=LIFTS)


def facts(now: Episode) -> dict[str, str]:
    return {row[0]: row[1] for block in body(now) if isinstance(block, Table) for row in block.rows if len(row) == 2}


def test_it_is_on_the_list_the_document_and_a_card_of_the_time_out(story: Story) -> None:
    story.at(Status.PREPARED)
    now = spanish(story)
    assert line(now.needs) == "Interpreter: Spanish (Ana Ruiz, by video) · Glasses · Stop signal: lifts the left hand"
    row = story.ledger.row(EVERYTHING, story.episode)
    assert row
    assert row.flags.splitlines() == ["Interpreter: Spanish", "Glasses"]
    told = facts(now)
    assert told["What the patient needs"] == "Interpreter: Spanish; Glasses"
    assert told["Who interprets"] == "Ana Ruiz, by video"
    assert told["Agreed stop signal"] == LIFTS
    card = next(card for card in cards(now) if card.kind == "needs")
    assert (card.lines, card.small) == ((LIFTS,), ("Interpreter: Spanish", "Glasses"))
    assert cards(now)[-1].kind == "unsure"


def test_a_record_of_which_nobody_asked_says_nothing(story: Story) -> None:
    now = story.at(Status.FILED)
    assert now.needs is None
    assert "needs" not in {card.kind for card in cards(now)}
    assert "What the patient needs" not in facts(now)


def test_it_comes_with_the_preparation_in_one_go_and_survives_the_next_one(story: Story) -> None:
    story.open()
    asked = needs.noted(story.desk, story.staff("okafor"), needs=["hearing_aid"])
    story.prepare(needs=asked)
    assert story.kinds()[-2:] == ["Tailored", "NeedsNoted"]
    story.prepare(why="It still hurts", needs=asked)
    assert story.kinds()[-1] == "Tailored"
    assert story.now.needs == asked


def test_without_a_need_nothing_is_noted_until_one_is_taken_back(story: Story) -> None:
    story.at(Status.PREPARED)
    assert note(story).needs is None
    note(story, "glasses")
    assert note(story).needs == needs.noted(story.desk, story.staff("okafor"), needs=[])


def test_an_interpreter_needs_a_language_and_goes_with_it(story: Story) -> None:
    story.at(Status.PREPARED)
    with pytest.raises(BadInput, match="the language is missing"):
        note(story, "interpreter", language=" ")
    now = note(story, "glasses", language="Spanish", interpreter="Ana Ruiz")
    assert line(now.needs) == "Glasses"


def test_what_was_signed_stays_when_a_signal_is_agreed_on_the_day(story: Story) -> None:
    story.at(Status.FILED)
    signed = body_digest(story.now)
    now = note(story, "glasses", signal=LIFTS)
    assert now.needs
    assert body_digest(now) == signed == (now.signed.event.covers if now.signed else "")


def test_nothing_changes_behind_the_back_of_a_time_out(story: Story) -> None:
    story.at(Status.FILED)
    story.check_in()
    timeout.begin(story.desk, story.staff("okafor"), episode=story.episode)
    with pytest.raises(WrongState, match="time-out has begun"):
        note(story, signal=LIFTS)
