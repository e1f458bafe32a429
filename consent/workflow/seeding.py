"""Fills a demo store with plausible invented records, told through the verbs that the screens use.

Decides how many records end where, when they happened, and what a seeded record lacks.

Invariants:
- Each event is made by a verb, held to the law and chained as any other; a record is kept as a whole or not at all.
- Nothing that waits for a document is left behind: who refused, or was signed for by both, is told only where documents
  are made with it. Drafts are closed when they would have been, so that the worker finds nothing to do.
- The same seed tells the same records, numbered on from those that are there: two runs are one long one.
- Who treats is asked for no secret, and nothing is said in the streams of the staff.

Refuses a store in production.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from consent.errors import BadInput
from consent.model.arrival import items
from consent.model.events import HandedBack, HandedOver
from consent.model.people import Person, Role
from consent.model.timeout import card_now, running
from consent.ports import SessionRow, Staging
from consent.workflow import day, discuss, drafts, prepare, read, rehearsal, seal, timeout
from consent.workflow.desk import Desk, change, just, load
from consent.workflow.invented import CHANGED_MINDS, HOPES, LIKELY, NAMES, NOES, PLACES, QUESTIONS, WORRIES
from consent.workflow.luck import Dice, Unasked, Unmeasured, Watch
from consent.workflow.visitor import Visit

BATCH = 20
"""So many records go into one transaction; with documents it is one."""
YEARS = 6
"""How far back appointments reach."""
_DEVICE = "seeded"


class End(StrEnum):
    """How far a record is told."""

    OPENED = "opened"
    PREPARED = "prepared"
    READING = "reading"
    READ = "read"
    DISCUSSED = "discussed"
    PATIENT_SIGNED = "patient_signed"
    REFUSED = "refused"
    CONSENTED = "consented"
    WITHDRAWN = "withdrawn"
    DONE = "done"


_LEFT = ((End.OPENED, 10), (End.PREPARED, 15), (End.READING, 10), (End.READ, 20), (End.DISCUSSED, 45))
_RECENT = (*_LEFT, (End.PATIENT_SIGNED, 20))
_FINISHED = ((End.DONE, 70), (End.CONSENTED, 12), (End.REFUSED, 10), (End.WITHDRAWN, 8))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """One record that is being told: the desk that holds it back, its luck and its time, and who treats."""

    desk: Desk
    dice: Dice
    watch: Watch
    clinician: Person
    nurse: Person
    appointment: datetime
    until: datetime
    end: End
    number: int
    procedure: str
    episode: str = ""

    def staff(self, person: Person) -> Visit:
        """A visit of somebody who treats."""
        return self._visit(person, episode="")

    def patient(self) -> Visit:
        """The patient's visit, on the tablet that was just given to them."""
        return self._visit(None, episode=self.episode)

    def _visit(self, person: Person | None, *, episode: str) -> Visit:
        at = self.desk.now()
        holder = (person or self.clinician).id
        session = SessionRow(
            id=self.dice.name("s"), token="", person=holder, device=_DEVICE, created=at, last_seen=at, episode=episode
        )
        return Visit(session=session, person=person, at=at)


def fill(desk: Desk, staging: Staging, *, episodes: int, seed: str, documents: bool = False) -> Iterator[int]:
    """Tell so many records; gives how many are kept, after each time that some were. Stopping between is safe.

    Args:
        desk: The ports, on a demo store; an empty one gets the invented clinic first.
        staging: A ledger on the same store that holds new records back.
        episodes: How many records.
        seed: What they are drawn from.
        documents: Tell finished ones too, and make, seal and deliver their documents as the worker does.

    Raises:
        NotAllowed: The store is in production.
        BadInput: Nobody in it may do the procedure, or no nurse is there to read a time-out.
        SealRefused: The sealing key cannot be used.
    """
    rehearsal.check_demo(desk)
    until = desk.clock.now()
    rehearsal.populate(desk)
    teams, first = _teams(desk), len(desk.ledger.streams("episode:"))
    size = 1 if documents else BATCH
    for number in range(episodes):
        dice = Dice(seed, first + number)
        _tell(_scene(desk, staging, dice, number=first + number, until=until, team=dice.one(teams), finished=documents))
        if (number + 1) % size == 0 or number + 1 == episodes:
            staging.keep()
            if documents:
                seal.work_once(desk)
            yield number + 1


def _teams(desk: Desk) -> tuple[tuple[Person, Person], ...]:
    """Clinicians who may do the procedure, each with a nurse of the same patients."""
    people = [account.person for account in desk.people.all() if account.person.active]
    able = [one for one in people if Role.CLINICIAN in one.roles and rehearsal.PROCEDURE in one.privileges]
    nurses = [one for one in people if Role.NURSE in one.roles]
    teams = tuple((one, nurse) for one in able for nurse in nurses if one.units[:1] == nurse.units[:1])
    if not teams:
        raise BadInput(
            "No clinician of this store may do the procedure beside a nurse of the same unit.",
            "Add both under People, or name an empty folder with CONSENT_RECORDS.",
        )
    return teams


def _scene(
    desk: Desk,
    staging: Staging,
    dice: Dice,
    *,
    number: int,
    until: datetime,
    team: tuple[Person, Person],
    finished: bool,
) -> _Scene:
    recent = dice.below(10) == 0
    ago = dice.below(desk.draft_days + 20) - 20 if recent else desk.draft_days + 3 + dice.below(YEARS * 365)
    appointment = _at(desk, dice, until - timedelta(days=ago))
    complete = finished and not recent and dice.below(100) < 90  # noqa: PLR2004 - nine in ten old ones were finished
    begin = min(appointment, until) - timedelta(days=2 + dice.below(19), minutes=dice.below(400))
    watch = Watch(begin, dice)
    told = replace(
        desk,
        ledger=staging,
        efforts=Unmeasured(),
        hasher=Unasked(),
        clock=watch,
        entropy=dice,
        draft_kept_days=0,
    )
    return _Scene(
        desk=told,
        dice=dice,
        watch=watch,
        clinician=team[0],
        nurse=team[1],
        appointment=appointment,
        until=until,
        end=dice.weighed(_FINISHED if complete else _RECENT if recent else _LEFT),
        number=number,
        procedure=_procedure(dice, team[0]),
    )


def _procedure(dice: Dice, clinician: Person) -> str:
    mapping = rehearsal.MAPPING in clinician.privileges and dice.below(5) == 0
    return rehearsal.MAPPING if mapping else rehearsal.PROCEDURE


def _at(desk: Desk, dice: Dice, near: datetime) -> datetime:
    """A quarter of an hour in the clinic's day near that moment, not on a weekend."""
    zone = ZoneInfo(desk.clinic.zone)
    there = near.astimezone(zone).date()
    there -= timedelta(days=max(0, there.weekday() - 4))
    return datetime.combine(there, time(8 + dice.below(9), 15 * dice.below(4)), zone).astimezone(UTC)


def _tell(scene: _Scene) -> None:
    """Tell one record, as far as it goes."""
    scene = replace(scene, episode=_opened(scene))
    for step, reached in _STEPS:
        if scene.end is reached:
            break
        step(scene)
    _EPILOGUES.get(scene.end, _left)(scene)


def _opened(scene: _Scene) -> str:
    dice = scene.dice
    given, family = NAMES[dice.one(LIKELY)]
    born = date(1930 + dice.below(67), 1 + dice.below(12), 1 + dice.below(28))
    return prepare.open_episode(
        scene.desk,
        scene.staff(scene.clinician),
        name=f"{dice.one(given)} {dice.one(family)}",
        birth_date=born,
        mrn=rehearsal.record_number(scene.desk, f"{5_000_000 + scene.number}"),
        procedure=scene.procedure,
        appointment=scene.appointment,
        clinician=scene.clinician.id,
    ).id


def _prepared(scene: _Scene) -> None:
    site, why = scene.dice.one(PLACES)
    template = scene.desk.templates.latest(scene.procedure)
    later = (scene.appointment + timedelta(days=14)).date().isoformat()
    dated = {fact.id: later for fact in template.facts if fact.typed == "date"}
    prepare.prepare(
        scene.desk,
        scene.staff(scene.clinician),
        episode=scene.episode,
        sites=(site,),
        why=why,
        performer=scene.clinician.id,
        facts=dict(rehearsal.facts(template)) | dated,
        helpers=(scene.nurse.name,),
    )


def _handed(scene: _Scene) -> Visit:
    """Give the tablet to the patient, who says who they are."""
    desk, stamp = scene.desk, scene.staff(scene.clinician).stamp(scene.desk)
    now = change(desk, stamp, episode=scene.episode, decide=lambda _: just(HandedOver()))
    patient, who = scene.patient(), now.plan.patient
    read.choose_size(desk, patient, size=scene.dice.weighed((("normal", 6), ("large", 3), ("largest", 1))))
    read.confirm_identity(desk, patient, name=who.name, birth_date=date.fromisoformat(who.birth_date))
    read.declare_holder(desk, patient, holder="patient")
    return patient


def _back(scene: _Scene) -> None:
    stamp = scene.staff(scene.clinician).stamp(scene.desk)
    change(scene.desk, stamp, episode=scene.episode, decide=lambda _: just(HandedBack()))


def _begun(scene: _Scene) -> None:
    patient, dice = _handed(scene), scene.dice
    read.note_matters(scene.desk, patient, hope=dice.one(HOPES), worry=dice.one(WORRIES))
    if scene.end is End.READING:
        _back(scene)
        return
    rehearsal.read_pages(scene.desk, patient)
    if dice.below(5) < 2:  # noqa: PLR2004 - two in five ask something
        read.ask(scene.desk, patient, page="matters", text=dice.one(QUESTIONS)[0])
    read.finish(scene.desk, patient, way=dice.weighed((("by_myself", 8), ("device_read", 2))))
    if scene.end is End.REFUSED:
        read.refuse(scene.desk, patient, reason=dice.one(NOES))
    _back(scene)


def _talked(scene: _Scene) -> None:
    scene.watch.at += timedelta(minutes=20 + scene.dice.below(60))
    clinician, answers = scene.staff(scene.clinician), dict(QUESTIONS)
    for asked in load(scene.desk, scene.episode).open_questions:
        discuss.answer_question(
            scene.desk,
            clinician,
            episode=scene.episode,
            question=asked.question,
            way="typed",
            text=answers[asked.text],
        )
    rehearsal.talk(scene.desk, clinician, episode=scene.episode)


def _signed(scene: _Scene) -> None:
    patient = _handed(scene)
    rehearsal.read_pages(scene.desk, patient)
    rehearsal.patient_draws(scene.desk, patient)
    _back(scene)


def _attested(scene: _Scene) -> None:
    rehearsal.clinician_signs(scene.desk, scene.staff(scene.clinician), episode=scene.episode)


def _nothing(_: _Scene) -> None:
    """The record stays as it is."""


_STEPS: tuple[tuple[Callable[[_Scene], None], End], ...] = (
    (_prepared, End.OPENED),
    (_begun, End.PREPARED),
    (_nothing, End.READING),
    (_nothing, End.REFUSED),
    (_talked, End.READ),
    (_signed, End.DISCUSSED),
    (_attested, End.PATIENT_SIGNED),
)
"""What is done, unless the record ends just before it."""


def _left(scene: _Scene) -> None:
    """Close a draft on the night when the worker would have: an appointment of long ago is left open by nobody."""
    closing = max(scene.watch.at, scene.appointment) + timedelta(days=scene.desk.draft_days, hours=12)
    if closing < scene.until:
        scene.watch.at = closing
        drafts.tidy(scene.desk)


def _withdrew(scene: _Scene) -> None:
    said = scene.dice.one(CHANGED_MINDS)
    day.withdraw(scene.desk, scene.staff(scene.nurse), episode=scene.episode, said=said)


_ENDINGS: tuple[tuple[Literal["finished", "stopped_by_patient", "stopped_by_us"], int], ...] = (
    ("finished", 18),
    ("stopped_by_patient", 1),
    ("stopped_by_us", 1),
)


def _done(scene: _Scene) -> None:
    """The day of the procedure: confirmed, checked, read for the room, begun and ended."""
    scene.watch.at = max(scene.watch.at, scene.appointment)
    desk, nurse, episode = scene.desk, scene.staff(scene.nurse), scene.episode
    day.confirm(desk, nurse, episode=episode, result="stands")
    for item in items(load(desk, episode).case):
        day.check_item(desk, nurse, episode=episode, item=item.id, answer="yes")
    now = timeout.begin(desk, nurse, episode=episode)
    name = now.day.time_out.name if now.day.time_out else ""
    while running(now) and (card := card_now(now)):
        now = timeout.agree(desk, nurse, episode=episode, time_out=name, card=card.key)
    timeout.start(desk, nurse, episode=episode, time_out=name)
    scene.watch.at += timedelta(minutes=15 + scene.dice.below(40))
    how = scene.dice.weighed(_ENDINGS)
    timeout.end(desk, nurse, episode=episode, how=how)


_EPILOGUES: dict[End, Callable[[_Scene], None]] = {
    End.PATIENT_SIGNED: _nothing,
    End.REFUSED: _nothing,
    End.CONSENTED: _nothing,
    End.WITHDRAWN: _withdrew,
    End.DONE: _done,
}
