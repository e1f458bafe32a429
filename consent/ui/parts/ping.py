"""Questions that wait for whoever is signed in: a quiet count on every page of staff, with the age of the oldest.

Decides how it is said; whom a question waits for is decided in the record.

Invariants:
- It is looked at again every five seconds by itself, which keeps no session awake.
- One tap leads to the oldest question.
"""

import streamlit as st

from consent.model import canon
from consent.model.people import Capability
from consent.ui import gate, session
from consent.wiring import desk
from consent.words import say
from consent.workflow import deliver
from consent.workflow.visitor import Visit

_MINUTE = 60


def draw(visit: Visit | None) -> None:
    """The count, for who may answer; nothing while nothing waits."""
    with st.container(width="content"):
        if visit is not None and visit.may(Capability.ANSWER):
            _live()


@st.fragment(run_every="5s")
def _live() -> None:
    visit = gate.visitor()
    if visit is None or session.current().goto:
        st.rerun()
    waiting = deliver.waiting(desk(), visit)
    if waiting is None:
        return
    age = canon.parse_instant(visit.at) - canon.parse_instant(waiting.since)
    words = "ping.one" if waiting.count == 1 else "ping.more"
    st.button(
        say(words, count=str(waiting.count), minutes=str(int(age.total_seconds()) // _MINUTE)),
        key="ping",
        on_click=gate.go("talk", episode=waiting.episode),
        type="tertiary",
        icon=":material/contact_support:",
    )
