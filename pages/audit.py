"""The log: what happened, who did it and when, how far it is covered, and whether all of it is what it was."""

from consent.model.people import Capability
from consent.ui import gate, session
from consent.ui.door import top
from consent.ui.parts import audit
from consent.wiring import desk
from consent.workflow import browse

visit = gate.enter(Capability.SEE_LOG)
chosen = audit.chosen()
top(f"audit {sorted(chosen.items())} {session.pointer('below')} {session.pointer(audit.VERIFY)}")
if session.pointer(audit.VERIFY):
    audit.verification(visit, chosen)
else:
    audit.standing(browse.standing(desk(), visit))
    audit.filters(chosen)
    audit.results(visit, chosen)
