"""Prepare: what is particular to this patient; then compare, and hand the tablet over."""

from consent.model.people import Capability
from consent.model.status import Status
from consent.ui import gate, session
from consent.ui.parts import card, frame, moving, prepared, tailoring
from consent.wiring import desk
from consent.workflow import deliver, offer

visit = gate.enter(Capability.PREPARE)
episode = deliver.view(desk(), visit, episode=session.pointer("episode"))
with_patient = episode.status in {Status.READING, Status.READ, Status.DISCUSSED}

if episode.status is Status.OPENED or (session.pointer("edit") and (with_patient or episode.status is Status.PREPARED)):
    card.patient(visit, episode)
    template = episode.template if episode.pinned else offer.offered(desk(), episode.plan.procedure)[0]
    tailoring.draw(visit, episode, template)
    moving.draw(episode)
elif episode.status is Status.PREPARED:
    card.patient(visit, episode)
    prepared.draw(visit, episode)
    moving.draw(episode)
else:
    frame.not_now()
