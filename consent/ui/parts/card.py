"""Who this is about: both identifiers, to be compared with the wristband, and what is planned; on every staff page."""

from collections.abc import Callable

import streamlit as st

from consent.model.episode import Episode
from consent.model.presentation import sites_words
from consent.ui.door import door
from consent.ui.parts import when
from consent.ui.parts.plain import plain
from consent.wiring import desk
from consent.words import say
from consent.workflow.visit import Visit, new_ticket


def patient(visit: Visit, episode: Episode) -> None:
    """Name, date of birth, record number; time, procedure and sites."""
    plan = episode.plan
    zone = plan.clinic.zone
    age = str(when.age(plan.patient.birth_date, when.today(visit.at, zone)))
    st.title(plain(plan.patient.name), anchor=False)
    born = say("card.born", date=when.birth_words(plan.patient.birth_date), age=age)
    what = episode.template.plain_name if episode.pinned else ""
    sites = sites_words(episode.tailored.sites) if episode.tailored else ""
    plans = " · ".join(part for part in (when.moment(plan.appointment, zone), what, sites) if part)
    st.markdown(f"**{born} · {say('card.mrn', mrn=plain(plan.patient.mrn))}**  \n{plain(plans)}")


def hand_over(visit: Visit, episode: Episode, *, label: str, beside: Callable[[], None] | None = None) -> None:
    """The main button that gives the tablet to the patient, and what else can be done, at its left."""
    purpose = f"hand_over:{episode.id}"
    ticket = new_ticket(desk(), visit, purpose=purpose)
    with st.bottom, st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if beside:
            beside()
        else:
            st.text("")
        door(purpose=purpose, label=label, ticket=ticket, key="hand_over", primary=True)
