"""Records that were opened without need to know: was there a good reason? Oldest first."""

import streamlit as st

from consent.model.people import Capability
from consent.ui import gate
from consent.ui.parts import frame, timeline, when
from consent.ui.parts.plain import plain
from consent.wiring import desk
from consent.words import say
from consent.workflow import glass
from consent.workflow.register import taken_out

visit = gate.enter(Capability.REVIEW_ACCESS)
waiting = glass.to_review(desk(), visit)

frame.title(say("access.title"), below=say("access.lead") if waiting else "")
if not waiting:
    st.success(say("access.none"), icon=":material/check:")
for one in waiting:
    broken, remark = one.glass, f"remark-{one.glass.id}"
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            at = when.full(broken.at, desk().clinic.zone)
            st.markdown(f"**{plain(say('access.who', name=one.name, at=at))}**", width="stretch")
            record = gate.go("record", episode=broken.episode)
            st.button(say("access.record"), key=f"record-{broken.id}", on_click=record, type="tertiary")
        st.text(say("access.reason", reason=one.reason))
        st.text_input(say("access.remark"), key=remark, autocomplete="off")
        with st.container(horizontal=True, horizontal_alignment="right"):
            for finding in ("not_justified", "justified"):
                press = gate.act(
                    glass.review, glass=broken.id, finding=finding, remark=gate.typed(remark), done="access.done"
                )
                st.button(say(f"access.{finding}"), key=f"{finding}-{broken.id}", on_click=press)
if lists := taken_out(desk(), visit):
    with st.expander(say("taken_out.title"), icon=":material/download:"):
        timeline.looked(desk(), lists)
