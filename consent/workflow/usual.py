"""What a clinic has and does alike for all, as a device or a gas: what was set the last time is put in again.

Decides what may be put in again, and from where: a fact that its template calls the clinic's (``about: clinic``), from
the last consent for the same procedure and performer within a month.

Invariants:
- Nothing about a patient is ever preset (H5, H6): not one fact that the template does not mark.
- It is put into the form, where it is seen and can be changed; kept it is with the clinician's own tap.
- A value that the template does not offer any more is left out.

Refuses to look further than the records that whoever asks can reach.
"""

from datetime import timedelta

from consent.model import canon
from consent.model.status import Status
from consent.workflow.desk import Desk, load
from consent.workflow.offer import offered
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit

MONTH = timedelta(days=31)


@ruled
def usual(desk: Desk, visit: Visit, *, procedure: str, performer: str) -> dict[str, str]:
    """The clinic's own facts as they were set last, by id; empty when there is nothing to go by."""
    template, _ = offered(desk, procedure)
    now = desk.clock.now()
    span = {"since": canon.instant(now - MONTH), "until": canon.instant(now + MONTH)}
    prepared = [
        row
        for row in desk.ledger.worklist(visit.scope, **span)
        if row.procedure == procedure and row.performer == performer and row.status != Status.OPENED.value
    ]
    if not prepared:
        return {}
    tailored = load(desk, prepared[-1].episode).tailored
    kept = tailored.facts if tailored else {}
    options = {fact.id: {option.id for option in fact.options} for fact in template.facts if fact.about == "clinic"}
    return {fact: kept[fact] for fact, known in options.items() if fact in kept and (not known or kept[fact] in known)}
