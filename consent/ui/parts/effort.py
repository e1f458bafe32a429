"""What a consent took of the staff, in one line: taps and time, the talk apart.

Decides how it is said; what counts is decided in ``consent.workflow.effort``.
"""

import streamlit as st

from consent.model.episode import Episode
from consent.words import say
from consent.workflow import effort
from consent.workflow.desk import Desk

_MINUTE = 60


def draw(desk: Desk, episode: Episode) -> None:
    """The line, from the record itself once the clinician has signed."""
    kept = episode.effort or effort.so_far(desk, episode=episode.id)
    said = say(
        "effort.said",
        taps=str(kept.taps),
        time=_time(kept.seconds),
        talk_taps=str(kept.talk_taps),
        talk_time=_time(kept.talk_seconds),
    )
    st.text(said if episode.effort else say("effort.so_far", said=said))


def _time(seconds: int) -> str:
    minutes, rest = divmod(seconds, _MINUTE)
    if not minutes:
        return say("effort.seconds", seconds=str(rest))
    return say("effort.minutes", minutes=str(minutes), seconds=str(rest))
