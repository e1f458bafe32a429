"""What can be done on every page of a turn beside its main button: say no, and ask.

Invariants:
- Both are there from the first page after the identifiers to the signature, and neither stands in the way.
- A question is kept with the page on which it came up, and shown again with its answer.
"""

import streamlit as st

from consent.model.episode import Episode
from consent.ui import gate
from consent.ui.parts import question, steps
from consent.wiring import desk
from consent.words import say
from consent.workflow import read
from consent.workflow.unsaved import keep_question, question_begun


def draw(episode: Episode, *, key: str) -> None:
    """The two quiet ways."""
    st.button(say("read.rather_not"), key=f"no-{key}", on_click=gate.go("read", step=steps.NO))
    with st.popover(say("read.question"), key=f"question-{key}-{len(episode.questions)}"):
        field = f"asked-{key}-{len(episode.questions)}"
        st.text_area(
            say("read.question_label"),
            question_begun(desk(), episode=episode.id),
            key=field,
            height=120,
            on_change=gate.act(keep_question, text=gate.typed(field)),
        )
        st.button(
            say("read.question_save"),
            key=f"save-{field}",
            on_click=gate.act(read.ask, page=key, text=gate.typed(field), done="read.question_saved"),
        )
        question.told(episode, page=key)
