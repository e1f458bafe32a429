"""An episode: one procedure planned for one patient, as the fold of its events.

Decides what is known after each event; ``status`` decides what may happen next.

Invariants:
- Tailoring again takes back all that the patient said and did, but for the questions: it was about another text
  (catalogue D11).
- Nothing of the body changes once the patient has signed.
- What happens on the day of the procedure needs both signatures, and changes nothing of where the paperwork stands.

Refuses to know the clock: every time is the one that an event carries.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from consent.errors import Broken, NotFound, WrongState
from consent.model import events as ev
from consent.model import keeping, noticed, tablet
from consent.model.asked import Asked, Questions, answered, asked, assigned, judged
from consent.model.day import MOVES, Day, Stage, check_move, lived
from consent.model.entry import Recorded
from consent.model.events_clinician import AppointmentMoved, EffortCounted, NeedsNoted
from consent.model.events_draft import DraftClosed, DraftErased
from consent.model.events_log import EntryAnchored
from consent.model.events_seal import DocumentCertified, SealUpgraded
from consent.model.keeping import Keeping
from consent.model.made import Made, made
from consent.model.noticed import Notice, Notices
from consent.model.people import PersonRef
from consent.model.presentation import Case
from consent.model.status import CONSENTED, LEFT_OPEN, TRANSITIONS, Status
from consent.model.tablet import Tablet
from consent.model.template import Template, TemplateRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """What is known about an episode after some number of its events (``version``)."""

    id: str
    version: int = 0
    status: Status = Status.NONE
    head: str = ""
    """Leaf of the last event."""
    opened: ev.EpisodeOpened | None = None
    unit: str = ""
    """The part of the clinic whose patient this is; empty: the clinic's as a whole."""
    pinned: ev.TemplatePinned | None = None
    tailored: ev.Tailored | None = None
    moved: AppointmentMoved | None = None
    """The last other moment that it was planned for."""
    needs: NeedsNoted | None = None
    """What the patient needs, as of now."""
    needs_signed: NeedsNoted | None = None
    """What of it a signature covers: it can be noted anew after that, as on the day of the procedure."""
    medicines: ev.MedicinesPlanned | None = None
    identified_at: str = ""
    identified_in: str = ""
    """The session in which the patient gave both identifiers; no other one may read on."""
    identified_number: int = 0
    """The number of the event that says so."""
    misses: int = 0
    """Wrong identifiers in a row."""
    tablet: Tablet = field(default_factory=Tablet)
    matters: ev.MattersNoted | None = None
    answers: dict[str, ev.ScreeningAnswered] = field(default_factory=dict)
    reviews: dict[str, ev.ScreeningReviewed] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    """Part -> digest of its text when it was last on the screen."""
    pages_shown: tuple[str, ...] = ()
    read_from: str = ""
    read_to: str = ""
    """When the first and the last page came on the screen."""
    acknowledged: dict[str, str] = field(default_factory=dict)
    questions: Questions = ()
    checks: dict[str, tuple[ev.UnderstandingChecked, ...]] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)
    finished: ev.ReadingFinished | None = None
    discussed: Made[ev.Discussed] | None = None
    presented: ev.Presented | None = None
    """The last request to sign, with the digest of what was on the screen."""
    asked_patient_at: str = ""
    asked_clinician_at: str = ""
    """When each of them was last asked to sign, by our own clock."""
    signed: Made[ev.Signed] | None = None
    attested: Made[ev.Attested] | None = None
    effort: EffortCounted | None = None
    """What the work took until the clinician had signed."""
    refused: Made[ev.Refused] | None = None
    anchors: tuple[Made[EntryAnchored], ...] = ()
    """Where the record stood in the log, each time before something was made of it."""
    sealing: Made[ev.SealBegun] | None = None
    sealed: Made[ev.Sealed] | None = None
    seals: dict[str, DocumentCertified] = field(default_factory=dict)
    """Document -> what is said of its seal, by the digest of the file as it was first sealed."""
    upgraded: dict[str, SealUpgraded] = field(default_factory=dict)
    """Document -> the file that took its place, when its seal was added to."""
    having_upgraded: tuple[tuple[str, str], ...] = ()
    """Outlets and the upgraded files that they have."""
    delivered: Made[ev.Delivered] | None = None
    outlets: tuple[str, ...] = ()
    """Who has the document."""
    last_problem: str = ""
    left: Made[DraftClosed | DraftErased] | None = None
    day: Day = field(default_factory=Day)
    """The day of the procedure, beside the paperwork."""
    notices: Notices = ()
    """What was said after the signatures, as documents of their own."""
    keeping: Keeping = field(default_factory=Keeping)
    """Legal holds, and whether it was proposed to erase it."""

    @property
    def outcome(self) -> str:
        """``consented``, ``refused`` or nothing yet."""
        if self.refused:
            return "refused"
        return "consented" if self.attested else ""

    @property
    def standing(self) -> str:
        """The outcome as it is now: a consent that was taken back is ``withdrawn``, a draft left open ``closed``."""
        if self.status in LEFT_OPEN:
            return self.status.value
        return "withdrawn" if self.day.withdrawn else self.outcome

    @property
    def plan(self) -> ev.EpisodeOpened:
        """What was opened. Raises NotFound for an episode without events."""
        if self.opened is None:
            raise NotFound("There is no such record." if self.status is Status.NONE else "What it said was erased.")
        return self.opened

    @property
    def appointment(self) -> str:
        """When it is planned for, as of now."""
        return self.moved.appointment if self.moved else self.plan.appointment

    @property
    def template(self) -> Template:
        """The pinned template. Raises WrongState before it is pinned."""
        if self.pinned is None:
            raise WrongState("This consent has not been prepared.")
        return self.pinned.template

    @property
    def ref(self) -> TemplateRef:
        """Which template version is pinned."""
        if self.pinned is None:
            raise WrongState("This consent has not been prepared.")
        return self.pinned.ref

    @property
    def case(self) -> Case:
        """All that reading depends on. Raises WrongState before the consent is prepared."""
        if self.tailored is None:
            raise WrongState("This consent has not been prepared.")
        return Case(
            template=self.template,
            clinic=self.plan.clinic,
            tailored=self.tailored,
            appointment=self.appointment,
            answers=MappingProxyType(self.answers),
            reviews=MappingProxyType(self.reviews),
            medicines=self.medicines,
        )

    @property
    def holder_due(self) -> bool:
        """Whether who holds the tablet is to be asked: each time after the identifiers were given."""
        return self.identified_number > self.tablet.declared

    @property
    def identified_to_sign(self) -> bool:
        """Whether the patient gave both identifiers after the talk: they are asked again before a signature (H1)."""
        return bool(self.discussed and self.identified_number > self.discussed.number)

    @property
    def open_questions(self) -> Questions:
        """Questions that nobody has answered, or not so that it helped."""
        return tuple(one for one in self.questions if one.answer is None)

    @property
    def problem(self) -> str:
        """What went wrong last with the document or one of its notices; empty when nothing is open."""
        return self.last_problem or next((one.problem for one in self.notices if one.problem), "")

    @property
    def unmade(self) -> Notices:
        """Notices that can be made now: there is a document that they belong to."""
        return tuple(one for one in self.notices if self.sealed and not one.sealed)

    @property
    def unmade_since(self) -> str:
        """Since when the oldest of them could be made; empty when there is none."""
        return min((max(one.told.at, self.sealed.at) for one in self.unmade), default="") if self.sealed else ""

    @property
    def newest(self) -> str:
        """SHA-256 of the finished document, with what was added to its seal; empty before it is finished."""
        first = self.sealed.event.document if self.sealed else ""
        return self.upgraded[first].document if first in self.upgraded else first

    @property
    def documents(self) -> tuple[str, ...]:
        """SHA-256 of all files of this record, in order."""
        notices, later = ({one.document for one in of} for of in (self.notices, self.upgraded.values()))
        return tuple(sorted({*self.seals, self.newest, *notices, *later} - {""}))

    def later(self, document: str) -> SealUpgraded | None:
        """What is said of a file whose seal was added to; None when it is the first of its kind."""
        return next((later for later in self.upgraded.values() if later.document == document), None)

    def notice(self, document: str) -> Notice | None:
        """The notice whose file has that digest; None when it is no notice's."""
        later = self.later(document)
        first = later.of if later else document
        return next((one for one in self.notices if document and one.document == first), None)

    def asked_of(self, one: Asked) -> PersonRef:
        """Whom a question waits for: the clinician in charge, until somebody gave it to another one."""
        return one.assigned.to if one.assigned else self.plan.clinician

    def understood(self, concept: str) -> bool:
        """Whether the last word on a concept is that it is understood, or accepted with a reason."""
        checks = self.checks.get(concept, ())
        return bool(checks) and checks[-1].result != "not_yet"


def fold(episode_id: str, recorded: Sequence[Recorded]) -> Episode:
    """The episode that these events make.

    Raises:
        Broken: An event stands where the transition table does not allow it.
    """
    episode = Episode(id=episode_id)
    for one in recorded:
        episode = after(episode, one)
    return episode


def after(episode: Episode, one: Recorded) -> Episode:
    """The episode after one more event."""
    kind = one.event.kind
    status = TRANSITIONS.get(kind, {}).get(episode.status)
    if status is None:
        raise Broken(f"{kind} cannot follow {episode.status.value} in a record.")
    here = tablet.after(episode.tablet, one)
    kept = keeping.after(episode.keeping, one)
    changed = replace(episode, version=one.header.number, status=status, head=one.leaf, tablet=here, keeping=kept)
    if kind not in MOVES:
        return _APPLY[kind](changed, one)
    day = lived(episode.day, one) if episode.outcome == "consented" else None
    if day is None:
        raise Broken(f"{kind} cannot follow {episode.day.stage.value} in a record.")
    started = episode.day.stage in {Stage.STARTED, Stage.ENDED}
    told = noticed.after(episode.notices, one, started=started) if kind in noticed.TOLD else episode.notices
    return replace(changed, day=day, notices=told)


def check_transition(episode: Episode, kind: str) -> None:
    """This kind of event may come next.

    Raises:
        WrongState: It may not.
    """
    if kind in MOVES:
        check_move(episode.day, kind, consented=episode.outcome == "consented")
    elif episode.status not in TRANSITIONS[kind]:
        raise WrongState(_TOO_LATE if episode.status in _DONE else _NOT_NOW)


_DONE = {*CONSENTED, Status.REFUSED, *LEFT_OPEN}
_TOO_LATE = "This record is finished and cannot be changed."
_NOT_NOW = "This record is not at that step now."


def _tailored(episode: Episode, one: Recorded[ev.Tailored]) -> Episode:
    return replace(
        Episode(id=episode.id),
        version=episode.version,
        status=episode.status,
        head=episode.head,
        opened=episode.opened,
        unit=episode.unit,
        pinned=episode.pinned,
        moved=episode.moved,
        needs=episode.needs,
        needs_signed=episode.needs_signed,
        questions=episode.questions,
        tablet=episode.tablet.prepared_again(),
        keeping=episode.keeping,
        tailored=one.event,
    )


def _needing(episode: Episode, one: Recorded[NeedsNoted]) -> Episode:
    noted = replace(episode, needs=one.event)
    return noted if episode.signed else replace(noted, needs_signed=one.event)


def _identified(episode: Episode, one: Recorded[ev.IdentityConfirmed]) -> Episode:
    here = one.header
    return replace(episode, identified_at=here.at, identified_in=here.sign_in, identified_number=here.number, misses=0)


def _screened(episode: Episode, one: Recorded[ev.ScreeningAnswered]) -> Episode:
    event = one.event
    kept = {key: review for key, review in episode.reviews.items() if key != event.question}
    return replace(episode, answers={**episode.answers, event.question: event}, reviews=kept)


def _shown(episode: Episode, one: Recorded[ev.StatementsShown]) -> Episode:
    event = one.event
    shown = {**episode.shown, **{text.part: text.digest for text in event.shown}}
    pages = episode.pages_shown if event.page in episode.pages_shown else (*episode.pages_shown, event.page)
    began = episode.read_from or one.header.at
    return replace(episode, shown=shown, pages_shown=pages, read_from=began, read_to=one.header.at)


def _checked(episode: Episode, one: Recorded[ev.UnderstandingChecked]) -> Episode:
    before = episode.checks.get(one.event.concept, ())
    return replace(episode, checks={**episode.checks, one.event.concept: (*before, one.event)})


def _presented(episode: Episode, one: Recorded[ev.Presented]) -> Episode:
    asked = replace(episode, presented=one.event)
    if one.event.to == "patient":
        return replace(asked, asked_patient_at=one.header.at)
    return replace(asked, asked_clinician_at=one.header.at)


def _noticed(episode: Episode, one: Recorded[Any]) -> Episode:
    return replace(episode, notices=noticed.after(episode.notices, one))


def _undelivered(episode: Episode, one: Recorded[ev.DeliveryFailed]) -> Episode:
    if episode.notice(one.event.document):
        return _noticed(episode, one)
    return replace(episode, last_problem=one.event.reason)


def _same(episode: Episode, _: Recorded) -> Episode:
    return episode


_APPLY: dict[str, Callable[[Episode, Any], Episode]] = {
    "EpisodeOpened": lambda e, one: replace(e, opened=one.event),
    "TemplatePinned": lambda e, one: replace(e, pinned=one.event),
    "Tailored": _tailored,
    "MedicinesPlanned": lambda e, one: replace(e, medicines=one.event),
    "HandedOver": lambda e, _: replace(e, identified_at="", identified_in="", misses=0),
    "HandedBack": _same,
    "IdentityConfirmed": _identified,
    "IdentityMissed": lambda e, _: replace(e, identified_at="", identified_in="", misses=e.misses + 1),
    "MattersNoted": lambda e, one: replace(e, matters=one.event),
    "ScreeningAnswered": _screened,
    "ScreeningReviewed": lambda e, one: replace(e, reviews={**e.reviews, one.event.question: one.event}),
    "StatementsShown": _shown,
    "StatementAcknowledged": lambda e, one: replace(
        e, acknowledged={**e.acknowledged, one.event.statement: one.event.digest}
    ),
    "QuestionAsked": lambda e, one: replace(e, questions=asked(e.questions, one.event, at=one.header.at)),
    "QuestionAnswered": lambda e, one: replace(e, questions=answered(e.questions, one.event, at=one.header.at)),
    "UnderstandingChecked": _checked,
    "ChoiceMade": lambda e, one: replace(e, choices={**e.choices, one.event.clause: one.event.choice}),
    "ReadingFinished": lambda e, one: replace(e, finished=one.event),
    "Discussed": lambda e, one: replace(e, discussed=made(one)),
    "Presented": _presented,
    "Redrawn": _same,
    "Signed": lambda e, one: replace(e, signed=made(one)),
    "Attested": lambda e, one: replace(e, attested=made(one)),
    "Refused": lambda e, one: replace(e, refused=made(one)),
    "EntryAnchored": lambda e, one: replace(e, anchors=(*e.anchors, made(one))),
    "SealBegun": lambda e, one: replace(e, sealing=made(one)),
    "SealFailed": lambda e, one: replace(e, last_problem=one.event.reason),
    "DocumentCertified": lambda e, one: replace(e, seals={**e.seals, one.event.document: one.event}),
    "SealUpgraded": lambda e, one: replace(e, upgraded={**e.upgraded, one.event.of: one.event}),
    "UpgradeDelivered": lambda e, one: replace(
        e, having_upgraded=(*e.having_upgraded, (one.event.outlet, one.event.document)), last_problem=""
    ),
    "Sealed": lambda e, one: replace(e, sealed=made(one), last_problem=""),
    "Delivered": lambda e, one: replace(
        e, delivered=made(one), outlets=(*e.outlets, one.event.outlet), last_problem=""
    ),
    "DeliveryFailed": _undelivered,
    **dict.fromkeys((*tablet.KINDS[1:], *keeping.KINDS), _same),
    "UnitAssigned": lambda e, one: replace(e, unit=one.event.unit),
    "EffortCounted": lambda e, one: replace(e, effort=one.event),
    "NeedsNoted": _needing,
    "AppointmentMoved": lambda e, one: replace(e, moved=one.event),
    "QuestionAssigned": lambda e, one: replace(e, questions=assigned(e.questions, one.event)),
    **dict.fromkeys(("DraftClosed", "DraftErased"), lambda e, one: replace(e, left=made(one))),
    **dict.fromkeys(noticed.KINDS, _noticed),
    "AnswerJudged": lambda e, one: replace(e, questions=judged(e.questions, one.event, at=one.header.at)),
}
