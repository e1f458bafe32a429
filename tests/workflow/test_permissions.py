"""Who may do what: every verb refuses every role that lacks its capability, before it looks at anything else."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

import pytest

from consent import workflow
from consent.errors import ConsentError, NotAllowed
from consent.model.access import VERBS
from consent.model.people import MAY, Role
from consent.model.status import Status
from consent.ports import Wanted
from consent.ports.audit import Archive
from consent.ports.log import Sought
from consent.workflow import (
    accounts,
    approve,
    browse,
    day,
    deliver,
    devices,
    discuss,
    glass,
    handover,
    keeping,
    needs,
    notices,
    packets,
    prepare,
    proving,
    read,
    register,
    sign,
    timeout,
    unsaved,
    usual,
    visit,
)
from consent.workflow.desk import Desk
from consent.workflow.rule import rule_of, ruled
from consent.workflow.visitor import Visit
from tests.fakes.verifier import FakeVerifier
from tests.samples.story import BORN, FACTS, NAME, SECRET, SITE, Story

WRONG = "not the one"
WHEN = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
VERBS_TRIED: dict[str, Callable[[Story, Visit], object]] = {
    "accounts.add_person": lambda s, v: accounts.add_person(
        s.desk, v, login="new", name="New", secret=SECRET, roles=[]
    ),
    "accounts.change_person": lambda s, v: accounts.change_person(
        s.desk, v, person=s.ids["okafor"], roles=[], privileges=[], units=[]
    ),
    "accounts.set_password": lambda s, v: accounts.set_password(s.desk, v, old=WRONG, new="another one"),
    "accounts.set_pin": lambda s, v: accounts.set_pin(s.desk, v, secret=SECRET, pin="1"),
    "accounts.unlock": lambda s, v: accounts.unlock(s.desk, v, person=s.ids["okafor"]),
    "approve.answer_flag": lambda s, v: approve.answer_flag(s.desk, v, template=s.template, flag="f1", answer="a"),
    "approve.approve": lambda s, v: approve.approve(s.desk, v, template=s.template),
    "approve.retire": lambda s, v: approve.retire(s.desk, v, template=s.template, reason="r"),
    "browse.checkpoint": lambda s, v: browse.checkpoint(s.desk, v),
    "browse.lines": lambda s, v: browse.lines(s.desk, v, sought=Sought()),
    "browse.standing": lambda s, v: browse.standing(s.desk, v),
    "browse.verify": lambda s, v: browse.verify(
        s.desk, v, archive=cast("Archive", s.desk.log), outside=(), record=s.episode
    ),
    "day.check_item": lambda s, v: day.check_item(s.desk, v, episode=s.episode, item="washed", answer="yes"),
    "day.confirm": lambda s, v: day.confirm(s.desk, v, episode=s.episode, result="stands"),
    "day.decide_exception": lambda s, v: day.decide_exception(
        s.desk, v, episode=s.episode, item="washed", outcome="postponed"
    ),
    "day.withdraw": lambda s, v: day.withdraw(s.desk, v, episode=s.episode),
    "deliver.export": lambda s, v: deliver.export(s.desk, v, document="0" * 64),
    "deliver.is_unchanged": lambda s, v: deliver.is_unchanged(s.desk, v, episode=s.episode),
    "deliver.export_large": lambda s, v: deliver.export_large(s.desk, v, document="0" * 64),
    "deliver.today": lambda s, v: deliver.today(s.desk, v, since="0", until="9"),
    "deliver.view": lambda s, v: deliver.view(s.desk, v, episode=s.episode),
    "deliver.judged": lambda s, v: deliver.judged(s.desk, v, episode=s.episode, judge=lambda pdf, **_: pdf),
    "deliver.who_looked": lambda s, v: deliver.who_looked(s.desk, v, episode=s.episode),
    "devices.enrol": lambda s, v: devices.enrol(s.desk, v, label="Bay 2", ticket="t"),
    "devices.revoke": lambda s, v: devices.revoke(s.desk, v, device="d-1"),
    "discuss.answer_question": lambda s, v: discuss.answer_question(
        s.desk, v, episode=s.episode, question="q", way="in_person"
    ),
    "discuss.ask_alone": lambda s, v: discuss.ask_alone(s.desk, v, episode=s.episode),
    "discuss.judge": lambda s, v: discuss.judge(s.desk, v, episode=s.episode, concept="where", result="understood"),
    "discuss.record_talk": lambda s, v: discuss.record_talk(s.desk, v, episode=s.episode, minutes=1),
    "discuss.assign_question": lambda s, v: discuss.assign_question(
        s.desk, v, episode=s.episode, question="q", about="medical", to=s.ids["stone"]
    ),
    "deliver.waiting": lambda s, v: deliver.waiting(s.desk, v),
    "read.judge_answer": lambda s, v: read.judge_answer(s.desk, v, question="q", helped=True),
    "discuss.review_screening": lambda s, v: discuss.review_screening(
        s.desk, v, episode=s.episode, question="sedated", decision="applies"
    ),
    "glass.break_glass": lambda s, v: glass.break_glass(s.desk, v, mrn="none", birth_date=BORN, reason="r"),
    "glass.review": lambda s, v: glass.review(s.desk, v, glass="g-1", finding="justified"),
    "glass.to_review": lambda s, v: glass.to_review(s.desk, v),
    "handover.hand_over": lambda s, v: handover.hand_over(s.desk, v, episode=s.episode, ticket="t"),
    "handover.let_go_on": lambda s, v: handover.let_go_on(s.desk, v, secret=WRONG),
    "handover.take_back": lambda s, v: handover.take_back(s.desk, v, secret=WRONG),
    "keeping.agree": lambda s, v: keeping.agree(s.desk, v, episode=s.episode),
    "keeping.drop": lambda s, v: keeping.drop(s.desk, v, episode=s.episode),
    "keeping.due": lambda s, v: keeping.due(s.desk, v),
    "keeping.lift_hold": lambda s, v: keeping.lift_hold(s.desk, v, episode=s.episode, matter="M-1"),
    "keeping.propose": lambda s, v: keeping.propose(s.desk, v, episode=s.episode, reason="law"),
    "keeping.set_hold": lambda s, v: keeping.set_hold(s.desk, v, episode=s.episode, why="audit", matter="M-1"),
    "needs.note": lambda s, v: needs.note(s.desk, v, episode=s.episode, needs=["glasses"]),
    "notices.correct": lambda s, v: notices.correct(s.desk, v, episode=s.episode, text="t"),
    "packets.print_day": lambda s, v: packets.print_day(s.desk, v, day="2026-11-24"),
    "prepare.assign_unit": lambda s, v: prepare.assign_unit(s.desk, v, episode=s.episode, unit=""),
    "prepare.move_appointment": lambda s, v: prepare.move_appointment(
        s.desk, v, episode=s.episode, appointment=WHEN, reason="late"
    ),
    "prepare.open_episode": lambda s, v: prepare.open_episode(
        s.desk,
        v,
        name=NAME,
        birth_date=BORN,
        mrn="1",
        procedure=s.template.id,
        appointment=WHEN,
        clinician=s.ids["stone"],
    ),
    "prepare.plan_medicines": lambda s, v: prepare.plan_medicines(s.desk, v, episode=s.episode, lines=[]),
    "prepare.prepare": lambda s, v: prepare.prepare(
        s.desk, v, episode=s.episode, sites=[SITE], why="y", performer=s.ids["stone"], facts=FACTS
    ),
    "read.acknowledge": lambda s, v: read.acknowledge(s.desk, v, statement="scar", digest="0" * 64),
    "read.answer_screening": lambda s, v: read.answer_screening(s.desk, v, question="sedated", answer="no"),
    "read.ask": lambda s, v: read.ask(s.desk, v, page="matters", text="Why?"),
    "read.choose": lambda s, v: read.choose(s.desk, v, clause="photo", choice="no"),
    "read.choose_size": lambda s, v: read.choose_size(s.desk, v, size="large"),
    "read.tell_in_words": lambda s, v: read.tell_in_words(s.desk, v, concept="where"),
    "read.declare_holder": lambda s, v: read.declare_holder(s.desk, v, holder="patient"),
    "read.confirm_identity": lambda s, v: read.confirm_identity(s.desk, v, name=NAME, birth_date=BORN),
    "read.finish": lambda s, v: read.finish(s.desk, v, way="by_myself"),
    "read.note_matters": lambda s, v: read.note_matters(s.desk, v, hope="", worry=""),
    "read.quiz": lambda s, v: read.quiz(s.desk, v, concept="where", round_number=1, answer=0),
    "read.refuse": lambda s, v: read.refuse(s.desk, v),
    "read.show": lambda s, v: read.show(s.desk, v, page="matters"),
    "register.begin_export": lambda s, v: register.begin_export(s.desk, v, wanted=Wanted()),
    "register.find": lambda s, v: register.find(s.desk, v, wanted=Wanted()),
    "register.taken_out": lambda s, v: register.taken_out(s.desk, v),
    "register.next_rows": lambda s, v: register.next_rows(s.desk, v, wanted=Wanted()),
    "sign.attest": lambda s, v: sign.attest(s.desk, v, presentation="p-1", body=b"{}"),
    "sign.present_to_clinician": lambda s, v: sign.present_to_clinician(s.desk, v, episode=s.episode),
    "sign.present_to_patient": lambda s, v: sign.present_to_patient(s.desk, v),
    "sign.sign_as_patient": lambda s, v: sign.sign_as_patient(s.desk, v, presentation="p-1", body=b"{}"),
    "proving.begin": lambda s, v: proving.begin(s.desk, v, verifier=FakeVerifier(), outside=()),
    "proving.progress": lambda s, v: proving.progress(s.desk, v, verifier=FakeVerifier()),
    "proving.stop": lambda s, v: proving.stop(s.desk, v, verifier=FakeVerifier()),
    "unsaved.keep_typed": lambda s, v: unsaved.keep_typed(s.desk, v, episode=s.episode, fields={}),
    "unsaved.typed_by": lambda s, v: unsaved.typed_by(s.desk, v, episode=s.episode),
    "unsaved.keep_question": lambda s, v: unsaved.keep_question(s.desk, v, text="Why?"),
    "usual.usual": lambda s, v: usual.usual(s.desk, v, procedure=s.template.id, performer=s.ids["stone"]),
    "timeout.agree": lambda s, v: timeout.agree(s.desk, v, episode=s.episode, time_out="t-1", card="who"),
    "timeout.begin": lambda s, v: timeout.begin(s.desk, v, episode=s.episode),
    "timeout.end": lambda s, v: timeout.end(s.desk, v, episode=s.episode, how="finished"),
    "timeout.explain": lambda s, v: timeout.explain(s.desk, v, episode=s.episode, note="n"),
    "timeout.halt": lambda s, v: timeout.halt(s.desk, v, episode=s.episode, time_out="t-1", card="who"),
    "timeout.lapse": lambda s, v: timeout.lapse(s.desk, v, episode=s.episode, why="left_room"),
    "timeout.resolve": lambda s, v: timeout.resolve(s.desk, v, episode=s.episode, note="n"),
    "timeout.start": lambda s, v: timeout.start(s.desk, v, episode=s.episode, time_out="t-1"),
    "visit.new_ticket": lambda s, v: visit.new_ticket(s.desk, v, purpose="x"),
    "handover.wiped": lambda s, v: handover.wiped(s.desk, v, ticket="x"),
    "visit.rest": lambda s, v: visit.rest(s.desk, v),
    "visit.sign_out": lambda s, v: visit.sign_out(s.desk, v),
    "visit.unlock": lambda s, v: visit.unlock(s.desk, v, secret=WRONG),
}
STEPS = {
    "needs.noted": "what was entered, as an event; it touches no record",
    "effort.looked": "counts time in front of a page",
    "effort.tapped": "counts a tap",
    "day.entitled": "whether a screen offers what only somebody privileged may do",
    "visit.check_privileged": "a step of verbs: the clinician's entitlement for this procedure",
    "visit.prove_again": "a step of signing",
    "witness.with_witnesses": "a step of signing as the patient",
    "visit.touch": "keeps the caller's own session awake",
    "visit.use_ticket": "a step of what a ticket is for",
    "handover.to_wipe": "whether the caller's own tablet has to be wiped first",
    "rule.check": "the check itself",
}
"""Functions of the desk that take a visit and are no verb."""
LOGINS = {
    Role.CLINICIAN: "stone",
    Role.NURSE: "okafor",
    Role.FRONT_DESK: "desk",
    Role.REVIEWER: "lund",
    Role.AUDITOR: "audit",
    Role.COMPLIANCE: "vale",
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
@pytest.mark.parametrize("name", list(VERBS_TRIED))
def test_a_role_without_the_capability_is_refused_and_nothing_is_written(
    at_reading: Story, name: str, role: Role
) -> None:
    capability, verb = VERBS[name].may, VERBS_TRIED[name]
    if capability in MAY[role]:
        return
    somebody = as_role(at_reading, role)
    appends = at_reading.ledger.appends
    with pytest.raises(NotAllowed, match="may not do this"):
        verb(at_reading, somebody)
    assert at_reading.ledger.appends == appends


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", list(VERBS_TRIED))
def test_a_role_with_the_capability_gets_further_than_the_door(name: str, role: Role) -> None:
    capability, verb = VERBS[name].may, VERBS_TRIED[name]
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


def _of_the_desk() -> dict[str, Callable[..., object]]:
    """Every public function of the desk that takes a visit, by module and name."""
    found: dict[str, Callable[..., object]] = {}
    for one in pkgutil.iter_modules(workflow.__path__):
        module = importlib.import_module(f"consent.workflow.{one.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            takes = list(inspect.signature(function).parameters)
            if function.__module__ == module.__name__ and not name.startswith("_") and takes[1:2] == ["visit"]:
                found[f"{one.name}.{name}"] = function
    return found


def test_every_verb_of_the_desk_has_a_rule_and_is_held_to_it() -> None:
    found = _of_the_desk()
    assert set(found) - set(STEPS) == set(VERBS)
    assert {name: rule_of(found[name]) for name in VERBS} == VERBS


def test_every_rule_of_a_verb_is_tried_here() -> None:
    assert set(VERBS_TRIED) == set(VERBS)


def test_a_function_without_a_rule_cannot_become_a_verb() -> None:
    def view_everything(_desk: Desk, _visit: Visit) -> None: ...

    with pytest.raises(KeyError):
        ruled(view_everything)
    with pytest.raises(NotAllowed, match="no rule"):
        rule_of(view_everything)


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
