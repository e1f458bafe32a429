"""Catalogue G16 and K12: what a record says is erased by two persons, its chain still verifies, and a hold wins."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from consent.errors import (
    AlreadyDone,
    BadInput,
    Broken,
    ConsentError,
    NotAllowed,
    NotFound,
    StaleEpisode,
    StoreRefused,
    WrongState,
)
from consent.model import entry
from consent.model.entry import Entry
from consent.model.erasure import held, kept_until
from consent.model.events import Event
from consent.model.events_draft import DraftErased
from consent.model.events_keeping import ErasureDropped, ErasureProposed, HoldLifted, HoldSet, Reason, RecordErased
from consent.model.people import Role
from consent.model.status import Status
from consent.ports import EVERYTHING, Wanted
from consent.workflow import accounts, deliver, drafts, health, keeping, notices, prepare, register, seal
from tests.samples.story import BORN, MRN, NAME, Story
from tests.samples.template import PROCEDURE

YEARS = 10
LAST_DAY = date(2036, 11, 24)
"""The sample record is finished on 24 November 2026."""


@pytest.fixture
def filed(story: Story) -> Story:
    story.at(Status.FILED)
    story.desk = replace(story.desk, retention_years=YEARS)
    return story


def stream(story: Story) -> str:
    return f"episode:{story.episode}"


def said(story: Story) -> str:
    """All that the stores say of this record, as text."""
    told = "".join((one.payload or b"").decode() + one.header.decode() for one in story.ledger.entries(stream(story)))
    here = [one for one in story.ledger.documents.values() if one.episode == story.episode]
    return told + repr([story.ledger.row(EVERYTHING, story.episode), story.ledger.answers, story.ledger.ink, here])


def propose(story: Story, reason: Reason = "law", by: str = "vale") -> None:
    keeping.propose(story.desk, story.staff(by), episode=story.episode, reason=reason)


def agree(story: Story, by: str = "ota") -> None:
    keeping.agree(story.desk, story.staff(by), episode=story.episode)


def hold(story: Story, matter: str = "LH-7") -> None:
    keeping.set_hold(story.desk, story.staff("vale"), episode=story.episode, why="lawsuit", matter=matter)


def lift(story: Story, matter: str = "LH-7") -> None:
    keeping.lift_hold(story.desk, story.staff("vale"), episode=story.episode, matter=matter)


@pytest.mark.parametrize("status", [Status.SEALED, Status.FILED, Status.CLOSED])
def test_g16_what_two_persons_erase_says_nothing_of_the_patient_any_more_and_its_chain_verifies(
    story: Story, status: Status
) -> None:
    story.at(status)
    before = story.ledger.entries(stream(story))
    files = story.now.documents
    assert NAME in said(story)
    propose(story)
    agree(story)
    left = said(story)
    secrets = (NAME, MRN, BORN.isoformat(), "Müller", "pain", "write", PROCEDURE)
    assert [secret for secret in secrets if secret in left] == []
    assert (story.ledger.answers, story.ledger.ink, [d for d in story.ledger.documents if d in files]) == (
        {},
        set(),
        [],
    )
    after = story.ledger.entries(stream(story))
    assert [(one.header, one.leaf) for one in after[: len(before)]] == [(one.header, one.leaf) for one in before]
    assert health.holds(story.desk, stream(story))
    now = story.now
    assert now.keeping.erased
    event = now.keeping.erased.event
    assert (event.proposed.id, event.agreed.id) == (story.ids["vale"], story.ids["ota"])
    assert (event.reason, event.events, event.documents) == ("law", len(before) + 1, files)
    assert event.stood.entry == len(before) + 1


def test_g16_lists_keep_that_there_was_one_also_when_they_are_made_again(filed: Story) -> None:
    propose(filed)
    agree(filed)
    row = filed.ledger.row(EVERYTHING, filed.episode)
    assert row
    assert (row.status, row.outcome, row.patient_name, row.mrn, row.document) == ("erased", "erased", "", "", "")
    seal.rebuild(filed.desk)
    assert filed.ledger.row(EVERYTHING, filed.episode) == row
    auditor = filed.staff("audit")
    assert register.find(filed.desk, auditor, wanted=Wanted(text=MRN)).total == 0
    assert deliver.view(filed.desk, auditor, episode=filed.episode).status is Status.ERASED
    assert seal.work_once(filed.desk) == 0
    assert not health.is_delivery_late(filed.desk)


def test_k12_after_its_time_a_record_is_named_and_two_persons_erase_it(filed: Story) -> None:
    assert kept_until(filed.now, years=YEARS) == LAST_DAY
    officer = "vale"
    assert keeping.due(filed.desk, filed.staff(officer)) == ()
    with pytest.raises(NotAllowed, match="until 24 Nov 2036"):
        propose(filed, "retention")
    filed.clock.advance(days=(LAST_DAY - filed.clock.now().date()).days)
    with pytest.raises(NotAllowed, match="until 24 Nov 2036"):
        propose(filed, "retention")
    filed.clock.advance(days=1)
    (due,) = keeping.due(filed.desk, filed.staff(officer))
    assert (due.episode, due.until, due.proposed) == (filed.episode, LAST_DAY, "")
    propose(filed, "retention")
    assert keeping.due(filed.desk, filed.staff(officer))[0].proposed == "Tomas Vale"
    agree(filed)
    assert filed.now.keeping.erased
    assert (filed.now.keeping.erased.event.reason, filed.now.keeping.erased.event.years) == ("retention", YEARS)
    assert keeping.due(filed.desk, filed.staff(officer)) == ()


def test_k12_without_a_setting_nothing_is_named_and_nothing_proposed_for_its_age(filed: Story) -> None:
    filed.desk = replace(filed.desk, retention_years=0)
    filed.clock.advance(days=40000)
    assert keeping.due(filed.desk, filed.staff("vale")) == ()
    with pytest.raises(NotAllowed, match="has not said"):
        propose(filed, "retention")


def test_k12_the_record_of_a_minor_is_kept_as_long_after_coming_of_age(story: Story) -> None:
    story.open(birth_date=date(2012, 2, 29))
    assert kept_until(story.now, years=YEARS) == date(2040, 3, 1)


def test_k12_what_happened_later_is_kept_longer(filed: Story) -> None:
    filed.clock.advance(days=400)
    notices.correct(filed.desk, filed.staff("stone"), episode=filed.episode, text="The right hand.")
    assert kept_until(filed.now, years=YEARS) == date(2037, 12, 29)


def test_g16_one_person_alone_erases_nothing(filed: Story) -> None:
    before = said(filed)
    with pytest.raises(WrongState, match="Nobody has proposed"):
        agree(filed)
    assert said(filed) == before
    propose(filed)
    proposed = said(filed)
    with pytest.raises(NotAllowed, match="same person"):
        agree(filed, "vale")
    with pytest.raises(AlreadyDone):
        propose(filed, by="ota")
    assert said(filed) == proposed


def test_g16_who_treats_the_patient_has_no_say(filed: Story) -> None:
    admin, stone = filed.staff("admin"), filed.ids["stone"]
    roles = [Role.CLINICIAN, Role.COMPLIANCE]
    accounts.change_person(filed.desk, admin, person=stone, roles=roles, privileges=[PROCEDURE], units=[])
    with pytest.raises(NotAllowed, match="treats"):
        propose(filed, by="stone")
    propose(filed)
    with pytest.raises(NotAllowed, match="treats"):
        agree(filed, "stone")
    agree(filed)


def test_g16_a_proposal_stands_for_seven_days_and_can_be_taken_back(filed: Story) -> None:
    propose(filed)
    filed.clock.advance(days=8)
    with pytest.raises(WrongState, match="within 7 days"):
        agree(filed)
    propose(filed)
    keeping.drop(filed.desk, filed.staff("ota"), episode=filed.episode)
    with pytest.raises(WrongState, match="Nobody"):
        agree(filed)
    with pytest.raises(NotFound):
        keeping.drop(filed.desk, filed.staff("ota"), episode=filed.episode)


@pytest.mark.parametrize("happens", ["withdrawn", "corrected", "held"])
def test_g16_what_happens_to_the_record_makes_a_proposal_void(filed: Story, happens: str) -> None:
    propose(filed)
    if happens == "withdrawn":
        filed.withdraw()
    elif happens == "corrected":
        notices.correct(filed.desk, filed.staff("stone"), episode=filed.episode, text="The right hand.")
    else:
        hold(filed)
        lift(filed)
    seal.work_once(filed.desk)
    with pytest.raises(WrongState, match="Nobody"):
        agree(filed)
    propose(filed)
    agree(filed)


@pytest.mark.parametrize("status", [Status.OPENED, Status.READING, Status.PATIENT_SIGNED, Status.ATTESTED])
def test_g16_what_is_under_way_is_not_erased(story: Story, status: Status) -> None:
    story.at(status)
    with pytest.raises(WrongState, match="not finished"):
        propose(story)


def test_k12_a_day_is_the_clinics_and_not_that_of_greenwich(filed: Story) -> None:
    filed.clock.advance(minutes=13 * 60)  # late in the evening at the clinic, and the next day in UTC
    assert filed.desk.now()[:10] == "2026-11-25"
    hold(filed)
    assert "since 24 Nov 2026." in held(filed.now)
    assert kept_until(filed.now, years=YEARS) == LAST_DAY


def test_k12_a_hold_wins_over_every_reason(filed: Story) -> None:
    propose(filed)
    hold(filed)
    hold(filed, "LH-8")
    for reason in ("law", "error", "retention"):
        with pytest.raises(NotAllowed, match=r"legal hold. A claim or suit \(LH-7\), since 24 Nov 2026.*hold lift"):
            propose(filed, reason)
    lift(filed)
    with pytest.raises(NotAllowed, match="LH-8"):
        propose(filed)
    filed.clock.advance(days=40000)
    assert keeping.due(filed.desk, filed.staff("vale")) == ()
    lift(filed, "LH-8")
    propose(filed, "retention")
    agree(filed)


def test_k12_a_hold_that_is_set_while_the_second_person_agrees_wins(filed: Story) -> None:
    propose(filed)
    filed.ledger.others(lambda: hold(filed), stream="episode:")
    with pytest.raises(StaleEpisode):
        agree(filed)
    with pytest.raises(WrongState):
        agree(filed)
    assert NAME in said(filed)


def test_g16_what_happens_after_its_place_in_the_log_was_proved_is_not_erased_unproved(filed: Story) -> None:
    propose(filed)
    nurse, meanwhile = filed.staff("okafor"), list[str]()
    sequence = filed.log.sequence

    def meddling(*, most: int, whole: bool) -> int:
        if not meanwhile:
            meanwhile.append("once")
            prepare.assign_unit(filed.desk, nurse, episode=filed.episode, unit="Ward 4")
        return sequence(most=most, whole=whole)

    filed.log.sequence = meddling  # type: ignore[method-assign]  # somebody writes just then
    with pytest.raises(StaleEpisode, match="just now"):
        agree(filed)
    agree(filed)


def test_g16_a_notice_that_is_still_being_made_is_waited_for(filed: Story) -> None:
    filed.withdraw()
    with pytest.raises(WrongState, match="still being made"):
        propose(filed)
    seal.work_once(filed.desk)
    propose(filed)


def test_k12_a_hold_keeps_a_draft_too(story: Story) -> None:
    story.at(Status.READING)
    hold(story)
    kept = replace(story.desk, draft_kept_days=365)
    story.clock.advance(days=40)
    assert drafts.tidy(kept) == 1
    story.clock.advance(days=4000)
    assert drafts.tidy(kept) == 0
    assert story.now.plan.patient.name == NAME
    lift(story)
    assert drafts.tidy(kept) == 1
    assert story.now.status is Status.ERASED


def test_a_hold_names_its_matter_and_nothing_of_a_patient(filed: Story) -> None:
    for matter in ("", "José Müller", "a b", "x" * 41):
        with pytest.raises(BadInput):
            hold(filed, matter)
    hold(filed)
    with pytest.raises(AlreadyDone):
        hold(filed)
    with pytest.raises(NotFound):
        lift(filed, "LH-8")
    (held,) = filed.now.keeping.holds.values()
    assert (held.event.by.name, held.event.why, held.event.matter) == ("Tomas Vale", "lawsuit", "LH-7")


def test_nothing_more_happens_to_an_erased_record(filed: Story) -> None:
    propose(filed)
    agree(filed)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: hold(filed),
        lambda: propose(filed),
        lambda: agree(filed),
        filed.withdraw,
        lambda: notices.correct(filed.desk, filed.staff("stone"), episode=filed.episode, text="x"),
    )
    for verb in verbs:
        with pytest.raises(ConsentError):
            verb()


def test_a_program_that_may_not_erase_says_so_before_anything_is_proposed(filed: Story) -> None:
    filed.ledger.erasable = False
    with pytest.raises(StoreRefused):
        propose(filed)


class Forger:
    """Somebody who may write to the database, and adds entries to a record as the app would."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.kept = list(story.ledger.kept[stream(story)])

    def add(self, event: Event, by: str = "vale", days: int = 0) -> None:
        self.story.clock.advance(days=days)
        stamp = self.story.desk.stamp(actor=self.story.ids[by])
        number, last = len(self.kept) + 1, self.kept[-1].leaf
        made, _ = entry.enter(event, stamp, stream=stream(self.story), number=number, previous=last, salt=bytes(32))
        self.kept.append(made)

    def erased(self, by: str = "ota", **other: object) -> tuple[Entry, ...]:
        """What is left, when the last event says that these two agreed."""
        proposals = [one for one in entry.read(self.kept) if isinstance(one.event, ErasureProposed)]
        first = proposals[-1].header if proposals else entry.read(self.kept)[0].header
        told = {
            "reason": "law",
            "proposal": first.number,
            "proposed": self.story.staff("vale").staff.ref,
            "proposed_at": first.at,
            "agreed": self.story.staff("ota").staff.ref,
            "events": len(self.kept),
            "documents": (),
            "stood": self.story.now.anchors[-1].event,
        }
        self.add(RecordErased.model_validate(told | other), by)
        gone = (replace(one, payload=None, salt=None) for one in self.kept[:-1])
        return (*gone, self.kept[-1])


def test_g16_an_erasure_that_is_made_by_hand_with_one_person_is_found(filed: Story) -> None:
    vale, ota = (filed.staff(login).staff.ref for login in ("vale", "ota"))
    proposal = ErasureProposed(reason="law", by=vale)

    def forged(*before: Event, days: int = 0, **changes: object) -> tuple[Entry, ...]:
        forger = Forger(filed)
        for event in before:
            forger.add(event)
        filed.clock.advance(days=days)
        return forger.erased(**changes)  # type: ignore[arg-type]  # the fields of the last event, and who adds it

    assert len(entry.read(forged(proposal))) == 1, "two persons"
    held, lifted, matter = HoldSet(why="audit", matter="M-1", by=vale), HoldLifted(matter="M-1", by=vale), "M-1"
    assert len(entry.read(forged(held, lifted, proposal))) == 1, matter
    for wrong in (
        forged(),
        forged(proposal, by="vale", agreed=vale),
        forged(proposal, by="vale"),
        forged(proposal, by="vale", proposed=ota, agreed=vale),
        forged(proposal, agreed=vale, proposed=ota),
        forged(proposal, events=3),
        forged(proposal, proposal=99),
        forged(proposal, proposed_at="2020-01-01T00:00:00.000000Z"),
        forged(proposal, ErasureDropped(by=ota)),
        forged(proposal, days=8),
        forged(held, proposal),
    ):
        with pytest.raises(Broken, match=r"not by two persons|legal hold"):
            entry.read(wrong)


def test_g16_a_draft_that_is_erased_under_a_hold_is_found(story: Story) -> None:
    story.at(Status.CLOSED)
    forger = Forger(story)
    forger.add(HoldSet(why="audit", matter="M-1", by=story.staff("vale").staff.ref))
    forger.add(DraftErased(closed=story.desk.now(), days=1, events=len(forger.kept)))
    left = (*(replace(one, payload=None, salt=None) for one in forger.kept[:-1]), forger.kept[-1])
    with pytest.raises(Broken, match="legal hold"):
        entry.read(left)


def test_g16_only_whom_the_table_names_has_a_say(filed: Story) -> None:
    for login in ("stone", "okafor", "desk", "lund", "audit", "admin"):
        with pytest.raises(NotAllowed):
            propose(filed, by=login)
