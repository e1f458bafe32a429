"""Planning the procedure for another moment: day, time and why, behind one line of the prepare page.

Refuses to preset the new moment.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import streamlit as st

from consent.errors import BadInput
from consent.model.episode import Episode
from consent.ui import gate
from consent.words import say
from consent.workflow import prepare
from consent.workflow.desk import Desk
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit


@ruled
def move(desk: Desk, visit: Visit, *, episode: str, day: date | None, at: time | None, reason: str) -> Episode:
    """Put day and time together. Raises BadInput when one is missing, or as ``prepare.move_appointment``."""
    if day is None or at is None:
        raise BadInput(say("moving.missing"), say("moving.missing_next"))
    appointment = datetime.combine(day, at, tzinfo=ZoneInfo(desk.clinic.zone))
    return prepare.move_appointment(desk, visit, episode=episode, appointment=appointment, reason=reason)


def draw(episode: Episode) -> None:
    """The fields; they are empty again after each move."""
    name = f"moving-{episode.appointment}"
    keys = {field: f"{name}-{field}" for field in ("day", "at", "reason")}
    with st.expander(say("moving.title"), icon=":material/event:"):
        if episode.pages_shown:
            st.text(say("moving.read_again"))
        left, right = st.columns(2)
        left.date_input(say("moving.day"), None, format="MM/DD/YYYY", key=keys["day"])
        right.time_input(say("moving.at"), None, key=keys["at"])
        st.text_input(say("moving.reason"), key=keys["reason"], autocomplete="off")
        press = gate.act(
            move,
            episode=episode.id,
            day=gate.typed(keys["day"]),
            at=gate.typed(keys["at"]),
            reason=gate.typed(keys["reason"]),
            done="moving.done",
        )
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(say("moving.go"), key="move", on_click=press)
