"""The patient takes the consent back: quiet to find, and from then on to be seen at once.

Invariants:
- Two taps, so that no slip of a finger does it; no reason is asked for.
- What was withdrawn stays so; the sealed document is not touched.
"""

import streamlit as st

from consent.model.day import Stage
from consent.model.episode import Episode
from consent.model.people import Capability
from consent.model.status import CONSENTED, Status
from consent.ui import gate
from consent.ui.parts import when
from consent.ui.parts.plain import plain
from consent.words import say
from consent.workflow import day
from consent.workflow.visitor import Visit


def said(episode: Episode) -> None:
    """That it was withdrawn, when, by word of whom; nothing while it stands."""
    taken = episode.day.withdrawn
    if taken is None:
        return
    at = when.full(taken.at, episode.plan.clinic.zone)
    stage = "during" if taken.stage in {Stage.STARTED, Stage.ENDED} else "before"
    lines = [say(f"withdraw.done.{stage}", when=at, name=plain(taken.event.by.name)), say("withdraw.document")]
    if taken.event.said:
        lines.append(say("withdraw.words", text=plain(taken.event.said)))
    st.error("  \n".join(lines), icon=":material/block:")


def draw(visit: Visit, episode: Episode) -> None:
    """The way to it, while there is something to withdraw."""
    signed = episode.status is Status.PATIENT_SIGNED or (
        episode.status in CONSENTED and episode.outcome == "consented" and episode.day.withdrawn is None
    )
    if not signed or not visit.may(Capability.WITHDRAW):
        return
    with st.expander(say("withdraw.way"), icon=":material/undo:"):
        st.text(say("withdraw.lead"))
        st.text_input(say("withdraw.said"), key="withdraw-said")
        press = gate.act(day.withdraw, episode=episode.id, said=gate.typed("withdraw-said"), done="withdraw.saved")
        st.button(say("withdraw.do"), key="withdraw", on_click=press)
