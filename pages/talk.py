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
card.patient(visit, episode)
settled = episode.status is Status.DISCUSSED and not what_is_missing(episode)
if episode.status is Status.READING and not episode.open_questions:
    st.info(say("talk.reading"), icon=":material/menu_book:")
elif settled:
    st.success(say("talk.done"), icon=":material/check:")
talk.company(episode)
if visit.may(Capability.DISCUSS):
    talk.reviews(episode)
first = talk.questions if episode.open_questions else talk.matters
for part in (first, talk.matters if first is talk.questions else talk.questions):
    part(episode)
if visit.may(Capability.DISCUSS):
    medicines.draw(episode)
    talk.concepts(episode)
    if episode.status is not Status.READING and not settled:
        talk.record(episode)
elif not settled:
    st.info(say("talk.clinician"), icon=":material/info:")
if settled or episode.status is Status.READING:
    card.hand_over(visit, episode, label=say("talk.to_sign" if settled else "talk.to_read"))
