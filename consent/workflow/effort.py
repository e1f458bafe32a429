"""What a consent takes of the staff: taps, and time in front of its pages; the talk apart.

Decides what counts. The budget is twelve taps and ninety seconds from today's list to the clinician's signature; a talk
has no budget, for nobody shall be hurried there (A-0955), so what is tapped and read on its page is counted apart.

Invariants:
- A tap is a button or a choice of bedside staff about one record. Typing, digits of a PIN, the key that ends them, and
  drawing are none; what a patient or an auditor does never is.
- Time runs from the opening of a record's page, or a tap there, to the next tap or opening in the same session, a
  minute at the most: who walks away is not working. It stands still while a patient has the tablet.
- Counted are sums for the record, never for a person. After the clinician's signature nothing more is added.

Refuses to judge: no verb asks what this says.
"""

from dataclasses import replace
from datetime import timedelta

from consent.model import canon
from consent.model.events_clinician import EffortCounted
from consent.model.people import Capability
from consent.model.status import Status
from consent.ports import Effort
from consent.workflow.desk import Desk
from consent.workflow.visitor import Visit

LONGEST = timedelta(minutes=1)
_AT_WORK = frozenset(
    status.value
    for status in (
        Status.OPENED,
        Status.PREPARED,
        Status.READING,
        Status.READ,
        Status.DISCUSSED,
        Status.PATIENT_SIGNED,
    )
)
_TALK = frozenset({"discuss", "medicines"})
_TALK_VERBS = frozenset({"plan_medicines"})


def is_talk(module: str, verb: str) -> bool:
    """Whether a verb or tap belongs to the talk, by its module and name."""
    return module.rpartition(".")[2] in _TALK or verb in _TALK_VERBS


def tapped(desk: Desk, visit: Visit, *, episode: str, talk: bool = False) -> None:
    """Somebody of the staff tapped, about this record."""
    _count(desk, visit, episode=episode, talk=talk, taps=1)


def looked(desk: Desk, visit: Visit, *, episode: str, talk: bool = False) -> None:
    """A page of this record was drawn for somebody of the staff."""
    _count(desk, visit, episode=episode, talk=talk, taps=0)


def paused(desk: Desk, *, episode: str) -> None:
    """The tablet is with the patient: the staff's time stands still."""
    desk.efforts.change(episode, lambda one: replace(one, session="", at=""))


def _count(desk: Desk, visit: Visit, *, episode: str, talk: bool, taps: int) -> None:
    row = desk.ledger.row(visit.scope, episode) if episode and visit.may(Capability.ANSWER) else None
    if row is None or row.status not in _AT_WORK:
        return
    now, session = desk.now(), visit.session.id
    desk.efforts.change(episode, lambda one: _after(one, session=session, now=now, talk=talk, taps=taps))


def _after(one: Effort, *, session: str, now: str, talk: bool, taps: int) -> Effort:
    millis = _millis(one.at, now) if one.session == session else 0
    kept = replace(one, session=session, at=now)
    if talk:
        return replace(kept, talk_taps=one.talk_taps + taps, talk_millis=one.talk_millis + millis)
    return replace(kept, taps=one.taps + taps, millis=one.millis + millis)


def _millis(before: str, now: str) -> int:
    if not before:
        return 0
    gap = canon.parse_instant(now) - canon.parse_instant(before)
    return int(min(max(gap, timedelta()), LONGEST) / timedelta(milliseconds=1))


def so_far(desk: Desk, *, episode: str) -> EffortCounted:
    """What this record has taken until now, as it will be kept."""
    one = desk.efforts.of(episode) or Effort(episode=episode)
    return EffortCounted(
        taps=one.taps,
        seconds=round(one.millis / 1000),
        talk_taps=one.talk_taps,
        talk_seconds=round(one.talk_millis / 1000),
    )
