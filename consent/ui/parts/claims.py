"""What devices claimed about the times of strokes, where it is odd: pointed out, never judged (catalogue B4)."""

import streamlit as st

from consent.model.claims import odd_claims
from consent.model.episode import Episode
from consent.words import say


def draw(episode: Episode) -> None:
    """One quiet line, only when there is something to say."""
    if odd := odd_claims(episode):
        st.text(say("claims.odd", what=", ".join(say(f"claims.{one}") for one in odd)))
