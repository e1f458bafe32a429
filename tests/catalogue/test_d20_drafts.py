"""Catalogue D20: a record left open is closed, and later erased; never one that says yes, no or not any more."""

import json
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.errors import Broken, ConsentError, NotFound, WrongState
from consent.model import entry
from consent.model.events_draft import DraftClosed, DraftErased
from consent.model.status import LEFT_OPEN, Status
from consent.ports import EVERYTHING, Wanted
from consent.workflow import day, deliver, drafts, health, prepare, register, seal
from consent.workflow.desk import SYSTEM
from tests.samples.story import MRN, NAME, Story

CLOSABLE = [Status.OPENED, Status.PREPARED, Status.READING, Status.READ, Status.DISCUSSED]
KEPT = [one for one in Status if one not in {Status.NONE, *CLOSABLE, *LEFT_OPEN}]


def said(story: Story) -> str:
    """All that the stores say of this record, as text."""
    entries = story.ledger.entries(f"episode:{story.episode}")
    told = "".join((one.payload or b"").decode() + one.header.decode() for one in entries)
    return told + repr(story.ledger.row(EVERYTHING, story.episode)) + repr(story.ledger.answers)


@pytest.mark.parametrize("status", CLOSABLE)
def test_d20_what_nobody_touches_for_30_days_after_its_appointment_is_closed_and_never_looks_signed(
    story: Story, status: Status
) -> None:
    story.at(status)
    assert story.leave_open() == 1
    now, row = story.now, story.ledger.row(EVERYTHING, story.episode)
    assert (now.status, now.outcome, now.standing) == (Status.CLOSED, "", "closed")
    assert now.left
    assert (now.left.actor, now.left.event) == (SYSTEM.actor, DraftClosed(days=30))
    assert (now.signed, now.attested, now.sealed) == (None, None, None)
    assert row
    assert (row.outcome, row.document, row.filed) == ("closed", "", False)
    assert seal.work_once(story.desk) == 0


def test_d20_it_is_off_the_days_list_and_found_in_the_register(story: Story) -> None:
    story.at(Status.READ)
    span = {"since": "2026-11-24", "until": "2026-11-25"}
    assert len(deliver.today(story.desk, story.staff("stone"), **span)) == 1
    story.leave_open()
    assert deliver.today(story.desk, story.staff("stone"), **span) == ()
    auditor = story.staff("audit")
    for wanted, total in ((Wanted(state="closed"), 1), (Wanted(text=MRN), 1), (Wanted(state="open"), 0)):
        assert register.find(story.desk, auditor, wanted=wanted).total == total
    assert register.find(story.desk, auditor, wanted=Wanted(state="unfiled")).total == 0


def test_d20_nothing_can_be_done_to_it_any_more_and_the_patient_gets_a_record_of_their_own(story: Story) -> None:
    story.at(Status.DISCUSSED)
    story.leave_open()
    closed, first = story.now, story.episode
    for verb in (story.prepare, story.hand_over, story.talk, story.sign, story.attest, story.refuse):
        with pytest.raises(ConsentError):
            verb()
    assert story.now == closed
    assert story.open().id != first


def test_d20_until_then_it_stays_open_however_old_its_appointment_is(story: Story) -> None:
    story.at(Status.PREPARED)
    story.clock.advance(days=29)
    assert drafts.tidy(story.desk) == 0
    story.hand_over()  # somebody came back to it
    story.clock.advance(days=29)
    assert drafts.tidy(story.desk) == 0
    story.clock.advance(days=2)
    assert drafts.tidy(story.desk) == 1


def test_d20_one_that_somebody_touches_at_that_very_moment_is_left_alone(story: Story) -> None:
    story.at(Status.PREPARED)
    story.clock.advance(days=40)
    nurse = story.staff("okafor")
    touch = partial(prepare.assign_unit, story.desk, nurse, episode=story.episode, unit="Ward 4")
    story.ledger.others(touch, stream="episode:")
    assert drafts.tidy(story.desk) == 0
    assert story.now.status is Status.PREPARED


def test_d20_erased_it_says_nothing_of_the_patient_and_its_chain_still_verifies(story: Story) -> None:
    story.at(Status.READ)
    before = story.ledger.entries(f"episode:{story.episode}")
    assert NAME in said(story)
    assert story.leave_open(erase=True) == 2
    left = said(story)
    born = date(1948, 3, 7).isoformat()
    assert [secret for secret in (NAME, MRN, born, "Müller", "pain") if secret in left] == []
    after = story.ledger.entries(f"episode:{story.episode}")
    assert [one.leaf for one in after[: len(before)]] == [one.leaf for one in before]
    assert health.holds(story.desk, f"episode:{story.episode}")
    now = story.now
    assert now.left
    assert (now.status, now.left.actor) == (Status.ERASED, SYSTEM.actor)
    assert isinstance(now.left.event, DraftErased)
    assert (now.left.event.events, now.left.event.days) == (len(before) + 1, 365)
    with pytest.raises(NotFound):
        deliver.view(story.desk, story.staff("audit"), episode=story.episode).plan  # noqa: B018 - what the page asks first
    assert register.find(story.desk, story.staff("audit"), wanted=Wanted(text=MRN)).total == 0
    assert register.find(story.desk, story.staff("audit"), wanted=Wanted(state="closed")).total == 1
    before_rebuild = story.ledger.row(EVERYTHING, story.episode)
    seal.rebuild(story.desk)
    assert story.ledger.row(EVERYTHING, story.episode) == before_rebuild


def test_d20_nothing_is_erased_unless_the_clinic_has_said_after_how_long(story: Story) -> None:
    story.at(Status.CLOSED)
    story.clock.advance(days=36500)
    assert story.desk.draft_kept_days == 0
    assert drafts.tidy(story.desk) == 0
    assert story.now.plan.patient.name == NAME


@pytest.mark.parametrize("status", KEPT)
def test_d20_what_was_signed_or_refused_is_neither_closed_nor_erased(story: Story, status: Status) -> None:
    story.at(status)
    before = said(story)
    assert story.leave_open(erase=True) == 0
    assert said(story) == before


def test_d20_what_was_withdrawn_is_kept(story: Story) -> None:
    story.at(Status.FILED)
    day.withdraw(story.desk, story.staff("stone"), episode=story.episode)
    before = said(story)
    assert story.leave_open(erase=True) == 0
    assert said(story) == before


@given(
    reached=st.sampled_from([one for one in Status if one is not Status.NONE]),
    steps=st.lists(st.tuples(st.integers(0, 800), st.sampled_from(["tidy", "touch", "work", "no"])), max_size=8),
    days=st.tuples(st.integers(1, 90), st.integers(0, 400)),
)
@settings(max_examples=25, deadline=None)
def test_d20_whatever_happens_and_however_long_it_lies_no_signature_and_no_refusal_is_ever_erased(
    reached: Status, steps: list[tuple[int, str]], days: tuple[int, int]
) -> None:
    story = Story()
    story.at(reached)
    story.desk = replace(story.desk, draft_days=days[0], draft_kept_days=days[1])
    for wait, step in steps:
        story.clock.advance(days=wait)
        try:
            {"tidy": lambda: drafts.tidy(story.desk), "work": lambda: seal.work_once(story.desk)}.get(
                step, story.refuse if step == "no" else story.hand_over
            )()
        except (ConsentError, AttributeError):
            continue
    entries = story.ledger.entries(f"episode:{story.episode}")
    kinds = {json.loads(one.header)["kind"] for one in entries}
    gone = any(one.payload is None for one in entries)
    assert not (gone and kinds & entry.NEVER_ERASED)
    assert gone == (story.now.status is Status.ERASED)


def test_d20_an_erasure_of_what_was_signed_cannot_be_made_to_look_like_one_of_a_draft(story: Story) -> None:
    story.at(Status.PATIENT_SIGNED)
    stream = f"episode:{story.episode}"
    whole = story.ledger.kept[stream]
    forged, _ = entry.enter(
        DraftErased(closed=story.desk.now(), days=1, events=len(whole)),
        story.desk.stamp(actor="somebody"),
        stream=stream,
        number=len(whole) + 1,
        previous=whole[-1].leaf,
        salt=bytes(32),
    )
    story.ledger.kept[stream] = [*(replace(one, payload=None, salt=None) for one in whole), forged]
    with pytest.raises(Broken, match="erased"):
        story.ledger.read(stream)
    assert not health.holds(story.desk, stream)


def test_d20_what_is_not_closed_cannot_be_erased(story: Story) -> None:
    from consent.workflow.desk import change, just

    story.at(Status.READING)
    event = DraftErased(closed=story.desk.now(), days=1, events=3)
    with pytest.raises(WrongState):
        change(story.desk, story.desk.stamp(actor="x"), episode=story.episode, decide=lambda _: just(event))
