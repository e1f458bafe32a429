"""Devices that the clinic knows: which, since when, and how this one becomes one of them."""

from urllib.parse import urlencode

import streamlit as st

from consent.ports import Device
from consent.ui import gate, session
from consent.ui.door import door
from consent.ui.parts import when
from consent.ui.parts.plain import plain
from consent.wiring import desk
from consent.words import say
from consent.workflow import devices
from consent.workflow.visit import new_ticket
from consent.workflow.visitor import Visit


def made() -> None:
    """This device was made known just now."""
    if session.pointer("made") in {device.label for device in _known()}:
        st.success(say("devices.made"), icon=":material/check:")


def _known() -> list[Device]:
    return [device for device in desk().devices.all() if not device.revoked]


def known() -> None:
    """The devices that count, and the way to say that one does not any more."""
    here = _known()
    st.header(say("devices.title"), anchor=False)
    if not here:
        st.text(say("devices.none"))
    with st.container(gap="xsmall"):
        for device in here:
            since = say("devices.since", at=when.moment(device.enrolled, desk().clinic.zone))
            with st.container(border=True, horizontal=True, vertical_alignment="center", wrap=False):
                st.markdown(f"**{plain(device.label)}**  \n{plain(since)}", width="stretch")
                revoke = gate.act(devices.revoke, device=device.id, done="devices.revoked")
                st.button(say("devices.revoke"), key=f"revoke-{device.id}", on_click=revoke)


def make_known(visit: Visit) -> None:
    """Give this device a name, and make it known."""
    st.text(say("devices.add_why"))
    label = st.text_input(say("devices.label"), key="device-label", max_chars=100, autocomplete="off").strip()
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        if not label:
            st.text(say("devices.label_first"), width="content")
            return
        purpose = f"enrol:{label}"
        door(
            purpose=purpose,
            label=say("devices.add"),
            ticket=new_ticket(desk(), visit, purpose=purpose),
            goto=f"/people?{urlencode({'made': label})}",
            key="enrol",
        )
