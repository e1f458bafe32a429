"""One record: where it stands in a sentence, its document, and what happened."""

import streamlit as st

from consent.model.people import Capability
from consent.ui import gate, session
from consent.ui.door import way
from consent.ui.parts import card, claims, effort, frame, timeline
from consent.ui.parts.plain import plain
from consent.wiring import desk
from consent.words import say
from consent.workflow import deliver
from consent.workflow.desk import stream_of

visit = gate.enter(Capability.SEE_RECORD)
frame.wide()
episode = deliver.view(desk(), visit, episode=session.pointer("episode"))

card.patient(visit, episode)
sealed, outcome = episode.sealed, episode.outcome or "open"
said = say(f"record.{outcome}.{episode.status.value}" if outcome != "open" else "record.open")
if episode.delivered:
    st.success(said, icon=":material/check:")
else:
    st.info(said, icon=":material/schedule:")
if episode.last_problem:
    st.warning(say("record.problem", what=plain(episode.last_problem)), icon=":material/info:")
if episode.refused and episode.refused.event.reason:
    st.text(say("record.reason", text=episode.refused.event.reason))
if sealed and visit.may(Capability.EXPORT):
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.text(say("record.size", size=str(-(-sealed.event.size // 1024))), width="content")
        way(
            label=say("record.open_document"),
            goto=f"/documents/{sealed.event.document}.pdf",
            key="document",
            primary=True,
        )
effort.draw(desk(), episode)
st.subheader(say("timeline.title"), anchor=False)
timeline.draw(desk(), desk().ledger.read(stream_of(episode.id)))
claims.draw(episode)
with st.expander(say("looked.title"), icon=":material/visibility:"):
    timeline.looked(desk(), deliver.who_looked(desk(), visit, episode=episode.id))
if sealed:
    st.caption(say("record.digest", digest=sealed.event.document))
