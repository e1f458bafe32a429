"""Filters of the day's list, as chips: whose patients, and what of them needs somebody.

Decides which rows a chip lets through.

Refuses to hide on its own: without a tap everybody's patients are there.
"""

from collections.abc import Callable

import streamlit as st

from consent.model.status import Status
from consent.ports import WorklistRow
from consent.words import say
from consent.workflow.visitor import Visit

WHOSE = ("everybody", "mine")
WHAT = ("now", "waiting", "done")
_NOW = frozenset({Status.OPENED, Status.PREPARED, Status.READ, Status.DISCUSSED, Status.PATIENT_SIGNED})


def kind(row: WorklistRow) -> str:
    """``now``: somebody of the staff is needed; ``waiting``: the patient or this system is at it; ``done``."""
    if row.outcome == "refused" or row.open_questions or Status(row.status) in _NOW:
        return "now"
    return "done" if Status(row.status) is Status.FILED else "waiting"


def chips() -> Callable[[Visit, WorklistRow], bool]:
    """Draw them; gives what lets a row through."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        whose = st.segmented_control(
            say("sieve.whose"),
            WHOSE,
            default=WHOSE[0],
            required=True,
            format_func=lambda one: say(f"sieve.{one}"),
            key="sieve-whose",
            label_visibility="collapsed",
        )
        what = st.pills(
            say("sieve.what"),
            WHAT,
            format_func=lambda one: say(f"sieve.{one}"),
            key="sieve-what",
            label_visibility="collapsed",
        )

    def fits(visit: Visit, row: WorklistRow) -> bool:
        mine = whose != "mine" or visit.staff.id in {row.clinician, row.performer}
        return mine and what in {None, kind(row)}

    return fits
