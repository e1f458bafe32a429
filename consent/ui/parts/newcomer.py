"""Adding a patient to a day's list.

Refuses to preset anything about a patient.
"""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from consent.errors import BadInput
from consent.model.episode import Episode
from consent.model.people import Role
from consent.model.text import OLDEST_BIRTH_YEAR, OLDEST_UNASKED, full_years
from consent.ui import gate
from consent.ui.parts.plain import plain
from consent.wiring import desk
from consent.words import say
from consent.workflow import prepare
from consent.workflow.desk import Desk
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit

_FIELDS = ("name", "birth_date", "mrn", "at", "procedure", "clinician", "age_confirmed")


@ruled
def add(
    desk: Desk,
    visit: Visit,
    *,
    day: date,
    name: str,
    birth_date: date | None,
    mrn: str,
    at: time | None,
    procedure: str,
    clinician: str,
    age_confirmed: bool | None,
) -> Episode:
    """Put the fields together and plan the procedure.

    Raises:
        BadInput: The date of birth or the time is missing.
    """
    if birth_date is None or at is None:
        raise BadInput(say("add.missing"), say("add.missing_next"))
    appointment = datetime.combine(day, at, tzinfo=ZoneInfo(desk.clinic.zone))
    return prepare.open_episode(
        desk,
        visit,
        name=name,
        birth_date=birth_date,
        mrn=mrn,
        procedure=procedure,
        appointment=appointment,
        clinician=clinician,
        age_confirmed=bool(age_confirmed),
    )


def draw(day: date, *, after: int) -> None:
    """The fields. ``after`` counts the patients of the day, so that the fields are empty again for the next one."""
    here = desk()
    keys = {field: f"add-{field}-{after}" for field in _FIELDS}
    titles = {template.id: template.plain_name for template in here.templates.all()}
    people = [account.person for account in here.people.all()]
    clinicians = {one.id: one.name for one in people if one.active and Role.CLINICIAN in one.roles}
    left, right = st.columns(2)
    left.text_input(say("add.name"), key=keys["name"], autocomplete="off")
    born = left.date_input(
        say("add.birth_date"),
        None,
        min_value=date(OLDEST_BIRTH_YEAR, 1, 1),
        max_value=day,
        format="MM/DD/YYYY",
        key=keys["birth_date"],
    )
    if born is not None and full_years(born, on=day) > OLDEST_UNASKED:
        left.checkbox(say("add.age_confirmed", age=str(OLDEST_UNASKED)), key=keys["age_confirmed"])
    left.text_input(say("add.mrn"), key=keys["mrn"], autocomplete="off")
    right.time_input(say("add.at"), None, key=keys["at"])
    right.selectbox(
        say("add.procedure"), list(titles), format_func=lambda one: plain(titles[one]), key=keys["procedure"]
    )
    right.selectbox(
        say("add.clinician"), list(clinicians), format_func=lambda one: clinicians[one], key=keys["clinician"]
    )
    given: dict[str, Any] = {field: gate.typed(key) for field, key in keys.items()}
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(say("add.go"), key="add", on_click=gate.act(add, day=day, done="add.done", **given), type="primary")
