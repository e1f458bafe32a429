"""A stretch of the log, or one record, as the lines of a file that ``verify.py`` judges without the store.

Decides what stands in the file, and in which order (docs/segment.md).

Invariants:
- What is stored is written as it is, and what is not there as not there: a broken store gives a file that shows it.
- A few entries are in memory at a time, or one document.
- The file of one record holds nothing of another: what leads from it to the root of the log are hashes.
- Each line can be judged by those before it; the last one says that it is the last.

Refuses a stretch that the log does not have, and to judge anything.
"""

import base64
import json
from collections.abc import Callable, Collection, Iterator
from functools import partial

from consent.errors import BadInput, Broken, NotFound
from consent.model import log
from consent.model.audit import Row, document_of, wiped_by, without_gaps
from consent.model.canon import Json
from consent.model.log import HashAt
from consent.ports import Ledger
from consent.ports.audit import Archive
from consent.ports.log import KeptCheckpoint, Log
from consent.workflow.desk import stream_of

SCHEMA = 1
AT_ONCE = 500
Line = dict[str, Json]


def stretch(
    archive: Archive, *, first: int = 0, until: int | None = None, over: Collection[int] = (), contents: bool = True
) -> Iterator[Line]:
    """A stretch of the log, with what makes whole trees out of it.

    Args:
        archive: The bytes.
        first: Its first place.
        until: The place behind its last; None: to the end of the log.
        over: Sizes of checkpoints that lie outside and cover more than the stretch: the hashes up to them come along.
            Those up to the next and the newest one in the database always do.
        contents: Whether what the entries say comes along, and the documents.

    Raises:
        BadInput: The log has no such stretch.
    """
    size = archive.size()
    end = size if until is None else until
    if not 0 <= first <= end <= size:
        raise BadInput("The log has no such stretch.", f"Name places from 0 to {size}.")
    hash_at = partial(_stored, archive)
    yield {"segment": SCHEMA, "size": size, "from": first, "until": end, "left": _hashes(hash_at, 0, first)}
    yield from map(_checkpoint, archive.checkpoints(first, first + 1))
    named = set[str]()
    for at in range(first, end, AT_ONCE):
        yield from _entries(archive, at, min(at + AT_ONCE, end), contents=contents, named=named)
    beyond = {one.size: _checkpoint(one) for one in archive.beyond(end)}
    for one in sorted({*beyond, *(one for one in over if one > end)}):
        yield beyond.get(one, {"checkpoint": one}) | {"right": _hashes(hash_at, end, one)}
    if contents:
        yield from _documents(archive, None if (first, end) == (0, size) else named)
    yield {"end": True, "waiting": archive.waiting(), "doubles": archive.doubles(), "strays": archive.strays()}


def record(archive: Archive, ledger: Ledger, kept: Log, *, episode: str, over: int | None = None) -> Iterator[Line]:
    """The entries of one record, each with the proof that it stands in the log under a checkpoint.

    Args:
        archive: The bytes.
        ledger: Gives the record.
        kept: The log's places and hashes.
        episode: Whose record.
        over: The size of the checkpoint; None: the newest in the database.

    Raises:
        NotFound: There is no such record.
    """
    stream, size, newest = stream_of(episode), archive.size(), kept.newest()
    entries = ledger.entries(stream)
    if not entries:
        raise NotFound("There is no such record.")
    head = over if over is not None else newest.size if newest else size
    yield {"segment": SCHEMA, "size": size, "episode": episode, "head": head}
    yield from map(_checkpoint, archive.checkpoints(head, head + 1))
    named = set[str]()
    for one in entries:
        place = kept.place(stream, one.number)
        row = Row(-1 if place is None else place, stream, one.number, one.header, one.leaf, one.payload, one.salt)
        yield _told(row, contents=True) | {"place": place, "path": _path(place, head, hash_at=kept.hash_at)}
        named |= _named(row)
    yield from _documents(archive, named)
    yield {"end": True}


def written(line: Line) -> bytes:
    """A line as it stands in the file."""
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _entries(archive: Archive, first: int, end: int, *, contents: bool, named: set[str]) -> Iterator[Line]:
    """The entries of [first, end), each with the stored hashes of the subtrees that it makes full, and checkpoints."""
    levels = range(1, end.bit_length())
    nodes = {level: archive.nodes(level, first >> level, end >> level) for level in levels}
    signed = {one.size: one for one in archive.checkpoints(first + 1, end + 1)}
    for row in without_gaps(archive.rows(first, end), first=first, end=end):
        size = row.place + 1
        full = (size & -size).bit_length()
        above: list[Json] = [_encoded(nodes[level].get((size >> level) - 1)) for level in range(1, full)]
        yield {"place": row.place, **_told(row, contents=contents), "above": above}
        named |= _named(row)
        if size in signed:
            yield _checkpoint(signed[size])


def _told(row: Row, *, contents: bool) -> Line:
    """An entry as it is stored; without anything where it is gone."""
    if row.stream is None:
        return {}
    line: Line = {"stream": row.stream, "number": row.number, "leaf": row.leaf, "header": _encoded(row.header)}
    return line | ({"payload": _encoded(row.payload), "salt": _encoded(row.salt)} if contents else {})


def _named(row: Row) -> set[str]:
    """The documents that an entry tells of: those that have to be there, and those that must not."""
    if not (row.header and row.payload):
        return set()
    digest = document_of(row.header, row.payload)
    return {*wiped_by(row.header, row.payload), *([digest] if digest else [])}


def _checkpoint(kept: KeptCheckpoint) -> Line:
    return {"checkpoint": kept.size, "note": _encoded(kept.note)}


def _documents(archive: Archive, among: Collection[str] | None) -> Iterator[Line]:
    for digest, content in archive.documents(among):
        yield {"document": digest, "content": _encoded(content)}


def _hashes(hash_at: Callable[[int, int], bytes | None], begin: int, end: int) -> list[Json]:
    """The stored hashes over [begin, end)."""
    return [_encoded(hash_at(level, index)) for level, index in log.pieces(begin, end)]


def _path(place: int | None, size: int, *, hash_at: HashAt) -> list[Json] | None:
    """The proof from a place to a checkpoint; None: it does not cover it, or a hash is not there."""
    if place is None or place >= size:
        return None
    try:
        return [_encoded(one) for one in log.inclusion_proof(place, size=size, hash_at=hash_at)]
    except Broken:
        return None


def _stored(archive: Archive, level: int, index: int) -> bytes | None:
    if level:
        return archive.nodes(level, index, index + 1).get(index)
    (row,) = without_gaps(archive.rows(index, index + 1), first=index, end=index + 1)
    try:
        return bytes.fromhex(row.leaf) or None
    except ValueError:
        return None


def _encoded(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode()
