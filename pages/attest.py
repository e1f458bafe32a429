"""The clinician attests what really happened, and signs the same text as the patient."""

import streamlit as st

from consent.model.document import body, body_digest
from consent.model.people import Capability
from consent.model.status import Status
from consent.ui import gate, session
from consent.ui.pad import CLINICIAN, pad
from consent.ui.parts import blocks, card, frame, when
from consent.ui.parts.plain import plain
from consent.wiring import desk
from consent.words import say
from consent.workflow import deliver, sign

visit = gate.enter(Capability.ATTEST)
episode = deliver.view(desk(), visit, episode=session.pointer("episode"))

if episode.status in {Status.ATTESTED, Status.SEALING, Status.SEALED, Status.FILED} and episode.attested:
    card.patient(visit, episode)
    st.success(say("attest.done"), icon=":material/check:")
    by, at = episode.attested.event.by.name, when.full(episode.attested.at, episode.plan.clinic.zone)
    st.text(say("attest.done.by", name=by, when=at))
    frame.bottom_right(say("attest.record"), gate.go("record", episode=episode.id), key="record")
elif episode.status is not Status.PATIENT_SIGNED:
    frame.not_now()
else:
    episode = sign.present_to_clinician(desk(), visit, episode=episode.id)
    card.patient(visit, episode)
    st.header(say("attest.title"), anchor=False)
    st.markdown("\n".join(f"- {plain(line)}" for line in sign.attestation(episode)))
    with st.expander(say("attest.body")):
        blocks.draw(body(episode))
    if asked := episode.presented:
        pad(
            url=CLINICIAN,
            presentation=asked.presentation,
            covers=body_digest(episode),
            printed_name=visit.staff.name,
            intent=next(one.meaning for one in episode.template.signers if one.role == "clinician"),
            reauth=True,
            key=f"pad-{asked.presentation}",
        )
