"""The time-out, for the whole room: one card at a time in very large type; then the start, and one tap that ends it."""

import streamlit as st

from consent.model.people import Capability
from consent.ui import gate, session
from consent.ui.parts import aloud
from consent.ui.room import room
from consent.wiring import desk
from consent.words import say
from consent.workflow import deliver

visit = gate.enter(Capability.TIME_OUT)
episode = deliver.view(desk(), visit, episode=session.pointer("episode"))
shown = aloud.screen(desk(), visit, episode)
room(shown, press=gate.act(aloud.press, episode=episode.id, pressed=gate.typed("room")), key="room")


@st.fragment(run_every="2s")
def look_again() -> None:
    """Draw anew as soon as another tablet has changed something, or the time-out has lapsed."""
    inside = gate.visitor()
    if inside is None or session.current().goto:
        st.rerun()
    now = deliver.view(desk(), inside, episode=session.pointer("episode"))
    if aloud.screen(desk(), inside, now) != shown:
        st.rerun()


look_again()
aloud.settle(visit, episode)
with st.container(horizontal=True):
    st.button(say("timeout.checklist"), key="checklist", on_click=gate.go("checklist", episode=episode.id))
    st.button(say("timeout.record"), key="record", on_click=gate.go("record", episode=episode.id))
