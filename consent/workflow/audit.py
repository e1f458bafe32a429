"""The whole log verified from the bytes alone, against checkpoints that lay outside the database.

Decides what is looked at, and what the answer is called.

Invariants:
- Stretches of the log may be looked at in any order and by several processes; the answer is the same.
- Only a checkpoint from outside anchors anything: those in the database are compared, and prove nothing more.
- What was erased as it may be is told, and is no fault; any other contents that are gone are named.
- What no checkpoint from outside covers is *unanchored*, and said to be.

Refuses to write, and to stop at the first fault.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from consent.errors import Broken, ConsentError, NotFound
from consent.model import canon, checkpoint, entry, log
from consent.model.audit import STRETCH, Fault, Growing, Part, examine, follow
from consent.model.checkpoint import SignedCheckpoint
from consent.model.entry import Entry, Recorded
from consent.model.events import Sealed
from consent.model.events_keeping import RecordErased
from consent.model.events_notices import NoticeSealed
from consent.model.events_seal import SealUpgraded
from consent.model.log import Head
from consent.model.note import Key
from consent.ports import EVERYTHING, Ledger
from consent.ports.audit import Archive
from consent.ports.log import Log
from consent.workflow.desk import stream_of

Stretch = tuple[int, int, tuple[int, ...]]
"""First place, the place behind the last, and the sizes within at which a head is wanted."""
Look = Callable[[Iterable[Stretch]], Iterator[Part]]
"""Looks at stretches, in their order."""


@dataclass(slots=True, kw_only=True)
class Report:
    """What a verification came to.

    Args:
        entries: How many entries with a place were looked at.
        waiting: Entries without a place.
        faults: What does not hold, in words without patient data.
        anchored: How many entries a checkpoint from outside covers, and holds; 0: none.
        since: When the first entry was written that none covers; empty: all are covered.
        documents: How many documents were compared with their digest.
        erased: The last event of each stream whose contents were erased as they may be.
    """

    entries: int
    waiting: int
    faults: list[Fault] = field(default_factory=list)
    anchored: int = 0
    since: str = ""
    documents: int = 0
    erased: list[Recorded] = field(default_factory=list)

    @property
    def unanchored(self) -> int:
        """How many entries no checkpoint from outside covers."""
        return self.entries - self.anchored + self.waiting


def looked_at(archive: Archive, stretch: Stretch) -> Part:
    """Look at one stretch: its entries, those before them in their streams, its stored hashes and its documents."""
    first, end, marks = stretch
    part = examine(archive.rows(first, end), first=first, end=end, marks=marks)
    part.faults += follow(part, archive.leaves(part.before))
    missing = part.documents.keys() - archive.have(part.documents)
    part.faults += [Fault(part.documents[digest], "its document is gone") for digest in sorted(missing)]
    if not part.faults:
        part.faults += _other_hashes(archive, part)
    part.nodes, part.before, part.documents = {}, {}, {}
    return part


def _other_hashes(archive: Archive, part: Part) -> Iterator[Fault]:
    for level, all_made in part.nodes.items():
        kept = archive.nodes(level, min(all_made), max(all_made) + 1)
        if kept == all_made:
            continue
        wrong = [place for place, made in all_made.items() if kept.get(place) != made]
        yield from (Fault(place << level, f"the stored hash above it, on level {level}, is wrong") for place in wrong)


def in_turn(archive: Archive) -> Look:
    """Look at one stretch after the other, in this process."""
    return partial(map, partial(looked_at, archive))


def verify_all(
    archive: Archive,
    ledger: Ledger,
    *,
    outside: Sequence[SignedCheckpoint],
    keys: Sequence[Key],
    look: Look,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Verify everything.

    Args:
        archive: The bytes.
        ledger: Reads a stream that was erased.
        outside: Checkpoints that lay outside the database, their signatures read.
        keys: The keys that may have signed the checkpoints in the database.
        look: Looks at stretches, here or in several processes.
        tell: Told how far it is.
    """
    size = archive.size()
    inside, unsigned = _kept(archive, keys)
    marks = {one.checkpoint.head.size for one in (*outside, *inside)} | {size}
    growing, faults, erased, times = Growing(), list(unsigned), set[str](), dict[int, str]()
    for part in look(_stretches(size, marks)):
        faults += part.faults
        erased |= part.erased
        times |= part.at
        above = list(growing.add(part))
        if not faults:
            faults += [
                Fault(index << level, f"the stored hash above it, on level {level}, is wrong")
                for level, index, hash_ in above
                if archive.nodes(level, index, index + 1).get(index) != hash_
            ]
        tell(f"{part.first + part.count} of {size} entries")
    heads = {0: Head(0, canon.EMPTY_TREE), **growing.heads}
    gone = list[Recorded]()
    faults += _streams(archive, ledger, erased, gone=gone)
    faults += _against(inside, heads, size, whose="in the database")
    faults += _against(outside, heads, size, whose="from outside")
    signed = [one.checkpoint.head for one in outside]
    anchored = max((one.size for one in signed if heads.get(one.size) == one), default=0)
    since = times.get(anchored, "")
    report = Report(entries=size, waiting=archive.waiting(), faults=faults, anchored=anchored, since=since, erased=gone)
    faults += _documents(archive, report, tell)
    return report


def _stretches(size: int, marks: set[int]) -> Iterator[Stretch]:
    wanted = sorted(marks | {0})
    for first in range(0, size, STRETCH):
        end = min(first + STRETCH, size)
        yield first, end, tuple(one for one in wanted if first <= one <= end)


def _kept(archive: Archive, keys: Sequence[Key]) -> tuple[list[SignedCheckpoint], list[Fault]]:
    """The checkpoints in the database that one of the keys signed, and a fault for each other one."""
    read, faults = list[SignedCheckpoint](), list[Fault]()
    for kept in archive.checkpoints():
        signed = checkpoint.read_any(kept.note, keys)
        if signed is None or signed.checkpoint.head.size != kept.size:
            faults.append(Fault(-1, f"the checkpoint in the database over {kept.size} entries is not the log's"))
        else:
            read.append(signed)
    return read, faults


def _streams(archive: Archive, ledger: Ledger, erased: set[str], *, gone: list[Recorded]) -> Iterator[Fault]:
    """What does not hold of streams as a whole; those that were erased as they may be are ``gone``."""
    for stream in sorted(erased):
        try:
            gone += (last := entry.read(ledger.entries(stream))[-1:])
        except ConsentError as error:
            yield Fault(-1, f"{stream}: what it said is gone, and may not be. {error.what}")
        else:
            yield from _left_over(archive, stream, last)
    for stream, number in archive.doubles():
        yield Fault(-1, f"{stream} {number}: there are two of it")
    for stream, number in archive.strays():
        yield Fault(-1, f"{stream} {number}: there is what it says, but no entry")


def _left_over(archive: Archive, stream: str, erased: Sequence[Recorded]) -> Iterator[Fault]:
    """Documents of an erased record that are there all the same."""
    for event in (one.event for one in erased):
        if isinstance(event, RecordErased) and (left := archive.have(event.documents)):
            yield Fault(-1, f"{stream}: it was erased, and {len(left)} of its documents are still there")


def _against(known: Sequence[SignedCheckpoint], heads: dict[int, Head], size: int, *, whose: str) -> Iterator[Fault]:
    """What a checkpoint shows: entries that are gone, or that are not those it covers; with the last one that holds."""
    good = 0
    for one in sorted((one.checkpoint.head for one in known), key=lambda head: head.size):
        if one.size > size:
            yield Fault(-1, f"a checkpoint {whose} covers {one.size} entries, and there are {size}: some are gone")
        elif heads[one.size] != one:
            yield Fault(
                -1,
                f"the log is not the one that a checkpoint {whose} covers: "
                f"something between place {good} and place {one.size - 1} was changed",
            )
        else:
            good = one.size


def _documents(archive: Archive, report: Report, tell: Callable[[str], None]) -> Iterator[Fault]:
    for digest, content in archive.documents():
        report.documents += 1
        tell(f"{report.documents} documents")
        if canon.sha256_hex(content) != digest:
            yield Fault(-1, f"the document {digest[:16]}… was changed")


def verify_episode(
    archive: Archive, ledger: Ledger, kept: Log, *, episode: str, outside: Sequence[SignedCheckpoint]
) -> Report:
    """Verify one record: its chain, its documents, and that checkpoints from outside cover its entries.

    Args:
        archive: The bytes.
        ledger: Reads the record.
        kept: The log.
        episode: Whose.
        outside: Checkpoints that lay outside the database, their signatures read.

    Raises:
        NotFound: There is no such record.
    """
    stream = stream_of(episode)
    try:
        entries = ledger.entries(stream)
    except Broken as error:
        return Report(entries=0, waiting=0, faults=[Fault(-1, f"{stream}: {error.what}")])
    if not entries:
        raise NotFound("There is no such record.")
    size, heads = archive.size(), sorted((one.checkpoint.head for one in outside), key=lambda head: head.size)
    report = Report(entries=0, waiting=0)
    report.faults += _record(archive, ledger, entries, report=report)
    if heads and heads[-1].size > size:
        report.faults += [Fault(-1, f"a checkpoint covers {heads[-1].size} entries of the log, and there are {size}")]
    for one in entries:
        place = kept.place(stream, one.number)
        covering = [head for head in heads if place is not None and place < head.size <= size]
        report.entries += place is not None
        report.waiting += place is None
        if place is None or not covering:
            report.since = report.since or entry.at(one.header)
        elif _is_covered(kept, one, place=place, head=covering[0]):
            report.anchored += 1
        else:
            what = f"{stream} {one.number}: it is not what a checkpoint from outside covers"
            report.faults.append(Fault(place, what))
    return report


def _record(archive: Archive, ledger: Ledger, entries: Sequence[Entry], *, report: Report) -> Iterator[Fault]:
    """What does not hold of a record's chain and its documents."""
    try:
        recorded = entry.read(entries)
    except Broken as error:
        yield Fault(-1, f"{entries[0].stream}: {error.what}")
        return
    report.erased += recorded if entry.is_erased(entries) else ()
    yield from _left_over(archive, entries[0].stream, report.erased)
    events = [one.event for one in recorded]
    for digest in sorted({one.document for one in events if isinstance(one, Sealed | NoticeSealed | SealUpgraded)}):
        report.documents += 1
        try:
            ledger.document(EVERYTHING, digest)
        except ConsentError as error:
            yield Fault(-1, f"the document {digest[:16]}…: {error.what}")


def _is_covered(kept: Log, one: Entry, *, place: int, head: Head) -> bool:
    leaf = bytes.fromhex(canon.leaf_digest(one.header))
    path = log.inclusion_proof(place, size=head.size, hash_at=kept.hash_at)
    return log.is_included(leaf, index=place, head=head, proof=path)
