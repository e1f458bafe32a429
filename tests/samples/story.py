"""One patient's story through the real verbs, behind fakes: ``Story().at(Status.DISCUSSED)`` stops it there."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from consent.model.arrival import items
from consent.model.blockers import Blocker, before_finish, before_patient_signs
from consent.model.document import body_digest
from consent.model.episode import Episode
from consent.model.people import Role
from consent.model.status import LEFT_OPEN, Status
from consent.model.template import Template
from consent.model.timeout import card_now, running
from consent.model.values import Clinic, MedicineLine, Site
from consent.workflow import (
    accounts,
    day,
    deliver,
    discuss,
    drafts,
    handover,
    prepare,
    read,
    seal,
    sign,
    timeout,
    visit,
)
from consent.workflow.desk import Desk, load
from consent.workflow.visitor import Visit
from tests.fakes.clock import FixedClock
from tests.fakes.devices import MemoryAttempts, MemoryDevices
from tests.fakes.efforts import MemoryEfforts
from tests.fakes.entropy import CountingEntropy
from tests.fakes.hasher import PlainHasher
from tests.fakes.ledger import MemoryLedger
from tests.fakes.log import FakeLogKey, MemoryLog
from tests.fakes.outlet import FolderlessOutlet
from tests.fakes.people import MemoryPeople
from tests.fakes.press import FakePress
from tests.fakes.sealer import FakeSealer
from tests.fakes.sessions import MemorySessions
from tests.fakes.templates import MemoryTemplates
from tests.samples.template import PROCEDURE, sample

NAME, BORN, MRN = "José Müller-Ñandú", date(1948, 3, 7), "0004417"
SECRET = "four quiet words"  # noqa: S105 - the secret of invented people behind a fake
CLINIC = Clinic(
    facility="Riverbend Clinic",
    zone="America/New_York",
    phone_day="555 0142",
    phone_night="555 0199",
    mode="demo",
)
SITE = Site(place="hand", side="left")
FACTS = {"size": "4", "depth": "deep"}

_STAFF: dict[str, tuple[str, str, tuple[Role, ...], tuple[str, ...]]] = {
    "stone": ("Avery Stone", "MD", (Role.CLINICIAN,), (PROCEDURE,)),
    "hale": ("Robin Hale", "MD", (Role.CLINICIAN,), ()),
    "okafor": ("Ngozi Okafor", "RN", (Role.NURSE,), ()),
    "desk": ("Sam Whitlow", "", (Role.FRONT_DESK,), ()),
    "lund": ("Ingrid Lund", "", (Role.REVIEWER,), ()),
    "reyes": ("Marisol Reyes", "MD", (Role.REVIEWER,), ()),
    "audit": ("Kim Day", "", (Role.AUDITOR,), ()),
    "vale": ("Tomas Vale", "", (Role.COMPLIANCE,), ()),
    "ota": ("Ines Ota", "", (Role.COMPLIANCE,), ()),
    "admin": ("Jo Park", "", (Role.ADMIN,), ()),
}


def ink(shift: int = 0) -> dict[str, object]:
    """A drawn signature as a pad posts it; another ``shift``, other ink."""
    wave = [[1000 + 400 * step, 5000 + 900 * (step % 3) + shift, 20 * step, 500] for step in range(12)]
    return {"way": "drawn", "strokes": [{"points": wave}]}


class Story:
    """The desk with all its fakes, the staff signed in, and one episode on its way."""

    def __init__(self, template: Template | None = None, *, clinic: Clinic = CLINIC) -> None:
        self.template = template or sample()
        self.clock, self.people, self.sessions = FixedClock(), MemoryPeople(), MemorySessions()
        self.devices, self.attempts = MemoryDevices(), MemoryAttempts()
        self.ledger, self.press, self.outlet = MemoryLedger(self.people, self.devices), FakePress(), FolderlessOutlet()
        self.sealer, self.log = FakeSealer(), MemoryLog(self.ledger)
        self.templates, self.hasher = MemoryTemplates(self.template), PlainHasher()
        self.desk = Desk(
            ledger=self.ledger,
            people=self.people,
            sessions=self.sessions,
            devices=self.devices,
            attempts=self.attempts,
            efforts=MemoryEfforts(),
            unsaved=self.ledger.unsaved,
            templates=self.templates,
            press=self.press,
            sealer=self.sealer,
            log=self.log,
            log_key=FakeLogKey(),
            outlets=(self.outlet,),
            hasher=self.hasher,
            clock=self.clock,
            entropy=CountingEntropy(),
            clinic=replace_mode(clinic, "demo"),
        )
        self.ids = {login: self._hire(login) for login in _STAFF}
        self.desk = replace(self.desk, clinic=clinic)
        self.episode = ""
        self.tablet: Visit

    def _hire(self, login: str) -> str:
        name, title, roles, privileges = _STAFF[login]
        return accounts.set_up(
            self.desk, login=login, name=name, title=title, secret=SECRET, roles=roles, privileges=privileges
        ).id

    def staff(self, login: str) -> Visit:
        """A new sign-in of one of the staff."""
        return self.visit_of(visit.sign_in(self.desk, login=login, secret=SECRET, device=f"desk of {login}"))

    def visit_of(self, token: str) -> Visit:
        """Who a token is; it must be somebody."""
        found = visit.look_up(self.desk, token)
        assert found
        return found

    @property
    def now(self) -> Episode:
        """The episode as it stands."""
        return load(self.desk, self.episode)

    def kinds(self, stream: str = "") -> list[str]:
        """The kinds of the events of a stream, in order; the episode's unless said."""
        return [one.event.kind for one in self.ledger.read(stream or f"episode:{self.episode}")]

    def at(self, status: Status) -> Episode:
        """Bring the episode to a status, by the way that leads there, in one go."""
        if status in LEFT_OPEN:
            self.at(Status.READING)
            self.leave_open(erase=status is Status.ERASED)
            return self.now
        if status is Status.REFUSED:
            self.at(Status.READING)
            return self.refuse()
        for step, reached in _WAY:
            step(self)
            if reached is status:
                break
        assert self.now.status is status
        return self.now

    def leave_open(self, *, erase: bool = False) -> int:
        """Nobody comes back: it is closed, and a year later erased. Gives how many records that befell."""
        kept = replace(self.desk, draft_kept_days=365)
        self.clock.advance(days=40)
        done = drafts.tidy(kept)
        if erase:
            self.clock.advance(days=366)
            done += drafts.tidy(kept)
        return done

    def open(self, **changes: object) -> Episode:
        given: dict[str, object] = {
            "name": NAME,
            "birth_date": BORN,
            "mrn": MRN,
            "procedure": self.template.id,
            "appointment": datetime(2026, 11, 24, 15, 30, tzinfo=UTC),
            "clinician": self.ids["stone"],
        }
        opened = prepare.open_episode(self.desk, self.staff("desk"), **(given | changes))  # type: ignore[arg-type]  # each value has the type of its name
        self.episode = opened.id
        return opened

    def prepare(self, by: str = "okafor", **changes: object) -> Episode:
        given: dict[str, object] = {
            "episode": self.episode,
            "sites": [SITE],
            "why": "It hurts when you write",
            "performer": self.ids["stone"],
            "facts": FACTS,
            "helpers": ["Ngozi Okafor, RN"],
        }
        return prepare.prepare(self.desk, self.staff(by), **(given | changes))  # type: ignore[arg-type]  # each value has the type of its name

    def hand_over(self, by: str = "okafor") -> Visit:
        """Give the tablet to the patient; whoever does it has a session of their own for that."""
        staff = self.staff(by)
        ticket = visit.new_ticket(self.desk, staff, purpose=f"hand_over:{self.episode}")
        self.tablet = self.visit_of(handover.hand_over(self.desk, staff, episode=self.episode, ticket=ticket))
        return self.tablet

    def identify(self) -> Episode:
        patient = self.now.plan.patient
        born = date.fromisoformat(patient.birth_date)
        return read.confirm_identity(self.desk, self.tablet, name=patient.name, birth_date=born)

    def read(self, thinner: str = "no") -> Episode:
        """Do whatever still stands between the patient and the end of the pages, one thing after the other."""
        answers = {"blood-thinner": thinner, "sedated": "no"}
        while missing := before_finish(self.now):
            self._settle(missing[0], answers)
        return self.now

    def _settle(self, one: Blocker, answers: dict[str, str]) -> None:
        now, desk, tablet = self.now, self.desk, self.tablet
        if one.code == "identity":
            self.identify()
            return
        if one.code == "page":
            read.show(desk, tablet, page=one.about)
            return
        page = read.page_of(now, one.about)
        if one.code == "acknowledge":
            for passage in page.passages:
                read.acknowledge(desk, tablet, statement=passage.part, digest=passage.digest)
        for part in page.parts:
            if one.code == "screening" and part not in now.answers:
                read.answer_screening(desk, tablet, question=part, answer=answers[part])  # type: ignore[arg-type]  # yes, no or not_sure
            if one.code == "choice":
                read.choose(desk, tablet, clause=part, choice="no")
            if one.code == "concept":
                read.quiz(desk, tablet, concept=part, round_number=1, answer=0)

    def finish(self) -> Episode:
        return read.finish(self.desk, self.tablet, way="by_myself")

    def plan(self, *lines: MedicineLine, by: str = "stone") -> Episode:
        return prepare.plan_medicines(self.desk, self.staff(by), episode=self.episode, lines=lines)

    def talk(self, by: str = "stone") -> Episode:
        """The talk, with everything that it has to settle."""
        staff, now = self.staff(by), self.now
        for asked in now.open_questions:
            discuss.answer_question(
                self.desk, staff, episode=self.episode, question=asked.question, way="typed", text="Yes."
            )
        for question in now.answers:
            if now.answers[question].answer != "no":
                discuss.review_screening(
                    self.desk, staff, episode=self.episode, question=question, decision="applies", note="Seen"
                )
        if now.answers["blood-thinner"].answer != "no":
            self.plan(MedicineLine(medicine="Warfarin", change=True, how="Pause 2 days", agreed_with="Dr. Wu"))
        return discuss.record_talk(self.desk, staff, episode=self.episode, minutes=12, note="All clear")

    def present(self, visitor: Visit, to: str) -> tuple[str, str]:
        """Put the body before somebody; gives the name of the request and the digest that it shows."""
        if to == "patient":
            now = sign.present_to_patient(self.desk, visitor)
        else:
            now = sign.present_to_clinician(self.desk, visitor, episode=self.episode)
        assert now.presented
        return now.presented.presentation, now.presented.covers

    def sign(self, mark: dict[str, object] | None = None) -> str:
        self.read()
        self.ready_to_sign()
        presentation, covers = self.present(self.tablet, "patient")
        body = json.dumps({"covers": covers, "mark": mark or ink()}).encode()
        return sign.sign_as_patient(self.desk, self.tablet, presentation=presentation, body=body)

    def attest(self, by: str = "stone", mark: dict[str, object] | None = None, secret: str = SECRET) -> str:
        staff = self.staff(by)
        presentation, covers = self.present(staff, "clinician")
        body = json.dumps({"covers": covers, "mark": mark or ink(77), "secret": secret}).encode()
        return sign.attest(self.desk, staff, presentation=presentation, body=body)

    def ready_to_sign(self) -> None:
        """The patient says once more who they are, as before every signature."""
        if not self.now.identified_to_sign:
            self.identify()

    def refuse(self, reason: str = "") -> Episode:
        if not self.now.identified_at:
            self.identify()
        return read.refuse(self.desk, self.tablet, reason=reason)

    def missing(self) -> set[str]:
        """The codes of what stands between the episode and the patient's signature."""
        return {one.code for one in before_patient_signs(self.now)}

    def digest(self) -> str:
        return body_digest(self.now)

    def seal(self) -> Episode:
        return seal.seal(self.desk, episode=self.episode)

    def confirm(self, result: str = "stands", note: str = "", by: str = "okafor") -> Episode:
        return day.confirm(self.desk, self.staff(by), episode=self.episode, result=result, note=note)  # type: ignore[arg-type]  # stands or changed

    def check(self, item: str, answer: str = "yes", by: str = "okafor") -> Episode:
        return day.check_item(self.desk, self.staff(by), episode=self.episode, item=item, answer=answer)  # type: ignore[arg-type]  # yes, no or not_applicable

    def settle(self, item: str, outcome: str, *, note: str = "", by: str = "okafor") -> Episode:
        return day.decide_exception(
            self.desk,
            self.staff(by),
            episode=self.episode,
            item=item,
            outcome=outcome,  # type: ignore[arg-type]  # one of the four
            note=note,
        )

    def withdraw(self, by: str = "okafor", said: str = "") -> Episode:
        return day.withdraw(self.desk, self.staff(by), episode=self.episode, said=said)

    def check_in(self, by: str = "okafor") -> Episode:
        """The consent confirmed and every item in order."""
        self.confirm(by=by)
        for item in items(self.now.case):
            self.check(item.id, by=by)
        return self.now

    def begin(self, by: str = "okafor") -> Visit:
        """Begin the time-out; gives the reader's visit."""
        reader = self.staff(by)
        timeout.begin(self.desk, reader, episode=self.episode)
        return reader

    def agree(self, reader: Visit, until: str = "") -> Episode:
        """Agree card by card, a breath between them; before ``until``, or to the end."""
        while (here := running(self.now)) and (card := card_now(self.now)) and card.key != until:
            self.clock.advance(seconds=2)
            timeout.agree(self.desk, reader, episode=self.episode, time_out=here.name, card=card.key)
        return self.now

    def time_out(self, by: str = "okafor") -> Visit:
        """The whole time-out, all agreed; gives the reader's visit."""
        reader = self.begin(by)
        self.agree(reader)
        self.clock.advance(seconds=2)
        return reader

    @property
    def reading(self) -> str:
        """The name of the time-out that is on."""
        here = running(self.now)
        return here.name if here else ""

    def start(self, reader: Visit) -> Episode:
        return timeout.start(self.desk, reader, episode=self.episode, time_out=self.reading)


def replace_mode(clinic: Clinic, mode: str) -> Clinic:
    """The same clinic in another mode."""
    return clinic.model_copy(update={"mode": mode})


def _read(story: Story) -> None:
    story.read()
    read.note_matters(story.desk, story.tablet, hope="To write again", worry="A scar")
    read.ask(story.desk, story.tablet, page="risks-scar", text="Will it show?")
    story.finish()


def _fail_to_seal(story: Story) -> None:
    story.press.finding = "The file breaks rule P1."
    seal.work_once(story.desk)
    story.press.finding = ""


_WAY: tuple[tuple[Callable[[Story], object], Status], ...] = (
    (Story.open, Status.OPENED),
    (Story.prepare, Status.PREPARED),
    (Story.hand_over, Status.READING),
    (_read, Status.READ),
    (Story.talk, Status.DISCUSSED),
    (Story.sign, Status.PATIENT_SIGNED),
    (Story.attest, Status.ATTESTED),
    (_fail_to_seal, Status.SEALING),
    (Story.seal, Status.SEALED),
    (lambda story: deliver.deliver_due(story.desk), Status.FILED),
)
