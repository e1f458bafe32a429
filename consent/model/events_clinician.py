"""What clinicians' work adds to a record: another appointment, needs, questions, what it took.

Decides what these events can say; ``events`` puts them into the one union.

Invariants:
- As in ``events``: a kind and a schema number, no secret, no free form.
- What the work took is counted for the record as a whole: no name, no time of day, no single tap.

Refuses to say how fast anybody works.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from consent.model.events_beside import Happening
from consent.model.people import PersonRef
from consent.model.text import Key, Note, Short
from consent.model.values import Instant

_Count = Annotated[int, Field(ge=0, le=1_000_000)]
Need = Literal["interpreter", "glasses", "hearing_aid", "reader", "writing"]


class EffortCounted(Happening):
    """What this consent took of the staff's taps and time; what belongs to the talk is counted apart."""

    kind: Literal["EffortCounted"] = "EffortCounted"
    taps: _Count
    seconds: _Count
    talk_taps: _Count
    talk_seconds: _Count


class QuestionAssigned(Happening):
    """A parked question waits for somebody by name: a practical one for a nurse, a medical one for a clinician."""

    kind: Literal["QuestionAssigned"] = "QuestionAssigned"
    question: Key
    about: Literal["practical", "medical"]
    to: PersonRef
    by: PersonRef


class AnswerJudged(Happening):
    """The patient said whether the answer answered the question; "no" opens it again."""

    kind: Literal["AnswerJudged"] = "AnswerJudged"
    question: Key
    helped: bool


class AppointmentMoved(Happening):
    """The procedure is planned for another moment, and why; what the patient reads of it follows."""

    kind: Literal["AppointmentMoved"] = "AppointmentMoved"
    appointment: Instant
    reason: Annotated[Note, Field(min_length=1)]
    by: PersonRef


class NeedsNoted(Happening):
    """What the patient needs to see, hear, speak and sign, and the signal that stops the procedure; all of it anew.

    ``language`` and ``interpreter`` (who, and whether in the room, by video or by phone) belong to an interpreter.
    """

    kind: Literal["NeedsNoted"] = "NeedsNoted"
    needs: Annotated[tuple[Need, ...], Field(max_length=5)]
    language: Short = ""
    interpreter: Short = ""
    signal: Short = ""
    by: PersonRef

    @model_validator(mode="after")
    def _names_the_language(self) -> Self:
        if ("interpreter" in self.needs) != bool(self.language):
            raise ValueError("An interpreter and the language go together.")
        if self.interpreter and not self.language:
            raise ValueError("Who interprets belongs to an interpreter.")
        if len(set(self.needs)) != len(self.needs):
            raise ValueError("Each need is named once.")
        return self
