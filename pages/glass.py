"""A patient of another unit, in an emergency: the record opens at once, is written down, and is reviewed."""

from consent.model.people import Capability
from consent.ui import gate, session
from consent.ui.parts import emergency, frame
from consent.words import say

visit = gate.enter(Capability.BREAK_GLASS)
episodes = session.pointer("found")

if episodes:
    frame.title(say("glass.title"), below=say("glass.found_why"))
    emergency.found(visit, episodes)
else:
    frame.title(say("glass.title"), below=say("glass.lead"))
    emergency.ask()
