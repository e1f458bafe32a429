"""What still stands before a step, in words: each kind once, with how many there are."""

from collections import Counter
from collections.abc import Iterable

import streamlit as st

from consent.model.blockers import Blocker
from consent.words import say

FIRST = 2
"""So many stand beside the button that rests; all of them stand on the page."""


def words(found: Iterable[Blocker]) -> list[str]:
    """A sentence for each kind, in the order in which they were found."""
    return [say(f"blocker.{code}", count=str(count)) for code, count in Counter(one.code for one in found).items()]


def told(found: Iterable[Blocker], *, lead: str) -> None:
    """All of them as a list, below its first line; nothing where nothing is missing."""
    with st.container():
        if lines := words(found):
            st.warning("\n".join([lead, "", *(f"- {line}" for line in lines)]), icon=":material/info:")


def hint(found: Iterable[Blocker]) -> str:
    """The first ones, for the line of the button."""
    return " ".join(words(found)[:FIRST])
