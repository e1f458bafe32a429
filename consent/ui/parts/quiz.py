"""One concept on the tablet: a question, after a miss another explanation and another question, then a talk.

Invariants:
- Saying it in own words, to a person who judges it, is offered first and is enough to go on.
- What is tapped here is called a quiz: it is not what somebody said in own words.
- A miss is never called wrong; it is ours to explain better.
"""

import streamlit as st

from consent.model.episode import Episode
from consent.model.presentation import fill
from consent.ui import gate
from consent.ui.parts.plain import plain
from consent.words import say
from consent.workflow import read


def draw(episode: Episode, concept: str) -> None:
    """The round that is due, or how it ended."""
    rounds, done = read.concept_of(episode, concept).tries, episode.checks.get(concept, ())
    if episode.understood(concept):
        st.success(say("quiz.right"), icon=":material/check:")
        st.text(fill(episode.case, done[-1].said))
        return
    if len(done) >= len(rounds):
        st.info(say("quiz.together"), icon=":material/forum:")
        return
    now = rounds[len(done)]
    if now.explanation is None:
        _first(concept, telling=concept in episode.tablet.telling)
    else:
        again = f"**{say('quiz.again')}**  \n{plain(fill(episode.case, now.explanation))}"
        st.info(again, icon=":material/lightbulb:")
    st.markdown(f"**{plain(fill(episode.case, now.question))}**")
    for index, answer in enumerate(now.answers):
        st.button(
            plain(fill(episode.case, answer.text)),
            key=f"quiz-{concept}-{len(done)}-{index}",
            on_click=gate.act(read.quiz, concept=concept, round_number=len(done) + 1, answer=index),
            width="stretch",
            wrap=True,
        )


def _first(concept: str, *, telling: bool) -> None:
    """Saying it in own words comes first; who is alone with the tablet can take the quiz as well."""
    if telling:
        st.success(say("telling.chosen"), icon=":material/check:")
    else:
        st.text(say("telling.lead"))
        press = gate.act(read.tell_in_words, concept=concept)
        st.button(say("telling.choose"), key=f"telling-{concept}", on_click=press, width="stretch", wrap=True)
    st.text(say("quiz.lead"))
