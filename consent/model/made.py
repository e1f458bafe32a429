"""What an episode keeps of single events: with who and when.

Decides their shape.

Invariants:
- Each says when, who, and which leaf it is.

Refuses to decide what may follow what: that is the episode's.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from consent.model.entry import Recorded

E = TypeVar("E")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made(Generic[E]):
    """An event that stands alone (a signature, the talk, …) with who and when."""

    event: E
    at: str
    actor: str
    number: int
    leaf: str


def made(one: Recorded[Any]) -> Made[Any]:
    """What is kept of an event."""
    return Made(event=one.event, at=one.header.at, actor=one.header.actor, number=one.header.number, leaf=one.leaf)
