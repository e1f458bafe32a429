"""Draws what a patient reads: the text, how likely it is in words, numbers and dots, and why it is shown.

Invariants:
- A number never stands without who was counted, against what, and whether it is about this treatment.
- What no clinician has looked at is "talk to us about this", never the patient's own risk.
"""

import streamlit as st

from consent.model.presentation import Page, Passage
from consent.model.template import Finding, Number
from consent.ui.parts.dots import dots
from consent.ui.parts.drawn import drawn
from consent.ui.parts.plain import plain
from consent.words import say


def passages(page: Page) -> None:
    """All passages of a page."""
    for passage in page.passages:
        _one(passage)


def _one(passage: Passage) -> None:
    for reason in passage.because:
        if passage.to_discuss:
            st.warning(say("read.to_discuss", reason=plain(reason)), icon=":material/forum:")
        else:
            st.info(plain(reason), icon=":material/person:")
    st.text(passage.text)
    if passage.drawing:
        drawn(passage.drawing.name, mark=passage.drawing.mark, says=passage.drawing.says)
    if passage.likelihood:
        st.markdown(say("read.likelihood", words=plain(passage.likelihood)))
    for place, number in enumerate(passage.numbers):
        _counted(number, words=number.words, key=f"{passage.part}-{place}")
    if passage.findings:
        with st.expander(say("read.studies")):
            for finding in passage.findings:
                _counted(finding, words=finding.result)


def _counted(one: Number | Finding, *, words: str, key: str = "") -> None:
    with st.container(border=True):
        st.markdown(f"**{plain(words)}**")
        if isinstance(one, Number):
            dots(one.count, one.of, words=words, key=key)
        people = f"{one.people:,} {one.population}" if isinstance(one, Finding) else one.population
        relation = say(f"read.relation.{one.relation}")
        st.text(say("read.number", population=people, comparator=one.comparator, period=one.period, relation=relation))
