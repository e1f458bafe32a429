"""The register: find any record within reach, page by page, and take the list out as a file.

Decides what a filter is, how much is read at once, and what is written down before a list leaves.

Invariants:
- Need to know is part of every query, as everywhere.
- An export's event is appended before its first byte leaves (G12); when it cannot be, nothing leaves (G13). It holds
  the filter and the number of records, and no text that somebody searched for: that can be a name.
- Each part of a list is asked for anew, by whoever still may: a session that ended gets no more of it.

Refuses a filter that it does not understand: it would find more than was asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from consent.errors import BadInput, NotSignedIn
from consent.model import canon
from consent.model.entry import Recorded
from consent.model.events_register import RegisterExported
from consent.model.register import BOM, State, line
from consent.model.text import NAME_LIMIT, matching_form
from consent.ports import Place, Wanted, WorklistRow
from consent.words import say
from consent.workflow.desk import Desk, note
from consent.workflow.rule import ruled
from consent.workflow.visit import look_up_id
from consent.workflow.visitor import Visit

PAGE: Final = 20
CHUNK: Final = 500
STREAM: Final = "access:register"
COLUMNS: Final = (
    "episode",
    "appointment",
    "patient",
    "born",
    "mrn",
    "procedure",
    "title",
    "sites",
    "clinician",
    "unit",
    "status",
    "outcome",
    "filed",
    "document",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of what was found, newest first.

    Args:
        rows: The records of the page.
        total: How many there are in all.
        newer: Whether there are any above.
        older: Whether there are any below.
    """

    rows: tuple[WorklistRow, ...]
    total: int
    newer: bool
    older: bool


def wanted(
    desk: Desk,
    *,
    text: str = "",
    state: str = "",
    since: str = "",
    until: str = "",
    procedure: str = "",
    clinician: str = "",
) -> Wanted:
    """A filter from what was typed and chosen; days are the clinic's, both of them inside.

    Raises:
        BadInput: One of them cannot be understood.
    """
    if state and state not in set(State):
        raise BadInput(say("register.filter"), say("register.filter_next"))
    if len(text) > NAME_LIMIT:
        raise BadInput(say("register.long"), say("register.long_next"))
    return Wanted(
        text=matching_form(text),
        state=state,
        since=day_begins(since, desk.clinic.zone),
        until=day_begins(until, desk.clinic.zone, days=1),
        procedure=procedure,
        clinician=clinician,
    )


def day_begins(day: str, zone: str, *, days: int = 0) -> str:
    """The instant at which a day of the clinic begins, so many days on; empty for none. Raises BadInput."""
    if not day:
        return ""
    try:
        return canon.instant(datetime.combine(date.fromisoformat(day) + timedelta(days), time(), ZoneInfo(zone)))
    except (ValueError, OverflowError) as error:
        raise BadInput(say("register.filter"), say("register.filter_next")) from error


@ruled
def find(desk: Desk, visit: Visit, *, wanted: Wanted, below: Place | None = None, above: Place | None = None) -> Found:
    """One page: from the top, below a place, or above one."""
    rows = desk.ledger.found(visit.scope, wanted, most=PAGE + 1, below=below, above=above)
    more = len(rows) > PAGE
    if above and not more:  # so near to the top that the page begins there, and is a full one
        return find(desk, visit, wanted=wanted)
    return Found(
        rows=rows[-PAGE:] if above else rows[:PAGE],
        total=desk.ledger.count(visit.scope, wanted),
        newer=bool(above or below),
        older=bool(above) or more,
    )


@ruled
def begin_export(desk: Desk, visit: Visit, *, wanted: Wanted) -> int:
    """Write down that a list is about to leave; gives how many records it has."""
    rows = desk.ledger.count(visit.scope, wanted)
    event = RegisterExported(
        rows=rows,
        by_text=bool(wanted.text),
        state=State(wanted.state).value if wanted.state else "",
        since=wanted.since,
        until=wanted.until,
        procedure=wanted.procedure,
        clinician=wanted.clinician,
    )
    note(desk, visit.stamp(desk), stream=STREAM, events=[event])
    return rows


@ruled
def taken_out(desk: Desk, visit: Visit) -> tuple[Recorded, ...]:  # noqa: ARG001 - its rule asks who
    """Who took lists out of the register, when, and by which filter, in order."""
    return desk.ledger.read(STREAM)


@ruled
def next_rows(desk: Desk, visit: Visit, *, wanted: Wanted, below: Place | None = None) -> tuple[WorklistRow, ...]:
    """The next part of a list."""
    return desk.ledger.found(visit.scope, wanted, most=CHUNK, below=below)


def parts(desk: Desk, session: str, *, wanted: Wanted) -> Iterator[bytes]:
    """The file, part by part; each is read when it is asked for.

    Raises:
        NotSignedIn: The session ended or fell asleep meanwhile.
    """
    yield (BOM + line([say(f"register.column.{name}") for name in COLUMNS])).encode()
    below: Place | None = None
    while True:
        visit = look_up_id(desk, session)
        if visit is None:
            raise NotSignedIn("The session ended before the list was complete.")
        rows = next_rows(desk, visit, wanted=wanted, below=below)
        if not rows:
            return
        yield "".join(line(_cells(row, desk.clinic.zone)) for row in rows).encode()
        below = (rows[-1].appointment, rows[-1].episode)


def _cells(row: WorklistRow, zone: str) -> Sequence[str]:
    at = canon.parse_instant(row.appointment).astimezone(ZoneInfo(zone))
    return (
        row.episode,
        at.isoformat(sep=" ", timespec="minutes"),
        row.patient_name,
        row.birth_date,
        row.mrn,
        row.procedure,
        row.title,
        row.sites,
        row.clinician_name,
        row.unit,
        row.status,
        row.outcome,
        say("register.yes" if row.filed else "register.no"),
        row.document,
    )
