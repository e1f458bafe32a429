"""The signature pad as a component: draw, type your name, or get help; it posts the signature itself.

Invariants:
- The signature doesn't go through Streamlit: the pad posts to ``/api/sign/…``, keeps its strokes until the server has
  answered, and only then asks for a rerun (house.md, section 3.10).
- Drawing, typing and, for patients, help with signing are equal ways: all of them stand on top of the pad.
"""

from functools import cache

from streamlit.components.v2 import component
from streamlit.components.v2.types import ComponentRenderer

from consent.ui import session
from consent.ui.session import Said
from consent.words import say

PATIENT = "/api/sign/patient"
CLINICIAN = "/api/sign/clinician"
_LABELS = (
    "box",
    "here",
    "ways",
    "draw",
    "type",
    "type_label",
    "undo",
    "clear",
    "secret",
    "sign",
    "again",
    "saving",
    "offline",
    "asleep",
    "full",
    "pen",
    "first_draw",
    "first_type",
    "first_secret",
)
_HELP = (
    "help",
    "first_how",
    "first_mark",
    "first_witness",
    "hows",
    "help_mark",
    "help_aloud",
    "aloud",
    "mark_here",
    "witness",
    "witness_staff",
    "witness_other",
    "witness_login",
    "witness_secret",
    "witness_name",
    "witness_relation",
    "witness_typed",
    "witness_box",
)


@cache
def _component() -> ComponentRenderer:
    """Registered at its first use: before Streamlit's runtime is there, our files are not known to it."""
    return component("consent.pad", html='<div class="pad"></div>', css="pad.css", js="pad.js")


def pad(
    *,
    url: str,
    presentation: str,
    covers: str,
    printed_name: str,
    intent: str,
    reauth: bool = False,
    witnesses: int = 0,
    down: str = "",
    key: str = "pad",
) -> bool:
    """The pad; True in the one run after the server has taken the signature.

    Args:
        url: ``PATIENT`` or ``CLINICIAN``.
        presentation: The id that the server gave to this presentation: the idempotency key.
        covers: The digest of the document that was shown.
        printed_name: Who signs.
        intent: What signing means, in one sentence.
        reauth: Ask for PIN or password too.
        witnesses: How many people have to watch when the patient needs help to sign; none: no help is offered.
        down: Key of the page's button that leads down here; it is gone while "Sign" can be seen.
        key: Unique on the page.
    """
    labels = {name: say(f"pad.{name}") for name in (*_LABELS, *(_HELP if witnesses else ()))}
    if witnesses:
        labels["help_lead"] = say(f"pad.help_lead.{witnesses}")
    result = _component()(
        key=key,
        data={
            "url": url,
            "key": presentation,
            "covers": covers,
            "printed_name": printed_name,
            "intent": intent,
            "labels": labels,
            "reauth": reauth,
            "witnesses": witnesses,
            "down": down,
        },
        on_signed_change=lambda: None,
        on_refused_change=_say_refused,
        on_asleep_change=_say_asleep,
    )
    return bool(result.get("signed"))


def _say_refused() -> None:
    """The text or the record changed meanwhile: the page is drawn anew, and says on top that nothing was signed."""
    session.current().said = Said("look", say("pad.refused"))


def _say_asleep() -> None:
    """Nobody touched the screen for a while: the page asks who is there, and says that nothing was signed."""
    session.current().said = Said("look", say("pad.asleep"))
