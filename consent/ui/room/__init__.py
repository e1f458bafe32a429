"""The room as a component: one thing at a time in very large type, worked by space bar, Enter, clicker or a touch.

Invariants:
- The main button has the focus at each new screen, and keeps it; a press tells for which screen it was.
- A second press within 700 ms, and a key that is held down, count as one.
- Without a server no press is taken: the screen says that it is not written down, and how care goes on.
- Texts are set as text; nothing of them is read as markup.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Literal

from streamlit.components.v2 import component
from streamlit.components.v2.types import ComponentRenderer

from consent.words import say

Tone = Literal["ask", "stop", "go", "quiet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button: what it does, and its words. ``look``: the main one, one that stops, one that ends, or one beside."""

    does: str
    label: str
    look: Literal["main", "stop", "end", "beside"] = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What fills the screen: ``name`` says which one it is, so that a press counts for this one."""

    name: str
    tone: Tone
    title: str
    lines: tuple[str, ...] = ()
    small: tuple[str, ...] = ()
    place: str = ""
    picture: str = ""
    """The address of a drawing, beside the lines that say the same."""
    note: str = ""
    buttons: tuple[Button, ...] = ()


@cache
def _component() -> ComponentRenderer:
    """Registered at its first use: before Streamlit's runtime is there, our files are not known to it."""
    return component("consent.room", html='<div class="room"></div>', css="room.css", js="room.js")


def room(screen: Screen, *, press: Callable[[], None], key: str) -> None:
    """Show one screen. ``press`` runs after a press; the widget then holds what it does, and for which screen."""
    _component()(key=key, data={**asdict(screen), "cut": say("timeout.cut")}, on_pressed_change=press)
