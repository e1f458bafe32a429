"""Who this is about: both identifiers, to be compared with the wristband, and what is planned; on every staff page.

Invariants:
- What a clinician has to know of the name or the age before anything else stands right below them.
"""

from collections.abc import Callable

import streamlit as st

from consent.model import needs
from consent.model.blockers import is_minor
from consent.model.episode import Episode
from consent.model.presentation import sites_words
from consent.model.text import scripts
from consent.ui import gate, session
from consent.ui.door import door
from consent.ui.parts import when
from consent.ui.parts.plain import plain
from consent.wiring import desk
from consent.words import say
from consent.workflow import handover
from consent.workflow.visit import new_ticket
from consent.workflow.visitor import Visit


def patient(visit: Visit, episode: Episode) -> None:
    """Name, date of birth, record number; time, procedure and sites; letters that look alike, and a minor."""
    plan = episode.plan
    zone = plan.clinic.zone
    age = str(when.age(plan.patient.birth_date, when.today(visit.at, zone)))
    born = say("card.born", date=when.birth_words(plan.patient.birth_date), age=age)
    what = episode.template.plain_name if episode.pinned else ""
    sites = sites_words(episode.tailored.sites) if episode.tailored else ""
    plans = " · ".join(part for part in (when.full(episode.appointment, zone), what, sites) if part)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.title(plain(plan.patient.name), anchor=False, width="content")
        st.markdown(f"**{born} · {say('card.mrn', mrn=plain(plan.patient.mrn))}**  \n{plain(plans)}", width="content")
    if needed := needs.line(episode.needs):
        st.markdown(f":material/hearing: **{plain(needed)}**")
    if len(mixed := scripts(plan.patient.name)) > 1:
        st.warning(say("card.mixed", scripts=", ".join(mixed)), icon=":material/info:")
    if is_minor(episode, at=visit.at):
        st.warning(say("card.minor", age=str(plan.clinic.adult_age)), icon=":material/info:")


def hand_over(visit: Visit, episode: Episode, *, label: str, beside: Callable[[], None] | None = None) -> None:
    """The main button that gives the tablet to the patient, and what else can be done, at its left.

    After another patient the way leads through the wiping screen first.
    """
    pressed = session.take_hand_over(episode.id)
    wiping = bool(handover.to_wipe(desk(), visit, episode=episode.id))
    purpose = f"hand_over:{episode.id}"
    ticket = "" if wiping else new_ticket(desk(), visit, purpose=purpose)
    with st.bottom, st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if beside:
            beside()
        else:
            st.text("")
        if wiping:
            press = gate.go("wipe", episode=episode.id)
            st.button(
                say("wipe.first"), key="wipe", on_click=press, type="primary", icon=":material/cleaning_services:"
            )
        else:
            door(
                purpose=purpose,
                label=label,
                ticket=ticket,
                key="hand_over",
                primary=True,
                pressed=pressed,
            )
