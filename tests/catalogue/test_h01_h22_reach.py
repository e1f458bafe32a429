"""Catalogue H10: staff of another unit, and the glass that they may break in an emergency."""

from datetime import date

import pytest
from structlog.testing import capture_logs

from consent.errors import AlreadyDone, BadInput, ConsentError, NoMatch, NotAllowed, NotFound
from consent.model.events_beside import AccessReviewed, GlassBroken
from consent.model.people import Role
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.workflow import accounts, deliver, discuss, glass, handover, prepare, read, visit
from consent.workflow.rule import NOT_YOURS
from consent.workflow.visitor import Visit
from tests.samples.story import BORN, MRN, SECRET, Story

DAY = {"since": "2000", "until": "2100"}
WHY = "Unconscious, and his own unit is closed"


@pytest.fixture
def outsider(story: Story) -> Visit:
    """A clinician of the unit North; the story's patient belongs to South."""
    story.at(Status.PREPARED)
    hire(story, "north", unit="North")
    prepare.assign_unit(story.desk, story.staff("okafor"), episode=story.episode, unit="South")
    return signed_in(story, "north")


def hire(story: Story, login: str, *, unit: str, role: Role = Role.CLINICIAN) -> str:
    return accounts.add_person(
        story.desk, story.staff("admin"), login=login, name=login.title(), secret=SECRET, roles=[role], units=[unit]
    ).id


def signed_in(story: Story, login: str) -> Visit:
    return story.visit_of(visit.sign_in(story.desk, login=login, secret=SECRET, device="d"))


def broken(story: Story, by: Visit) -> Visit:
    """Break the glass; gives the same visit, looked up again as the next request does."""
    glass.break_glass(story.desk, by, mrn=MRN, birth_date=BORN, reason=WHY)
    return again(story, by)


def again(story: Story, by: Visit) -> Visit:
    found = visit.look_up_id(story.desk, by.session.id)
    assert found
    return found


def reaches(story: Story, by: Visit) -> bool:
    try:
        deliver.view(story.desk, by, episode=story.episode)
    except NotFound:
        return False
    return True


def test_h10_a_record_of_another_unit_is_not_listed_and_not_opened(story: Story, outsider: Visit) -> None:
    assert deliver.today(story.desk, outsider, **DAY) == ()
    appends = story.ledger.appends
    verbs = (
        lambda: deliver.view(story.desk, outsider, episode=story.episode),
        lambda: deliver.who_looked(story.desk, outsider, episode=story.episode),
        lambda: prepare.assign_unit(story.desk, outsider, episode=story.episode, unit="North"),
        lambda: prepare.plan_medicines(story.desk, outsider, episode=story.episode, lines=()),
        lambda: discuss.record_talk(story.desk, outsider, episode=story.episode, minutes=5),
        lambda: handover.hand_over(story.desk, outsider, episode=story.episode, ticket="t"),
    )
    for verb in verbs:
        with pytest.raises(NotFound, match=NOT_YOURS):
            verb()
    assert story.ledger.appends == appends


@pytest.mark.parametrize("units", [("South",), ("North", "South")])
def test_h10_staff_of_the_patients_unit_reach_the_record(story: Story, outsider: Visit, units: tuple[str, ...]) -> None:
    assert not reaches(story, outsider)
    person = outsider.staff
    accounts.change_person(
        story.desk, story.staff("admin"), person=person.id, roles=person.roles, privileges=[], units=units
    )
    assert reaches(story, signed_in(story, "north"))


def test_h10_who_is_in_charge_or_performs_reaches_the_record_from_any_unit(story: Story, outsider: Visit) -> None:
    assert reaches(story, story.staff("stone"))
    assert not reaches(story, story.staff("okafor"))
    assert not reaches(story, outsider)


def test_h10_an_auditor_sees_every_unit_and_changes_none(story: Story, outsider: Visit) -> None:
    assert outsider.scope != EVERYTHING
    assert reaches(story, story.staff("audit"))
    with pytest.raises(NotAllowed):
        prepare.assign_unit(story.desk, story.staff("audit"), episode=story.episode, unit="North")


def test_h10_a_document_of_another_unit_is_as_one_that_is_not_there(story: Story) -> None:
    now = story.at(Status.FILED)
    assert now.sealed
    hire(story, "north", unit="North")
    said = set()
    for digest in (now.sealed.event.document, "0" * 64):
        with pytest.raises(NotFound) as caught:
            deliver.export(story.desk, signed_in(story, "north"), document=digest)
        said.add(str(caught.value))
    assert len(said) == 1
    assert story.kinds(f"access:{story.episode}").count("DocumentExported") == 0


def test_h10_a_broken_glass_opens_the_record_with_its_reason_kept_and_an_alarm(story: Story, outsider: Visit) -> None:
    with capture_logs() as log:
        here = broken(story, outsider)
    assert reaches(story, here)
    events = [one.event for one in story.ledger.read(f"access:{story.episode}")]
    assert [event.kind for event in events] == ["GlassBroken", "RecordViewed"]
    assert isinstance(events[0], GlassBroken)
    assert events[0].reason == WHY
    alarms = [line for line in log if line["event"] == "alarm"]
    assert [(line["alarm"], line["person"], line["episode"]) for line in alarms] == [
        ("glass_broken", outsider.staff.id, story.episode)
    ]
    assert MRN not in str(log)
    assert WHY not in str(log)


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_h10_without_a_reason_the_glass_holds(story: Story, outsider: Visit, reason: str) -> None:
    with pytest.raises(BadInput, match="reason"):
        glass.break_glass(story.desk, outsider, mrn=MRN, birth_date=BORN, reason=reason)
    assert not reaches(story, again(story, outsider))
    assert story.kinds(f"access:{story.episode}") == []


@pytest.mark.parametrize(("mrn", "born"), [(MRN, date(1948, 7, 3)), ("0004418", BORN), ("", BORN)])
def test_h10_whoever_misses_learns_nothing_and_that_they_tried_is_kept(
    story: Story, *, outsider: Visit, mrn: str, born: date
) -> None:
    with capture_logs() as log, pytest.raises(NoMatch) as caught:
        glass.break_glass(story.desk, outsider, mrn=mrn, birth_date=born, reason=WHY)
    assert story.now.plan.patient.name not in str(caught.value)
    assert story.kinds(f"person:{outsider.staff.id}")[-1] == "GlassMissed"
    assert [line["alarm"] for line in log] == ["glass_missed"]
    assert not reaches(story, again(story, outsider))


def test_h10_a_broken_glass_opens_that_patients_records_and_no_others(story: Story, outsider: Visit) -> None:
    first = story.episode
    story.open(mrn="0009999", name="Ann Other", unit="South")
    here = broken(story, outsider)
    assert not reaches(story, here)
    story.episode = first
    assert reaches(story, here)
    assert [row.episode for row in deliver.today(story.desk, here, **DAY)] == [first]


def test_h10_a_broken_glass_holds_for_an_hour(story: Story, outsider: Visit) -> None:
    broken(story, outsider)
    for minutes, held in ((4, True), (4, True)) + ((4, True),) * 12 + ((3, True), (2, False)):
        story.clock.advance(minutes=minutes)
        visit.touch(story.desk, again(story, outsider))
        assert reaches(story, again(story, outsider)) is held


def test_h10_a_broken_glass_ends_with_its_session_and_is_nobody_elses(story: Story, outsider: Visit) -> None:
    broken(story, outsider)
    assert not reaches(story, signed_in(story, "north"))
    hire(story, "west", unit="West")
    assert not reaches(story, signed_in(story, "west"))
    visit.sign_out(story.desk, again(story, outsider))
    assert visit.look_up_id(story.desk, outsider.session.id) is None
    assert not reaches(story, signed_in(story, "north"))


def test_h10_whoever_needs_to_know_breaks_no_glass(story: Story, outsider: Visit) -> None:
    assert not reaches(story, outsider)
    rows = glass.break_glass(story.desk, story.staff("stone"), mrn=MRN, birth_date=BORN, reason=WHY)
    assert [row.episode for row in rows] == [story.episode]
    assert story.kinds(f"access:{story.episode}") == []
    assert story.ledger.glasses() == ()


def test_h10_a_broken_glass_waits_for_a_review_by_somebody_else(story: Story, outsider: Visit) -> None:
    broken(story, outsider)
    auditor = story.staff("audit")
    (waiting,) = glass.to_review(story.desk, auditor)
    assert (waiting.name, waiting.reason, waiting.glass.episode) == ("North", WHY, story.episode)
    glass.review(story.desk, auditor, glass=waiting.glass.id, finding="not_justified", remark="He was in his unit")
    last = story.ledger.read(f"access:{story.episode}")[-1].event
    assert isinstance(last, AccessReviewed)
    assert (last.finding, last.by.id) == ("not_justified", auditor.staff.id)
    assert glass.to_review(story.desk, auditor) == ()
    with pytest.raises(AlreadyDone):
        glass.review(story.desk, auditor, glass=waiting.glass.id, finding="justified")


def test_h10_nobody_reviews_their_own_glass(story: Story, outsider: Visit) -> None:
    person = outsider.staff
    both = (Role.CLINICIAN, Role.AUDITOR)
    broken(story, outsider)
    accounts.change_person(
        story.desk, story.staff("admin"), person=person.id, roles=both, privileges=[], units=person.units
    )
    reviewer = signed_in(story, "north")
    assert glass.to_review(story.desk, reviewer) == ()
    (mine,) = story.ledger.glasses()
    with pytest.raises(NotAllowed, match="themselves"):
        glass.review(story.desk, reviewer, glass=mine.id, finding="justified")
    assert story.ledger.glasses() == (mine,)


@pytest.mark.parametrize("login", ["desk", "lund", "audit", "admin"])
def test_h10_who_does_not_treat_patients_breaks_no_glass(story: Story, login: str) -> None:
    story.at(Status.PREPARED)
    with pytest.raises(NotAllowed):
        glass.break_glass(story.desk, story.staff(login), mrn=MRN, birth_date=BORN, reason=WHY)


def test_h10_a_patients_tablet_breaks_no_glass_and_reaches_one_record(story: Story) -> None:
    story.at(Status.READING)
    with pytest.raises(NotAllowed):
        glass.break_glass(story.desk, story.tablet, mrn=MRN, birth_date=BORN, reason=WHY)
    assert story.ledger.row(story.tablet.scope, story.episode)
    mine = story.episode
    story.open(mrn="0009999", name="Ann Other")
    assert story.ledger.row(story.tablet.scope, story.episode) is None
    with pytest.raises(ConsentError):
        read.show(story.desk, story.tablet, page=f"about?{mine}")
