"""Before the patient reads: open the episode, pin the template, set what is particular.

Decides which template version a patient may be shown, and when a consent is prepared.

Invariants:
- In production a patient is shown approved versions only.
- Every fact that the template asks for is set, from its options where it has some.
- The performer is privileged for the procedure.
- A medicine that changes says how; a change of the plan makes the patient read that page again, and that one only.

Refuses to preset anything about medicines: somebody has to choose, drug by drug (H6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from consent.errors import AlreadyDone, BadInput, NotAllowed, StaleEpisode
from consent.model import canon
from consent.model.episode import Episode, check_transition
from consent.model.events import (
    EpisodeOpened,
    Event,
    MedicinesPlanned,
    Tailored,
    TemplatePinned,
    UnitAssigned,
)
from consent.model.events_clinician import AppointmentMoved, NeedsNoted
from consent.model.people import Capability, Person, can
from consent.model.presentation import plans_needed
from consent.model.template import Fact, Template
from consent.model.text import check_birth_date, check_record_number
from consent.model.values import MedicineLine, Patient, Site
from consent.ports import Answer
from consent.workflow.accept import accepting, check_printable
from consent.workflow.desk import Decision, Desk, change, just, load
from consent.workflow.needs import new
from consent.workflow.offer import check_not_withdrawn, offered
from consent.workflow.rule import ruled
from consent.workflow.visit import check_privileged
from consent.workflow.visitor import Visit


@ruled
def open_episode(
    desk: Desk,
    visit: Visit,
    *,
    name: str,
    birth_date: date,
    mrn: str,
    procedure: str,
    appointment: datetime,
    clinician: str,
    unit: str = "",
    age_confirmed: bool = False,
) -> Episode:
    """Plan a procedure for a patient.

    Args:
        desk: The ports.
        visit: Who does it.
        name: The patient's name, as in the chart.
        birth_date: Second identifier.
        mrn: Record number, leading zeros kept.
        procedure: Template id.
        appointment: With zone.
        clinician: Person id of the clinician in charge.
        unit: Whose patient this is; by default the first unit of the clinician in charge.
        age_confirmed: Somebody compared a date of birth that makes the patient older than 120 years.

    Raises:
        BadInput: Something cannot be kept or printed; the sentence says what.
        AlreadyDone: It is planned already, out of this visit's reach.
    """
    with accepting("The date of birth"):
        today = desk.clock.now().astimezone(ZoneInfo(desk.clinic.zone)).date()
        check_birth_date(birth_date, today=today, confirmed=age_confirmed)
    patient = _patient(desk, name=name, birth_date=birth_date, mrn=mrn)
    desk.templates.latest(procedure)
    in_charge = _clinician(desk, clinician)
    opened = EpisodeOpened(
        patient=patient,
        procedure=procedure,
        appointment=canon.instant(appointment),
        clinician=in_charge.ref,
        clinic=desk.clinic,
    )
    belongs = unit or next(iter(in_charge.units), "")
    with accepting("The unit"):
        assigned = [UnitAssigned(unit=belongs)] if belongs else []
    return _open_once(desk, visit, opened=opened, events=(opened, *assigned))


def _open_once(desk: Desk, visit: Visit, *, opened: EpisodeOpened, events: tuple[Event, ...]) -> Episode:
    """Two taps, or two people, who plan the same procedure of a patient for the same moment open one record (F9).

    After a finished attempt the next one is a record of its own: a no is never turned into a yes.
    """
    patient = opened.patient
    rows = desk.ledger.rows_of(mrn=patient.mrn, birth_date=patient.birth_date)
    over = sum(bool(row.outcome) for row in rows if row.procedure == opened.procedure)
    plan = canon.request_digest([opened.model_dump(mode="json"), over])
    episode, key = desk.entropy.name("e"), f"open:{plan}"
    answer = Answer(key=key, request=plan, body=episode)
    try:
        decision = Decision(events=events, answer=answer)
        return change(desk, visit.stamp(desk), episode=episode, decide=lambda _: decision)
    except AlreadyDone:
        known = desk.ledger.answer(key)
        if known is None or desk.ledger.row(visit.scope, known.body) is None:
            raise AlreadyDone("This patient is planned for that moment already.", "Look on the list.") from None
        return load(desk, known.body)


@ruled
def assign_unit(desk: Desk, visit: Visit, *, episode: str, unit: str) -> Episode:
    """The patient belongs to another unit from now on, whose staff need to know."""
    _check_not_by_glass(desk, visit, episode=episode)
    with accepting("The unit"):
        event = UnitAssigned(unit=unit)
    return change(
        desk, visit.stamp(desk), episode=episode, decide=lambda now: just() if now.unit == event.unit else just(event)
    )


def _check_not_by_glass(desk: Desk, visit: Visit, *, episode: str) -> None:
    """A broken glass lasts for an hour; nobody makes it last by taking the patient over.

    Raises:
        NotAllowed: The record is within reach by a broken glass only.
    """
    if desk.ledger.row(replace(visit.scope, session=""), episode) is None:
        raise NotAllowed("An emergency look does not make this your patient.", "Ask the unit that treats them.")


def _patient(desk: Desk, *, name: str, birth_date: date, mrn: str) -> Patient:
    with accepting("The patient"):
        patient = Patient(name=name, birth_date=birth_date.isoformat(), mrn=mrn)
    with accepting("The record number"):
        check_record_number(patient.mrn, rule=desk.mrn_check)
    check_printable(desk.press, patient.name, patient.mrn)
    return patient


def _clinician(desk: Desk, person: str) -> Person:
    found = _person(desk, person)
    if not can(found.roles, Capability.DISCUSS):
        raise BadInput("The person in charge has to be a clinician.", "Choose one from the list.")
    return found


def _person(desk: Desk, person: str) -> Person:
    account = desk.people.by_id(person)
    if account is None or not account.person.active:
        raise BadInput("There is no such member of staff.", "Choose somebody from the list.")
    return account.person


@ruled
def prepare(
    desk: Desk,
    visit: Visit,
    *,
    episode: str,
    sites: Sequence[Site],
    why: str,
    performer: str,
    facts: Mapping[str, str],
    helpers: Sequence[str] = (),
    needs: NeedsNoted | None = None,
    seen: int | None = None,
) -> Episode:
    """Set what is particular to this patient; pins the newest template version at the first time.

    ``needs`` is what the patient needs, where somebody noted it (``needs.noted``).
    ``seen`` is the version of the episode that the form was filled from (catalogue D5).

    Raises:
        BadInput: Something is missing or cannot be printed.
        NotAllowed: The performer is not privileged, or production has no approved version.
        StaleEpisode: Somebody else prepared it in between.
    """
    person = _person(desk, performer)
    if person.id == visit.staff.id:
        _check_not_by_glass(desk, visit, episode=episode)
    with accepting("What was entered"):
        tailored = Tailored(
            sites=tuple(sites),
            why=why,
            performer=person.ref,
            helpers=tuple(helpers),
            facts={key: value for key, value in facts.items() if value},
        )
    _check_printed(desk, tailored)

    def decide(now: Episode) -> Decision:
        if seen is not None and seen != now.version:
            raise StaleEpisode("Somebody else changed this record since the form was opened.")
        if now.plan.procedure not in person.privileges:
            raise NotAllowed("The performer is not privileged for this procedure.", "Choose somebody who is.")
        check_transition(now, "Tailored")
        if now.pinned:
            check_not_withdrawn(desk, now.pinned.template)
        pin = [] if now.pinned else [_pin(desk, now.plan.procedure)]
        _check_facts(now.pinned.template if now.pinned else pin[0].template, tailored)
        return Decision(events=(*pin, tailored, *new(now, needs)), saved=visit.staff.id)

    return change(desk, visit.stamp(desk), episode=episode, decide=decide, retry=False)


def _check_printed(desk: Desk, tailored: Tailored) -> None:
    texts = [tailored.why, *tailored.helpers, *tailored.facts.values()]
    texts += [text for site in tailored.sites for text in (site.place, site.level)]
    check_printable(desk.press, *texts)


def _pin(desk: Desk, procedure: str) -> TemplatePinned:
    template, status = offered(desk, procedure)
    return TemplatePinned(ref=template.ref, status=status, template=template)


def _check_facts(template: Template, tailored: Tailored) -> None:
    missing = [fact.ask.rstrip("?") for fact in template.facts if not tailored.facts.get(fact.id)]
    if missing:
        raise BadInput(f"Not set yet: {'; '.join(missing)}.", "Set it and save again.")
    options = {fact.id: {option.id for option in fact.options} for fact in template.facts}
    for key, value in tailored.facts.items():
        if key not in options or (options[key] and value not in options[key]):
            raise BadInput("One of the facts has a value that is not in its list.", "Choose from the list.")
    for fact in template.facts:
        if fact.typed != "text":
            _check_typed(fact, tailored.facts[fact.id])


def _check_typed(fact: Fact, value: str) -> None:
    try:
        date.fromisoformat(value) if fact.typed == "date" else int(value)
    except ValueError:
        kind = "a date" if fact.typed == "date" else "a whole number"
        raise BadInput(f"This needs {kind}: {fact.ask}", "Correct it and save again.") from None


@ruled
def move_appointment(desk: Desk, visit: Visit, *, episode: str, appointment: datetime, reason: str) -> Episode:
    """Plan it for another moment; what the patient reads of that moment is read again (H6).

    Raises:
        BadInput: There is no reason, or it is the same moment.
        WrongState: The patient has signed: then it takes another consent or the day's confirmation.
    """
    if not reason.strip():
        raise BadInput("Moving an appointment needs a reason.", "Write it, so that others know.")
    with accepting("The reason"):
        moved = AppointmentMoved(appointment=canon.instant(appointment), reason=reason, by=visit.staff.ref)

    def decide(now: Episode) -> Decision:
        check_transition(now, moved.kind)
        if now.appointment == moved.appointment:
            raise BadInput("It is planned for that moment already.", "Choose another one.")
        return just(moved)

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


@ruled
def plan_medicines(desk: Desk, visit: Visit, *, episode: str, lines: Sequence[MedicineLine]) -> Episode:
    """Decide about this patient's medicines, one by one; no lines say that nothing changes.

    Raises:
        BadInput: A medicine changes, but how is not said, or a pause names no prescriber where one must agree.
        NotAllowed: The visit is not a clinician privileged for this procedure.
    """
    for line in lines:
        if line.change and not line.how:
            raise BadInput("A medicine changes, but how is not said.", "Say what changes, and from when.")
    check_printable(desk.press, *(text for line in lines for text in (line.medicine, line.how, line.agreed_with)))
    with accepting("The plan"):
        planned = MedicinesPlanned(by=visit.staff.ref, lines=tuple(lines))

    def decide(now: Episode) -> Decision:
        check_privileged(visit, now)
        _check_agreed(now, lines)
        return just(planned)

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


def _check_agreed(now: Episode, lines: Sequence[MedicineLine]) -> None:
    """A change needs the prescriber's name where the patient's plan asks for it (P4: blood thinners)."""
    asks = any(item.agreed_with_prescriber for item in plans_needed(now.case))
    if asks and any(line.change and not line.agreed_with for line in lines):
        raise BadInput("A medicine changes, but who agreed is not said.", "Name the prescriber who agreed.")
