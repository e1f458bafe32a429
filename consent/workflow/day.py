"""On arrival: the consent is confirmed, the checklist is asked item by item; and a consent is taken back.

Decides who may say what about the day, and what an item that is not in order leads to.

Invariants:
- Each answer is kept as it is given, with who and when; the same tap twice is one event.
- A "no" is settled by a clinician who performs the procedure; until then it stays, for everybody to see (D19).
- A withdrawal is taken at any time after the signature, by anybody at the bedside, without a reason (catalogue D14).

Refuses to tick more than one item at a time (H12).
"""

from datetime import timedelta
from typing import Literal

from consent.errors import BadInput, NotAllowed, WrongState
from consent.model import canon
from consent.model.arrival import answered, item_of, may_correct
from consent.model.day import Confirmed
from consent.model.episode import Episode
from consent.model.events import Refused
from consent.model.events_day import ConsentConfirmed, ConsentWithdrawn, ExceptionDecided, PreparationChecked
from consent.model.people import Capability, PersonRef, can
from consent.model.status import Status
from consent.workflow.accept import accepting, check_printable
from consent.workflow.desk import Decision, Desk, change, just
from consent.workflow.rule import ruled
from consent.workflow.visit import check_privileged
from consent.workflow.visitor import Visit

Outcome = Literal["goes_ahead", "postponed", "clinician_decides", "measure_now"]
SAME_TAP = timedelta(seconds=60)


@ruled
def confirm(desk: Desk, visit: Visit, *, episode: str, result: Literal["stands", "changed"], note: str = "") -> Episode:
    """The patient was asked: has anything changed, and do you still want this?

    Raises:
        BadInput: Something changed, and nobody wrote what; or what was done about it.
        NotAllowed: Something had changed before; a clinician who performs it confirms after that.
    """
    with accepting("What was said"):
        said = ConsentConfirmed(result=result, note=note, by=visit.staff.ref)
    check_printable(desk.press, said.note)
    if result == "changed" and not said.note:
        raise BadInput("What has changed is missing.", "Write it in a few words.")
    stamp = visit.stamp(desk)

    def decide(now: Episode) -> Decision:
        last = now.day.confirmed
        if last and last.event == said and _just_now(last, at=stamp.at):
            return just()
        if result == "stands" and last and last.event.result == "changed":
            _check_entitled(visit, now)
            if not said.note:
                raise BadInput("Something had changed.", "Write what was done about it.")
        return just(said)

    return change(desk, stamp, episode=episode, decide=decide)


def _just_now(last: Confirmed, *, at: str) -> bool:
    return canon.parse_instant(at) - canon.parse_instant(last.at) < SAME_TAP


def entitled(visit: Visit, episode: Episode) -> bool:
    """Whether this visit settles what is not in order: a clinician privileged for the procedure."""
    return visit.may(Capability.DISCUSS) and episode.plan.procedure in visit.staff.privileges


def _check_entitled(visit: Visit, episode: Episode) -> None:
    visit.check_may(Capability.DISCUSS)
    check_privileged(visit, episode)


@ruled
def check_item(
    desk: Desk, visit: Visit, *, episode: str, item: str, answer: Literal["yes", "no", "not_applicable"]
) -> Episode:
    """Keep what was found for one item of the checklist.

    Raises:
        NotFound: This patient is not asked that.
        NotAllowed: It was not in order, and only somebody entitled may say otherwise.
    """
    checked = PreparationChecked(item=item, answer=answer, by=visit.staff.ref)
    stamp = visit.stamp(desk)

    def decide(now: Episode) -> Decision:
        item_of(now, item)
        known = answered(now, item, at=stamp.at)
        if known and known.answer.answer == answer and (answer != "no" or known.open):
            return just()
        by_right = entitled(visit, now) or not known or may_correct(known, actor=visit.staff.id, at=stamp.at)
        if known and known.open and not by_right:
            raise NotAllowed("This is not in order, and a clinician settles it.", "Say who takes it.")
        return just(checked)

    return change(desk, stamp, episode=episode, decide=decide)


@ruled
def decide_exception(
    desk: Desk, visit: Visit, *, episode: str, item: str, outcome: Outcome, owner: str = "", note: str = ""
) -> Episode:
    """What an item that is not in order leads to, and who takes it.

    Args:
        desk: The ports.
        visit: Who does it.
        episode: Its id.
        item: The item.
        outcome: That it goes ahead is for a clinician who performs the procedure to say.
        owner: Person id of who takes it; by default the performer where a clinician decides, else who does this.
        note: Why, or what was measured; required when it goes ahead.

    Raises:
        BadInput: It goes ahead without a reason; nothing is measured for this item; or the owner is nobody here.
        WrongState: The item is in order.
    """
    if outcome == "goes_ahead" and not note.strip():
        raise BadInput("Going ahead needs a reason.", "Write why it is right to go on.")
    chosen = _at_the_bedside(desk, owner) if owner else None
    stamp = visit.stamp(desk)

    def decide(now: Episode) -> Decision:
        asked, known = item_of(now, item), now.day.checked.get(item)
        if known is None or known.answer.answer != "no":
            raise WrongState("This item is in order.", "Say first that it is not.")
        if outcome == "goes_ahead":
            _check_entitled(visit, now)
        if outcome == "measure_now" and not asked.measure:
            raise BadInput("Nothing is measured for this.", "Choose another way.")
        takes = chosen or (now.case.tailored.performer if outcome == "clinician_decides" else visit.staff.ref)
        with accepting("The note"):
            decided = ExceptionDecided(item=item, outcome=outcome, owner=takes, note=note, by=visit.staff.ref)
        check_printable(desk.press, decided.note)
        return just() if known.decided == decided else just(decided)

    return change(desk, stamp, episode=episode, decide=decide)


def _at_the_bedside(desk: Desk, person: str) -> PersonRef:
    account = desk.people.by_id(person)
    if account is None or not account.person.active or not can(account.person.roles, Capability.CHECK_IN):
        raise BadInput("There is nobody of that name at the bedside.", "Choose somebody from the list.")
    return account.person.ref


@ruled
def withdraw(desk: Desk, visit: Visit, *, episode: str, said: str = "") -> Episode:
    """The patient takes the consent back, before or during the procedure; who took it is kept.

    Before the clinician has signed there is no consent yet: it is the patient's no, and ends in a document of its own.
    Afterwards the sealed document stays as it is, and nothing can start any more. Withdrawn stays withdrawn.

    Raises:
        WrongState: Nothing has been signed.
    """
    with accepting("What the patient said"):
        withdrawn = ConsentWithdrawn(said=said, by=visit.staff.ref)
    check_printable(desk.press, withdrawn.said)

    def decide(now: Episode) -> Decision:
        if now.day.withdrawn or now.refused:
            return just()
        if now.status is Status.PATIENT_SIGNED:
            return just(Refused(reason=withdrawn.said))
        return just(withdrawn)

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)
