"""The demo clinic and the whole story played through the desk's own verbs, without a browser.

Decides who works in the invented clinic, who comes today, and what the invented patient says and does.

Invariants:
- Everything goes through the verbs that the screens use; nothing is written around them.
- Demo stores only: no other may hold invented people, and nobody else's signature is ever made by a program.

Refuses to touch a store in production.
"""

import json
import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from consent.errors import AlreadyDone, BadInput, Broken, NotAllowed
from consent.model.blockers import before_finish
from consent.model.episode import Episode
from consent.model.people import Role
from consent.model.presentation import Page, plans_missing, reading, to_review
from consent.model.template import Template
from consent.model.text import check_record_number
from consent.model.values import MedicineLine, Site
from consent.workflow import accounts, discuss, handover, prepare, read, seal, sign, visit
from consent.workflow.desk import Desk, load
from consent.workflow.visitor import Visit

PASSWORD = "bedside-demo"  # noqa: S105 - the invented clinic's, shown on its sign-in page
FACILITY = "Riverbend Pain Clinic"
PHONE_DAY = "(555) 010-0142"
PHONE_NIGHT = "(555) 010-0199"
PROCEDURE = "cryoablation-peripheral-nerve"
MAPPING = "nerve-mapping"
DEVICE = "rehearsal"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Staff:
    login: str
    name: str
    title: str
    roles: tuple[Role, ...]
    privileged: bool = False
    units: tuple[str, ...] = ()


_PAIN, _SURGERY = ("Pain clinic",), ("Surgery",)
_BOTH = (Role.CLINICIAN, Role.REVIEWER)
STAFF = (
    _Staff(login="stone", name="Avery Stone", title="MD", roles=(Role.CLINICIAN,), privileged=True, units=_PAIN),
    _Staff(login="okafor", name="Ngozi Okafor", title="RN", roles=(Role.NURSE,), units=_PAIN),
    _Staff(login="desk", name="Sam Whitlow", title="Front desk", roles=(Role.FRONT_DESK,), units=_PAIN),
    _Staff(login="reyes", name="Marisol Reyes", title="MD", roles=_BOTH, privileged=True, units=_PAIN),
    _Staff(login="haddad", name="Noor Haddad", title="MD", roles=(Role.CLINICIAN,), units=_SURGERY),
    _Staff(login="lund", name="Ingrid Lund", title="Quality lead", roles=(Role.REVIEWER, Role.AUDITOR)),
    _Staff(login="vale", name="Tomas Vale", title="Records officer", roles=(Role.COMPLIANCE,)),
    _Staff(login="ota", name="Ines Ota", title="Privacy officer", roles=(Role.COMPLIANCE,)),
    _Staff(login="admin", name="Jo Park", title="Administrator", roles=(Role.ADMIN,)),
)

PATIENTS = (
    ("Eleanor Whitfield", date(1948, 3, 7), "0004417", (9, 0)),
    ("José Müller-Ñandú", date(1971, 11, 30), "0007302", (9, 45)),
    ("Dolores García", date(1955, 6, 18), "0002951", (10, 30)),
    ("Dolores Garcia", date(1962, 6, 18), "0009120", (11, 15)),
    ("Мария Соколова", date(1980, 1, 22), "0006644", (13, 0)),
    ("Theo Nakamura", date(1990, 8, 2), "0008087", (14, 15)),
)

_FACTS = {
    "guidance": "ultrasound",
    "nerve_type": "mixed",
    "depth": "near_skin",
    "area": "elsewhere",
    "limb": "leg_or_foot",
    "gas": "co2",
    "device": "cryo console, invented for this demo",
    "mapping": "clear_relief",
    "numb_weeks": "12",
    "may_drive": "no",
    "follow_up": "2026-12-08",
}


_TYPED = {"text": "Not set in this demo", "number": "12", "date": "2026-12-08"}


def populate(desk: Desk) -> None:
    """Fill an empty demo store with the invented clinic and today's patients; another is left as it is.

    Raises:
        NotAllowed: The store is in production.
    """
    check_demo(desk)
    if desk.people.all():
        return
    hire(desk)
    clerk = signed_in(desk, "desk")
    zone = ZoneInfo(desk.clinic.zone)
    today = desk.clock.now().astimezone(zone).date()
    for name, born, mrn, (hour, minute) in PATIENTS:
        at = datetime(today.year, today.month, today.day, hour, minute, tzinfo=zone)
        _book(desk, clerk, name=name, born=born, mrn=mrn, at=at)
    visit.sign_out(desk, clerk)


def hire(desk: Desk) -> None:
    """Make the invented clinic's accounts.

    Raises:
        NotAllowed: The store is in production.
    """
    check_demo(desk)
    for one in STAFF:
        accounts.set_up(
            desk,
            login=one.login,
            name=one.name,
            secret=PASSWORD,
            title=one.title,
            roles=one.roles,
            privileges=(PROCEDURE, MAPPING) if one.privileged else (),
            units=one.units,
        )


def check_demo(desk: Desk) -> None:
    """Raises NotAllowed: the store is in production."""
    if desk.clinic.mode != "demo":
        raise NotAllowed("This is for demo stores only.", "Set CONSENT_MODE=demo and another CONSENT_RECORDS.")


def signed_in(desk: Desk, login: str) -> Visit:
    """Sign one of the invented people in."""
    return _known(desk, visit.sign_in(desk, login=login, secret=PASSWORD, device=DEVICE))


def _known(desk: Desk, token: str) -> Visit:
    found = visit.look_up(desk, token)
    if found is None:
        raise Broken("A session that was just opened is not there.")
    return found


def record_number(desk: Desk, stem: str) -> str:
    """A record number with the check digit that the clinic's have. Raises BadInput: none fits."""
    for ending in (*"0123456789", "X"):
        with suppress(ValueError):
            check_record_number(f"{stem}{ending}", rule=desk.mrn_check)
            return f"{stem}{ending}"
    raise BadInput("No record number fits the clinic's check digit.")


def _book(desk: Desk, clerk: Visit, *, name: str, born: date, mrn: str, at: datetime) -> Episode:
    clinician = next(account.person for account in desk.people.all() if account.login == "stone")
    return prepare.open_episode(
        desk,
        clerk,
        name=name,
        birth_date=born,
        mrn=mrn if desk.mrn_check == "none" else record_number(desk, mrn[:-1]),
        procedure=PROCEDURE,
        appointment=at,
        clinician=clinician.id,
    )


def book(desk: Desk, staff: Visit, *, patient: str) -> Episode:
    """Plan the procedure of the story, tomorrow at this time."""
    at = desk.clock.now() + timedelta(days=1)
    return _book(desk, staff, name=patient, born=date(1948, 3, 7), mrn="0004417", at=at)


def play(desk: Desk, *, patient: str) -> Episode:
    """Play the whole story for one patient on an empty demo store, to the filed document.

    Args:
        desk: The ports, on a store without accounts.
        patient: The patient's name.

    Raises:
        AlreadyDone: The store is not empty.
        NotAllowed: The store is in production.
        Unprintable: The name holds a character that the document's fonts do not have.
    """
    check_demo(desk)
    if desk.people.all():
        raise AlreadyDone("The store is not empty.", "Name an empty folder with CONSENT_RECORDS.")
    hire(desk)
    clinician = signed_in(desk, "stone")
    episode = book(desk, clinician, patient=patient)
    prepare_it(desk, clinician, episode=episode.id)
    clinician = patient_reads(desk, clinician, episode=episode.id)
    talk(desk, clinician, episode=episode.id)
    clinician = patient_signs(desk, clinician, episode=episode.id)
    clinician_signs(desk, clinician, episode=episode.id)
    seal.work_once(desk)
    return load(desk, episode.id)


def prepare_it(desk: Desk, clinician: Visit, *, episode: str) -> Episode:
    """The clinician sets what is particular to this patient."""
    template = desk.templates.latest(PROCEDURE)
    return prepare.prepare(
        desk,
        clinician,
        episode=episode,
        sites=(Site(place="inner side of the knee", side="left"),),
        why="Your knee has hurt for two years, and the test shot took the pain away for an hour and a half.",
        performer=clinician.staff.id,
        facts=dict(facts(template)),
        helpers=("Ngozi Okafor, RN",),
    )


def facts(template: Template) -> Iterator[tuple[str, str]]:
    """A value for each fact that the template asks for."""
    for fact in template.facts:
        options = [option.id for option in fact.options]
        wanted = _FACTS.get(fact.id, "")
        yield (
            fact.id,
            wanted if wanted in options or (wanted and not options) else (options or [_TYPED[fact.typed]])[0],
        )


def _handed(desk: Desk, clinician: Visit, *, episode: str) -> Visit:
    ticket = visit.new_ticket(desk, clinician, purpose=f"hand_over:{episode}")
    token = handover.hand_over(desk, clinician, episode=episode, ticket=ticket)
    patient = _known(desk, token)
    record = load(desk, episode).plan.patient
    read.choose_size(desk, patient, size="normal")
    read.confirm_identity(desk, patient, name=record.name, birth_date=date.fromisoformat(record.birth_date))
    read.declare_holder(desk, patient, holder="patient")
    return patient


def taken_back(desk: Desk, patient: Visit) -> Visit:
    """Staff take the tablet back; gives their visit."""
    return _known(desk, handover.take_back(desk, patient, secret=PASSWORD).token)


def patient_reads(desk: Desk, clinician: Visit, *, episode: str) -> Visit:
    """Hand over, read everything, answer, ask one question, miss one concept once; gives the staff's visit after it."""
    check_demo(desk)
    patient = _handed(desk, clinician, episode=episode)
    read.note_matters(desk, patient, hope="To climb the stairs at home again.", worry="That it hurts more than now.")
    read_pages(desk, patient)
    read.ask(desk, patient, page="matters", text="Can I pick up my grandson the day after?")
    read.finish(desk, patient, way="by_myself")
    return taken_back(desk, patient)


def read_pages(desk: Desk, patient: Visit) -> None:
    """Read every page with something to do, as the patient: answer, tap, choose."""
    done: set[str] = set()
    while left := _to_read(load(desk, patient.episode), done):
        for page in left:
            done.add(page.key)
            now = read.show(desk, patient, page=page.key)
            for passage in read.page_of(now, page.key).passages:
                if passage.acknowledge:
                    read.acknowledge(desk, patient, statement=passage.part, digest=passage.digest)
            for part in page.parts:
                _answer(desk, patient, page=page.key, part=part)
            if page.parts:
                break  # what was answered may have brought other pages


def _to_read(now: Episode, done: set[str]) -> list[Page]:
    due = {one.about for one in before_finish(now)}
    return [page for page in reading(now.case) if page.key in due - done]


def _answer(desk: Desk, patient: Visit, *, page: str, part: str) -> None:
    now = load(desk, patient.episode)
    if page.startswith("screening"):
        asked = [one.id for one in now.template.screening]
        yes = len(asked) > 2 and part == asked[2]  # noqa: PLR2004 - the third question is the one answered with yes
        detail = "Apixaban, in the morning" if yes else ""
        read.answer_screening(desk, patient, question=part, answer="yes" if yes else "no", detail=detail)
    elif page == "choices":
        first = part == now.template.clauses[0].id
        read.choose(desk, patient, clause=part, choice="no" if first else "yes")
    else:
        _understand(desk, patient, concept=part, miss=part == now.template.concepts[0].id)


def _understand(desk: Desk, patient: Visit, *, concept: str, miss: bool) -> None:
    rounds = read.concept_of(load(desk, patient.episode), concept).tries
    for number, right in enumerate((False, True) if miss else (True,), start=1):
        answers = [answer.right for answer in rounds[number - 1].answers]
        read.quiz(desk, patient, concept=concept, round_number=number, answer=answers.index(right))


def talk(desk: Desk, clinician: Visit, *, episode: str) -> Episode:
    """Answer what was asked, decide about what was answered, plan the medicines, and record the talk."""
    now = load(desk, episode)
    for asked in now.open_questions:
        text = "Yes. Lift as much as feels right; your knee may be sore for some days."
        discuss.answer_question(desk, clinician, episode=episode, question=asked.question, way="typed", text=text)
    note = "Talked about; the prescriber agrees to go on."
    for question in dict.fromkeys(owner for owner, _ in to_review(now.case)):
        discuss.review_screening(desk, clinician, episode=episode, question=question, decision="applies", note=note)
    if plans_missing(load(desk, episode).case):
        line = MedicineLine(medicine="Apixaban", change=False, agreed_with="Dr. Lena Brandt")
        prepare.plan_medicines(desk, clinician, episode=episode, lines=(line,))
    return discuss.record_talk(desk, clinician, episode=episode, minutes=9)


def patient_signs(desk: Desk, clinician: Visit, *, episode: str) -> Visit:
    """Hand over again, read what changed, sign by a program: demo stores only. Gives the staff's visit after it."""
    check_demo(desk)
    patient = _handed(desk, clinician, episode=episode)
    read_pages(desk, patient)
    patient_draws(desk, patient)
    return taken_back(desk, patient)


def patient_draws(desk: Desk, patient: Visit) -> None:
    """All of it is put before the patient, who signs: demo stores only."""
    check_demo(desk)
    now = sign.present_to_patient(desk, patient)
    sign.sign_as_patient(desk, patient, presentation=_asked(now), body=_drawn(now, wave=7))


def clinician_signs(desk: Desk, clinician: Visit, *, episode: str) -> Episode:
    """The clinician attests and signs by a program: demo stores only."""
    check_demo(desk)
    now = sign.present_to_clinician(desk, clinician, episode=episode)
    sign.attest(desk, clinician, presentation=_asked(now), body=_drawn(now, wave=11, secret=PASSWORD))
    return load(desk, episode)


def _asked(now: Episode) -> str:
    return now.presented.presentation if now.presented else ""


def _drawn(now: Episode, *, wave: int, secret: str = "") -> bytes:
    """Invented ink: loops that run along the line, another for each person and record."""
    turn = int(now.head[:4], 16) / 10_000
    points = [
        (
            round(900 + 62 * step + 420 * math.sin(step / 3 + turn)),
            round(5200 - 1900 * math.sin(step / 2.6 + turn) - 1100 * math.sin(step / wave)),
            16 * step,
            500 + round(300 * math.sin(step / 4)),
        )
        for step in range(120)
    ]
    mark = {"way": "drawn", "aspect": 300, "strokes": [{"points": points[:80]}, {"points": points[80:]}]}
    covers = now.presented.covers if now.presented else ""
    return json.dumps({"covers": covers, "mark": mark, "secret": secret}).encode()
