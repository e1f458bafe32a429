"""How long a record is kept, on its page: what holds it, who has proposed to erase it, and what is left of it.

Invariants:
- An erased record says when, by whom and why, and that the chart may have its document; there is no stack trace, and
  nothing that could be taken for a record without a document.
- It changes nothing: holds and erasures are set by commands, each by a person who signs in.
"""

import streamlit as st

from consent.model.certificate import certificate
from consent.model.episode import Episode
from consent.model.erasure import held, standing
from consent.model.events_keeping import AGREE_WITHIN
from consent.model.status import Status
from consent.ui.parts import timeline, when
from consent.wiring import desk
from consent.words import say
from consent.workflow import deliver
from consent.workflow.visitor import Visit


def draw(episode: Episode) -> None:
    """The holds that stand, and a proposal that waits for a second person; nothing where there is neither."""
    if told := held(episode):
        st.warning(say("hold.stands", holds=told), icon=":material/gavel:")
    if proposal := standing(episode, at=desk().now()):
        day = when.day_words(when.today(proposal.at, desk().clinic.zone))
        why, days = say(f"erase.because.{proposal.event.reason}"), str(AGREE_WITHIN.days)
        said = say("erase.stands", name=proposal.event.by.name, day=day, why=why, days=days)
        st.warning(said, icon=":material/delete_forever:")


def gone(visit: Visit, episode: Episode) -> bool:
    """What is left of an erased record; whether it is one."""
    if episode.status is not Status.ERASED:
        return False
    st.title(say("erased.title", episode=episode.id), anchor=False)
    zone, erased = desk().clinic.zone, episode.keeping.erased
    if erased is None:
        at = episode.left.at if episode.left else ""
        st.info(say("erased.draft", day=when.full(at, zone)), icon=":material/delete:")
    else:
        by, why = erased.event, say(f"erase.because.{erased.event.reason}")
        day = when.full(erased.at, zone)
        said = say("erased.two", day=day, proposed=by.proposed.name, agreed=by.agreed.name, why=why)
        st.info(said, icon=":material/delete:")
        st.text(say("erased.chart"))
        with st.expander(say("erased.certificate"), icon=":material/verified_user:"):
            st.text(certificate(episode, facility=desk().clinic.facility))
    with st.expander(say("looked.title"), icon=":material/visibility:"):
        timeline.looked(desk(), deliver.who_looked(desk(), visit, episode=episode.id))
    return True
