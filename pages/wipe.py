"""Between two patients the tablet is wiped, behind a screen that ignores touch."""

import streamlit as st

from consent.model.people import Capability
from consent.ui import gate, session
from consent.ui.door import wipe
from consent.ui.parts import frame
from consent.wiring import desk
from consent.words import say
from consent.workflow import handover
from consent.workflow.visit import new_ticket

visit = gate.enter(Capability.HAND_OVER)
episode = session.pointer("episode")

if handover.to_wipe(desk(), visit, episode=episode):
    frame.title(say("wipe.title"), below=say("wipe.why"))
    st.text(say("wipe.how"))
    with st.bottom:
        ticket = new_ticket(desk(), visit, purpose=handover.WIPE)
        wipe(label=say("wipe.start"), ticket=ticket, goto=f"/?episode={episode}", key="wipe")
else:
    frame.title(say("wipe.title"), below=say("wipe.not_due"))
    frame.bottom_right(say("read.go_on"), gate.go("home", episode=episode), key="onward")
