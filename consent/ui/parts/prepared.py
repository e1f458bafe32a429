"""A prepared consent before it is handed over: what was set, and how much the patient will read.

Decides how reading time is estimated.
"""

import streamlit as st

from consent.model import pictures
from consent.model.episode import Episode
from consent.model.presentation import Case, Page, fill, reading, site_words
from consent.ui import gate
from consent.ui.parts import card
from consent.ui.parts.drawn import drawn
from consent.ui.parts.plain import plain
from consent.words import say
from consent.workflow.visitor import Visit

WORDS_A_MINUTE = 200


def minutes(case: Case) -> int:
    """Minutes of reading at 200 words a minute, the quiz included, rounded up."""
    words = sum(len(passage.text.split()) for page in reading(case) for passage in page.passages)
    words += sum(len(_asked(case, page).split()) for page in reading(case))
    return -(-words // WORDS_A_MINUTE)


def _asked(case: Case, page: Page) -> str:
    rounds = [concept.tries[0] for concept in case.template.concepts if concept.id in page.parts]
    return " ".join(fill(case, " ".join((one.question, *(answer.text for answer in one.answers)))) for one in rounds)


def length(case: Case, *, key: str = "prepared.length") -> None:
    """How much this patient reads."""
    st.text(say(key, pages=str(len(reading(case))), minutes=str(minutes(case))))


def draw(visit: Visit, episode: Episode) -> None:
    """What was set, to be compared once more, and the main button."""
    case = episode.case
    st.info(say("prepared.compare"), icon=":material/badge:")
    where, body = st.columns([3, 2], vertical_alignment="center")
    with where:
        st.header(say("prepare.sites"), anchor=False)
        st.markdown("\n".join(f"- **{plain(site_words(site))}**" for site in case.tailored.sites))
        st.header(say("prepare.why"), anchor=False)
        st.text(case.tailored.why)
    with body:
        drawn(pictures.BODY, mark=pictures.mark(case.tailored.sites))
    with st.expander(say("prepared.facts")):
        for fact in episode.template.facts:
            labels = {option.id: option.label for option in fact.options}
            value = case.tailored.facts.get(fact.id, "")
            st.markdown(f"{plain(fact.ask)} **{plain(labels.get(value, f'{value} {fact.unit}'.strip()))}**")
    st.text(say("prepared.performer", name=case.tailored.performer.name))
    if case.tailored.helpers:
        st.text(say("prepared.helpers", names="; ".join(case.tailored.helpers)))
    status = say(f"document.template.{episode.pinned.status}") if episode.pinned else ""
    template = episode.template
    st.text(say("prepared.template", version=template.version, date=template.published, status=status))
    length(case)
    card.hand_over(visit, episode, label=say("prepared.hand_over"), beside=lambda: _change(episode))


def _change(episode: Episode) -> None:
    st.button(
        say("prepared.change"),
        key="change",
        on_click=gate.go("prepare", episode=episode.id, edit="1"),
        icon=":material/edit:",
    )
