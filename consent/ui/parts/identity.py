"""Name and date of birth, given by the patient before anything personal is shown.

Invariants:
- Neither is ever shown first; three misses send the tablet back to staff.
- The date is typed in three named parts, so that day and month cannot be taken for each other.
"""

from datetime import date

import streamlit as st

from consent.errors import BadInput
from consent.ui import gate
from consent.ui.parts import frame
from consent.words import say
from consent.workflow import read
from consent.workflow.desk import Desk
from consent.workflow.visit import Visit


def identify(desk: Desk, visit: Visit, *, name: str, month: str, day: str, year: str) -> None:
    """The patient's answer, put together.

    Raises:
        BadInput: It is not a date.
    """
    try:
        born = date(int(year), int(month), int(day))
    except ValueError:
        raise BadInput(say("identity.no_date"), say("identity.no_date_next")) from None
    read.confirm_identity(desk, visit, name=name, birth_date=born)


def draw() -> None:
    """The first page of a turn."""
    frame.title(say("identity.title"), below=say("identity.why"))
    st.text_input(say("identity.name"), key="identity-name", autocomplete="off")
    st.markdown(say("identity.born"))
    month, day, year = st.columns(3)
    month.text_input(say("identity.month"), key="identity-month", max_chars=2, autocomplete="off")
    day.text_input(say("identity.day"), key="identity-day", max_chars=2, autocomplete="off")
    year.text_input(say("identity.year"), key="identity-year", max_chars=4, autocomplete="off")
    press = gate.act(
        identify,
        name=gate.typed("identity-name"),
        month=gate.typed("identity-month"),
        day=gate.typed("identity-day"),
        year=gate.typed("identity-year"),
    )
    frame.foot(frame.Main(label=say("read.go_on"), press=press), key="identity")
