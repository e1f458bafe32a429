"""Checklist: on arrival the consent is confirmed, and each preparation is asked, one item at a time."""

import streamlit as st

from consent.model.arrival import before_time_out, items
from consent.model.people import Capability
from consent.model.status import CONSENTED
from consent.ui import gate, session
from consent.ui.parts import arriving, card, frame, missing, needing, withdraw
from consent.wiring import desk
from consent.words import say
from consent.workflow import deliver
from consent.workflow.timeout import retired

visit = gate.enter(Capability.CHECK_IN)
episode = deliver.view(desk(), visit, episode=session.pointer("episode"))

if episode.status not in CONSENTED or episode.outcome != "consented":
    frame.not_now()
    st.stop()
card.patient(visit, episode)
withdraw.said(episode)
if arriving.over(episode):
    st.button(say("checklist.to_time_out"), on_click=gate.go("timeout", episode=episode.id), type="primary")
    st.stop()
found = before_time_out(episode, at=visit.at, retired=retired(desk(), episode))
arriving.confirmation(visit, episode)
needing.draw(episode)
st.header(say("checklist.items"), anchor=False)
for item in items(episode.case):
    arriving.item(visit, episode, item)
withdraw.draw(visit, episode)
missing.told(found, lead=say("checklist.missing"))
go = gate.go("timeout", episode=episode.id)
frame.bottom_right(say("checklist.to_time_out"), go, key="time_out", ready=not found, hint=missing.hint(found))
