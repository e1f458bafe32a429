"""The same thing in the same place: title and way back on top, what can be done at the bottom.

Decides where things stand on a page.

Invariants:
- Back is top left, the one main button bottom right; both are in the same place on every page of the tablet.
- On the tablet the foot stays at the bottom of the screen, however long the page is.
- What comes and goes stands in a container that is always there. Streamlit knows a part of a page by its place: moved
  by one, fields are made anew without what was being typed, and a finger that is down comes up from another button.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from consent.model.episode import Episode
from consent.ui import gate
from consent.ui.door import top, way
from consent.ui.parts import helping
from consent.ui.parts.plain import plain
from consent.words import say

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

Callback = Callable[[], None]
LEFT = 620
"""Width in pixels of the left half. The right one stands beside it on a desk's screen, and below it on a tablet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Main:
    """The one main button of a page."""

    label: str
    press: Callback
    ready: bool = True
    hint: str = ""
    """What to do first, in words beside it, while it is not ready."""


def title(text: str, *, below: str = "") -> None:
    """The page's title and, when there is one, a line below it; both shown letter by letter."""
    st.title(plain(text), anchor=False)
    if below:
        st.text(below)


def two() -> "tuple[DeltaGenerator, DeltaGenerator]":
    """Two halves of a staff page."""
    with st.container(horizontal=True, gap="medium"):
        return st.container(width=LEFT), st.container(width="stretch")


def head(*, place: str = "", back: Callback | None = None, key: str = "") -> None:
    """The top line of a tablet page: Back at the left, where we are at the right."""
    top(key)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if back:
            st.button(say("read.back"), key=f"back-{key}", on_click=back, icon=":material/arrow_back:", type="tertiary")
        else:
            st.text("")
        st.text(place)


def foot(
    main: Main | None = None, *, key: str, quiet: Callable[[], None] | None = None, helped: Episode | None = None
) -> None:
    """The bottom line of a tablet page.

    Args:
        main: The main button, at the right.
        key: Of the page; so that a tap on one page never counts on the next.
        quiet: Draws what else can be done, between help and the main button.
        helped: Whose text size can be changed here, and whose turn can have a break; without: the way to staff alone.
    """
    with st.bottom:
        with st.container():
            if main and not main.ready and main.hint:
                st.text(main.hint, text_alignment="right", width="stretch")
        line = st.container(horizontal=True, vertical_alignment="center", gap="xsmall")
        with line:
            with st.container(horizontal=True, vertical_alignment="center", width="content", gap="xsmall"):
                helping.draw(helped, key=key)
                if quiet:
                    quiet()
            if main:
                with st.container(horizontal=True, horizontal_alignment="right", width="stretch"):
                    st.button(
                        main.label,
                        key=f"main-{key}",
                        on_click=main.press,
                        type="primary",
                        disabled=not main.ready,
                        wrap=True,
                    )


def give_back(text: str, *lines: str) -> None:
    """The page that ends a turn of the tablet: what comes now, and the way for staff to take it back."""
    title(text)
    for line in lines:
        st.text(line)
    st.space("medium")
    way(label=say("read.take_back"), goto="/staff", key="take_back")


def not_now() -> None:
    """The record is at another step than this page is for."""
    title(say("step.title"))
    st.text(say("step.why"))
    st.button(say("step.today"), on_click=gate.go("today"), type="primary")


def bottom_right(
    label: str,
    press: Callback,
    *,
    key: str,
    ready: bool = True,
    hint: str = "",
    beside: Callable[[], None] | None = None,
) -> None:
    """A staff page's main button, and what else can be done, at its left; while it is not ready, what comes first."""
    with st.bottom, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        with st.container(width="stretch"):
            if hint and not ready:
                st.text(hint)
        if beside:
            beside()
        st.button(label, key=key, on_click=press, type="primary", disabled=not ready)
