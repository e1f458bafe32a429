"""One page of the reading: what stands on it, by its kind, and what can be tapped there.

Invariants:
- Every answer is kept as it is given; none is chosen before.
- Only serious and personal risks ask for a tap of their own.
"""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from consent.model.comparing import rows_of
from consent.model.episode import Episode
from consent.model.events import ScreeningAnswered
from consent.model.presentation import Page, Passage
from consent.ui import gate
from consent.ui.parts import beside, quiz
from consent.ui.parts.choice import choice
from consent.ui.parts.passage import passages
from consent.ui.parts.plain import plain
from consent.words import say
from consent.workflow import read
from consent.workflow.desk import Desk
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit

HOPE, WORRY = "matters-hope", "matters-worry"


def draw(episode: Episode, page: Page) -> None:
    """What stands on a page, below its title."""
    if page.key == "matters":
        _matters(episode)
    elif page.section == "you":
        _questions(episode, page)
    elif page.section == "understood":
        quiz.draw(episode, page.parts[0])
    elif page.section == "choices":
        _choices(episode, page)
    elif page.key.startswith("way-"):
        beside.way(rows_of(page)[1:])
        beside.draw(episode, page)
    else:
        passages(page)
        for passage in page.passages:
            _tap(episode, passage)


def _matters(episode: Episode) -> None:
    said = episode.matters
    st.text(say("matters.lead"))
    hoped, worried = gate.typed(HOPE), gate.typed(WORRY)  # each for itself: a slow one must not undo the other
    st.text_area(
        say("matters.hope"),
        said.hope if said else "",
        key=HOPE,
        height=85,
        on_change=gate.act(read.note_matters, hope=hoped),
    )
    st.text_area(
        say("matters.worry"),
        said.worry if said else "",
        key=WORRY,
        height=85,
        on_change=gate.act(read.note_matters, worry=worried),
    )


def _questions(episode: Episode, page: Page) -> None:
    words = {value: say(f"answer.{value}") for value in ("yes", "no", "not_sure")}
    details = {question.id: question.detail for question in episode.template.screening}
    for passage in page.passages:
        part, given = passage.part, episode.answers.get(passage.part)
        st.text(passage.text)
        choice(
            words,
            chosen=given.answer if given else "",
            key=f"ask-{part}",
            press=_answering(part, gate.typed(f"detail-{part}") if given else ""),
        )
        with st.container():
            if given and given.answer != "no" and details[part]:
                _detail(part, details[part] or "", given)
        st.space("small")


def _detail(part: str, ask: str, given: ScreeningAnswered) -> None:
    typed = gate.typed(f"detail-{part}")
    keep = gate.act(read.answer_screening, question=part, answer=given.answer, detail=typed)
    st.text_input(plain(ask), given.detail, key=f"detail-{part}", on_change=keep)


def _answering(part: str, detail: object) -> Callable[[str], Callable[[], None]]:
    def press(value: str) -> Callable[[], None]:
        return gate.act(answer, question=part, value=value, detail=detail)

    return press


@ruled
def answer(desk: Desk, visit: Visit, *, question: str, value: Literal["yes", "no", "not_sure"], detail: object) -> None:
    """Keep an answer; the field for its detail may not be on the page."""
    read.answer_screening(desk, visit, question=question, answer=value, detail=str(detail or ""))


def _choosing(part: str) -> Callable[[str], Callable[[], None]]:
    return lambda value: gate.act(read.choose, clause=part, choice=value)


def _choices(episode: Episode, page: Page) -> None:
    words = {value: say(f"answer.{value}") for value in ("yes", "no")}
    st.text(say("choices.lead"))
    for passage in page.passages:
        st.text(passage.text)
        choice(
            words,
            chosen=episode.choices.get(passage.part, ""),
            key=f"choose-{passage.part}",
            press=_choosing(passage.part),
        )
        st.space("small")


def _tap(episode: Episode, passage: Passage) -> None:
    if not passage.acknowledge:
        return
    if episode.acknowledged.get(passage.part) == passage.digest:
        st.markdown(f":green[**{say('read.have_read')}**]")
    else:
        st.button(
            say("read.tap"),
            key=f"tap-{passage.part}",
            on_click=gate.act(read.acknowledge, statement=passage.part, digest=passage.digest),
        )
