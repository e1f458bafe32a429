"""The day of the procedure in the law: what may follow what, which items are asked, what stands before a time-out."""

from dataclasses import replace
from typing import get_args

import pytest

from consent.errors import Broken, WrongState
from consent.model import arrival
from consent.model.arrival import before_time_out, items, said_first
from consent.model.day import MOVES, Day, Stage, lived
from consent.model.entry import Recorded, Stamp, enter
from consent.model.episode import Episode, after, check_transition
from consent.model.events_day import ConsentWithdrawn, DayEvent, ProcedureStarted
from consent.model.people import PersonRef
from consent.model.status import CONSENTED, TRANSITIONS, Status
from tests.samples.story import Story
from tests.samples.template import sample

WHO = PersonRef(id="p-1", name="Ada")


def recorded(event: object) -> Recorded:
    stamp = Stamp(actor="p-1", at="2026-11-24T14:00:00.000000Z", device="d", sign_in="s")
    return enter(event, stamp, stream="episode:e-1", number=1, previous=None, salt=bytes(32))[1]  # type: ignore[arg-type]  # an event


def codes(story: Story, *, retired: bool = False) -> list[str]:
    return [one.code for one in before_time_out(story.now, at=story.desk.now(), retired=retired)]


def test_every_event_of_the_day_has_its_place_in_both_orders() -> None:
    kinds = {kind.__name__ for kind in get_args(DayEvent)}
    assert set(MOVES) == kinds
    assert all(TRANSITIONS[kind] == dict(zip(CONSENTED, CONSENTED, strict=True)) for kind in kinds)


def test_nothing_leads_from_a_withdrawal_or_a_stop_to_a_start() -> None:
    assert not [kind for kind, ways in MOVES.items() if Stage.WITHDRAWN in ways]
    assert {kind for kind, ways in MOVES.items() if Stage.STARTED in ways.values()} == {
        "ProcedureStarted",
        "ConsentWithdrawn",  # taken back in the middle: it goes on being started, so that it can be ended
    }
    assert set(MOVES["ProcedureStarted"]) == {Stage.TIME_OUT}
    assert set(MOVES["HaltResolved"].values()) == {Stage.ARRIVED}


def test_what_ends_a_procedure_is_possible_at_any_time_after_its_start() -> None:
    assert set(MOVES["ProcedureEnded"]) == {Stage.STARTED, Stage.ENDED}


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("kind", sorted(MOVES))
def test_what_neither_order_allows_is_refused(kind: str, status: Status) -> None:
    with pytest.raises(WrongState, match="no signed consent"):
        check_transition(Episode(id="e-1", status=status), kind)


@pytest.mark.parametrize("stage", list(Stage))
def test_what_the_order_of_the_day_does_not_allow_is_refused(story: Story, stage: Stage) -> None:
    now = replace(story.at(Status.ATTESTED), day=Day(stage=stage))
    for kind, ways in MOVES.items():
        if stage in ways:
            check_transition(now, kind)
            continue
        with pytest.raises(WrongState, match="not at that step"):
            check_transition(now, kind)


def test_an_event_out_of_order_is_not_folded() -> None:
    start = recorded(ProcedureStarted(time_out="t-1"))
    assert lived(Day(), start) is None
    with pytest.raises(Broken):
        after(Episode(id="e-1", status=Status.FILED), start)


def test_a_day_needs_both_signatures() -> None:
    story = Story()
    story.at(Status.PATIENT_SIGNED)
    with pytest.raises(WrongState, match="no signed consent"):
        check_transition(story.now, "ConsentConfirmed")
    refused = Story()
    refused.at(Status.REFUSED)
    refused.seal()
    with pytest.raises(WrongState, match="no signed consent"):
        check_transition(refused.now, "ConsentConfirmed")


@pytest.mark.parametrize("status", [Status.ATTESTED, Status.SEALED, Status.FILED])
def test_a_day_begins_while_the_document_is_still_on_its_way(story: Story, status: Status) -> None:
    story.at(status)
    assert story.check_in().day.stage is Stage.ARRIVED
    assert story.now.status is status
    assert codes(story) == []


def test_the_items_are_those_of_what_this_patient_was_told_to_do(story: Story) -> None:
    story.at(Status.FILED)
    assert [item.id for item in items(story.now.case)] == ["washed"]
    assert items(story.now.case)[0].told == "Wash the skin."
    assert said_first(story.now.case) == ("Do you still want this?",)
    thinner = Story()
    thinner.at(Status.READING)
    thinner.read("yes")
    thinner.finish()
    thinner.talk()
    planned = items(thinner.now.case)[1]
    assert (planned.id, planned.measure) == ("planned", "blood sugar")
    assert "Warfarin: Pause 2 days" in planned.told


def test_an_item_with_a_condition_is_asked_when_it_holds() -> None:
    deep = {"any_of": [{"on": "depth", "is_in": ["deep"]}]}
    flat = {"any_of": [{"on": "depth", "is_in": ["flat"]}]}
    checklist = [
        {"id": one, "phase": "arrival", "text": "So?", "only_if": only}
        for one, only in (("deep-one", deep), ("flat-one", flat))
    ]
    story = Story(sample(checklist=checklist))
    story.at(Status.FILED)
    assert [item.id for item in items(story.now.case)] == ["deep-one"]


def test_each_thing_that_is_missing_is_named(story: Story) -> None:
    assert [one.code for one in before_time_out(story.at(Status.READ), at=story.desk.now())] == ["unsigned"]
    story = Story()
    story.at(Status.FILED)
    assert codes(story) == ["unconfirmed", "unasked"]
    assert codes(story, retired=True) == ["retired", "unconfirmed", "unasked"]
    story.confirm("changed", "a fall")
    assert codes(story) == ["changed", "unasked"]
    story.check("washed", "no")
    assert codes(story) == ["changed", "exception"]
    story.settle("washed", "postponed")
    assert codes(story) == ["changed", "postponed"]
    story.withdraw()
    assert codes(story)[0] == "withdrawn"


def test_nothing_is_ready_from_yesterday(story: Story) -> None:
    story.at(Status.FILED)
    story.check_in()
    story.clock.advance(hours=15)
    assert codes(story) == ["unconfirmed", "unasked"]


def test_a_no_of_yesterday_is_still_open(story: Story) -> None:
    story.at(Status.FILED)
    story.check("washed", "no")
    story.clock.advance(hours=15)
    story.confirm()
    assert codes(story) == ["exception"]


def test_the_day_in_one_word(story: Story) -> None:
    told = [arrival.word(story.at(Status.FILED))]
    story.check("washed", "no")
    told.append(arrival.word(story.now))
    story.settle("washed", "postponed")
    told.append(arrival.word(story.now))
    story.settle("washed", "goes_ahead", note="clean now", by="stone")
    told.append(arrival.word(story.now))
    story.confirm()
    told.append(arrival.word(story.now))
    told.append(arrival.word(story.start(story.time_out())))
    told.append(arrival.word(story.withdraw()))
    assert told == ["", "exception", "postponed", "arrived", "ready", "started", "withdrawn"]
    assert set(told) <= set(arrival.WORDS)


def test_a_withdrawal_tells_at_which_stage_it_came() -> None:
    day = lived(Day(), recorded(ConsentWithdrawn(by=WHO)))
    assert day
    assert day.withdrawn
    assert (day.stage, day.withdrawn.stage) == (Stage.WITHDRAWN, Stage.AHEAD)
