"""Name and date of birth, given by the patient before anything personal is shown.

Invariants:
- Neither is ever shown first, nor is anything of the record while they are asked again.
- Three misses send the tablet back to staff.
"""

from typing import Literal

import streamlit as st

from consent.model.episode import Episode
from consent.ui import gate
from consent.ui.parts import birth, endings, frame
from consent.words import say
from consent.workflow import read
from consent.workflow.desk import Desk
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit


@ruled
def identify(desk: Desk, visit: Visit, *, name: str, month: str, day: str, year: str) -> None:
    """The patient's answer, put together. Raises BadInput when it is no date: that is not a miss."""
    born = birth.date_of(desk, visit, month=month, day=day, year=year)
    read.confirm_identity(desk, visit, name=name, birth_date=born)


def draw(episode: Episode, *, before: Literal["", "pause", "sign"] = "") -> None:
    """The first page of a turn; again after a pause and before signing, with words for why."""
    if episode.misses >= read.MISSES_BEFORE_STAFF:
        endings.stuck()
        return
    frame.title(say("identity.title"), below=say(f"identity.why.{before}" if before else "identity.why"))
    st.text_input(say("identity.name"), key="identity-name", autocomplete="off")
    st.markdown(say("identity.born"))
    month, day, year = birth.fields("identity")
    press = gate.act(identify, name=gate.typed("identity-name"), month=month, day=day, year=year)
    frame.foot(
        frame.Main(label=say("read.go_on"), press=press), key="identity", helped=None if before == "pause" else episode
    )
