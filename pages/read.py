"""The patient's reading: identity first, one idea a page, then how it was read."""

from consent.model.people import Capability
from consent.model.status import Status
from consent.ui import gate, session
from consent.ui.door import sized
from consent.ui.parts import endings, hello, holder, identity, steps, turning
from consent.wiring import desk
from consent.workflow.desk import load

visit = gate.enter(Capability.READ)
episode = load(desk(), visit.episode)
sized(episode.tablet.size)

if episode.status is Status.PATIENT_SIGNED and not visit.asleep and session.pointer("step") == steps.NO:
    endings.no(episode)
elif episode.status in endings.OVER:
    endings.over(episode)
elif hello.due(visit, episode):
    hello.draw(episode)
elif visit.asleep or episode.identified_in != visit.session.id:
    identity.draw(episode, before="pause" if visit.asleep else "")
elif session.pointer("step") == steps.NO:
    endings.no(episode)
elif episode.holder_due:
    holder.draw(episode)
else:
    match steps.here(episode, session.pointer("step")):
        case steps.HOW:
            endings.how(episode)
        case steps.WAIT:
            endings.wait(episode)
        case steps.SIGN if not episode.identified_to_sign:
            identity.draw(episode, before="sign")
        case steps.SIGN if episode.tablet.holder == "companion":
            holder.to_patient(episode)
        case steps.SIGN:
            endings.to_sign(episode)
        case key:
            turning.draw(visit, key)
