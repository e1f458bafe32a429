"""The log as an auditor reads it: its entries without what they say, how far it is covered, and one record verified.

Decides what a filter is, and what counts as a checkpoint from outside.

Invariants:
- A line tells who did what with which record and when, from the header alone: nothing that a patient said or signed.
- A header that cannot be read is a line too, and told as damaged.
- A checkpoint from outside is what the target folder has or what somebody brings; never what the database holds.

Refuses a filter that it does not understand, and a text that is no checkpoint of this log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from consent.errors import BadInput, NotFound
from consent.model.checkpoint import PROOF, SignedCheckpoint, read_any
from consent.model.entry import Header
from consent.ports.audit import Archive
from consent.ports.log import KeptCheckpoint, Line, Sent, Sought
from consent.words import say
from consent.workflow import log, publish
from consent.workflow.audit import Report, verify_episode
from consent.workflow.desk import Desk, stream_of
from consent.workflow.register import day_begins
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit

PAGE: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry, as a line of the list.

    Args:
        line: What is stored.
        header: What it says; None: it is damaged.
        covered: Whether a checkpoint in the database covers its place.
    """

    line: Line
    header: Header | None
    covered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the log is covered.

    Args:
        entries: How many entries have their place.
        newest: The newest checkpoint.
        sent: Who gets checkpoints outside, and what each got last.
        cosigned: Who cosigns them, and what each saw last.
        late: Whether one of them lacks the newest for longer than it may.
        unanchored: How many entries with a place nobody outside has a checkpoint over.
        since: When the first of those was written; empty: there is none.
    """

    entries: int
    newest: KeptCheckpoint | None
    sent: tuple[tuple[str, Sent | None], ...]
    cosigned: tuple[tuple[str, Sent | None], ...]
    late: bool
    unanchored: int
    since: str


def sought(
    desk: Desk, *, record: str = "", actor: str = "", kind: str = "", since: str = "", until: str = ""
) -> Sought:
    """A filter from what was chosen; days are the clinic's, both of them inside.

    What happened to a record, and who looked at it, are two streams; both are the record's.

    Raises:
        BadInput: A day cannot be understood.
    """
    streams = (stream_of(record), f"access:{record}") if record else ()
    begins, ends = day_begins(since, desk.clinic.zone), day_begins(until, desk.clinic.zone, days=1)
    return Sought(streams=streams, actor=actor, kind=kind, since=begins, until=ends)


@ruled
def lines(desk: Desk, visit: Visit, *, sought: Sought, below: int = 0) -> tuple[tuple[Told, ...], bool]:  # noqa: ARG001 - its rule asks who
    """One page of the log, the newest entries first, and whether there are older ones."""
    found, newest = desk.log.lines(sought, most=PAGE + 1, below=below), desk.log.newest()
    size = newest.size if newest else 0
    told = (
        Told(line=one, header=_header(one), covered=one.place is not None and one.place < size) for one in found[:PAGE]
    )
    return tuple(told), len(found) > PAGE


def _header(line: Line) -> Header | None:
    try:
        header = Header.model_validate_json(line.header)
    except ValidationError:
        return None
    return header if (header.stream, header.number) == (line.stream, line.number) else None


@ruled
def standing(desk: Desk, visit: Visit) -> Standing:  # noqa: ARG001 - its rule asks who
    """How far the log is covered now."""
    sent, entries = tuple((target.name, desk.log.sent(target.name)) for target in desk.targets), desk.log.size()
    anchored = min(max((one.size for _, one in sent if one), default=0), entries)
    return Standing(
        entries=entries,
        newest=desk.log.newest(),
        sent=sent,
        cosigned=publish.cosigned(desk),
        late=bool(publish.late(desk)),
        unanchored=entries - anchored,
        since=desk.log.at(anchored),
    )


@ruled
def checkpoint(desk: Desk, visit: Visit) -> bytes:  # noqa: ARG001 - its rule asks who
    """The newest checkpoint, to be kept elsewhere. Raises NotFound."""
    newest = desk.log.newest()
    if newest is None:
        raise NotFound(say("audit.no_checkpoint"), say("audit.no_checkpoint_next"))
    return newest.note


@ruled
def verify(
    desk: Desk,
    visit: Visit,  # noqa: ARG001 - its rule asks who
    *,
    archive: Archive,
    record: str,
    outside: Sequence[bytes],
    brought: str = "",
) -> tuple[Report, int]:
    """Verify one record; gives the report, and how many checkpoints from outside it was held against.

    Args:
        desk: The desk.
        visit: Whose.
        archive: The bytes.
        record: The record's episode.
        outside: The checkpoints in the target folder.
        brought: One that somebody brings, or a proof that holds one; empty: none.

    Raises:
        BadInput: What was brought is no checkpoint of this log.
        NotFound: There is no such record.
    """
    against = known(desk, outside, brought)
    return verify_episode(archive, desk.ledger, desk.log, episode=record, outside=against), len(against)


def known(desk: Desk, outside: Sequence[bytes], brought: str) -> list[SignedCheckpoint]:
    """The checkpoints of the target folder, and what somebody brings. Raises BadInput."""
    return [_read(desk, one) for one in (*outside, *([_as_file(brought)] if brought.strip() else []))]


def _as_file(text: str) -> bytes:
    """What was pasted, as the file that it came from; of a proof, its checkpoint."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    if lines[0] == PROOF and "" in lines:
        lines = lines[lines.index("") + 1 :]
    return "".join(f"{line}\n" for line in lines).encode()


def _read(desk: Desk, raw: bytes) -> SignedCheckpoint:
    signed = read_any(raw, log.taken(desk.ledger))
    if signed is None:
        raise BadInput(say("audit.not_one"), say("audit.not_one_next"))
    return signed
