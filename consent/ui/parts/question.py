"""A patient's own questions on the tablet: what was answered, and whether that answered it.

Invariants:
- "No" takes one tap and no reason; staff see it at once.
"""

import streamlit as st

from consent.model.asked import Asked
from consent.model.episode import Episode
from consent.ui import gate
from consent.words import say
from consent.workflow import read


def told(episode: Episode, *, page: str) -> None:
    """Every question that the patient parked, the newest first."""
    for asked in reversed(episode.questions):
        with st.container(border=True):
            _told(asked, page=page)


def _told(asked: Asked, *, page: str) -> None:
    st.text(asked.text)
    if asked.answer is None:
        st.text(say("question.again" if asked.earlier else "read.unanswered"))
        return
    name = asked.answer.by.name
    if asked.answer.text:
        st.text(say("read.answered", text=asked.answer.text, name=name))
    else:
        st.text(say("read.answered_in_person", name=name))
    if asked.helped:
        st.text(say("question.helped"))
        return
    st.text(say("question.did_it"))
    with st.container(horizontal=True):
        for word, helped in (("yes", True), ("no", False)):
            press = gate.act(read.judge_answer, question=asked.question, helped=helped, done=f"question.said.{word}")
            st.button(say(f"answer.{word}"), key=f"{word}-{asked.question}-{page}", on_click=press)
