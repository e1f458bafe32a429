"""The patient's reading: identity first, one idea a page, then how it was read."""

from consent.model.episode import Status
from consent.model.people import Capability
from consent.ui import gate, session
from consent.ui.parts import endings, identity, steps, turning
from consent.wiring import desk
from consent.workflow.desk import load
from consent.workflow.read import MISSES_BEFORE_STAFF

visit = gate.enter(Capability.READ)
episode = load(desk(), visit.episode)

if episode.status is Status.PATIENT_SIGNED and session.pointer("step") == steps.NO:
    endings.no()
elif episode.status in endings.OVER:
    endings.over(episode)
elif episode.identified_in != visit.session.id:
    identity.draw() if episode.misses < MISSES_BEFORE_STAFF else endings.stuck()
else:
    match steps.here(episode, session.pointer("step")):
        case steps.NO:
            endings.no()
        case steps.HOW:
            endings.how(episode)
        case steps.WAIT:
            endings.wait(episode)
        case steps.SIGN:
            endings.to_sign()
        case key:
            turning.draw(visit, key)
