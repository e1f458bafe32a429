"""The frame around every page: banner, top bar, and which pages there are. Streamlit's main script.

Decides where somebody starts: staff with today's list, a patient with reading.

Invariants:
- It doesn't lie beside ``pages/``: Streamlit would serve those to the first visitor without running it (house.md, 3.1).
- Pages are registered hidden; each asks the gate for itself. The elements of the frame never change their number.
"""

from pathlib import Path

import streamlit as st

from consent.model.people import Capability
from consent.ui import gate, session
from consent.ui.door import door, speak
from consent.wiring import desk
from consent.words import say

_PAGES = Path(__file__).parents[2] / "pages"
_STARTS = (
    (Capability.READ, "read"),
    (Capability.SEE_TODAY, "today"),
    (Capability.REVIEW_TEMPLATE, "library"),
    (Capability.MANAGE_PEOPLE, "people"),
    (Capability.SEE_RECORD, "register"),
)


def _home() -> None:
    visit = gate.visitor()
    for capability, name in _STARTS:
        if visit is not None and visit.may(capability) and name in pages:
            st.switch_page(pages[name])
    gate.enter(Capability.SEE_TODAY)
    st.write(say("gate.nothing_here"))


def _frame() -> None:
    """One line: the way to the start, the banner of a demo, who is signed in, and the way out."""
    visit = gate.visitor()
    with st.container(horizontal=True, vertical_alignment="center"):
        if visit is not None and not visit.is_patient:
            st.button(say("shell.home"), on_click=gate.go("home"), type="tertiary", icon=":material/home:")
        if desk().clinic.mode == "demo":
            st.markdown(f":orange-badge[{say('app.demo')}]", width="content")
        st.space("stretch")
        if visit is not None and visit.person is not None:
            st.text(visit.person.name, width="content")
            door(purpose="sign_out", label=say("shell.sign_out"), key="sign_out")


st.set_page_config(page_title=say("app.title"), layout="centered")
home = st.Page(_home, title=say("app.title"), default=True)
pages = {file.stem: st.Page(file, title=say("app.title")) for file in sorted(_PAGES.glob("*.py"))}
chosen = st.navigation([home, *pages.values()], position="hidden")
goto = session.take_goto()
if goto is not None:
    st.switch_page(pages.get(goto.page, home), query_params=dict(goto.pointers))
speak("en", "ltr")
_frame()
chosen.run()
