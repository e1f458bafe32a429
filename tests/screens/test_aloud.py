"""What the room sees of the time-out: whose it is once the patient has spoken, and what counts after the start."""

import pytest

from consent.model.status import Status
from consent.model.timeout import cards
from consent.ui.parts import aloud
from consent.ui.room import Screen
from consent.words import say
from consent.workflow import needs
from tests.samples.story import Story

SIGNAL = "Lifts the left hand"


@pytest.fixture
def ready() -> Story:
    story = Story()
    story.at(Status.FILED)
    story.check_in()
    needs.note(story.desk, story.staff("okafor"), episode=story.episode, needs=["glasses"], signal=SIGNAL)
    return story


def seen(story: Story, login: str = "okafor") -> Screen:
    return aloud.screen(story.desk, story.staff(login), story.now)


def test_each_card_after_who_says_whose_it_is_and_none_before(ready: Story) -> None:
    name, reader, places = ready.now.plan.patient.name, ready.begin(), list[str]()
    for card in cards(ready.now):
        ready.agree(reader, until=card.key)
        places.append(seen(ready).place)
    ready.agree(reader)
    assert [name in place for place in places] == [False, False, *[True] * (len(places) - 2)]
    assert seen(ready).small[0] == name


def test_after_the_start_it_says_the_stop_signal_whose_it_is_and_where(ready: Story) -> None:
    ready.start(ready.time_out())
    shown = seen(ready)
    assert shown.lines == (say("timeout.signal", signal=SIGNAL),)
    assert shown.small == (ready.now.plan.patient.name, "hand, left side")


def test_what_was_refused_stands_first_and_as_large_as_the_rest(ready: Story) -> None:
    consent = next(card for card in cards(ready.now) if card.kind == "consent")
    assert consent.lines[0].startswith("NO to: ")
    assert consent.small == ()
