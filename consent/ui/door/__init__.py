"""The door as a component: what must change the cookie or the address, which no script can do.

Invariants:
- It posts to ``/door`` with a header that no form can send, then opens the address anew.
- It is packaged (its script comes from us by file name), so that the content policy stays strict (threats.md F23).
"""

from collections.abc import Mapping
from functools import cache
from time import monotonic

from streamlit.components.v2 import component
from streamlit.components.v2.types import ComponentRenderer

from consent.wiring import this_start
from consent.words import say
from consent.workflow.visit import ASLEEP_AFTER, awake_for
from consent.workflow.visitor import Visit

SCALES = {"normal": 1.0, "large": 1.25, "largest": 1.5}
"""The sizes of a patient's text, as shares of the theme's."""
STAFF = 2 / 3
"""The size of the staff's text. The theme's is a patient's, so that nothing that fails leaves a patient small type."""


@cache
def _component() -> ComponentRenderer:
    """Registered at its first use: before Streamlit's runtime is there, our files are not known to it."""
    return component("consent.door", html='<div class="door"></div>', css="door.css", js="door.js")


def door(
    *,
    purpose: str,
    label: str,
    key: str,
    ticket: str = "",
    goto: str = "/",
    primary: bool = False,
    pressed: bool = False,
) -> None:
    """A button that posts its purpose to the door and then opens ``goto`` anew.

    Args:
        purpose: ``sign_out``, ``hand_over:<episode>`` or ``enrol:<label>``.
        label: Its words.
        key: Unique on the page.
        ticket: The one-use ticket that the last two need (``visit.new_ticket``).
        goto: The address to open when it worked.
        primary: The one main button of the page.
        pressed: The tap that led here asked for this already; it is done at once.
    """
    _component()(
        key=key,
        data={
            "purpose": purpose,
            "ticket": ticket,
            "label": label,
            "goto": goto,
            "primary": primary,
            "pressed": pressed,
            "later": say("door.offline"),
        },
        width="content" if not primary else "stretch",
    )


def way(*, label: str, goto: str, key: str, primary: bool = False, quiet: bool = False) -> None:
    """A button that only opens an address of ours in this very tab, as ``/staff``; never in a tab of its own.

    A ``quiet`` one has no frame: it stands in the top bar and takes no room from what is there.
    """
    _component()(key=key, data={"label": label, "goto": goto, "primary": primary, "quiet": quiet}, width="content")


def again() -> None:
    """Open the present address anew at once: the guard decides where it leads now."""
    _component()(key="door_again", data={"now": True})


def top(place: str) -> None:
    """Show a page from its top when another one is opened; Streamlit stays where one had scrolled."""
    _component()(key="door_top", data={"top": place})


def sized(size: str) -> None:
    """Set how large the text of the whole page is, until another page is loaded; empty: as the theme has it."""
    _component()(key="door_size", data={"scale": SCALES.get(size, 1)})


def samples(keys: Mapping[str, str]) -> None:
    """Show these buttons, size by key, as large as the text would be."""
    _component()(key="door_samples", data={"samples": {key: SCALES[size] for key, size in keys.items()}})


def rest(*, label: str, key: str) -> None:
    """A button that covers the screen at once and puts the session to sleep; name and date of birth wake it."""
    _component()(key=key, data={"purpose": "rest", "label": label, "resting": say("door.resting")}, width="content")


def dots(filled: int, total: int, *, words: str, key: str) -> None:
    """So many of so many dots, ten a row: one picture with ``words`` in its place, never read dot by dot."""
    _component()(key=key, data={"dots": {"filled": filled, "total": total, "words": words}})


def wipe(*, label: str, ticket: str, goto: str, key: str) -> None:
    """A button that lets the screen ignore touch for 30 s, then keeps that it was wiped and opens ``goto``."""
    words = {"wiping": say("wipe.now"), "seconds": say("wipe.seconds"), "later": say("door.offline")}
    _component()(
        key=key,
        data={"purpose": "wiped", "label": label, "ticket": ticket, "goto": goto, "primary": True, **words},
        width="stretch",
    )


def speak(lang: str, direction: str, *, visit: Visit | None) -> None:
    """Set language and direction of the whole page, and hide it while nobody uses it or the server is out of reach.

    When a session sleeps is the server's to count. What is touched here is told to it, background work never is; a page
    whose session sleeps or has ended opens its address anew by itself. One whose server is another now is drawn anew
    before anybody can tap: that server knows none of its buttons, and the tap would be swallowed (F7, catalogue D8). By
    the name of each run the page knows that it was drawn since its line was cut.
    On a patient's page taps on one spot within 700 ms count once.
    """
    left = awake_for(visit).total_seconds() if visit and not visit.asleep else None
    words = {"resting": say("door.resting"), "lost": say("door.lost"), "cut": say("door.cut")}
    idle = ASLEEP_AFTER.total_seconds()
    said = {"lang": lang, "dir": direction, "idle": idle, "left": left, "start": this_start(), **words}
    said["run"] = monotonic()
    said["patient"] = visit is not None and visit.is_patient
    if visit is not None and not visit.is_patient:
        said["scale"] = STAFF
    _component()(key="door_speak", data=said, on_anew_change=lambda: None)
