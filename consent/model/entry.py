"""One entry of the ledger: a header that is chained, and a payload that it commits to.

Decides the exact bytes of an event (docs/house.md, section 2): both parts are RFC 8785 and are stored verbatim.

Invariants:
- Commitment = SHA-256(tag, salt, payload); leaf = SHA-256(0x00, header). Erasing salt and payload leaves a chain that
  verifies.
- A stream that was erased reads as that one event; its other headers are checked. Without two persons none of them may
  tell of a signature or a refusal (catalogue D20); with them, one has proposed it and another one agreed in time, and
  both are who the headers name (G16). Under a legal hold none is erased.
- Each stream is its own chain: a header holds the leaf of the event before it and its number, from 1 without gaps.

Refuses to read what does not match its own commitment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic

from pydantic import BaseModel, ConfigDict, ValidationError
from typing_extensions import TypeVar

from consent.errors import Broken
from consent.model import canon
from consent.model.events import Event, reader
from consent.model.events_keeping import AGREE_WITHIN, RecordErased
from consent.model.text import Digest, Key, Short
from consent.model.values import Instant

E = TypeVar("E", default=Event)
ERASES = frozenset({"DraftErased", "RecordErased"})
NEVER_ERASED = frozenset(
    {"Signed", "Attested", "Refused", "ConsentWithdrawn", "SealBegun", "DocumentCertified", "Sealed", "SealUpgraded"}
) | {"CorrectionNoted", "NoticeBegun", "NoticeSealed"}
"""Kinds of events that no stream may hold which was erased without two persons."""


class Header(BaseModel):
    """Stream, place in it, kind, who, when, on which device and sign-in, and what it commits to."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    stream: str
    number: int
    previous: Digest | None
    kind: Key
    schema_: int
    actor: Key
    at: Instant
    device: Short
    sign_in: Short
    commitment: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Who did it, when, on which device, in which sign-in (a session's public name, never its token)."""

    actor: str
    at: str
    device: str
    sign_in: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The bytes of one event as they are stored. ``payload`` and ``salt`` are None after an erasure."""

    stream: str
    number: int
    header: bytes
    leaf: str
    payload: bytes | None
    salt: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Generic[E]):
    """One event as read back and checked: its header, its content and its leaf digest."""

    header: Header
    event: E
    leaf: str


def enter(
    event: Event, stamp: Stamp, *, stream: str, number: int, previous: str | None, salt: bytes
) -> tuple[Entry, Recorded]:
    """The entry for an event at a place of a stream.

    Args:
        event: What happened.
        stamp: Who, when and where.
        stream: Its stream, as ``episode:…``.
        number: Its place, from 1.
        previous: Leaf of the entry before it; None for the first.
        salt: 32 fresh random bytes.
    """
    payload = canon.canonical(event.model_dump(mode="json"))
    header = Header(
        stream=stream,
        number=number,
        previous=previous,
        kind=event.kind,
        schema_=event.schema_,
        actor=stamp.actor,
        at=stamp.at,
        device=stamp.device,
        sign_in=stamp.sign_in,
        commitment=canon.commitment(salt=salt, payload=payload),
    )
    header_bytes = canon.canonical(header.model_dump(mode="json"))
    leaf = canon.leaf_digest(header_bytes)
    entry = Entry(stream=stream, number=number, header=header_bytes, leaf=leaf, payload=payload, salt=salt)
    return entry, Recorded(header=header, event=event, leaf=leaf)


def read(entries: Sequence[Entry]) -> tuple[Recorded, ...]:
    """The events of a whole stream, each checked against its header and the chain.

    Raises:
        Broken: An entry does not match its commitment, or the chain has a gap.
    """
    if is_erased(entries):
        headers = _headers_hold(entries[:-1])
        last = _read_one(entries[-1], number=len(entries), previous=entries[-2].leaf)
        _check_may_be_gone(headers, last)
        return (last,)
    return read_on((), entries)


def read_on(before: Sequence[Recorded], entries: Sequence[Entry]) -> tuple[Recorded, ...]:
    """The events of a stream whose first ones were read already, checked as by :func:`read`. Raises Broken."""
    recorded = list(before)
    previous = before[-1].leaf if before else None
    for number, entry in enumerate(entries, start=len(before) + 1):
        recorded.append(_read_one(entry, number=number, previous=previous))
        previous = entry.leaf
    return tuple(recorded)


def at(header: bytes) -> str:
    """When the event of a header happened, as the header says. Raises Broken."""
    try:
        return Header.model_validate_json(header).at
    except ValidationError:
        raise Broken("An entry of a record cannot be read.") from None


def is_erased(entries: Sequence[Entry]) -> bool:
    """Whether nothing but its erasure is left to be read of a stream. Raises Broken."""
    gone = bool(entries[1:]) and all(one.payload is None and one.salt is None for one in entries[:-1])
    return gone and _header(entries[-1], place="The last entry of a record").kind in ERASES


def _headers_hold(entries: Sequence[Entry]) -> tuple[Header, ...]:
    """Check a chain by its headers alone; gives them."""
    headers: list[Header] = []
    previous: str | None = None
    for number, entry in enumerate(entries, start=1):
        place = f"Entry {number} of a record"
        header = _header(entry, place=place)
        if not _is_in_place(entry, header, number=number, previous=previous):
            raise Broken(f"{place} does not match its chain.")
        headers.append(header)
        previous = entry.leaf
    return tuple(headers)


def _check_may_be_gone(headers: Sequence[Header], last: Recorded) -> None:
    """What these headers were of may be erased, by that last event. Raises Broken."""
    kinds = [header.kind for header in headers]
    if kinds.count("HoldSet") != kinds.count("HoldLifted"):
        raise Broken("It was erased under a legal hold.")
    if isinstance(last.event, RecordErased):
        if not _are_two(headers, last.header, last.event):
            raise Broken("It was erased, and not by two persons as it says.")
    elif kept := [number for number, kind in enumerate(kinds, start=1) if kind in NEVER_ERASED]:
        raise Broken(f"Entry {kept[0]} of a record was erased.")


def _are_two(headers: Sequence[Header], agreed: Header, said: RecordErased) -> bool:
    """Whether one person proposed and another one agreed in time, as the headers tell."""
    if said.events != len(headers) or said.proposal > len(headers):
        return False
    proposed, since = headers[said.proposal - 1], {header.kind for header in headers[said.proposal :]}
    named = (proposed.kind, proposed.actor, proposed.at) == ("ErasureProposed", said.proposed.id, said.proposed_at)
    waited = canon.parse_instant(agreed.at) - canon.parse_instant(proposed.at)
    stands = not since & {"ErasureDropped", "HoldSet"} and waited <= AGREE_WITHIN
    return named and stands and agreed.actor == said.agreed.id != said.proposed.id


def _header(entry: Entry, *, place: str) -> Header:
    try:
        return Header.model_validate_json(entry.header)
    except ValidationError:
        raise Broken(f"{place} cannot be read.") from None


def _is_in_place(entry: Entry, header: Header, *, number: int, previous: str | None) -> bool:
    return (
        header.stream == entry.stream
        and header.number == entry.number == number
        and header.previous == previous
        and canon.leaf_digest(entry.header) == entry.leaf
    )


@lru_cache(maxsize=16)
def _parsed(payload: bytes) -> Event:
    """A pinned template, parsed once: large, the same bytes in many episodes, and without patient data."""
    return reader.validate_json(payload)


@lru_cache(maxsize=4096)  # the same bytes are the same event: a record is read at each tap, and one entry of it is new
def _read_one(entry: Entry, *, number: int, previous: str | None) -> Recorded:
    place = f"Entry {number} of a record"
    if entry.payload is None or entry.salt is None:
        raise Broken(f"{place} was erased.")
    header = _header(entry, place=place)
    try:
        parse = _parsed if header.kind == "TemplatePinned" else reader.validate_json
        event = parse(entry.payload)
    except ValidationError:
        raise Broken(f"{place} cannot be read.") from None
    sound = (
        _is_in_place(entry, header, number=number, previous=previous)
        and header.kind == event.kind
        and canon.commitment(salt=entry.salt, payload=entry.payload) == header.commitment
    )
    if not sound:
        raise Broken(f"{place} does not match its chain.")
    return Recorded(header=header, event=event, leaf=entry.leaf)
