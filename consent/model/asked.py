"""A parked question, from asking to the patient's own word on the answer.

Decides when a question is open: until it is answered, and again when the patient says that this did not help.

Invariants:
- An answer that did not help is kept beside the next one; its time starts anew for whoever it waits for.

Refuses to know the rest of the episode.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from consent.model.events import QuestionAnswered, QuestionAsked
from consent.model.events_clinician import AnswerJudged, QuestionAssigned


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A parked question and, once somebody answered, the answer."""

    question: str
    page: str
    text: str
    at: str
    """Since when it waits."""
    answer: QuestionAnswered | None = None
    answered_at: str = ""
    earlier: tuple[QuestionAnswered, ...] = ()
    """Answers that did not answer it, as the patient said."""
    helped: bool = False
    """The patient said that the answer answered it."""
    assigned: QuestionAssigned | None = None


Questions = tuple[Asked, ...]


def asked(questions: Questions, event: QuestionAsked, *, at: str) -> Questions:
    """One more question."""
    return (*questions, Asked(question=event.question, page=event.page, text=event.text, at=at))


def answered(questions: Questions, event: QuestionAnswered, *, at: str) -> Questions:
    """Somebody answered it."""
    return _changed(questions, event.question, lambda one: replace(one, answer=event, answered_at=at))


def assigned(questions: Questions, event: QuestionAssigned) -> Questions:
    """It waits for somebody else."""
    return _changed(questions, event.question, lambda one: replace(one, assigned=event))


def judged(questions: Questions, event: AnswerJudged, *, at: str) -> Questions:
    """The patient said whether that answered it."""

    def after(one: Asked) -> Asked:
        if event.helped or one.answer is None:
            return replace(one, helped=event.helped)
        return replace(one, answer=None, answered_at="", earlier=(*one.earlier, one.answer), at=at)

    return _changed(questions, event.question, after)


def _changed(questions: Questions, name: str, change: Callable[[Asked], Asked]) -> Questions:
    return tuple(change(one) if one.question == name else one for one in questions)
