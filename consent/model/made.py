"""What an episode keeps of single events: a parked question with its answer, and an event with who and when.

Decides their shape.

Invariants:
- Each says when; an event that stands alone also says who, and which leaf it is.

Refuses to decide what may follow what: that is the episode's.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from consent.model import events as ev

E = TypeVar("E")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A parked question and, once somebody answered, the answer."""

    question: str
    page: str
    text: str
    at: str
    answer: ev.QuestionAnswered | None = None
    answered_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made(Generic[E]):
    """An event that stands alone (a signature, the talk, …) with who and when."""

    event: E
    at: str
    actor: str
    number: int
    leaf: str
