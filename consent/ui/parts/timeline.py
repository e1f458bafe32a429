"""What happened, when and by whom, in words: the events of a record, with like ones in a row told as one.

Invariants:
- Every kind of event has words; the first and last time of a run are told.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

import streamlit as st

from consent.model.entry import Recorded
from consent.model.events_beside import AccessReviewed, GlassBroken
from consent.model.events_draft import StaffActionRefused
from consent.model.events_register import RegisterExported
from consent.ui.parts import when
from consent.ui.parts.plain import plain
from consent.words import say
from consent.workflow.desk import SYSTEM, Desk
from consent.workflow.visitor import PATIENT


def draw(desk: Desk, recorded: Sequence[Recorded]) -> None:
    """Draw them as a table, oldest first."""
    cells: dict[str, list[str]] = {say(f"timeline.{name}"): [] for name in ("when", "what")}
    for (words, actor), run in groupby(recorded, key=lambda one: (say(f"event.{one.event.kind}"), one.header.actor)):
        events = list(run)
        count = say("timeline.times", count=str(len(events))) if len(events) > 1 else ""
        line = (_when(desk, events), say("timeline.by", what=f"{words}{count}", who=plain(who(desk, actor))))
        for column, cell in zip(cells.values(), line, strict=True):
            column.append(cell)
    st.table(cells, border="horizontal", hide_index=True, alt=say("timeline.title"))


def looked(desk: Desk, recorded: Sequence[Recorded]) -> None:
    """Draw who opened a record, took its document or opened it from another unit, oldest first."""
    names = ("timeline.when", "timeline.what", "looked.more")
    lines = [
        (
            _when(desk, [one]),
            say("timeline.by", what=say(f"event.{one.event.kind}"), who=plain(who(desk, one.header.actor))),
            plain(_more(desk, one)),
        )
        for one in recorded
    ]
    cells = {say(name): list(column) for name, column in zip(names, zip(*lines, strict=True), strict=True)}
    st.table(cells, border="horizontal", hide_index=True, alt=say("looked.title"))


def _more(desk: Desk, one: Recorded) -> str:
    match one.event:
        case GlassBroken(reason=reason):
            return reason
        case AccessReviewed(finding=finding, note=note):
            return f"{say(f'looked.{finding}')} {note}".strip()
        case RegisterExported():
            return _list(desk, one.event)
        case StaffActionRefused(times=times):
            return say("looked.once") if times == 1 else say("looked.times", count=str(times))
        case _:
            return ""


def _list(desk: Desk, taken: RegisterExported) -> str:
    """How many records a list had, and what chose them."""
    zone, days = desk.clinic.zone, dict[str, date]()
    if taken.since:
        days["since"] = when.today(taken.since, zone)
    if taken.until:
        days["until"] = when.today(taken.until, zone) - timedelta(days=1)  # it is the moment at which the day is over
    chosen = [
        say(f"register.{taken.state or 'all'}"),
        *(say(f"register.{name}", day=when.day_words(day)) for name, day in days.items()),
        taken.procedure,
        who(desk, taken.clinician) if taken.clinician else "",
        say("looked.by_text") if taken.by_text else "",
    ]
    return say("looked.rows", count=f"{taken.rows:,}", filter=" · ".join(part for part in chosen if part))


def _when(desk: Desk, events: Sequence[Recorded]) -> str:
    first, last = (when.full(one.header.at, desk.clinic.zone) for one in (events[0], events[-1]))
    return first if first == last else f"{first}–{when.clock(events[-1].header.at, desk.clinic.zone)}"  # noqa: RUF001 - a span


def who(desk: Desk, actor: str) -> str:
    """Who it was, in words, by the id in a header."""
    if actor in {PATIENT, SYSTEM.actor}:
        return say(f"timeline.{actor}")
    account = desk.people.by_id(actor)
    return account.person.name if account else say("timeline.unknown")
