"""What the patient needs to see, hear, speak and sign: a row of buttons, and what belongs to an interpreter.

Invariants:
- Nothing is preset; more than one can be chosen.
- Who interprets is asked only where an interpreter is needed.
"""

from typing import Any, get_args

import streamlit as st

from consent.model.episode import Episode
from consent.model.events_clinician import Need, NeedsNoted
from consent.ui import gate, session
from consent.ui.parts.fields import Form
from consent.words import say
from consent.workflow import needs
from consent.workflow.desk import Desk
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit

KEYS = ("needs", "language", "interpreter", "signal")
_NEEDS: tuple[str, ...] = get_args(Need)
_WIDTH, _LANGUAGE = 500, 200
"""Pixels of all needs in one row, and of a language's name."""


def noted(desk: Desk, visit: Visit, **typed: object) -> NeedsNoted:
    """What the fields hold, as an event. Raises BadInput as ``needs.noted``."""
    return needs.noted(desk, visit, **_entered(**typed))


@ruled
def save(desk: Desk, visit: Visit, /, *, episode: str, **typed: object) -> Episode:
    """Keep what the fields hold. Raises BadInput and WrongState as ``needs.note``."""
    return needs.note(desk, visit, episode=episode, **_entered(**typed))


def _entered(*, needs: object, **words: object) -> dict[str, Any]:
    """A field that is not on the screen holds nothing."""
    return {"needs": needs or [], **{key: str(value or "") for key, value in words.items()}}


def kinds(known: NeedsNoted | None, form: Form | None = None) -> None:
    """The needs, to be chosen."""
    begun = form.fields.get("needs") if form else None
    chosen = begun if isinstance(begun, list) else list(known.needs if known else ())
    st.segmented_control(
        say("needs.ask"),
        _NEEDS,
        selection_mode="multi",
        default=[need for need in _NEEDS if need in chosen],
        format_func=lambda need: say(f"needs.{need}"),
        key="needs",
        on_change=form.choosing if form else None,
        width=_WIDTH,
        wrap=True,
    )


def interpreter(known: NeedsNoted | None, form: Form | None = None) -> None:
    """Language, and who interprets, while an interpreter is chosen."""
    chosen = session.typed("needs")
    with st.container():
        if "interpreter" in (chosen if isinstance(chosen, list) else []):
            with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
                _text("language", known, form, wide=False)
                _text("interpreter", known, form)
            st.caption(say("needs.interpreter.lead"))


def signal(known: NeedsNoted | None, form: Form | None = None) -> None:
    """How the patient says stop without words."""
    _text("signal", known, form)


def _text(key: str, known: NeedsNoted | None, form: Form | None, *, wide: bool = True) -> None:
    saved = str(getattr(known, key, ""))
    st.text_input(
        say(f"needs.{key}.label"),
        form.text(key, saved) if form else saved,
        key=key,
        on_change=form.typing if form else None,
        width="stretch" if wide else _LANGUAGE,
    )


def draw(episode: Episode) -> None:
    """On arrival: all of it, to be noted anew until the time-out."""
    if episode.day.stage not in needs.OPEN:
        return
    st.header(say("needs.title"), anchor=False)
    with st.container(border=True):
        kinds(episode.needs)
        interpreter(episode.needs)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            signal(episode.needs)
            typed: dict[str, Any] = {key: gate.typed(key) for key in KEYS}
            press = gate.act(save, episode=episode.id, done="talk.saved", **typed)
            st.button(say("needs.save"), key="save-needs", on_click=press)
