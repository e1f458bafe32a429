"""The frame around every page: banner, top bar, and which pages there are. Streamlit's main script.

Decides where somebody starts: staff with today's list or with the record of a tablet that came back, an auditor with
the register, a patient with reading.

Invariants:
- It doesn't lie beside ``pages/``: Streamlit would serve those to the first visitor without running it (house.md, 3.1).
- Pages are registered hidden; each asks the gate for itself. The elements of the frame never change their number.
- While the store does not answer, the page that was there stays, with what stands in its fields.
- Who stays on a page is led on in the same run: a switch would run everything from the top once more.
- How wide a page is is said once in a run: of two sayings a run that was cut off may leave the first.
"""

from pathlib import Path

import streamlit as st

from consent.model.people import Capability
from consent.ui import gate, session
from consent.ui.door import door, speak
from consent.ui.parts import on_paper, ping, row
from consent.ui.parts.plain import plain
from consent.wiring import desk
from consent.words import say
from consent.workflow.visitor import Visit

_PAGES = Path(__file__).parents[2] / "pages"
_NARROW = {"", "account", "glass", "read", "sign", "wipe"}
"""A patient's lines stay short, and so does a form of few fields; everything else of the staff uses the whole width."""
_STARTS = (
    (Capability.SEE_TODAY, "today"),
    (Capability.SEE_REGISTER, "register"),
    (Capability.REVIEW_ACCESS, "access"),
    (Capability.MANAGE_PEOPLE, "people"),
)


def _home() -> None:
    if known is not None and known.is_patient:
        st.switch_page(pages["read"])
    visit = gate.enter(Capability.OWN_ACCOUNT)
    episode = session.pointer("episode")
    if step := row.step_of(visit, desk().ledger.row(visit.scope, episode), zone=desk().clinic.zone):
        st.switch_page(pages[step.page], query_params={"episode": episode})
    for capability, name in _STARTS:
        if visit.may(capability):
            st.switch_page(pages[name])
    st.write(say("gate.nothing_here"))


def _frame(visit: Visit | None) -> None:
    """One line: the way to the start, the banner of a demo, who is signed in, and the way out."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if visit is not None and not visit.is_patient:
            st.button(say("shell.home"), on_click=gate.go("home"), type="tertiary", icon=":material/home:")
            on_paper.draw(visit)
        if desk().clinic.mode == "demo":
            st.markdown(f":orange-badge[{say('app.demo')}]", width="content")
        st.space("stretch")
        ping.draw(visit)
        if visit is not None and visit.person is not None:
            st.button(plain(visit.person.name), key="account", on_click=gate.go("account"), type="tertiary")
            door(purpose="sign_out", label=say("shell.sign_out"), key="sign_out")


home = st.Page(_home, title=say("app.title"), default=True)
pages = {file.stem: st.Page(file, title=say("app.title")) for file in sorted(_PAGES.glob("*.py"))}
chosen = st.navigation([home, *pages.values()], position="hidden")
st.set_page_config(page_title=say("app.title"), layout="centered" if chosen.url_path in _NARROW else "wide")
session.take_emptied()
goto = session.take_goto()
if goto is not None and goto.page == chosen.url_path:
    st.query_params.from_dict(dict(goto.pointers))
elif goto is not None:
    st.switch_page(pages.get(goto.page, home), query_params=dict(goto.pointers))
with gate.patiently():
    known = gate.visitor()
    speak("en", "ltr", visit=known)
    with gate.here(known):
        _frame(known)
        chosen.run()
