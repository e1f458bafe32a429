"""What the patient does on the tablet: identify, read, answer, ask, choose, or say no.

Decides what a patient's tap means. Each answer is kept as it is given; nothing lives in a browser.

Invariants:
- Only a patient's session, and only for the episode that it is bound to.
- Nothing personal is shown before the patient gave two identifiers; three misses call staff (NPG.01.01.01).
- The same tap twice is one event.

Refuses to nag: saying no takes one verb and no reason.
"""

from collections.abc import Callable
from datetime import date
from typing import Literal

from consent.errors import BadInput, NoMatch, NotAllowed, NotFound
from consent.model.blockers import before_finish
from consent.model.episode import Episode
from consent.model.events import (
    ChoiceMade,
    Event,
    IdentityConfirmed,
    IdentityMissed,
    MattersNoted,
    QuestionAsked,
    ReadingFinished,
    Refused,
    ScreeningAnswered,
    StatementAcknowledged,
    StatementsShown,
    UnderstandingChecked,
)
from consent.model.events_clinician import AnswerJudged
from consent.model.events_tablet import Holder, HolderDeclared, ShownAgain, TellingChosen, TextSize, TextSizeChosen
from consent.model.presentation import Page, fill, reading
from consent.model.status import TRANSITIONS
from consent.model.template import Concept
from consent.model.text import matching_form
from consent.workflow.accept import accepting, check_printable
from consent.workflow.desk import PATIENT, Decision, Desk, change, just
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit

MISSES_BEFORE_STAFF = 3


def _tap(desk: Desk, visit: Visit, decide: Callable[[Episode], tuple[Event, ...]], *, saved: str = "") -> Episode:

    def checked(now: Episode) -> Decision:
        if now.identified_in != visit.session.id:
            raise NotAllowed("Please give your name and date of birth first.", "Enter both, then go on.")
        return Decision(events=decide(now), saved=saved)

    return change(desk, visit.stamp(desk), episode=visit.episode, decide=checked)


@ruled
def confirm_identity(desk: Desk, visit: Visit, *, name: str, birth_date: date) -> Episode:
    """The patient gives name and date of birth: before anything is shown, after a pause, and before signing.

    Raises:
        NoMatch: They are not those of the record; what was given is not kept.
        NotAllowed: It missed three times; staff must hand over again.
    """
    outcome: list[bool] = []

    def decide(now: Episode) -> Decision:
        if now.misses >= MISSES_BEFORE_STAFF:
            raise NotAllowed("Please give the tablet back to the staff.", "They will check with you.")
        patient = now.plan.patient
        match = matching_form(name) == matching_form(patient.name) and birth_date.isoformat() == patient.birth_date
        outcome[:] = [match]
        return just(IdentityConfirmed() if match else IdentityMissed())

    now = change(desk, visit.stamp(desk), episode=visit.episode, decide=decide)
    if not outcome[0]:
        raise NoMatch("This does not match our record.")
    desk.sessions.wake(visit.session.id, now=desk.now())
    return now


@ruled
def choose_size(desk: Desk, visit: Visit, *, size: TextSize, aloud: bool = False) -> Episode:
    """How large the text is on this patient's pages; asked before the identifiers, which have to be read too.

    Args:
        desk: The ports.
        visit: The patient's.
        size: One of the three.
        aloud: No size is easy to read; somebody reads aloud.
    """
    with accepting("The size of the text"):
        chosen = TextSizeChosen(size=size, aloud=aloud)

    def decide(now: Episode) -> Decision:
        return just() if (now.tablet.size, now.tablet.aloud) == (size, aloud) else just(chosen)

    return change(desk, visit.stamp(desk), episode=visit.episode, decide=decide)


@ruled
def declare_holder(desk: Desk, visit: Visit, *, holder: Holder, name: str = "") -> Episode:
    """Who holds the tablet: asked at the start, after a pause and before signing.

    Raises:
        BadInput: A companion without a name, or one that cannot be printed.
    """
    with accepting("Who is with you"):
        declared = HolderDeclared(holder=holder, name=name if holder == "companion" else "")
    check_printable(desk.press, declared.name)
    if holder == "companion" and not declared.name:
        raise BadInput("We do not know yet who is with you.", "Enter who it is, such as “My son Ben”.")

    def decide(now: Episode) -> tuple[Event, ...]:
        same = (now.tablet.holder, now.holder_due) == (holder, False) and (
            not name or declared.name in now.tablet.companions
        )
        return () if same else (declared,)

    return _tap(desk, visit, decide)


@ruled
def note_matters(desk: Desk, visit: Visit, *, hope: str | None = None, worry: str | None = None) -> Episode:
    """Keep what the patient hopes for and worries about, as it is typed; both may be empty, what is not given stays."""
    with accepting("What you wrote"):
        noted = MattersNoted(hope=hope or "", worry=worry or "")
    check_printable(desk.press, noted.hope, noted.worry)
    given = {"hope": hope, "worry": worry}
    typed = {field: getattr(noted, field) for field, value in given.items() if value is not None}

    def decide(now: Episode) -> tuple[Event, ...]:
        merged = (now.matters or MattersNoted()).model_copy(update=typed)
        return () if now.matters == merged else (merged,)

    return _tap(desk, visit, decide)


@ruled
def answer_screening(
    desk: Desk, visit: Visit, *, question: str, answer: Literal["yes", "no", "not_sure"], detail: str = ""
) -> Episode:
    """Keep the answer to one screening question.

    Raises:
        NotFound: The template has no such question.
    """
    with accepting("Your answer"):
        answered = ScreeningAnswered(question=question, answer=answer, detail=detail)
    check_printable(desk.press, answered.detail)

    def decide(now: Episode) -> tuple[Event, ...]:
        if question not in {one.id for one in now.template.screening}:
            raise NotFound("There is no such question.")
        return () if now.answers.get(question) == answered else (answered,)

    return _tap(desk, visit, decide)


def page_of(episode: Episode, key: str) -> Page:
    """The page of that key. Raises NotFound."""
    for page in reading(episode.case):
        if page.key == key:
            return page
    raise NotFound("There is no such page.")


@ruled
def show(desk: Desk, visit: Visit, *, page: str) -> Episode:
    """A page was entered: keeps what stood on it. Coming back to it keeps that; drawing it anew, nothing."""

    def decide(now: Episode) -> tuple[Event, ...]:
        here = page_of(now, page)
        same = all(now.shown.get(passage.part) == passage.digest for passage in here.passages)
        if page in now.pages_shown and same:
            again = page != now.tablet.page and now.status in TRANSITIONS["ShownAgain"]
            return (ShownAgain(page=page),) if again else ()
        shown = tuple(passage.shown for passage in here.passages)
        return (StatementsShown(page=page, language=now.template.language, shown=shown),)

    return _tap(desk, visit, decide)


@ruled
def acknowledge(desk: Desk, visit: Visit, *, statement: str, digest: str) -> Episode:
    """A serious or personal risk got its own tap.

    Raises:
        NotFound: It is not on this patient's pages, or its text has changed since.
    """

    def decide(now: Episode) -> tuple[Event, ...]:
        here = [passage for page in reading(now.case) for passage in page.passages if passage.part == statement]
        if not here or here[0].digest != digest or now.shown.get(statement) != digest:
            raise NotFound("This text has changed.", "Read it again, then tap.")
        same = now.acknowledged.get(statement) == digest
        return () if same else (StatementAcknowledged(statement=statement, digest=digest),)

    return _tap(desk, visit, decide)


@ruled
def ask(desk: Desk, visit: Visit, *, page: str, text: str) -> Episode:
    """Park a question; staff see it at once.

    Raises:
        BadInput: It is empty, too long or cannot be printed.
    """
    if not text.strip():
        raise BadInput("Your question is empty.", "Write it down, or tell the staff.")
    with accepting("Your question"):
        asked = QuestionAsked(question=desk.entropy.name("q"), page=page, text=text)
    check_printable(desk.press, asked.text)

    def decide(now: Episode) -> tuple[Event, ...]:
        waiting = {(one.page, one.text) for one in now.open_questions}
        return () if (asked.page, asked.text) in waiting else (asked,)

    return _tap(desk, visit, decide, saved=PATIENT)


@ruled
def judge_answer(desk: Desk, visit: Visit, *, question: str, helped: bool) -> Episode:
    """Say whether an answer answered the question; "no" opens it again, and staff see it at once.

    Raises:
        NotFound: There is no such answer.
    """

    def decide(now: Episode) -> tuple[Event, ...]:
        one = next((one for one in now.questions if one.question == question), None)
        if one is None or (one.answer is None and not one.earlier):
            raise NotFound("There is no such answer.")
        if one.answer is None or (helped and one.helped):
            return ()
        return (AnswerJudged(question=question, helped=helped),)

    return _tap(desk, visit, decide)


@ruled
def choose(desk: Desk, visit: Visit, *, clause: str, choice: Literal["yes", "no"]) -> Episode:
    """Answer an optional clause.

    Raises:
        NotFound: The template has no such clause.
    """

    def decide(now: Episode) -> tuple[Event, ...]:
        if clause not in {one.id for one in now.template.clauses}:
            raise NotFound("There is no such choice.")
        return () if now.choices.get(clause) == choice else (ChoiceMade(clause=clause, choice=choice),)

    return _tap(desk, visit, decide)


def concept_of(episode: Episode, key: str) -> Concept:
    """The teach-back concept of that id. Raises NotFound."""
    for concept in episode.template.concepts:
        if concept.id == key:
            return concept
    raise NotFound("There is no such question.")


@ruled
def tell_in_words(desk: Desk, visit: Visit, *, concept: str) -> Episode:
    """The patient will say this in own words, to a person who judges it: teach-back, before any quiz."""
    chosen = TellingChosen(concept=concept)

    def decide(now: Episode) -> tuple[Event, ...]:
        concept_of(now, concept)
        return () if concept in now.tablet.telling else (chosen,)

    return _tap(desk, visit, decide)


@ruled
def quiz(desk: Desk, visit: Visit, *, concept: str, round_number: int, answer: int) -> Episode:
    """One round of a concept on the tablet.

    Args:
        desk: The ports.
        visit: The patient's.
        concept: Its id.
        round_number: 1 to 3: which round was on the screen; a tap on an older one keeps nothing.
        answer: Index of the answer that was tapped.
    """

    def decide(now: Episode) -> tuple[Event, ...]:
        rounds = concept_of(now, concept).tries
        done = now.checks.get(concept, ())
        if len(done) != round_number - 1 or now.understood(concept) or not 0 < round_number <= len(rounds):
            return ()
        answers = rounds[round_number - 1].answers
        if not 0 <= answer < len(answers):
            raise NotFound("There is no such answer.")
        chosen = answers[answer]
        return (
            UnderstandingChecked(
                concept=concept,
                round=round_number,
                way="quiz",
                result="understood" if chosen.right else "not_yet",
                said=fill(now.case, chosen.text),
            ),
        )

    return _tap(desk, visit, decide)


@ruled
def finish(
    desk: Desk, visit: Visit, *, way: Literal["by_myself", "device_read", "person_read", "interpreter"], by: str = ""
) -> Episode:
    """The patient went through all of it.

    Raises:
        BadInput: Something is still missing; the screens lead there.
    """
    with accepting("Who read it"):
        finished = ReadingFinished(way=way, by=by)
    check_printable(desk.press, finished.by)
    if way in {"person_read", "interpreter"} and not finished.by:
        raise BadInput("Say who read it to you.", "Enter the name.")

    def decide(now: Episode) -> tuple[Event, ...]:
        if missing := before_finish(now):
            raise BadInput(f"{len(missing)} things are still to do.", "We take you there.")
        return () if now.finished == finished else (finished,)

    return _tap(desk, visit, decide)


@ruled
def refuse(desk: Desk, visit: Visit, *, reason: str = "") -> Episode:
    """The patient says no. It is as easy as signing, and ends in a record of its own."""
    with accepting("What you wrote"):
        refused = Refused(reason=reason)
    check_printable(desk.press, refused.reason)
    return _tap(desk, visit, lambda now: () if now.refused else (refused,))
