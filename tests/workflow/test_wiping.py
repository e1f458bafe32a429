"""Between two patients a tablet is wiped: what is due, what is refused until then, and what is kept of it."""

import pytest

from consent.errors import NotAllowed, WrongState
from consent.model.status import TRANSITIONS, Status
from consent.workflow import handover, visit
from consent.workflow.visitor import Visit
from tests.samples.story import SECRET, Story


@pytest.fixture
def between(story: Story) -> tuple[Story, Visit, str, str]:
    """One tablet that came back from a first patient, its nurse, the first record, and the next one, prepared."""
    story.open(mrn="0000001")
    story.prepare()
    first, nurse = story.episode, story.staff("okafor")
    ticket = visit.new_ticket(story.desk, nurse, purpose=f"hand_over:{first}")
    tablet = story.visit_of(handover.hand_over(story.desk, nurse, episode=first, ticket=ticket))
    nurse = story.visit_of(handover.take_back(story.desk, tablet, secret=SECRET).token)
    story.open(mrn="0000002")
    story.prepare()
    return story, nurse, first, story.episode


def give(story: Story, nurse: Visit, episode: str) -> Visit:
    ticket = visit.new_ticket(story.desk, nurse, purpose=f"hand_over:{episode}")
    return story.visit_of(handover.hand_over(story.desk, nurse, episode=episode, ticket=ticket))


def wipe(story: Story, nurse: Visit) -> None:
    handover.wiped(story.desk, nurse, ticket=visit.new_ticket(story.desk, nurse, purpose=handover.WIPE))


def test_another_patient_gets_the_tablet_only_after_it_was_wiped(between: tuple[Story, Visit, str, str]) -> None:
    story, nurse, first, second = between
    with pytest.raises(WrongState, match="not wiped"):
        give(story, nurse, second)
    wipe(story, nurse)
    assert give(story, nurse, second).session.episode == second
    assert story.kinds(f"episode:{first}")[-1] == "TabletWiped"


def test_the_same_patient_gets_it_again_at_once(between: tuple[Story, Visit, str, str]) -> None:
    story, nurse, first, _ = between
    assert handover.to_wipe(story.desk, nurse, episode=first) == ""
    assert give(story, nurse, first).session.episode == first


def test_wiping_twice_is_kept_once(between: tuple[Story, Visit, str, str]) -> None:
    story, nurse, first, _ = between
    wipe(story, nurse)
    wipe(story, nurse)
    assert story.kinds(f"episode:{first}").count("TabletWiped") == 1


def test_only_the_wiping_screen_can_say_so(between: tuple[Story, Visit, str, str]) -> None:
    story, nurse, first, _ = between
    with pytest.raises(NotAllowed):
        handover.wiped(story.desk, nurse, ticket="made up")
    assert "TabletWiped" not in story.kinds(f"episode:{first}")


def test_another_tablet_owes_nothing(between: tuple[Story, Visit, str, str]) -> None:
    story, _, _, second = between
    assert handover.to_wipe(story.desk, story.staff("okafor"), episode=second) == ""


def test_a_record_of_any_ending_can_be_told_that_its_tablet_was_wiped() -> None:
    assert {Status.PATIENT_SIGNED, Status.REFUSED, Status.SEALED, Status.FILED} <= set(TRANSITIONS["TabletWiped"])
