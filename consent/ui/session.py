"""What one browser tab remembers between two runs, and nothing else. The only user of ``st.session_state``.

Decides nothing.

Invariants:
- Pointers and one line of words: no patient data, no answers, no drafts, no identity. Losing it loses nothing.
- One exception: what the register was last searched for, so that the way back from a record leads to the same list. It
  can be a name, so that it stays out of the address, which browsers and proxies keep.
- Where a person is stands in the address (``?episode=…&step=…``), so that a reload comes back to the same screen;
  it is a pointer, never a permission.
- What a tap reads is looked up in a copy: Streamlit stops a callback that touches its session state, or the address,
  while another tap waits, and never calls it again (F8).
"""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal, cast

import streamlit as st
from streamlit import session_state  # noqa: TID251 - the one module that may

Kind = Literal["done", "look", "stop"]
_KEY = "consent"


@dataclass(frozen=True, slots=True)
class Said:
    """A line that is shown once, at the next run."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Goto:
    """The page that the next run switches to, with its pointers."""

    page: str
    pointers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Session:
    """The fields of a tab's session."""

    sid: str = ""
    said: Said | None = None
    goto: Goto | None = None
    hand_over: str = ""
    """The record whose tablet the last tap asked to hand over, once it was saved."""
    sought: str = ""
    emptied: tuple[str, ...] = ()
    """The fields that the next run empties."""


_copy: ContextVar[MutableMapping[str, object] | None] = ContextVar("copy", default=None)


@contextmanager
def copied() -> Iterator[None]:
    """Look things up in a copy until the end of the block: a callback that does comes to its end."""
    before = _copy.set(session_state.to_dict())
    try:
        yield
    finally:
        _copy.reset(before)


def _held() -> MutableMapping[str, object]:
    copy = _copy.get()
    return cast("MutableMapping[str, object]", session_state) if copy is None else copy


def current() -> Session:
    """This tab's session."""
    held = _held()
    if _KEY not in held:
        session_state[_KEY] = held[_KEY] = Session()
    return cast("Session", held[_KEY])


def wipe() -> None:
    """Forget everything, widgets' values too: somebody else holds this tab now. Whose it was goes last."""
    for key in [key for key in session_state if key != _KEY]:
        del session_state[key]
    session_state.pop(_KEY, None)
    _held().clear()


def take_said() -> Said | None:
    """The line to show now; it is shown once."""
    now = current()
    said, now.said = now.said, None
    return said


def take_goto() -> Goto | None:
    """Where to go now; it is gone to once."""
    now = current()
    goto, now.goto = now.goto, None
    return goto


def take_hand_over(episode: str) -> bool:
    """Whether the last tap asked to hand this record's tablet over; it is asked once."""
    now = current()
    asked, now.hand_over = now.hand_over, ""
    return bool(episode) and asked == episode


def typed(key: str) -> object:
    """What a widget holds, for use inside a callback only."""
    return _held().get(key)


def is_drawn(key: str) -> bool:
    """Whether a widget has been there: a tap may come before the page is drawn to its end."""
    return key in _held()


def empty(*keys: str) -> None:
    """Have the next run forget what these fields hold, as a password."""
    current().emptied = keys


def take_emptied() -> None:
    """Empty the fields that are to be emptied, before they are drawn."""
    for key in current().emptied:
        session_state[key] = ""
    current().emptied = ()


def pointer(name: str) -> str:
    """A pointer from the address; empty when there is none."""
    return st.query_params.get(name, "")


def point(**pointers: str) -> None:
    """Put pointers into the address, so that a reload comes back here."""
    for name, value in pointers.items():
        st.query_params[name] = value
