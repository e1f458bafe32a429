"""Who is at the door: sign-in, sessions, tickets, and the tablet's way to the patient and back."""

import pytest

from consent.errors import Busy, NotAllowed, NotFound, NotSignedIn, WrongState
from consent.model import canon
from consent.model.people import Capability
from consent.model.status import Status
from consent.workflow import approve, handover, read, visit
from tests.samples.story import SECRET, Story

SENTENCE = "That did not work."


def miss(story: Story, login: str = "okafor", secret: str = "wrong") -> str:  # noqa: S107 - a wrong one
    with pytest.raises(NotSignedIn) as caught:
        visit.sign_in(story.desk, login=login, secret=secret, device=f"place of {login}")
    return str(caught.value)


def test_whoever_proves_it_is_known_by_the_token_alone(story: Story) -> None:
    token = visit.sign_in(story.desk, login="OKAFOR ", secret=SECRET, device="tablet 3")
    found = visit.look_up(story.desk, token)
    assert found
    assert (found.staff.name, found.session.device, found.is_patient) == ("Ngozi Okafor", "tablet 3", False)
    assert visit.look_up_id(story.desk, found.session.id) == found
    assert visit.look_up(story.desk, token + "x") is None
    assert visit.look_up_id(story.desk, "s-nobody") is None


def test_a_token_is_never_stored(story: Story) -> None:
    token = visit.sign_in(story.desk, login="okafor", secret=SECRET, device="d")
    assert token not in str(story.sessions.rows)
    assert canon.sha256_hex(token.encode()) in str(story.sessions.rows)


def test_signing_in_and_out_is_written_down(story: Story) -> None:
    staff = story.staff("okafor")
    visit.sign_out(story.desk, staff)
    assert story.kinds(f"person:{staff.staff.id}") == ["PersonAdded", "SignedIn", "SignedOut"]
    assert {one.header.actor for one in story.ledger.read(f"person:{staff.staff.id}")[1:]} == {staff.staff.id}
    assert visit.look_up_id(story.desk, staff.session.id) is None


def test_unknown_wrong_locked_and_gone_get_the_same_sentence_and_the_same_work(story: Story) -> None:
    story.people.deactivate(story.ids["hale"])
    asked = story.hasher.asked
    said = {
        miss(story, "nobody"),
        miss(story, "a\0b"),
        miss(story, "\ud800"),
        miss(story, "okafor"),
        miss(story, "hale", SECRET),
    }
    for _ in range(5):
        said.add(miss(story, "stone"))
    said.add(miss(story, "stone", SECRET))
    assert len(said) == 1
    assert SENTENCE in said.pop()
    assert story.hasher.asked - asked == 11


def test_five_misses_lock_for_fifteen_minutes(story: Story) -> None:
    for _ in range(5):
        miss(story)
    miss(story, secret=SECRET)
    story.clock.advance(minutes=14, seconds=59)
    miss(story, secret=SECRET)
    story.clock.advance(seconds=1)
    assert story.staff("okafor").staff.active


def test_misses_while_locked_do_not_lengthen_the_lock(story: Story) -> None:
    for _ in range(9):
        miss(story)
    story.clock.advance(minutes=15)
    assert story.staff("okafor").staff.active


def test_a_right_secret_starts_the_count_again(story: Story) -> None:
    for _ in range(4):
        miss(story)
    story.staff("okafor")
    for _ in range(4):
        miss(story)
    assert story.staff("okafor").staff.active


def test_a_staff_session_sleeps_after_five_minutes_without_anybody(story: Story) -> None:
    staff = story.staff("okafor")
    story.clock.advance(minutes=4)
    visit.touch(story.desk, staff)
    story.clock.advance(minutes=5)
    assert visit.look_up_id(story.desk, staff.session.id)
    story.clock.advance(seconds=1)
    assert visit.look_up_id(story.desk, staff.session.id) is None


def test_the_last_use_is_kept_to_five_seconds(story: Story) -> None:
    staff = story.staff("okafor")
    story.clock.advance(seconds=4)
    visit.touch(story.desk, staff)
    assert story.desk.sessions.by_id(staff.session.id) == staff.session
    story.clock.advance(seconds=1)
    visit.touch(story.desk, staff)
    kept = story.desk.sessions.by_id(staff.session.id)
    assert kept is not None
    assert kept.last_seen == story.desk.now()


def test_a_session_ends_after_twelve_hours_however_busy(story: Story) -> None:
    staff = story.staff("okafor")
    for _ in range(144):
        story.clock.advance(minutes=5)
        visit.touch(story.desk, staff)
    assert visit.look_up_id(story.desk, staff.session.id)
    story.clock.advance(seconds=1)
    assert visit.look_up_id(story.desk, staff.session.id) is None


def test_whoever_has_left_is_nobody_at_once(story: Story) -> None:
    staff, other = story.staff("okafor"), story.staff("stone")
    story.people.deactivate(staff.staff.id)
    assert visit.look_up_id(story.desk, staff.session.id) is None
    story.people.kept.clear()
    assert visit.look_up_id(story.desk, other.session.id) is None


def test_a_ticket_works_once_for_its_session_and_purpose(story: Story) -> None:
    staff, other = story.staff("okafor"), story.staff("okafor")
    ticket = visit.new_ticket(story.desk, staff, purpose="hand_over:e-1")
    for somebody, purpose in ((other, "hand_over:e-1"), (staff, "hand_over:e-2")):
        with pytest.raises(NotAllowed):
            visit.use_ticket(story.desk, somebody, purpose=purpose, ticket=ticket)
    visit.use_ticket(story.desk, staff, purpose="hand_over:e-1", ticket=ticket)
    with pytest.raises(NotAllowed):
        visit.use_ticket(story.desk, staff, purpose="hand_over:e-1", ticket=ticket)
    assert ticket not in str(story.sessions.tickets)


def test_a_ticket_grows_old(story: Story) -> None:
    staff = story.staff("okafor")
    ticket = visit.new_ticket(story.desk, staff, purpose="p")
    story.clock.advance(minutes=30)
    with pytest.raises(NotAllowed):
        visit.use_ticket(story.desk, staff, purpose="p", ticket=ticket)


def test_handing_over_locks_the_staff_and_opens_a_session_for_one_record(story: Story) -> None:
    now = story.at(Status.READING)
    tablet = story.tablet
    assert (tablet.is_patient, tablet.episode, tablet.person) == (True, now.id, None)
    assert visit.look_up_id(story.desk, tablet.session.parent) is None
    assert story.kinds()[-1] == "HandedOver"


def test_the_patients_session_may_read_and_sign_its_record_and_nothing_else(story: Story) -> None:
    story.at(Status.READING)
    may = {one for one in Capability if story.tablet.may(one)}
    assert may == {Capability.READ, Capability.SIGN_AS_PATIENT}
    story.tablet.check_episode(story.episode)
    for refused in (lambda: story.tablet.check_episode("e-2"), lambda: story.tablet.staff):
        with pytest.raises(NotAllowed):
            refused()
    story.staff("okafor").check_episode("e-2")


def test_a_hand_over_without_a_ticket_changes_nothing(story: Story) -> None:
    story.at(Status.PREPARED)
    staff = story.staff("okafor")
    with pytest.raises(NotAllowed):
        handover.hand_over(story.desk, staff, episode=story.episode, ticket="made up")
    assert visit.look_up_id(story.desk, staff.session.id)
    assert story.now.status is Status.PREPARED


@pytest.mark.parametrize("status", [Status.OPENED, Status.PATIENT_SIGNED, Status.SEALED, Status.REFUSED])
def test_there_is_nothing_to_hand_over_before_preparing_and_after_signing(story: Story, status: Status) -> None:
    story.at(status)
    sessions = len(story.sessions.rows)
    with pytest.raises(WrongState):
        story.hand_over()
    assert len([row for row in story.sessions.rows.values() if row.episode]) == (status is not Status.OPENED)
    assert len(story.sessions.rows) == sessions + 1


def test_two_taps_on_hand_over_open_one_session(story: Story) -> None:
    story.at(Status.PREPARED)
    staff = story.staff("okafor")
    tickets = [visit.new_ticket(story.desk, staff, purpose=f"hand_over:{story.episode}") for _ in range(2)]
    handover.hand_over(story.desk, staff, episode=story.episode, ticket=tickets[0])
    with pytest.raises(WrongState):
        handover.hand_over(story.desk, staff, episode=story.episode, ticket=tickets[1])
    assert len([row for row in story.sessions.rows.values() if row.episode]) == 1


@pytest.mark.parametrize("status", [Status.READING, Status.DISCUSSED, Status.PATIENT_SIGNED, Status.FILED])
def test_staff_take_the_tablet_back_with_their_password(story: Story, status: Status) -> None:
    story.at(status)
    token = handover.take_back(story.desk, story.tablet, secret=SECRET).token
    back = story.visit_of(token)
    assert (back.staff.name, back.session.id) == ("Ngozi Okafor", story.tablet.session.parent)
    assert visit.look_up_id(story.desk, story.tablet.session.id) is None
    last = story.ledger.read(f"episode:{story.episode}")[-1].header
    assert (last.kind, last.actor, last.sign_in) == ("HandedBack", back.staff.id, back.session.id)


def test_a_wrong_password_leaves_the_tablet_with_the_patient(story: Story) -> None:
    story.at(Status.READING)
    with pytest.raises(NotSignedIn):
        handover.take_back(story.desk, story.tablet, secret="wrong")  # noqa: S106 - a wrong one
    assert visit.look_up_id(story.desk, story.tablet.session.id)
    assert story.kinds()[-1] == "HandedOver"


def test_what_is_not_with_a_patient_cannot_be_taken_back(story: Story) -> None:
    with pytest.raises(NotAllowed):
        handover.take_back(story.desk, story.staff("okafor"), secret=SECRET)


def test_a_tablet_can_be_taken_back_after_somebody_prepared_again(story: Story) -> None:
    story.at(Status.READING)
    story.prepare()
    assert story.visit_of(handover.take_back(story.desk, story.tablet, secret=SECRET).token).staff.active


def test_a_full_disk_does_not_lose_the_way_back(story: Story) -> None:
    story.at(Status.READING)
    story.ledger.full = True
    with pytest.raises(Busy):
        handover.take_back(story.desk, story.tablet, secret=SECRET)
    story.ledger.full = False
    assert story.visit_of(handover.take_back(story.desk, story.tablet, secret=SECRET).token).staff.active


def test_a_patient_cannot_leave_by_signing_out(story: Story) -> None:
    story.at(Status.READING)
    with pytest.raises(NotAllowed):
        visit.sign_out(story.desk, story.tablet)


def test_a_name_that_nobody_has_is_nobodys_record(story: Story) -> None:
    staff = story.staff("okafor")
    ticket = visit.new_ticket(story.desk, staff, purpose="hand_over:e-9")
    with pytest.raises((NotFound, WrongState)):
        handover.hand_over(story.desk, staff, episode="e-9", ticket=ticket)


def test_a_new_hand_over_ends_the_tablet_before_it(story: Story) -> None:
    story.at(Status.READING)
    first = story.tablet
    story.hand_over(by="stone")
    assert visit.look_up_id(story.desk, first.session.id) is None
    assert visit.look_up_id(story.desk, story.tablet.session.id) is not None


def test_who_was_identified_on_one_tablet_is_nobody_on_another(story: Story) -> None:
    story.at(Status.READING)
    first = story.tablet
    story.hand_over(by="stone")
    story.identify()
    for verb in (read.refuse, lambda desk, who: read.note_matters(desk, who, hope="x", worry="")):
        with pytest.raises(NotAllowed, match="name and date of birth"):
            verb(story.desk, first)
    assert story.now.status is Status.READING


def test_a_text_withdrawn_after_it_was_chosen_is_not_handed_over_or_prepared_again(story: Story) -> None:
    story.at(Status.PREPARED)
    approve.retire(story.desk, story.staff("lund"), template=story.template, reason="A wrong number")
    with pytest.raises(NotAllowed, match="withdrawn"):
        story.hand_over()
    with pytest.raises(NotAllowed, match="withdrawn"):
        story.prepare()


def test_a_tablet_is_taken_back_once(story: Story) -> None:
    story.at(Status.READING)
    handover.take_back(story.desk, story.tablet, secret=SECRET)
    with pytest.raises(NotSignedIn):
        handover.take_back(story.desk, story.tablet, secret=SECRET)
    assert story.kinds().count("HandedBack") == 1
