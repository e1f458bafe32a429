"""One record, to be read: where it stands, and its copies; then the document, and beside it what proves it."""

from consent.model.people import Capability
from consent.ui import gate, session
from consent.ui.parts import added, card, claims, dossier, effort, frame, keeping, replay, withdraw
from consent.wiring import desk
from consent.workflow import deliver

visit = gate.enter(Capability.SEE_RECORD)
episode = deliver.view(desk(), visit, episode=session.pointer("episode"))

dossier.back(visit)
if not keeping.gone(visit, episode):
    card.patient(visit, episode)
    withdraw.said(episode)
    dossier.standing(episode)
    keeping.draw(episode)
    dossier.copies(visit, episode)
    dossier.verdict(visit, episode)
    added.draw(visit, episode)
    added.correct(visit, episode)
    replay.draw(episode)
    left, right = frame.two()
    with left:
        dossier.paper(episode)
    with right:
        dossier.proof(visit, episode)
        claims.draw(episode)
        effort.draw(desk(), episode)
        withdraw.draw(visit, episode)
