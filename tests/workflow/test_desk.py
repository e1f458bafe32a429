"""The one way to change anything, and what two people at once do to each other."""

from contextlib import nullcontext

import pytest

from consent.errors import Busy, NotFound, StaleEpisode, WrongState
from consent.model.entry import read
from consent.model.episode import Episode, fold
from consent.model.events import HandedBack, IdentityMissed, MattersNoted, OtherEvent
from consent.model.events_beside import SignedIn, SignedOut
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.workflow.desk import TRIES, Decision, change, just, load, note, row_of, stream_of
from consent.workflow.seal import rebuild
from tests.samples.story import MRN, NAME, Story

NOTED = MattersNoted(hope="To write again")


def writes(story: Story, *, times: int) -> None:
    """Somebody else writes just before each of the next appends."""

    def another() -> None:
        stamp = story.desk.stamp(actor="okafor")
        change(story.desk, stamp, episode=story.episode, decide=lambda _: just(HandedBack()))

    story.ledger.others(another, times=times)


def test_there_is_no_record_of_an_unknown_name(story: Story) -> None:
    with pytest.raises(NotFound):
        load(story.desk, "e-nobody")


def test_a_record_goes_on_from_what_it_was_and_is_what_all_its_events_make(story: Story) -> None:
    begun = story.at(Status.READING)
    at_once, entries = story.at(Status.READ), story.ledger.entries(stream_of(story.episode))
    assert at_once == load(story.desk, story.episode) == fold(story.episode, read(entries))
    assert begun.version < at_once.version


def test_what_another_record_of_the_same_name_was_does_not_count() -> None:
    one, other = Story(), Story()
    one.at(Status.READ)
    other.at(Status.OPENED)
    assert one.episode == other.episode
    assert load(other.desk, other.episode).status is Status.OPENED
    other.at(Status.PREPARED)
    change(one.desk, one.desk.stamp(actor="okafor"), episode=one.episode, decide=lambda _: just(HandedBack()))
    assert load(other.desk, other.episode) == fold(other.episode, other.ledger.read(stream_of(other.episode)))


def test_no_events_change_nothing(story: Story) -> None:
    before = story.at(Status.READING)
    appends = story.ledger.appends
    stamp = story.desk.stamp(actor="patient")
    assert change(story.desk, stamp, episode=story.episode, decide=lambda _: just()) == before
    assert story.ledger.appends == appends


def test_a_verb_decides_again_when_somebody_wrote_in_between(story: Story) -> None:
    story.at(Status.READING)
    writes(story, times=1)
    seen: list[int] = []

    def decide(now: Episode) -> Decision:
        seen.append(now.version)
        return just(NOTED)

    now = change(story.desk, story.desk.stamp(actor="patient"), episode=story.episode, decide=decide)
    assert seen == [seen[0], seen[0] + 1]
    assert story.kinds()[-2:] == ["HandedBack", "MattersNoted"]
    assert now == story.now


@pytest.mark.parametrize(("retry", "others"), [(False, 1), (True, TRIES)])
def test_what_must_not_or_cannot_be_decided_again_is_stale(story: Story, *, retry: bool, others: int) -> None:
    story.at(Status.READING)
    writes(story, times=others)
    stamp = story.desk.stamp(actor="patient")
    with pytest.raises(StaleEpisode):
        change(story.desk, stamp, episode=story.episode, decide=lambda _: just(NOTED), retry=retry)
    assert story.kinds()[-others:] == ["HandedBack"] * others


def test_an_event_that_the_table_does_not_allow_is_never_written(story: Story) -> None:
    story.at(Status.PREPARED)
    before = story.kinds()
    with pytest.raises(WrongState):
        change(
            story.desk,
            story.desk.stamp(actor="patient"),
            episode=story.episode,
            decide=lambda _: just(HandedBack(), IdentityMissed()),
        )
    assert story.kinds() == before


def test_several_events_are_kept_together_or_not_at_all(story: Story) -> None:
    story.at(Status.OPENED)
    story.ledger.full = True
    with pytest.raises(Busy):
        story.prepare()
    story.ledger.full = False
    assert story.kinds() == ["EpisodeOpened"]
    story.prepare()
    assert story.kinds() == ["EpisodeOpened", "TemplatePinned", "Tailored"]


@pytest.mark.parametrize(("others", "kept"), [(TRIES - 1, True), (TRIES, False)])
def test_a_note_in_another_stream_is_tried_again_and_then_given_up(story: Story, others: int, *, kept: bool) -> None:
    def leave(event: OtherEvent) -> None:
        note(story.desk, story.desk.stamp(actor="u-1"), stream="access:e-1", events=[event])

    story.ledger.others(lambda: leave(SignedOut()), times=others)
    with nullcontext() if kept else pytest.raises(StaleEpisode):
        leave(SignedIn())
    assert story.kinds("access:e-1") == ["SignedOut"] * others + ["SignedIn"] * kept


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.NONE])
def test_the_row_of_the_lists_is_the_fold_of_the_events(story: Story, status: Status) -> None:
    now = story.at(status)
    row = story.ledger.row(EVERYTHING, story.episode)
    assert row is not None
    assert row == row_of(now)
    who = ("", "") if status is Status.ERASED else (NAME, MRN)
    assert (row.status, row.version, row.patient_name, row.mrn) == (status.value, now.version, *who)
    assert row.filed == (status is Status.FILED)


def test_the_rows_can_be_made_again_from_the_events(story: Story) -> None:
    story.at(Status.FILED)
    story.open(name="Ann Lee", mrn="77")
    kept = dict(story.ledger.rows)
    story.ledger.rows = {}
    assert rebuild(story.desk) == 2
    assert story.ledger.rows == kept


def test_an_event_says_who_when_where_and_in_which_sign_in(story: Story) -> None:
    story.at(Status.READING)
    story.identify()
    header = story.ledger.read(f"episode:{story.episode}")[-1].header
    assert header.actor == "patient"
    assert header.at == story.desk.now()
    assert (header.device, header.sign_in) == (story.tablet.session.device, story.tablet.session.id)
