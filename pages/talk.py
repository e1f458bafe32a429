"""Talk: all that has to be settled between clinician and patient before a signature, on one page."""

import streamlit as st

from consent.model.people import Capability
from consent.model.status import Status
from consent.ui import gate, session
from consent.ui.parts import card, frame, medicines, talk
from consent.wiring import desk
from consent.words import say
from consent.workflow import deliver
from consent.workflow.discuss import what_is_missing

visit = gate.enter(Capability.ANSWER)
episode = deliver.view(desk(), visit, episode=session.pointer("episode"))

if episode.status not in {Status.READING, Status.READ, Status.DISCUSSED}:
    frame.not_now()
    st.stop()
settled = episode.status is Status.DISCUSSED and not what_is_missing(episode)
reading = episode.status is Status.READING
discussing = visit.may(Capability.DISCUSS)
with st.container():
    card.patient(visit, episode)
    if reading and not episode.open_questions:
        st.info(say("talk.reading"), icon=":material/menu_book:")
    elif settled:
        st.success(say("talk.done"), icon=":material/check:")
parts = [talk.company]
if discussing:
    parts += [talk.reviews]
parts += [talk.questions, talk.matters] if episode.open_questions else [talk.matters, talk.questions]
if discussing:
    parts += [medicines.draw, talk.concepts]
for part in parts:
    with st.container():
        part(episode)
if discussing and not reading and not settled:
    talk.record(episode)
elif not discussing and not settled:
    st.info(say("talk.clinician"), icon=":material/info:")
if settled or reading:
    card.hand_over(visit, episode, label=say("talk.to_sign" if settled else "talk.to_read"))
