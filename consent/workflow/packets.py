"""The paper packets of a day: printed ahead of it, for when the tablets do not work.

Decides for whom a packet is printed, and which version of the text stands in it.

Invariants:
- Only records within reach; each packet's event is appended to its record's access stream before any byte leaves.
- A patient whose consent is prepared gets the version that was pinned, any other the one that would be offered now; a
  text that was withdrawn is printed for nobody.

Refuses to mark a record as done on paper: that is not known here.
"""

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from consent.errors import BadInput, NotAllowed, NotFound
from consent.model import canon
from consent.model.episode import Episode
from consent.model.events_paper import PacketPrinted
from consent.model.packet import needs_paper, packet
from consent.model.template import Template
from consent.words import say
from consent.workflow.desk import Desk, load, note
from consent.workflow.offer import check_not_withdrawn, offered
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit


@ruled
def print_day(desk: Desk, visit: Visit, *, day: str) -> bytes:
    """One file with a packet for each patient of that day who is not done; that each leaves is written first.

    Raises:
        BadInput: There is no such day.
        NotFound: Nobody within reach needs a packet on that day.
        Broken: The file breaks a rule of the press.
        Busy: It could not be written down that they leave.
    """
    since, until = _bounds(day, zone=desk.clinic.zone)
    rows = desk.ledger.worklist(visit.scope, since=since, until=until)
    waiting = [one for one in (load(desk, row.episode) for row in rows) if needs_paper(one)]
    if not waiting:
        raise NotFound(say("paper.none"), say("paper.none_next"))
    texts = {one.id: _text_of(desk, one) for one in waiting}
    made = [packet(one, texts[one.id], page=desk.clinic.page, at=visit.at, witnesses=desk.witnesses) for one in waiting]
    pdf = desk.press.bind(made, title=say("paper.title", day=day))
    desk.press.check(pdf)
    for one in waiting:
        template = texts[one.id]
        event = PacketPrinted(text=template.ref if template else None)
        note(desk, visit.stamp(desk), stream=f"access:{one.id}", events=[event])
    return pdf


def _text_of(desk: Desk, episode: Episode) -> Template | None:
    """The version that this patient may be given; None when none may, or when both have signed already."""
    with suppress(NotAllowed, NotFound):
        if episode.pinned is None:
            return offered(desk, episode.plan.procedure)[0]
        if episode.attested is None:
            check_not_withdrawn(desk, episode.template)
        return episode.template
    return None


def _bounds(day: str, *, zone: str) -> tuple[str, str]:
    """The instants between which that day lies in the clinic's zone."""
    try:
        first = date.fromisoformat(day)
        days = (first, first + timedelta(days=1))
        since, until = (canon.instant(datetime.combine(one, time(), tzinfo=ZoneInfo(zone))) for one in days)
    except (ValueError, OverflowError):
        raise BadInput(say("paper.day"), say("paper.day_next")) from None
    return since, until
