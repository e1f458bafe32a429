"""One patient on today's list: when, who, what, one word on where it stands, and the next step as the one button.

Decides which step a status leads to; whether somebody may take it is asked of the visit.
"""

from dataclasses import dataclass

import streamlit as st

from consent.model.access import PAGES
from consent.model.people import Capability
from consent.model.status import CONSENTED, Status
from consent.ports import WorklistRow
from consent.ui import gate
from consent.ui.parts import day_row, when
from consent.ui.parts.plain import plain
from consent.words import say
from consent.workflow.visitor import Visit

TIME_WIDTH, BUTTON_WIDTH = 75, 190
MOST_FLAGS = 3


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
    Status.CLOSED: Step("gray", "record", Capability.SEE_RECORD),
    Status.ERASED: Step("gray", "record", Capability.SEE_RECORD),
}


_BEFORE = frozenset(
    {Status.OPENED, Status.PREPARED, Status.READING, Status.READ, Status.DISCUSSED, Status.PATIENT_SIGNED}
)


def step_of(visit: Visit, row: WorklistRow | None, *, zone: str) -> Step | None:
    """The next step of a row, when this visit may take it."""
    step = _step(visit, row, zone=zone) if row else None
    return step if step and visit.may(step.capability) else None


def _step(visit: Visit, row: WorklistRow, *, zone: str) -> Step:
    """What comes next: of the day of the procedure when that is on, else of the paperwork."""
    word = day_row.word_of(row, at=visit.at, zone=zone)
    if word is None:
        return STEPS[Status(row.status)]
    colour, page = day_row.STEPS[word]
    return Step(colour, page, PAGES[page])


def draw(visit: Visit, row: WorklistRow, *, zone: str, alike: bool = False) -> None:
    """Draw one row."""
    step = _step(visit, row, zone=zone)
    age = say("row.age", age=str(when.age(row.birth_date, when.today(visit.at, zone))))
    what = " · ".join(part for part in (row.title, row.sites) if part) or say("row.no_sites")
    colour = "orange" if row.outcome == "refused" else step.colour
    lines = [f"**{plain(row.patient_name)}**, {age} :{colour}-badge[{_word(visit, row, zone=zone)}]", plain(what)]
    if marks := flags(row, Status(row.status)):
        lines.append(" ".join(f":orange-badge[{plain(mark)}]" for mark in marks))
    if alike:
        lines.append(f":orange[**{say('row.alike', born=when.birth_words(row.birth_date))}**]")
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.markdown(f"**{when.clock(row.appointment, zone)}**", width=TIME_WIDTH)
            st.markdown("  \n".join(lines), width="stretch")
            if step_of(visit, row, zone=zone):
                go = gate.go(step.page, episode=row.episode)
                words = label(visit, row, zone=zone)
                st.button(words, key=f"next-{row.episode}", on_click=go, width=BUTTON_WIDTH, wrap=True)
        if row.last_problem:
            st.warning(say("row.problem", what=plain(row.last_problem)), icon=":material/info:")


def flags(row: WorklistRow, status: Status) -> list[str]:
    """Up to three words that a green or blue one would hide; how many more there are; none once it has begun."""
    if status not in _BEFORE and (status not in CONSENTED or row.outcome != "consented" or row.day in day_row.BEGUN):
        return []
    asked = "row.flag.question" if row.open_questions == 1 else "row.flag.questions"
    questions = [say(asked, count=str(row.open_questions))] if row.open_questions else []
    named = [*questions, *row.flags.splitlines()]
    more = [say("row.more", count=str(len(named) - MOST_FLAGS))] if len(named) > MOST_FLAGS else []
    return named[:MOST_FLAGS] + more


def word(row: WorklistRow, status: Status) -> str:
    """Where a record stands, in a word or two."""
    if row.outcome == "refused":
        return say("row.refused")
    if row.outcome == "withdrawn":
        return say("day.withdrawn")
    return say(f"row.{status.value}")


def _word(visit: Visit, row: WorklistRow, *, zone: str) -> str:
    here = day_row.word_of(row, at=visit.at, zone=zone)
    return say(f"day.{here}") if here else word(row, Status(row.status))


def label(visit: Visit, row: WorklistRow, *, zone: str) -> str:
    """The words of the button to the next step."""
    here, status = day_row.word_of(row, at=visit.at, zone=zone), Status(row.status)
    if here is not None:
        return say(f"day.next.{day_row.STEPS[here][1]}")
    if row.open_questions and status in {Status.READING, Status.READ, Status.DISCUSSED}:
        return say("row.questions.one" if row.open_questions == 1 else "row.questions", count=str(row.open_questions))
    return say(f"row.next.{status.value}")
