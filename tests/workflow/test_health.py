"""What a monitor is told (catalogue K10): each trouble as its code, and nothing when all is well."""

from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest

from consent.errors import Busy, StoreRefused
from consent.model import canon
from consent.model.status import Status
from consent.workflow import health, seal
from consent.workflow.health import Code, Seen
from tests.fakes.clock import START, FixedClock
from tests.samples.story import Story

ROOM = 10 * health.LEAST_FREE


def seen(story: Story, before: Seen | None = None, *, after: float = 5, free: int = ROOM, idle: float = 0) -> Seen:
    """Look so many seconds after the last time; the clock of the records goes with it."""
    start = before or health.first_look(story.desk, steady=1000.0)
    story.clock.advance(seconds=after)
    steady = start.steady + after
    return health.look(story.desk, start, steady=steady, free=free, worker=steady - idle)


def test_a_house_that_works_has_no_trouble(story: Story) -> None:
    story.at(Status.FILED)
    assert seen(story).codes == ()


@pytest.mark.parametrize("status", [Status.ATTESTED, Status.REFUSED, Status.SEALING])
def test_k10_a_document_that_is_not_made_five_minutes_after_the_signature_is_a_trouble(
    story: Story, status: Status
) -> None:
    story.at(status)
    begun = seen(story)
    later = seen(story, begun, after=290)
    assert (begun.codes, later.codes) == ((), ())
    assert seen(story, later, after=10).codes == (Code.SEALS,)


def test_k10_a_delivery_that_is_owed_for_a_quarter_of_an_hour_is_a_trouble_however_often_it_is_put_off(
    story: Story,
) -> None:
    story.at(Status.SEALED)
    story.outlet.faults = [StoreRefused("The chart folder is missing.")] * 9
    early = seen(story, after=890)
    seal.work_once(story.desk)
    assert early.codes == ()
    assert seen(story, early, after=20).codes == (Code.DELIVERIES,)
    story.outlet.faults = []
    story.clock.advance(hours=1)
    seal.work_once(story.desk)
    assert seen(story).codes == ()


def test_k10_little_room_and_a_worker_that_stands_still_are_troubles(story: Story) -> None:
    assert seen(story, free=health.LEAST_FREE - 1).codes == (Code.DISK,)
    assert seen(story, idle=61).codes == (Code.WORKER,)
    assert seen(story, idle=59).codes == ()


def test_k10_a_clock_before_the_last_event_is_a_trouble_also_after_a_restart(story: Story) -> None:
    story.at(Status.OPENED)
    story.clock = FixedClock(START - timedelta(minutes=5))
    story.desk = replace(story.desk, clock=story.clock)
    assert seen(story).codes == (Code.CLOCK,)


@pytest.mark.parametrize("seconds", [-3, 3, 3600])
def test_k10_a_clock_that_jumps_is_a_trouble_for_a_while(story: Story, seconds: int) -> None:
    well = seen(story)
    story.clock.advance(seconds=seconds)
    jumped = seen(story, well)
    still = seen(story, jumped, after=health.JUMP_TOLD - 1)
    assert (well.codes, jumped.codes, still.codes) == ((), (Code.CLOCK,), (Code.CLOCK,))
    assert seen(story, still).codes == ()


def test_k10_a_chain_that_does_not_hold_is_found_by_the_round_and_forgotten_when_it_holds_again(story: Story) -> None:
    story.at(Status.PREPARED)
    stream = f"episode:{story.episode}"
    kept = list(story.ledger.kept[stream])
    story.ledger.kept[stream][0] = replace(kept[0], payload=kept[1].payload)
    broken = seen(story)
    assert (broken.codes, broken.broken) == ((Code.LOG,), frozenset({stream}))
    story.ledger.kept[stream] = kept
    assert seen(story, broken, after=health.PATROL_RESTS + 1).codes == ()


def test_k10_a_document_that_is_gone_or_changed_is_found_by_the_round(story: Story) -> None:
    story.at(Status.FILED)
    ((digest, kept),) = story.ledger.documents.items()
    story.ledger.documents[digest] = replace(kept, content=b"%PDF forged")
    assert seen(story).codes == (Code.LOG,)
    del story.ledger.documents[digest]
    assert seen(story).codes == (Code.LOG,)


def test_a_look_reads_a_few_streams_and_the_next_goes_on_from_there(story: Story) -> None:
    for number in range(2 * health.STREAMS_A_LOOK):
        story.open(mrn=f"{number:07}")
    first = health.first_look(story.desk, steady=1000.0)
    assert 2 * health.STREAMS_A_LOOK < len(first.left) < 3 * health.STREAMS_A_LOOK
    second = seen(story, first)
    assert second.left == first.left[health.STREAMS_A_LOOK :]
    third = seen(story, seen(story, second))
    assert (third.left, third.done) == ((), third.steady)
    assert seen(story, third).done == third.done


def test_k10_a_round_that_does_not_end_within_a_day_is_a_trouble(story: Story) -> None:
    first = health.first_look(story.desk, steady=1000.0)
    slow = replace(first, left=first.left * health.STREAMS_A_LOOK)
    almost = seen(story, slow, after=health.PATROL_WITHIN - 1)
    assert almost.codes == ()
    assert seen(story, almost, after=2).codes == (Code.LOG,)


def test_k10_a_database_that_does_not_answer_is_a_trouble(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_: object, **__: object) -> None:
        raise Busy("The database did not answer in time.")

    begun = health.first_look(story.desk, steady=1000.0)
    monkeypatch.setattr(story.ledger, "owed", hang)
    assert seen(story, begun).codes == (Code.DATABASE,)


def test_e10_a_database_that_takes_no_commit_is_a_trouble_and_is_asked_once(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def lost(_now: str) -> NoReturn:
        asked.append("deliveries")
        raise Busy("The database did not answer.")

    monkeypatch.setattr(story.ledger, "lease", lambda *_, **__: lost(""))
    assert seen(story).codes == (Code.DATABASE,)
    monkeypatch.setattr(story.ledger, "owed", lambda *, now: lost(now))
    monkeypatch.setattr(story.ledger, "newest", lambda: lost(""))
    asked.clear()
    assert seen(story).codes == (Code.DATABASE,)
    assert asked == ["deliveries"]


@pytest.mark.parametrize(("seconds", "codes"), [(2, ()), (-2, ()), (2.1, (Code.CLOCK,)), (-2.1, (Code.CLOCK,))])
def test_e19_another_time_at_the_database_is_a_trouble(story: Story, seconds: float, codes: tuple[Code, ...]) -> None:
    first = seen(story)
    story.ledger.elsewhere = canon.instant(story.clock.now() + timedelta(seconds=5 + seconds))
    assert seen(story, first).codes == codes
