"""What is needed to check a record outside: its events verbatim, and what the document must be.

Decides what a bundle holds and when it holds together.

Invariants:
- The events are the stored bytes; everything else is made from them again.
- A check recomputes each digest from the bytes alone and names the first that does not match.

Refuses to say "fine" about anything that it did not recompute.
"""

import json
from collections.abc import Sequence

from consent.errors import BadInput, Broken, NotFound
from consent.model import canon
from consent.model.blocks import Document
from consent.model.document import body_digest, document
from consent.model.entry import Entry, read
from consent.model.episode import Episode, fold
from consent.ports import EVERYTHING, Attachment, Press
from consent.words import say
from consent.workflow.desk import Desk, load, stream_of


def bundle(desk: Desk, *, episode: str) -> tuple[bytes, bytes]:
    """The finished document and its events: ``consent.pdf`` and ``episode.json``.

    Raises:
        NotFound: The document is not finished.
    """
    now = load(desk, episode)
    if now.sealed is None:
        raise NotFound("The document is not finished.", "Try again in a moment.")
    entries = _told(desk.ledger.entries(stream_of(episode)))
    content = {"schema": 1, "episode": episode, "document": now.sealed.event.document, "entries": entries}
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    return desk.ledger.document(EVERYTHING, now.sealed.event.document).content, text.encode()


def inside(made: Document, entries: Sequence[Entry]) -> tuple[Attachment, Attachment]:
    """What lies in the file of a document: the document as data, strokes too, and the events that made it, verbatim.

    Args:
        made: The document.
        entries: The stored bytes of its events, from the first to the one in which its making began.
    """
    data: canon.Json = {"schema": 1, "document": made.model_dump(mode="json")}
    events: canon.Json = {"schema": 1, "episode": made.head.episode, "entries": _told(entries)}
    return (
        Attachment(name="document.json", says=say("document.inside.document"), content=canon.canonical(data)),
        Attachment(name="events.json", says=say("document.inside.events"), content=canon.canonical(events)),
    )


def _told(entries: Sequence[Entry]) -> list[canon.Json]:
    return [
        {
            "number": entry.number,
            "header": entry.header.decode(),
            "payload": entry.payload.decode() if entry.payload else None,
            "salt": entry.salt.hex() if entry.salt else None,
            "leaf": entry.leaf,
        }
        for entry in entries
    ]


def check(press: Press, *, pdf: bytes, events: bytes) -> tuple[Episode, tuple[str, ...]]:
    """Check a bundle from its bytes alone; gives the episode and what was checked, in sentences.

    Raises:
        BadInput: The file of events cannot be read.
        Broken: A digest does not match; the sentence says which.
    """
    episode, entries = parsed(events)
    now = fold(episode, read(entries))
    if now.sealed is None or now.sealing is None:
        raise Broken("These events have no finished document.")
    said = [f"{len(entries)} events form one chain, and each matches its commitment."]
    signed = [made.event for made in (now.signed, now.attested) if made]
    if any(event.covers != body_digest(now) for event in signed):
        raise Broken("A signature covers another text than these events make.")
    said.append(f"{len(signed)} signatures cover the text that these events make.")
    if canon.sha256_hex(pdf) != now.sealed.event.document:
        raise Broken("The PDF is not the one that was finished.")
    said.append("The PDF is the one that was finished: its SHA-256 is in the record.")
    upto = now.sealed.number - 1
    made = document(fold(episode, read(entries[:upto])))
    if press.build(made, inside(made, entries[: now.sealing.number])) != pdf:
        raise Broken("The PDF cannot be made again from these events.")
    said.append("The PDF was made again from these events, to the same bytes.")
    return now, tuple(said)


def parsed(events: bytes) -> tuple[str, tuple[Entry, ...]]:
    """The episode and its entries from a file of events. Raises BadInput."""
    try:
        content = json.loads(events)
        episode = str(content["episode"])
        entries = tuple(
            Entry(
                stream=stream_of(episode),
                number=int(one["number"]),
                header=one["header"].encode(),
                payload=one["payload"].encode() if one["payload"] is not None else None,
                salt=bytes.fromhex(one["salt"]) if one["salt"] is not None else None,
                leaf=str(one["leaf"]),
            )
            for one in content["entries"]
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadInput("The file of events cannot be read.", "Use the episode.json that came with the PDF.") from None
    return episode, entries
