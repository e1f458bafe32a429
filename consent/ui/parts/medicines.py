"""The plan for this patient's medicines: one line a medicine, decided by a clinician.

Invariants:
- Nothing is preset, least of all "stop" (H6); "nothing changes" is said with a button of its own.
- Asked for only when the patient's answers or the template call for a plan.
"""

from typing import Any

import streamlit as st

from consent.errors import BadInput
from consent.model.episode import Episode
from consent.model.presentation import medicine_lines, plans_missing
from consent.model.values import MedicineLine
from consent.ui import gate
from consent.ui.parts import rows
from consent.words import say
from consent.workflow import prepare
from consent.workflow.accept import accepting
from consent.workflow.desk import Desk
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit

_PARTS = ("medicine", "change", "how", "agreed")


@ruled
def plan(desk: Desk, visit: Visit, /, *, episode: str, rows: tuple[str, ...], **typed: object) -> Episode:
    """Put the lines together and keep them.

    Raises:
        BadInput: There is no line, or a line does not say whether the medicine changes.
    """
    lines = []
    for row in rows:
        medicine, change, how, agreed = (typed[f"{part}_{row}"] for part in _PARTS)
        if not str(medicine or "").strip():
            continue
        if change is None:
            raise BadInput(say("medicines.no_change"), say("medicines.no_change_next"))
        with accepting(say("medicines.line")):
            lines.append(
                MedicineLine(
                    medicine=str(medicine),
                    change=change == "changes",
                    how=str(how or ""),
                    agreed_with=str(agreed or ""),
                )
            )
    if not lines:
        raise BadInput(say("medicines.no_line"), say("medicines.no_line_next"))
    return prepare.plan_medicines(desk, visit, episode=episode, lines=lines)


def draw(episode: Episode) -> None:
    """The plan as it is, or the fields for it."""
    if not plans_missing(episode.case) and episode.medicines is None:
        return
    st.header(say("medicines.title"), anchor=False)
    if episode.medicines is not None:
        for line in medicine_lines(episode.case):
            st.text(line)
        with st.expander(say("medicines.again")):
            _fields(episode)
    else:
        st.text(say("medicines.lead"))
        _fields(episode)


def _fields(episode: Episode) -> None:
    saved = episode.medicines.lines if episode.medicines else ()
    here = rows.ids("medicines", saved=len(saved))
    for row in here:
        line = saved[int(row)] if int(row) < len(saved) else None
        with st.container(border=True):
            _line(row, line)
            rows.drop(st.container(), "medicines", row, saved=len(saved), page="talk", episode=episode.id)
    rows.add("medicines", say("medicines.add"), saved=len(saved), page="talk", episode=episode.id)
    typed: dict[str, Any] = {f"{part}_{row}": gate.typed(f"{part}_{row}") for row in here for part in _PARTS}
    keep = gate.act(plan, episode=episode.id, rows=here, done="talk.saved", **typed)
    nothing = gate.act(prepare.plan_medicines, episode=episode.id, lines=(), done="talk.saved")
    with st.container(horizontal=True):
        st.button(say("medicines.save"), key="plan", on_click=keep)
        st.button(say("medicines.nothing"), key="plan-nothing", on_click=nothing)


def _line(row: str, line: MedicineLine | None) -> None:
    left, right = st.columns([2, 1.6])
    left.text_input(say("medicines.medicine"), line.medicine if line else "", key=f"medicine_{row}")
    right.segmented_control(
        say("medicines.change"),
        ("usual", "changes"),
        default=("changes" if line.change else "usual") if line else None,
        format_func=lambda one: say(f"medicines.{one}"),
        key=f"change_{row}",
    )
    left, right = st.columns([2, 1.6])
    left.text_input(say("medicines.how"), line.how if line else "", key=f"how_{row}")
    right.text_input(say("medicines.agreed"), line.agreed_with if line else "", key=f"agreed_{row}")
