"""What a consent takes of the staff: what counts as a tap and as time, and what does not."""

from consent.model.status import Status
from consent.workflow import effort, handover, visit
from consent.workflow.visitor import Visit
from tests.samples.story import SECRET, Story


def counted(story: Story) -> tuple[int, int, int, int]:
    one = effort.so_far(story.desk, episode=story.episode)
    return one.taps, one.seconds, one.talk_taps, one.talk_seconds


def tap(story: Story, who: Visit, *, after: int = 0, talk: bool = False) -> None:
    story.clock.advance(seconds=after)
    effort.tapped(story.desk, who, episode=story.episode, talk=talk)


def test_taps_and_the_time_between_them_are_summed_and_the_talk_apart(story: Story) -> None:
    story.at(Status.OPENED)
    stone = story.staff("stone")
    effort.looked(story.desk, stone, episode=story.episode)
    tap(story, stone, after=5)
    tap(story, stone, after=7)
    tap(story, stone, after=20, talk=True)
    assert counted(story) == (2, 12, 1, 20)


def test_who_walks_away_works_for_a_minute_at_the_most(story: Story) -> None:
    story.at(Status.OPENED)
    stone = story.staff("stone")
    tap(story, stone)
    tap(story, stone, after=240)
    assert counted(story) == (2, 60, 0, 0)


def test_time_does_not_run_between_two_people(story: Story) -> None:
    story.at(Status.OPENED)
    tap(story, story.staff("stone"))
    tap(story, story.staff("okafor"), after=30)
    assert counted(story) == (2, 0, 0, 0)


def test_a_patients_tap_and_time_are_nobodys_work(story: Story) -> None:
    story.at(Status.READING)
    before = counted(story)
    tap(story, story.tablet, after=30)
    story.clock.advance(seconds=50)
    handover.take_back(story.desk, story.tablet, secret=SECRET)
    assert counted(story) == before


def test_an_auditor_who_looks_adds_nothing_to_the_clinicians_work(story: Story) -> None:
    story.at(Status.OPENED)
    auditor = story.staff("lund")
    effort.looked(story.desk, auditor, episode=story.episode)
    tap(story, auditor, after=5)
    assert counted(story) == (0, 0, 0, 0)


def test_handing_over_is_a_tap_unless_the_tap_before_it_asked_for_it(story: Story) -> None:
    story.at(Status.PREPARED)
    before = counted(story)[0]
    for tapped in (True, False):
        stone = story.staff("stone")
        ticket = visit.new_ticket(story.desk, stone, purpose=f"hand_over:{story.episode}")
        handover.hand_over(story.desk, stone, episode=story.episode, ticket=ticket, tapped=tapped)
    assert counted(story)[0] - before == 1


def test_the_button_that_takes_the_tablet_back_is_a_tap_and_the_enter_key_is_none(story: Story) -> None:
    story.at(Status.READING)
    before = counted(story)[0]
    handover.take_back(story.desk, story.tablet, secret=SECRET, tapped=True)
    assert counted(story)[0] - before == 1


def test_a_record_of_another_unit_or_none_at_all_is_not_counted(story: Story) -> None:
    story.at(Status.OPENED)
    effort.tapped(story.desk, story.staff("stone"), episode="e-nobodys")
    assert story.desk.efforts.of("e-nobodys") is None


def test_the_sum_is_kept_with_the_clinicians_signature_and_nothing_is_added_after_it(story: Story) -> None:
    story.at(Status.PATIENT_SIGNED)
    before = counted(story)[0]
    story.attest()
    kept = story.now.effort
    assert kept is not None
    assert kept.taps == before + 1
    tap(story, story.staff("stone"), after=5)
    assert counted(story)[0] == kept.taps
