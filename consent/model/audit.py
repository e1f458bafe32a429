"""What has to hold of the log and its entries, stretch by stretch, so that many can be looked at side by side.

Decides when an entry is what was written, when it stands where it was written, and how stretches make one tree.

Invariants:
- Everything is computed from the stored headers and payloads alone; what is stored beside them (leaves, hashes) is
  compared with that.
- A stretch begins at a multiple of ``STRETCH``, so that its root is a node of the whole tree.
- An entry without its payload is no fault by itself: whether its stream may be erased is for ``entry.read`` to say.

Refuses to judge a checkpoint's signature (``checkpoint``) and to say who it was that changed something.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from pydantic import ConfigDict, with_config
from pydantic_core import from_json

from consent.errors import Broken
from consent.model import canon
from consent.model.log import Frontier, Head, pieces

LEVEL = 12
STRETCH = 1 << LEVEL
"""Entries of one stretch."""
DOCUMENTS = frozenset({"Sealed", "NoticeSealed", "SealUpgraded"})
"""Kinds of events that name a document which has to be there."""
ERASED = "RecordErased"
"""The kind of event that tells which documents are gone."""
Place: TypeAlias = tuple[str, int]
"""A stream, and a number in it."""


class Row(NamedTuple):
    """An entry as it is stored, by its place in the log. None: it is not there."""

    place: int
    stream: str | None
    number: int
    header: bytes | None
    leaf: str
    payload: bytes | None
    salt: bytes | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not hold. ``place``: in the log; -1 when it concerns no single entry."""

    place: int
    what: str

    @property
    def words(self) -> str:
        """Where, and what."""
        return f"place {self.place}, {self.what}" if self.place >= 0 else self.what


@with_config(ConfigDict(ser_json_bytes="base64", val_json_bytes="base64"))
@dataclass(slots=True, kw_only=True)
class Part:
    """What one stretch of the log came to.

    Args:
        first: Its first place.
        count: How many places it has.
        edge: The full subtrees at its right edge, the largest first.
        marks: The same after fewer entries, by how many the log had then.
        nodes: Hashes of its full subtrees above the leaves, by level and place, to be compared with the stored ones.
        faults: What does not hold.
        erased: Streams with an entry that has no payload.
        before: Entries that stand before one of these in its stream, outside of the stretch, with the leaf they need.
        documents: Documents that its events tell of, with the place.
        at: When the entries were written that stand right behind a mark.
    """

    first: int
    count: int = 0
    edge: tuple[bytes, ...] = ()
    marks: dict[int, tuple[bytes, ...]] = field(default_factory=dict)
    nodes: dict[int, dict[int, bytes]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    before: dict[Place, tuple[int, str]] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    at: dict[int, str] = field(default_factory=dict)


def examine(rows: Iterable[Row], *, first: int, end: int, marks: Collection[int] = ()) -> Part:
    """Look at the entries of a stretch.

    Args:
        rows: Those that are there, in the order of their places.
        first: The first place; a multiple of ``STRETCH``.
        end: The place behind the last one.
        marks: Sizes of the log within the stretch at which its head is wanted, and the time of the next entry.
    """
    part = Part(first=first, count=end - first)
    leaves, seen = list[bytes](), dict[Place, str]()
    for row in without_gaps(rows, first=first, end=end):
        leaves.append(_looked_at(row, part, seen))
        if row.place in marks and row.header is not None:
            part.at[row.place] = str(_told(row.header).get("at", ""))
    _plant(part, leaves, sorted(one for one in marks if first < one <= end))
    return part


def without_gaps(rows: Iterable[Row], *, first: int, end: int) -> Iterator[Row]:
    """A row for each place of [first, end), also where there is none."""
    expected = first
    for row in rows:
        for place in range(expected, row.place):
            yield Row(place, None, 0, None, "", None, None)
        expected = row.place + 1
        yield row
    for place in range(expected, end):
        yield Row(place, None, 0, None, "", None, None)


def _looked_at(row: Row, part: Part, seen: dict[Place, str]) -> bytes:
    """Note what does not hold of an entry; gives its leaf, as its header makes it."""
    place, stream, number, header, leaf, payload, salt = row
    if stream is None or header is None:
        part.faults.append(Fault(place, "its entry is gone"))
        return bytes(canon.HASH_BYTES)
    raw, told, wrong = hashlib.sha256(b"\0" + header).digest(), _told(header), list[str]()
    if raw.hex() != leaf:
        wrong.append("its header was changed")
    if told.get("stream") != stream or told.get("number") != number:
        wrong.append("it stands in another place than it was written for")
    if payload is None:
        part.erased.add(stream)
    else:
        if told.get("kind") in DOCUMENTS:
            part.documents[str(_told(payload).get("document"))] = place
        if canon.commits(salt=salt or b"", payload=payload) != told.get("commitment"):
            wrong.append("what it says was changed")
    if (stream, number) in seen:
        wrong.append("there are two of it")
    if astray := _astray(row, told.get("previous"), known=seen.get((stream, number - 1)), part=part):
        wrong.append(astray)
    part.faults += [Fault(place, f"{stream} {number}: {one}") for one in wrong]
    seen[stream, number] = leaf
    return raw


def _astray(row: Row, previous: object, *, known: str | None, part: Part) -> str:
    """How it does not follow what stands before it in its stream; what cannot be said from this stretch is noted."""
    if row.number == 1:
        return "what came before it is gone" if previous is not None else ""
    if known is None:
        part.before[row.stream or "", row.number - 1] = (row.place, str(previous))
        return ""
    return "" if known == previous else "it does not follow the entry before it"


def document_of(header: bytes, payload: bytes) -> str | None:
    """The document that has to be there, as an event tells of it: its digest."""
    return str(_told(payload).get("document")) if _told(header).get("kind") in DOCUMENTS else None


def wiped_by(header: bytes, payload: bytes) -> tuple[str, ...]:
    """The documents that must be there no more, as an erasure tells of them."""
    found = _told(payload).get("documents") if _told(header).get("kind") == ERASED else None
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _told(written: bytes) -> dict[str, object]:
    """What a header or a payload says; nothing where it is no object in JSON."""
    try:
        found = from_json(written)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _plant(part: Part, leaves: list[bytes], marks: list[int]) -> None:
    """The full subtrees over the leaves, level by level, and the edges after so many entries as a mark says."""
    levels = [leaves]
    while len(below := levels[-1]) > 1:
        levels.append([canon.node_hash(left, right) for left, right in zip(below[::2], below[1::2], strict=False)])
    for mark in (*marks, part.first + len(leaves)):
        part.marks[mark] = tuple(levels[level][index] for level, index in pieces(0, mark - part.first))
    part.edge = part.marks[part.first + len(leaves)]
    part.nodes = {
        level: dict(enumerate(made, part.first >> level)) for level, made in enumerate(levels) if level and made
    }


def follow(part: Part, leaves: Mapping[Place, str]) -> Iterator[Fault]:
    """What does not follow what stands before it in its stream, outside of the stretch."""
    for (stream, number), (place, needed) in part.before.items():
        if leaves.get((stream, number)) != needed:
            yield Fault(place, f"{stream} {number + 1}: it does not follow the entry before it")


class Growing:
    """The tree over stretches, taken in order."""

    def __init__(self) -> None:
        self._edge = Frontier()
        self.heads: dict[int, Head] = {}
        """Heads of the log by size, where a mark was asked for, and the last."""

    def add(self, part: Part) -> Iterator[tuple[int, int, bytes]]:
        """Take the next stretch; gives level, index and hash of each subtree above stretches that became full.

        Raises:
            Broken: It is not the next one.
        """
        if part.first != self._edge.size * STRETCH:
            raise Broken("The stretches of the log were not taken in order.")
        made: list[tuple[int, int, bytes]] = []
        full = self._edge
        if part.count == STRETCH:
            full = full.grown(part.edge, keep=lambda level, index, hash_: made.append((level + LEVEL, index, hash_)))
        for size, hashes in part.marks.items():
            whole = size == part.first + STRETCH
            self.heads[size] = Frontier(size, full.hashes if whole else self._edge.hashes + hashes).head
        self._edge = full
        yield from made[1:]
