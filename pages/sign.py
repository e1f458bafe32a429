"""The patient checks all of it on one page, and signs just that."""

import streamlit as st

from consent.model.document import body, body_digest
from consent.model.people import Capability
from consent.ui import gate
from consent.ui.door import sized
from consent.ui.pad import PATIENT, pad
from consent.ui.parts import blocks, endings, frame, identity, quiet
from consent.wiring import desk
from consent.words import say
from consent.workflow import sign
from consent.workflow.desk import load

visit = gate.enter(Capability.SIGN_AS_PATIENT)
episode = load(desk(), visit.episode)
sized(episode.tablet.size)
read_before = ("about", "benefits", "risks", "other_ways", "ready", "after", "sources")

if episode.status in endings.OVER:
    endings.over(episode)
elif visit.asleep:
    identity.draw(episode, before="pause")
elif episode.identified_in != visit.session.id or sign.missing_for(episode, to="patient"):
    frame.head(place=say("sign.place"))
    frame.title(say("sign.not_yet"), below=say("sign.not_yet_why"))
    frame.foot(frame.Main(label=say("read.go_on"), press=gate.go("read")), key="not_yet")
else:
    episode = sign.present_to_patient(desk(), visit)
    frame.head(place=say("sign.place"), back=gate.go("read"), key="sign")
    frame.title(say("sign.check"), below=say("sign.check_lead"))
    blocks.folded(body(episode), closed=frozenset(say(f"document.{section}") for section in read_before), lift=1)
    st.info(say("sign.free"), icon=":material/info:")
    st.header(say("sign.sign"), anchor=False)
    if asked := episode.presented:
        pad(
            url=PATIENT,
            presentation=asked.presentation,
            covers=body_digest(episode),
            printed_name=episode.plan.patient.name,
            intent=next(one.meaning for one in episode.template.signers if one.role == "patient"),
            witnesses=desk().witnesses,
            down="main-sign",
            key=f"pad-{asked.presentation}",
        )
    frame.foot(
        frame.Main(label=say("sign.down"), press=gate.go("sign", step="signature")),
        key="sign",
        helped=episode,
        quiet=lambda: quiet.draw(episode, key="sign"),
    )
