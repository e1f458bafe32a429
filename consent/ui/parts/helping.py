"""Help, on every page of a turn without leaving it: text size, a break, and the way for staff.

Invariants:
- Nothing personal stands in it, so it opens before the identifiers are given as well.
"""

import streamlit as st

from consent.model.episode import Episode
from consent.ui import gate
from consent.ui.door import SCALES, rest, way
from consent.words import say
from consent.workflow import read


def draw(episode: Episode | None, *, key: str) -> None:
    """The button that opens it; text size and a break only where a turn goes on."""
    with st.popover(say("help.open"), key=f"help-{key}"):
        if episode is not None:
            st.markdown(f"**{say('help.size')}**")
            line = st.container(horizontal=True, gap="xsmall")
            for size in SCALES:
                words = say(f"help.size.{size}")
                chosen = size == (episode.tablet.size or "normal")
                line.button(
                    f":green[**✓ {words}**]" if chosen else words,
                    key=f"size-{size}-{key}",
                    on_click=gate.act(read.choose_size, size=size, aloud=episode.tablet.aloud),
                )
            rest(label=say("help.break"), key=f"break-{key}")
        st.text(say("help.call"))
        way(label=say("read.staff"), goto="/staff", key=f"staff-{key}")
