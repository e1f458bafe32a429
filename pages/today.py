"""Today: one row a patient, with the next step as its button; looked at again every five seconds."""

from datetime import date, timedelta

import streamlit as st

from consent.model.people import Capability
from consent.ui import gate, session
from consent.ui.parts import frame, newcomer, row, sieve, when
from consent.ui.parts.alike import alike
from consent.wiring import desk
from consent.words import say
from consent.workflow import deliver

visit = gate.enter(Capability.SEE_TODAY)
zone = desk().clinic.zone
now = when.today(visit.at, zone)
try:
    day = date.fromisoformat(session.pointer("day"))
    since, until = when.bounds(day, zone)
except (ValueError, OverflowError):
    day = now
    since, until = when.bounds(day, zone)
rows = deliver.today(desk(), visit, since=since, until=until)

frame.title(say("today.title") if day == now else when.day_words(day))
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    back, on = (day - timedelta(days=1)).isoformat(), (day + timedelta(days=1)).isoformat()
    st.button(say("today.back"), on_click=gate.go("today", day=back), type="tertiary", icon=":material/chevron_left:")
    st.text(when.day_words(day), width="content")
    st.button(say("today.on"), on_click=gate.go("today", day=on), type="tertiary", icon=":material/chevron_right:")
    wanted = st.text_input(
        say("today.search"),
        key="search",
        type="search",
        placeholder=say("today.search"),
        label_visibility="collapsed",
        width=260,
    )
fits = sieve.chips()


@st.fragment(run_every="5s")
def the_list() -> None:
    """The rows as they are now."""
    inside = gate.visitor()
    if inside is None or session.current().goto:
        st.rerun()
    here = deliver.today(desk(), inside, since=since, until=until)
    searched = [one for one in here if wanted.casefold() in f"{one.patient_name} {one.mrn}".casefold()]
    found = [one for one in searched if fits(inside, one)]
    twins = alike(here)
    with st.container(gap="xsmall"):
        for one in found:
            row.draw(inside, one, zone=zone, alike=one.episode in twins)
    if not found:
        why = "sieve.none" if searched else "today.none_found" if here else "today.empty"
        st.info(say(why), icon=":material/info:")


the_list()
if visit.may(Capability.ADD_PATIENT):
    with st.expander(say("add.title"), icon=":material/person_add:", expanded=not rows):
        newcomer.draw(day, after=len(rows))
if visit.may(Capability.BREAK_GLASS):
    st.button(say("glass.way"), key="glass", on_click=gate.go("glass"), type="tertiary", icon=":material/emergency:")
