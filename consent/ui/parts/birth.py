"""A date of birth that somebody types.

Invariants:
- In three named parts, so that day and month cannot be taken for each other.
"""

from datetime import date

import streamlit as st

from consent.errors import BadInput
from consent.model.text import check_birth_date
from consent.ui import gate
from consent.ui.gate import Typed
from consent.ui.parts import when
from consent.words import say
from consent.workflow.desk import Desk
from consent.workflow.visitor import Visit

_PARTS = (("month", 2), ("day", 2), ("year", 4))


def fields(name: str) -> tuple[Typed, ...]:
    """The three fields, for month, day and year; gives what stands for them in a callback."""
    for column, (part, longest) in zip(st.columns(3), _PARTS, strict=True):
        column.text_input(say(f"identity.{part}"), key=f"{name}-{part}", max_chars=longest, autocomplete="off")
    return tuple(gate.typed(f"{name}-{part}") for part, _ in _PARTS)


def date_of(desk: Desk, visit: Visit, *, month: str, day: str, year: str) -> date:
    """The three parts as a date.

    Raises:
        BadInput: It is no date on which somebody alive can be born, as with a year of two digits.
    """
    try:
        born = date(int(year), int(month), int(day))
        check_birth_date(born, today=when.today(visit.at, desk.clinic.zone), confirmed=True)
    except ValueError:
        raise BadInput(say("identity.no_date"), say("identity.no_date_next")) from None
    return born
