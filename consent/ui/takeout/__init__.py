"""Taking the register's list out as a file, as a component: how far it is, and a way to stop it.

Invariants:
- The file doesn't go through Streamlit: the component posts the filter to a route of ours, and keeps what comes only
  when all of it came.
- What was searched for stands in the body of the request, never in an address.
"""

from dataclasses import asdict, dataclass
from functools import cache

from streamlit.components.v2 import component
from streamlit.components.v2.types import ComponentRenderer

from consent.words import say

URL = "/register.csv"
_WORDS = ("take", "stop", "asking", "so_far", "done", "stopped", "broke")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """The filter as the page has it; ``since`` and ``until`` are days."""

    text: str = ""
    state: str = ""
    since: str = ""
    until: str = ""
    procedure: str = ""
    clinician: str = ""


@cache
def _component() -> ComponentRenderer:
    """Registered at its first use: before Streamlit's runtime is there, our files are not known to it."""
    return component("consent.takeout", html='<div class="takeout"></div>', css="takeout.css", js="takeout.js")


def takeout(wanted: Filter, *, key: str) -> None:
    """A button that takes out what the filter finds; while that lasts, how far it is and a way to stop."""
    words = {word: say(f"takeout.{word}") for word in _WORDS}
    _component()(key=key, data={"url": URL, "wanted": asdict(wanted), "words": words}, width="stretch")
