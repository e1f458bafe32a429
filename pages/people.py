"""Who works here and on which devices: accounts, their rights, and what the clinic knows as its own."""

import streamlit as st

from consent.model.people import Capability
from consent.ui import gate, session
from consent.ui.parts import devices, frame, people
from consent.wiring import desk
from consent.words import say

visit = gate.enter(Capability.MANAGE_PEOPLE)
chosen = desk().people.by_id(session.pointer("person"))

if chosen is not None and chosen.person.id != visit.staff.id:
    people.change(chosen)
else:
    frame.title(say("people.title"))
    devices.made()
    people.everybody(visit)
    with st.expander(say("people.add"), icon=":material/person_add:"):
        people.add()
    devices.known()
    with st.expander(say("devices.add"), icon=":material/tablet:"):
        devices.make_known(visit)
