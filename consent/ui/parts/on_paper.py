"""The quiet way to a day's paper packets, for bedside staff on every page.

Decides which day it leads to: the one whose list is open, else today; another day than today is named.
"""

from datetime import date

from consent.model.people import Capability
from consent.ui import session
from consent.ui.door import way
from consent.ui.parts import when
from consent.wiring import desk
from consent.words import say
from consent.workflow.visitor import Visit


def draw(visit: Visit) -> None:
    """The way, for those who may work on paper; nothing for anybody else."""
    if not visit.may(Capability.WORK_ON_PAPER):
        return
    now = when.today(visit.at, desk().clinic.zone)
    try:
        day = date.fromisoformat(session.pointer("day"))
    except ValueError:
        day = now
    label = say("paper.way") if day == now else say("paper.way.of", day=when.day_words(day))
    way(label=label, goto=f"/paper/{day.isoformat()}.pdf", key="on_paper", quiet=True)
