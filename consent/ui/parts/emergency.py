"""A record of another unit, opened in an emergency: what is asked for, and what was found."""

import streamlit as st

from consent.ports import WorklistRow
from consent.ui import gate
from consent.ui.parts import birth, row, when
from consent.ui.parts.plain import plain
from consent.wiring import desk
from consent.words import say
from consent.workflow import glass
from consent.workflow.desk import Desk
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit


@ruled
def open_anyway(
    desk: Desk, visit: Visit, *, mrn: str, month: str, day: str, year: str, reason: str
) -> tuple[WorklistRow, ...]:
    """Put the date together and break the glass. Raises BadInput when it is no date, or as ``glass.break_glass``."""
    born = birth.date_of(desk, visit, month=month, day=day, year=year)
    return glass.break_glass(desk, visit, mrn=mrn, birth_date=born, reason=reason)


def ask() -> None:
    """Who it is, and why."""
    st.text_input(say("glass.mrn"), key="glass-mrn", autocomplete="off")
    st.markdown(say("glass.born"))
    month, day, year = birth.fields("glass")
    st.text_area(say("glass.reason"), key="glass-reason", height=110)
    press = gate.act(
        open_anyway,
        mrn=gate.typed("glass-mrn"),
        month=month,
        day=day,
        year=year,
        reason=gate.typed("glass-reason"),
        then=_show,
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(say("glass.go"), key="break", on_click=press, type="primary")


def _show(rows: tuple[WorklistRow, ...]) -> None:
    gate.go("glass", found=".".join(one.episode for one in rows))()


def found(visit: Visit, episodes: str) -> None:
    """The records that are within reach now, each with its next step."""
    here = [desk().ledger.row(visit.scope, episode) for episode in episodes.split(".")]
    if not any(here):
        st.warning(say("glass.over"), icon=":material/info:")
    for one in here:
        if one is not None:
            _draw(visit, one)


def _draw(visit: Visit, one: WorklistRow) -> None:
    zone = desk().clinic.zone
    age = str(when.age(one.birth_date, when.today(visit.at, zone)))
    born = say("card.born", date=when.birth_words(one.birth_date), age=age)
    plan = " · ".join(part for part in (when.moment(one.appointment, zone), one.title, one.sites) if part)
    step = row.step_of(visit, one, zone=zone)
    with st.container(border=True):
        st.markdown(f"**{plain(one.patient_name)}**  \n{born} · {say('card.mrn', mrn=plain(one.mrn))}  \n{plain(plan)}")
        with st.container(horizontal=True, horizontal_alignment="right"):
            if step and step.page != "record":
                go = gate.go(step.page, episode=one.episode)
                st.button(row.label(visit, one, zone=zone), key=f"next-{one.episode}", on_click=go)
            record = gate.go("record", episode=one.episode)
            st.button(say("glass.record"), key=f"record-{one.episode}", on_click=record, type="primary")
