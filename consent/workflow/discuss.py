"""The talk: what a clinician answers, decides and records before the patient may sign.

Decides when the talk is complete.

Invariants:
- Only somebody privileged for the procedure holds the talk, judges and decides (A-0955; VHA 1004.01).
- An answer that raises something is looked at by a clinician before it is the patient's own risk (FDA: software shows
  it to the patient only after a clinician confirmed).

Refuses to record a talk with something unsettled.
"""

from typing import Literal

from consent.errors import AlreadyDone, BadInput, NotFound
from consent.model.asked import Asked
from consent.model.blockers import Blocker, before_discussed
from consent.model.episode import Episode
from consent.model.events import Discussed, QuestionAnswered, ScreeningReviewed, UnderstandingChecked
from consent.model.events_clinician import QuestionAssigned
from consent.model.events_tablet import AskedAlone
from consent.model.people import Capability, can
from consent.model.presentation import reviewable
from consent.model.template import Action
from consent.workflow.accept import accepting, check_printable
from consent.workflow.desk import Decision, Desk, change, just
from consent.workflow.read import concept_of
from consent.workflow.rule import ruled
from consent.workflow.visit import check_privileged
from consent.workflow.visitor import Visit

MOST_ROUNDS = 9


@ruled
def answer_question(
    desk: Desk, visit: Visit, *, episode: str, question: str, way: Literal["typed", "in_person"], text: str = ""
) -> Episode:
    """Answer a parked question.

    Raises:
        BadInput: A typed answer is empty or cannot be printed.
        NotFound: There is no such question.
        AlreadyDone: Somebody answered it already.
    """
    if way == "typed" and not text.strip():
        raise BadInput("The answer is empty.", "Write it, or choose that you answered in person.")
    with accepting("The answer"):
        answered = QuestionAnswered(question=question, way=way, text=text, by=visit.staff.ref)
    check_printable(desk.press, answered.text)

    def decide(now: Episode) -> Decision:
        _open_one(now, question)
        return just(answered)

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


@ruled
def assign_question(
    desk: Desk, visit: Visit, *, episode: str, question: str, about: Literal["practical", "medical"], to: str
) -> Episode:
    """Give a parked question to somebody by name, who is told.

    Raises:
        BadInput: There is nobody of that name who may answer it: a medical one is a clinician's.
        NotFound: There is no such question.
        AlreadyDone: Somebody answered it already.
    """
    account = desk.people.by_id(to)
    needed = Capability.DISCUSS if about == "medical" else Capability.ANSWER
    if account is None or not account.person.active or not can(account.person.roles, needed):
        raise BadInput("This person cannot answer it.", "Choose somebody from the list.")
    assigned = QuestionAssigned(question=question, about=about, to=account.person.ref, by=visit.staff.ref)

    def decide(now: Episode) -> Decision:
        asked = _open_one(now, question)
        return just() if now.asked_of(asked).id == to else just(assigned)

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


def _open_one(now: Episode, question: str) -> Asked:
    asked = {one.question: one for one in now.questions}
    if question not in asked:
        raise NotFound("There is no such question.")
    if asked[question].answer:
        raise AlreadyDone("Somebody answered this question already.")
    return asked[question]


@ruled
def review_screening(
    desk: Desk,
    visit: Visit,
    *,
    episode: str,
    question: str,
    decision: Literal["applies", "does_not_apply"],
    note: str = "",
) -> Episode:
    """Decide about an answer that raises something; setting it aside needs a reason.

    Raises:
        BadInput: It is set aside without a reason.
        NotFound: The patient gave no such answer.
    """
    with accepting("The note"):
        reviewed = ScreeningReviewed(question=question, decision=decision, note=note, by=visit.staff.ref)
    check_printable(desk.press, reviewed.note)
    if decision == "does_not_apply" and not reviewed.note:
        raise BadInput("Setting an answer aside needs a reason.", "Write why it does not apply.")

    def decide(now: Episode) -> Decision:
        check_privileged(visit, now)
        adds = [add for owner, add in reviewable(now.case) if owner == question]
        if not adds and question not in now.answers:
            raise NotFound("The patient gave no such answer.")
        if any(add.action is Action.STOP_AND_ASK for add in adds) and not reviewed.note:
            raise BadInput("This answer says stop and ask.", "Write what you decided, and why it is right to go on.")
        return just() if now.reviews.get(question) == reviewed else just(reviewed)

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


@ruled
def judge(
    desk: Desk,
    visit: Visit,
    *,
    episode: str,
    concept: str,
    result: Literal["understood", "not_yet", "accepted"],
    said: str = "",
    note: str = "",
) -> Episode:
    """Judge a concept that the patient said in own words (teach-back).

    Raises:
        BadInput: ``accepted`` without a reason.
    """
    if result == "accepted" and not note.strip():
        raise BadInput("Going on without understanding needs a reason.", "Write why it is right to go on.")
    with accepting("What was said"):
        checked = UnderstandingChecked(
            concept=concept, round=1, way="spoken", result=result, said=said, note=note, judged_by=visit.staff.ref
        )
    check_printable(desk.press, checked.said, checked.note)

    def decide(now: Episode) -> Decision:
        check_privileged(visit, now)
        concept_of(now, concept)
        rounds = len(now.checks.get(concept, ())) + 1
        return just(checked.model_copy(update={"round": min(rounds, MOST_ROUNDS)}))

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


@ruled
def ask_alone(desk: Desk, visit: Visit, *, episode: str) -> Episode:
    """Mark, once, that the patient was asked without the companion: free to say yes or no (H9)."""

    def decide(now: Episode) -> Decision:
        return just() if now.tablet.alone_with else just(AskedAlone(by=visit.staff.ref))

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


@ruled
def record_talk(desk: Desk, visit: Visit, *, episode: str, minutes: int, note: str = "") -> Episode:
    """Record "we talked": opens the patient's signature.

    Raises:
        BadInput: Something is still to be settled; ``what_is_missing`` says what.
        NotAllowed: This person is not privileged for the procedure.
    """
    with accepting("The talk"):
        discussed = Discussed(by=visit.staff.ref, minutes=minutes, note=note)
    check_printable(desk.press, discussed.note)

    def decide(now: Episode) -> Decision:
        check_privileged(visit, now)
        if missing := what_is_missing(now):
            raise BadInput(f"{len(missing)} things are still open before the patient can sign.", "Settle them first.")
        return just(discussed)

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


def what_is_missing(episode: Episode) -> tuple[Blocker, ...]:
    """What has to be settled before the talk can be recorded; a page that the plan changed is read again after it."""
    return tuple(one for one in before_discussed(episode) if one.code not in {"page", "acknowledge"})
