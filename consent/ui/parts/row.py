"""One patient on today's list: when, who, what, one word on where it stands, and the next step as the one button.

Decides which step a status leads to; whether somebody may take it is asked of the visit.
"""

from dataclasses import dataclass

import streamlit as st

from consent.model.episode import Status
from consent.model.people import Capability
from consent.ports import WorklistRow
from consent.ui import gate
from consent.ui.parts import when
from consent.ui.parts.plain import plain
from consent.words import say
from consent.workflow.visit import Visit


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next: the colour of its word, the page it is done on, and who may."""

    colour: str
    page: str
    capability: Capability


STEPS: dict[Status, Step] = {
    Status.OPENED: Step("gray", "prepare", Capability.PREPARE),
    Status.PREPARED: Step("blue", "prepare", Capability.HAND_OVER),
    Status.READING: Step("blue", "talk", Capability.ANSWER),
    Status.READ: Step("orange", "talk", Capability.ANSWER),
    Status.DISCUSSED: Step("blue", "talk", Capability.ANSWER),
    Status.PATIENT_SIGNED: Step("orange", "attest", Capability.ATTEST),
    Status.ATTESTED: Step("gray", "record", Capability.SEE_RECORD),
    Status.REFUSED: Step("orange", "record", Capability.SEE_RECORD),
    Status.SEALING: Step("gray", "record", Capability.SEE_RECORD),
    Status.SEALED: Step("gray", "record", Capability.SEE_RECORD),
    Status.FILED: Step("green", "record", Capability.SEE_RECORD),
}


def draw(visit: Visit, row: WorklistRow, *, zone: str, alike: bool = False) -> None:
    """Draw one row."""
    status = Status(row.status)
    step = STEPS[status]
    today = when.today(visit.at, zone)
    with st.container(border=True):
        time, who, word, button = st.columns([1, 4.4, 2, 2.6], vertical_alignment="center")
        time.markdown(f"**{when.clock(row.appointment, zone)}**")
        age = say("row.age", age=str(when.age(row.birth_date, today)))
        what = " · ".join(part for part in (row.title, row.sites) if part) or say("row.no_sites")
        warned = f"  \n:orange[**{say('row.alike', born=when.birth_words(row.birth_date))}**]" if alike else ""
        who.markdown(f"**{plain(row.patient_name)}**, {age}  \n{plain(what)}{warned}")
        word.badge(_word(row, status), color=step.colour)  # type: ignore[arg-type]  # the table holds its colours
        if visit.may(step.capability):
            button.button(
                _next(row, status),
                key=f"next-{row.episode}",
                on_click=gate.go(step.page, episode=row.episode),
                width="stretch",
                wrap=True,
            )
        if row.last_problem:
            st.warning(say("row.problem", what=plain(row.last_problem)), icon=":material/info:")


def _word(row: WorklistRow, status: Status) -> str:
    if row.outcome == "refused":
        return say("row.refused")
    return say(f"row.{status.value}")


def _next(row: WorklistRow, status: Status) -> str:
    if row.open_questions and status in {Status.READING, Status.READ, Status.DISCUSSED}:
        return say("row.questions.one" if row.open_questions == 1 else "row.questions", count=str(row.open_questions))
    return say(f"row.next.{status.value}")
