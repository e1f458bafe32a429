"""The signature pad as a component: draw with pen, finger or mouse, or type your name; it posts the signature itself.

Invariants:
- The signature doesn't go through Streamlit: the pad posts to ``/api/sign/…``, keeps its strokes until the server has
  answered, and only then asks for a rerun (house.md, section 3.10).
- Typing is an equal way, one button away.
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
    "type_instead",
    "draw_instead",
    "type_label",
    "undo",
    "clear",
    "secret",
    "sign",
    "again",
    "saving",
    "offline",
    "empty",
)


@cache
def _component() -> ComponentRenderer:
    """Registered at its first use: before Streamlit's runtime is there, our files are not known to it."""
    return component("consent.pad", html='<div class="pad"></div>', css="pad.css", js="pad.js")


def pad(
    *, url: str, presentation: str, covers: str, printed_name: str, intent: str, reauth: bool = False, key: str = "pad"
) -> bool:
    """The pad; True in the one run after the server has taken the signature.

    Args:
        url: ``PATIENT`` or ``CLINICIAN``.
        presentation: The id that the server gave to this presentation: the idempotency key.
        covers: The digest of the document that was shown.
        printed_name: Who signs.
        intent: What signing means, in one sentence.
        reauth: Ask for the password too.
        key: Unique on the page.
    """
    labels = {name: say(f"pad.{name}") for name in _LABELS}
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
        },
        on_signed_change=lambda: None,
        on_refused_change=_say_refused,
    )
    return bool(result.get("signed"))


def _say_refused() -> None:
    """The text or the record changed meanwhile: the page is drawn anew, and says on top that nothing was signed."""
    session.current().said = Said("look", say("pad.refused"))
