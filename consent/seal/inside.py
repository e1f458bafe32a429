"""The record inside a sealed document: its text as data, and the events that it was made from.

Decides whether what is attached is one record, whole and in its own chain, and whether the signatures in it are for the
text that the document holds.

Invariants:
- Read from the document as it was before the seal; both files are canonical JSON (RFC 8785), to the byte.
- Each entry's leaf, chain and commitment are recomputed (``consent.model.entry``); the last entry is the one in which
  sealing began, or that of a notice.
- A notice names the finished document by its digest, as the events do, and holds no signature.
- Every signature, in the events and in the document, names the digest of the same blocks: those between the title and
  the heading of the signatures.

Refuses to say that the pages show this text; that takes making them again (``rebuild`` in ``consent.seal.verdict``).
"""

import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import pikepdf
from pyhanko.pdf_utils.reader import HistoricalResolver

from consent.errors import Broken
from consent.model import canon
from consent.model.blocks import Document, Heading, Paragraph, SignatureBlock
from consent.model.entry import Entry, Recorded, read
from consent.model.events import Attested, EpisodeOpened, Refused, SealBegun, Sealed, Signed
from consent.model.events_notices import NoticeBegun
from consent.model.signature import Drawn, Mark, Marked, OtherWitness, Stroke, Typed, witnesses_of
from consent.model.witness import name_of
from consent.seal.container import Check

_NAMES: Final = ("document.json", "events.json")
_SCHEMA: Final = 1
_SIGNATURES: Final = frozenset({"Signatures"})
"""The heading that ends the body, in each language of documents; a word that was printed once stays in here."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a sealed document carries, byte for byte, and whose it is."""

    document: bytes
    events: bytes
    episode: str


def record(before: HistoricalResolver, pdf: bytes, first: bytes, *, expected: str) -> Generator[Check, None, Record]:
    """The record of a document.

    Args:
        before: The document before its seal.
        pdf: The whole file.
        first: The document before its seal, as bytes.
        expected: The episode that it has to be of; empty: whichever it names.
    """
    listed = [one.get_object() for one in before.root.get("/AF", ())]
    attached = {str(one["/UF"]): one for one in listed}
    yield "attachments", set(_NAMES) <= set(attached) and len(attached) == len(listed)
    raw = [bytes(attached[name]["/EF"]["/F"].data) for name in _NAMES]
    inside, log = (json.loads(one) for one in raw)
    yield "canonical", [canon.canonical(inside), canon.canonical(log)] == raw
    yield "attachments", set(inside) == {"schema", "document"} and set(log) == {"schema", "episode", "entries"}
    yield "attachments", inside["schema"] == log["schema"] == _SCHEMA
    document = Document.model_validate_json(json.dumps(inside["document"]))
    yield "attachments", [place for place, one in enumerate(document.blocks) if _is_heading(one, level=1)] == [0]
    entries = [_entry(one, log["episode"]) for one in log["entries"]]
    yield "canonical", all(_is_canonical(part) for one in entries for part in (one.header, one.payload or b""))
    events = _chain(entries)
    yield "entries", _end_in_a_making(events)
    named = {document.head.episode, log["episode"], _identifier(first), _identifier(pdf)}
    yield "episode", len(named) == 1 and _is_of_patient(document, events[0].event)
    if expected:
        yield "expected", expected == log["episode"]
    if isinstance(begun := events[-1].event, NoticeBegun):
        yield "belongs", _is_notice(document, begun, events)
    else:
        yield "covers", _is_what_was_signed(document, inside["document"]["blocks"], events)
    return Record(raw[0], raw[1], log["episode"])


def _entry(one: dict[str, Any], episode: str) -> Entry:
    if set(one) != {"number", "header", "payload", "salt", "leaf"} or one["salt"] != one["salt"].lower():
        raise ValueError
    return Entry(
        stream=f"episode:{episode}",
        number=one["number"],
        header=one["header"].encode(),
        leaf=one["leaf"],
        payload=one["payload"].encode(),
        salt=bytes.fromhex(one["salt"]),
    )


def _chain(entries: Sequence[Entry]) -> tuple[Recorded, ...]:
    """The events, each checked against its header and the chain; none when one of them does not hold."""
    try:
        return read(entries)
    except Broken:
        return ()


def _end_in_a_making(events: Sequence[Recorded]) -> bool:
    """Whether the last of them begins to make the document, or a notice after the document."""
    begun = [one.header.number for one in events if isinstance(one.event, SealBegun)]
    return bool(events) and (begun == [len(events)] or (len(begun) == 1 and isinstance(events[-1].event, NoticeBegun)))


def _is_notice(document: Document, begun: NoticeBegun, events: Sequence[Recorded]) -> bool:
    """Whether a notice names the document that the record says was finished, and passes for no signature."""
    finished = [one.event.document for one in events if isinstance(one.event, Sealed)]
    named = any(isinstance(one, Paragraph) and begun.about in one.text for one in document.blocks)
    signed = any(isinstance(one, SignatureBlock) for one in document.blocks)
    return finished == [begun.about] and document.created == begun.at and named and not signed


def _is_canonical(part: bytes) -> bool:
    return canon.canonical(json.loads(part)) == part


def _identifier(pdf: bytes) -> str:
    """The episode that the file itself names (``dc:identifier``)."""
    with pikepdf.open(BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
        return str(metadata.get("dc:identifier"))


def _is_of_patient(document: Document, opened: object) -> bool:
    """Whether the document's head names the patient for whom the record was opened."""
    head = document.head
    return isinstance(opened, EpisodeOpened) and (head.patient, head.mrn) == (opened.patient.name, opened.patient.mrn)


def _is_what_was_signed(document: Document, blocks: list[canon.Json], events: Sequence[Recorded]) -> bool:
    """Whether all signatures are there, and for the body of this document.

    The digest is taken of the blocks as they stand in the file: a later version of this program may know more of them.
    """
    happened = {type(one.event): one.event for one in events}
    begun, signed, attested = (happened.get(kind) for kind in (SealBegun, Signed, Attested))
    if not (isinstance(begun, SealBegun) and document.created == begun.at):
        return False
    given = [*_given(signed), *_given(attested)]
    printed = [one for one in document.blocks if isinstance(one, SignatureBlock)]
    if [(one.printed_name, one.covers, *_shown(one)) for one in printed] != given:
        return False
    if not (Refused in happened or (signed and attested)):
        return False
    chapters = [place for place, one in enumerate(document.blocks) if _is_heading(one, level=2)]
    ends = [place for place in chapters if _text(document.blocks[place]) in _SIGNATURES]
    if not ends:
        return False
    body = canon.blocks_digest(blocks[1 : ends[-1]])
    return {one.covers for one in printed} <= {body}


_Shown = tuple[tuple[Stroke, ...], int, str | None]


def _given(event: object) -> Iterator[tuple[object, ...]]:
    """The signatures of an event as the document has to show them: whose, for what, and with which ink or words."""
    if isinstance(event, Signed):
        yield event.printed_name, event.covers, *_shown_of(event.mark)
        for one in witnesses_of(event.mark):
            yield name_of(one), event.covers, *_shown_of(one.mark if isinstance(one, OtherWitness) else None)
    if isinstance(event, Attested):
        yield event.by.name, event.covers, *_shown_of(event.mark)


def _shown_of(mark: Mark | None) -> _Shown:
    if isinstance(mark, Drawn | Marked):
        return mark.strokes, mark.aspect, None
    return (), SignatureBlock.model_fields["aspect"].default, mark.name if isinstance(mark, Typed) else None


def _shown(block: SignatureBlock) -> _Shown:
    return block.strokes, block.aspect, block.typed


def _is_heading(block: object, *, level: int) -> bool:
    return isinstance(block, Heading) and block.level == level


def _text(block: object) -> str:
    return block.text if isinstance(block, Heading) else ""
