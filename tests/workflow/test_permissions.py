"""Who may do what: every verb refuses every role that lacks its capability, before it looks at anything else."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from consent.errors import ConsentError, NotAllowed
from consent.model.episode import Status
from consent.model.people import MAY, Capability, Role
from consent.workflow import accounts, approve, deliver, discuss, prepare, read, sign, visit
from consent.workflow.visit import Visit
from tests.samples.story import BORN, FACTS, NAME, SECRET, SITE, Story

WHEN = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
PROTECTED: tuple[tuple[Capability, Callable[[Story, Visit], object]], ...] = (
    (
        Capability.ADD_PATIENT,
        lambda s, v: prepare.open_episode(
            s.desk,
            v,
            name=NAME,
            birth_date=BORN,
            mrn="1",
            procedure=s.template.id,
            appointment=WHEN,
            clinician=s.ids["stone"],
        ),
    ),
    (
        Capability.PREPARE,
        lambda s, v: prepare.prepare(
            s.desk, v, episode=s.episode, sites=[SITE], why="y", performer=s.ids["stone"], facts=FACTS
        ),
    ),
    (Capability.DISCUSS, lambda s, v: prepare.plan_medicines(s.desk, v, episode=s.episode, lines=[])),
    (Capability.HAND_OVER, lambda s, v: visit.hand_over(s.desk, v, episode=s.episode, ticket="t")),
    (Capability.READ, lambda s, v: read.confirm_identity(s.desk, v, name=NAME, birth_date=date(1948, 3, 7))),
    (Capability.READ, lambda s, v: read.note_matters(s.desk, v, hope="", worry="")),
    (Capability.READ, lambda s, v: read.answer_screening(s.desk, v, question="sedated", answer="no")),
    (Capability.READ, lambda s, v: read.show(s.desk, v, page="matters")),
    (Capability.READ, lambda s, v: read.acknowledge(s.desk, v, statement="scar", digest="0" * 64)),
    (Capability.READ, lambda s, v: read.ask(s.desk, v, page="matters", text="Why?")),
    (Capability.READ, lambda s, v: read.choose(s.desk, v, clause="photo", choice="no")),
    (Capability.READ, lambda s, v: read.quiz(s.desk, v, concept="where", round_number=1, answer=0)),
    (Capability.READ, lambda s, v: read.finish(s.desk, v, way="by_myself")),
    (Capability.READ, lambda s, v: read.refuse(s.desk, v)),
    (
        Capability.ANSWER,
        lambda s, v: discuss.answer_question(s.desk, v, episode=s.episode, question="q", way="in_person"),
    ),
    (
        Capability.DISCUSS,
        lambda s, v: discuss.review_screening(s.desk, v, episode=s.episode, question="sedated", decision="applies"),
    ),
    (
        Capability.DISCUSS,
        lambda s, v: discuss.judge(s.desk, v, episode=s.episode, concept="where", result="understood"),
    ),
    (Capability.DISCUSS, lambda s, v: discuss.record_talk(s.desk, v, episode=s.episode, minutes=1)),
    (Capability.SIGN_AS_PATIENT, lambda s, v: sign.present(s.desk, v, episode=s.episode, to="patient")),
    (Capability.SIGN_AS_PATIENT, lambda s, v: sign.sign_as_patient(s.desk, v, presentation="p-1", body=b"{}")),
    (Capability.ATTEST, lambda s, v: sign.present(s.desk, v, episode=s.episode, to="clinician")),
    (Capability.ATTEST, lambda s, v: sign.attest(s.desk, v, presentation="p-1", body=b"{}")),
    (Capability.SEE_RECORD, lambda s, v: deliver.view(s.desk, v, episode=s.episode)),
    (Capability.EXPORT, lambda s, v: deliver.export(s.desk, v, document="0" * 64)),
    (
        Capability.REVIEW_TEMPLATE,
        lambda s, v: approve.answer_flag(s.desk, v, template=s.template, flag="f1", answer="a"),
    ),
    (Capability.REVIEW_TEMPLATE, lambda s, v: approve.approve(s.desk, v, template=s.template)),
    (Capability.REVIEW_TEMPLATE, lambda s, v: approve.retire(s.desk, v, template=s.template, reason="r")),
    (
        Capability.MANAGE_PEOPLE,
        lambda s, v: accounts.add_person(s.desk, v, login="new", name="New", secret=SECRET, roles=[]),
    ),
)
LOGINS = {
    Role.CLINICIAN: "stone",
    Role.NURSE: "okafor",
    Role.FRONT_DESK: "desk",
    Role.REVIEWER: "lund",
    Role.AUDITOR: "audit",
    Role.ADMIN: "admin",
}


def as_role(story: Story, role: Role) -> Visit:
    return story.tablet if role is Role.PATIENT else story.staff(LOGINS[role])


@pytest.fixture(scope="module")
def at_reading() -> Story:
    story = Story()
    story.at(Status.READING)
    return story


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("place", range(len(PROTECTED)))
def test_a_role_without_the_capability_is_refused_and_nothing_is_written(
    at_reading: Story, place: int, role: Role
) -> None:
    capability, verb = PROTECTED[place]
    if capability in MAY[role]:
        return
    somebody = as_role(at_reading, role)
    appends = at_reading.ledger.appends
    with pytest.raises(NotAllowed, match="may not do this"):
        verb(at_reading, somebody)
    assert at_reading.ledger.appends == appends


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("place", range(len(PROTECTED)))
def test_a_role_with_the_capability_gets_further_than_the_door(place: int, role: Role) -> None:
    capability, verb = PROTECTED[place]
    if capability not in MAY[role]:
        return
    story = Story()
    story.at(Status.READING)
    said = ""
    try:
        verb(story, as_role(story, role))
    except ConsentError as error:
        said = error.what
    assert "may not do this" not in said


def test_every_capability_that_a_verb_needs_is_tried_here() -> None:
    seen_by_screens_only = {Capability.SEE_TODAY}
    assert {capability for capability, _ in PROTECTED} == set(Capability) - seen_by_screens_only


def test_a_nurse_does_not_do_what_only_a_privileged_clinician_may(story: Story) -> None:
    story.at(Status.READING)
    story.read("yes")
    story.finish()
    hale = story.staff("hale")
    verbs: tuple[Callable[[], object], ...] = (
        lambda: story.plan(by="hale"),
        lambda: discuss.review_screening(
            story.desk, hale, episode=story.episode, question="blood-thinner", decision="applies"
        ),
        lambda: discuss.judge(story.desk, hale, episode=story.episode, concept="where", result="understood"),
        lambda: discuss.record_talk(story.desk, hale, episode=story.episode, minutes=5),
    )
    for verb in verbs:
        with pytest.raises(NotAllowed, match="not privileged"):
            verb()


def test_a_clinician_who_is_not_privileged_cannot_attest(story: Story) -> None:
    story.at(Status.PATIENT_SIGNED)
    with pytest.raises(NotAllowed, match="not privileged"):
        story.attest(by="hale")
    assert story.now.status is Status.PATIENT_SIGNED
