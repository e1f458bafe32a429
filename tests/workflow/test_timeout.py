"""The time-out in the room: read card by card by somebody else than the performer, stopped by a word."""

import pytest

from consent.errors import BadInput, NotAllowed, StaleEpisode, WrongState
from consent.model.day import Stage
from consent.model.status import Status
from consent.model.timeout import card_now, running
from consent.workflow import approve, day, timeout
from consent.workflow.visitor import Visit
from tests.samples.story import Story


@pytest.fixture
def ready(story: Story) -> Story:
    story.at(Status.FILED)
    story.check_in()
    return story


def press(story: Story, reader: Visit, card: str) -> None:
    timeout.agree(story.desk, reader, episode=story.episode, time_out=story.reading, card=card)


def stop(story: Story, who: Visit, card: str) -> None:
    timeout.halt(story.desk, who, episode=story.episode, time_out=story.reading, card=card)


def test_all_cards_agreed_and_one_press_start_it(ready: Story) -> None:
    reader = ready.time_out()
    now = ready.start(reader)
    assert (now.day.stage, now.day.started_at) == (Stage.STARTED, ready.desk.now())
    assert now.day.time_out
    assert now.day.time_out.begun.reader.name == "Ngozi Okafor"
    assert ready.kinds().count("TimeOutAgreed") == 7


def test_the_performer_neither_begins_nor_reads_nor_starts(ready: Story) -> None:
    with pytest.raises(NotAllowed, match="You perform this procedure"):
        ready.begin("stone")
    ready.time_out()
    stone = ready.staff("stone")
    for verb in (
        lambda: press(ready, stone, "who"),
        lambda: ready.start(stone),
    ):
        with pytest.raises(NotAllowed, match="You perform this procedure"):
            verb()


def test_whoever_began_reads_all_of_it(ready: Story) -> None:
    ready.agree(ready.begin(), until="what")
    hale = ready.staff("hale")
    with pytest.raises(NotAllowed, match="Ngozi Okafor reads this time-out"):
        press(ready, hale, "what")
    reader = ready.begin("hale")
    assert running(ready.now).agreed == ()  # type: ignore[union-attr]  # it has just begun
    ready.agree(reader)
    ready.clock.advance(seconds=2)
    assert ready.start(reader).day.stage is Stage.STARTED


def test_beginning_twice_is_beginning_once(ready: Story) -> None:
    ready.begin()
    version = ready.now.version
    ready.begin()
    assert ready.now.version == version


def test_nothing_begins_while_something_stands_against_it(story: Story) -> None:
    story.at(Status.FILED)
    with pytest.raises(NotAllowed, match="2 things stand against it"):
        story.begin()
    story.confirm()
    with pytest.raises(NotAllowed, match="1 things stand against it"):
        story.begin()


def test_a_text_that_the_clinic_took_out_of_use_stops_it(ready: Story) -> None:
    approve.retire(ready.desk, ready.staff("lund"), template=ready.template, reason="wrong number")
    assert [one.code for one in timeout.disagrees(ready.desk, ready.now)] == ["retired"]
    with pytest.raises(NotAllowed, match="stand against"):
        ready.begin()


def test_a_second_press_within_the_blink_of_an_eye_is_the_same_press(ready: Story) -> None:
    reader = ready.begin()
    press(ready, reader, "spoken")
    assert card_now(ready.now).key == "spoken"  # type: ignore[union-attr]  # the press that began it, bouncing
    ready.clock.advance(milliseconds=700)
    press(ready, reader, "spoken")
    for _ in range(5):
        ready.clock.advance(milliseconds=80)
        press(ready, reader, card_now(ready.now).key)  # type: ignore[union-attr]  # one is on
    assert running(ready.now).agreed == ("spoken",)  # type: ignore[union-attr]  # it runs


def test_a_press_counts_for_the_card_that_was_shown(ready: Story) -> None:
    reader = ready.begin()
    ready.agree(reader, until="what")
    ready.clock.advance(seconds=2)
    version = ready.now.version
    press(ready, reader, "who")
    assert ready.now.version == version
    with pytest.raises(StaleEpisode, match="Another card"):
        press(ready, reader, "consent")
    with pytest.raises(StaleEpisode, match="is over"):
        timeout.agree(ready.desk, reader, episode=ready.episode, time_out="t-other", card="what")


def test_a_wrong_side_stops_it_until_somebody_entitled_has_resolved_it(ready: Story) -> None:
    reader = ready.begin()
    ready.agree(reader, until="where-1")
    stop(ready, reader, "where-1")
    assert ready.now.day.stage is Stage.HALTED
    with pytest.raises(WrongState, match="resolves it first"):
        ready.begin()
    with pytest.raises(StaleEpisode, match="is over"):
        ready.start(reader)
    hale = ready.staff("hale")
    with pytest.raises(NotAllowed, match="not privileged"):
        timeout.resolve(ready.desk, hale, episode=ready.episode, note="all fine")
    stone = ready.staff("stone")
    with pytest.raises(BadInput, match="missing"):
        timeout.resolve(ready.desk, stone, episode=ready.episode, note=" ")
    timeout.resolve(ready.desk, stone, episode=ready.episode, note="The patient meant the other hand's pain.")
    assert ready.now.day.time_out is None
    reader = ready.time_out()
    assert ready.start(reader).day.stage is Stage.STARTED


def test_anybody_may_say_stop_at_any_card_and_after_the_last(ready: Story) -> None:
    ready.time_out()
    name = ready.reading
    stop(ready, ready.staff("stone"), timeout.START)
    assert ready.now.day.time_out
    assert ready.now.day.time_out.halted
    assert ready.now.day.time_out.halted.card == "start"
    version = ready.now.version
    timeout.halt(ready.desk, ready.staff("okafor"), episode=ready.episode, time_out=name, card="who")
    assert ready.now.version == version
    with pytest.raises(StaleEpisode):
        timeout.halt(ready.desk, ready.staff("okafor"), episode=ready.episode, time_out="t-other", card="who")


def test_nothing_is_resolved_where_nothing_stopped(ready: Story) -> None:
    with pytest.raises(WrongState, match="No time-out has stopped"):
        timeout.resolve(ready.desk, ready.staff("stone"), episode=ready.episode, note="n")


@pytest.mark.parametrize("why", ["repositioned", "left_room"])
def test_turning_the_patient_or_leaving_the_room_lapses_it(ready: Story, why: str) -> None:
    reader = ready.time_out()
    name = ready.reading
    timeout.lapse(ready.desk, reader, episode=ready.episode, why=why)  # type: ignore[arg-type]  # one of the two
    with pytest.raises(StaleEpisode, match="is over"):
        timeout.start(ready.desk, reader, episode=ready.episode, time_out=name)
    version = ready.now.version
    timeout.lapse(ready.desk, reader, episode=ready.episode, why="left_room")
    assert ready.now.version == version


def test_ten_minutes_after_the_last_card_nothing_starts(ready: Story) -> None:
    reader = ready.time_out()
    ready.clock.advance(minutes=10)
    with pytest.raises(StaleEpisode, match="lapsed"):
        ready.start(reader)
    assert ready.start(ready.time_out()).day.stage is Stage.STARTED


def test_a_half_read_time_out_is_not_gone_on_with_after_ten_minutes(ready: Story) -> None:
    reader = ready.begin()
    ready.agree(reader, until="what")
    ready.clock.advance(minutes=10)
    with pytest.raises(StaleEpisode, match="lapsed"):
        press(ready, reader, "what")


def test_h10_a_withdrawal_a_second_before_stops_the_start(ready: Story) -> None:
    reader = ready.time_out()
    name = ready.reading
    ready.withdraw()
    with pytest.raises((NotAllowed, StaleEpisode)):
        timeout.start(ready.desk, reader, episode=ready.episode, time_out=name)
    assert ready.now.day.started_at == ""


def test_a_no_that_comes_up_meanwhile_stops_the_next_card_and_the_start(ready: Story) -> None:
    reader = ready.begin()
    ready.agree(reader, until="consent")
    ready.check("washed", "no")
    ready.clock.advance(seconds=2)
    with pytest.raises(NotAllowed, match="stand against"):
        press(ready, reader, "consent")
    ready.settle("washed", "goes_ahead", note="washed here", by="stone")
    ready.agree(reader)
    ready.check("washed", "no", by="stone")
    ready.clock.advance(seconds=2)
    with pytest.raises(NotAllowed, match="stand against"):
        ready.start(reader)


def test_the_press_that_completed_it_does_not_start_it(ready: Story) -> None:
    reader = ready.begin()
    ready.agree(reader)
    assert ready.start(reader).day.stage is Stage.TIME_OUT
    ready.clock.advance(seconds=1)
    name = ready.reading
    assert ready.start(reader).day.stage is Stage.STARTED
    version = ready.now.version
    timeout.start(ready.desk, reader, episode=ready.episode, time_out=name)
    assert ready.now.version == version


@pytest.mark.parametrize("how", ["finished", "stopped_by_patient", "stopped_by_us"])
def test_h13_after_the_start_one_tap_of_anybody_ends_it_whatever_the_record_says(ready: Story, how: str) -> None:
    ready.start(ready.time_out())
    ready.withdraw()
    approve.retire(ready.desk, ready.staff("lund"), template=ready.template, reason="wrong number")
    ready.clock.advance(hours=20)
    now = timeout.end(ready.desk, ready.staff("stone"), episode=ready.episode, how=how)  # type: ignore[arg-type]  # one of the three
    assert now.day.ended
    assert (now.day.ended.how, now.day.ended_at, now.day.stage) == (how, ready.desk.now(), Stage.ENDED)


def test_said_again_the_last_word_counts_and_twice_is_once(ready: Story) -> None:
    ready.start(ready.time_out())
    nurse = ready.staff("okafor")
    timeout.end(ready.desk, nurse, episode=ready.episode, how="stopped_by_us")
    timeout.end(ready.desk, nurse, episode=ready.episode, how="stopped_by_us")
    timeout.end(ready.desk, nurse, episode=ready.episode, how="finished")
    assert ready.kinds().count("ProcedureEnded") == 2
    assert not ready.now.day.stopped


def test_a_stop_is_explained_later_by_a_clinician_who_performs_it(ready: Story) -> None:
    ready.start(ready.time_out())
    timeout.end(ready.desk, ready.staff("okafor"), episode=ready.episode, how="stopped_by_patient")
    stone, hale = ready.staff("stone"), ready.staff("hale")
    with pytest.raises(NotAllowed, match="not privileged"):
        timeout.explain(ready.desk, hale, episode=ready.episode, note="Fainted.")
    with pytest.raises(BadInput, match="missing"):
        timeout.explain(ready.desk, stone, episode=ready.episode, note="")
    for _ in range(2):
        timeout.explain(ready.desk, stone, episode=ready.episode, note="Fainted; awake at once.")
    assert [one.note for one in ready.now.day.explained] == ["Fainted; awake at once."]


def test_nothing_is_ended_that_has_not_started(ready: Story) -> None:
    with pytest.raises(WrongState):
        timeout.end(ready.desk, ready.staff("okafor"), episode=ready.episode, how="finished")
    assert not day.entitled(ready.staff("okafor"), ready.now)
