"""The checklist on arrival: which items this patient is asked, and what still stands before a time-out.

Decides what of the pinned template's checklist applies, and when all of it is settled.

Invariants:
- Only what was asked and said on this very day of the clinic counts: nothing is ready from yesterday (H12).
- A "no" stays open until somebody entitled says that it goes ahead (catalogue D19).
- No time-out without a consent that both signed, that stands, and that was confirmed today.

Refuses to weigh an answer: whether something matters, and how much, is a person's to say.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from consent.errors import NotFound
from consent.model import canon
from consent.model.blockers import Blocker
from consent.model.day import Checked, Stage
from consent.model.episode import Episode
from consent.model.presentation import Case, fill, holds, preparation
from consent.model.status import CONSENTED
from consent.model.template import ChecklistItem

CORRECTED_WITHIN = timedelta(seconds=60)
"""So long whoever tapped "no" may take it back alone, if nothing was decided yet: a slip of the finger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item as it is asked: its question, what the patient was told to do, what to measure after a "no"."""

    id: str
    text: str
    told: str = ""
    measure: str = ""


def _asked(case: Case) -> Iterator[ChecklistItem]:
    told = {passage.part for passage in preparation(case)}
    for item in case.template.checklist:
        if item.phase == "arrival" and holds(case, item.only_if) and (item.checks is None or item.checks in told):
            yield item


def _of_the_patient(item: ChecklistItem) -> bool:
    return item.said_by == "patient" and item.checks is None


def said_first(case: Case) -> tuple[str, ...]:
    """What the patient is asked about the consent itself: items that the patient says and that check nothing."""
    return tuple(fill(case, item.text) for item in _asked(case) if _of_the_patient(item))


def items(case: Case) -> tuple[Item, ...]:
    """All other arrival items that concern this patient, in the template's order."""
    told = {passage.part: passage.text for passage in preparation(case)}
    return tuple(
        Item(id=item.id, text=fill(case, item.text), told=told.get(item.checks or "", ""), measure=item.measure or "")
        for item in _asked(case)
        if not _of_the_patient(item)
    )


def item_of(episode: Episode, key: str) -> Item:
    """The item of that id. Raises NotFound when this patient is not asked it."""
    for item in items(episode.case):
        if item.id == key:
            return item
    raise NotFound("There is no such item on this patient's checklist.")


def clinic_day(episode: Episode, instant: str) -> date:
    """The clinic's date at that moment."""
    return canon.parse_instant(instant).astimezone(ZoneInfo(episode.plan.clinic.zone)).date()


def answered(episode: Episode, key: str, *, at: str) -> Checked | None:
    """The answer to an item that counts now: today's, or an older "no" that is still open."""
    known = episode.day.checked.get(key)
    if known is None or known.open or clinic_day(episode, known.at) == clinic_day(episode, at):
        return known
    return None


def confirmed(episode: Episode, *, at: str) -> bool:
    """Whether the patient said today that it stands."""
    last = episode.day.confirmed
    return (
        last is not None and last.event.result == "stands" and clinic_day(episode, last.at) == clinic_day(episode, at)
    )


def may_correct(known: Checked, *, actor: str, at: str) -> bool:
    """Whether a "no" may be taken back by whoever tapped it: at once, and nothing decided yet."""
    since = canon.parse_instant(at) - canon.parse_instant(known.at)
    return known.decided is None and known.answer.by.id == actor and since <= CORRECTED_WITHIN


def before_time_out(episode: Episode, *, at: str, retired: bool = False) -> tuple[Blocker, ...]:
    """What stands between this record and a time-out at that moment.

    Args:
        episode: The record.
        at: Now.
        retired: The clinic has taken the text that was signed out of use.
    """
    if episode.status not in CONSENTED or episode.outcome != "consented":
        return (Blocker(code="unsigned", who="clinician"),)
    return tuple(_before_time_out(episode, at=at, retired=retired))


def _before_time_out(episode: Episode, *, at: str, retired: bool) -> Iterator[Blocker]:
    last = episode.day.confirmed
    if episode.day.withdrawn:
        yield Blocker(code="withdrawn", who="patient")
    if retired:
        yield Blocker(code="retired", who="clinician")
    if last and last.event.result == "changed":
        yield Blocker(code="changed", who="clinician")
    elif not confirmed(episode, at=at):
        yield Blocker(code="unconfirmed", who="staff")
    for item in items(episode.case):
        known = answered(episode, item.id, at=at)
        if known is None:
            yield Blocker(code="unasked", who="staff", about=item.id)
        elif known.postponed:
            yield Blocker(code="postponed", who="clinician", about=item.id)
        elif known.open:
            yield Blocker(code="exception", who="clinician", about=item.id)


def word(episode: Episode) -> str:
    """Where the day stands, in one word for the lists, as of its last event; empty while nothing has happened."""
    day = episode.day
    if day.withdrawn:
        return "withdrawn"
    if day.ended:
        return "stopped" if day.stopped else "finished"
    if day.stage is not Stage.ARRIVED:
        return "" if day.stage is Stage.AHEAD else day.stage.value
    codes = {one.code for one in before_time_out(episode, at=day.at)}
    if not codes:
        return "ready"
    return next((one for one in ("postponed", "exception", "changed") if one in codes), Stage.ARRIVED.value)


WORDS = (
    *("", "arrived", "ready", "exception", "changed", "postponed"),
    *("time_out", "halted", "started", "finished", "stopped", "withdrawn"),
)
"""Every word that there is."""
