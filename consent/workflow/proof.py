"""What is needed to check a record outside: its events verbatim, and what the document must be.

Decides what a bundle holds and when it holds together.

Invariants:
- The events are the stored bytes; everything else is made from them again.
- A check recomputes each digest from the bytes alone and names the first that does not match.

Refuses to say "fine" about anything that it did not recompute.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from consent.errors import BadInput, Broken, NotFound
from consent.model import canon
from consent.model.blocks import Document, Heading, Paragraph, digest
from consent.model.checkpoint import Proved, read_proof
from consent.model.document import document
from consent.model.entry import Entry, read
from consent.model.episode import Episode, fold
from consent.model.erasure import check_not_erased
from consent.model.note import Key, encoded
from consent.model.noticed import Notice
from consent.ports import EVERYTHING, Attachment, Press
from consent.words import say
from consent.workflow.desk import Desk, load, stream_of

PROOF = "log.tlog-proof"
"""The file that proves the record's place in the log (C2SP tlog-proof)."""
_MAIN = 2
"""The level of a main heading."""


def bundle(desk: Desk, *, episode: str) -> tuple[bytes, bytes]:
    """The finished document and its events: ``consent.pdf`` and ``episode.json``.

    Raises:
        NotFound: The document is not finished, or was erased.
    """
    now = load(desk, episode)
    check_not_erased(now)
    if now.sealed is None:
        raise NotFound("The document is not finished.", "Try again in a moment.")
    entries = _told(desk.ledger.entries(stream_of(episode)))
    content = {"schema": 1, "episode": episode, "document": now.sealed.event.document, "entries": entries}
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    return desk.ledger.document(EVERYTHING, now.sealed.event.document).content, text.encode()


def inside(made: Document, entries: Sequence[Entry]) -> tuple[Attachment, ...]:
    """What lies in the file of a document: the document as data, strokes too, and the events that made it, verbatim.

    And the proof that they stand in the log, as a file of its own, when the events have one.

    Args:
        made: The document.
        entries: The stored bytes of its events, from the first to the one in which its making began.
    """
    data: canon.Json = {"schema": 1, "document": made.model_dump(mode="json")}
    events: canon.Json = {"schema": 1, "episode": made.head.episode, "entries": _told(entries)}
    return _attached(canon.canonical(data), canon.canonical(events))


def _attached(data: bytes, events: bytes) -> tuple[Attachment, ...]:
    return (
        Attachment(name="document.json", says=say("document.inside.document"), content=data),
        Attachment(name="events.json", says=say("document.inside.events"), content=events),
        *(
            Attachment(name=PROOF, says=say("document.inside.proof"), content=one["proof"].encode(), mime="text/plain")
            for one in _anchors(json.loads(events)["entries"])[-1:]
        ),
    )


def _anchors(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where the record stood in the log, by the events of a file."""
    payloads = [json.loads(one["payload"]) for one in entries if one["payload"]]
    return [one for one in payloads if one["kind"] == "EntryAnchored"]


def rebuilt(press: Press, data: bytes, events: bytes) -> bytes:
    """The file before its seal, made again of the two files in it. Raises Broken, Unprintable."""
    return press.build(kept({"document.json": data}), _attached(data, events))


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
    name = canon.sha256_hex(pdf)
    later = now.later(name)
    added = [f"Something was added to its seal later ({later.level})."] if later else []
    if told := now.notice(name):
        return now, (*said, *_notice_holds(press, now, told, pdf=pdf, entries=entries), *added)
    if now.sealed.event.document != (later.of if later else name):
        raise Broken("The PDF is not the one that was finished.")
    said += ["The PDF is the one that was finished: its SHA-256 is in the record.", *added]
    made = kept(press.attached(pdf))
    if made.head.episode != episode or digest(made.blocks) != now.sealed.event.blocks:
        raise Broken("The text that lies in the PDF is not the one that was finished.")
    signed = [made.event for made in (now.signed, now.attested) if made]
    if any(event.covers not in _bodies(made) for event in signed):
        raise Broken("A signature covers another text than the one in the PDF.")
    said.append(f"{len(signed)} signatures cover the text in the PDF.")
    seal = now.seals.get(now.sealed.event.document)
    if press.build(made, inside(made, entries[: now.sealing.number])) != pdf[: seal.front if seal else None]:
        raise Broken("The PDF cannot be made again from its text and these events.")
    said.append("The PDF was made again from its text and these events, to the same bytes.")
    if document(fold(episode, read(entries[: now.sealed.number - 1]))) == made:
        said.append("This program makes the same text of these events.")
    else:
        said.append("The text has the words of another version of this program; it was not made again of these events.")
    return now, tuple(said)


def _notice_holds(press: Press, now: Episode, told: Notice, *, pdf: bytes, entries: Sequence[Entry]) -> tuple[str, ...]:
    """Hold a notice against the events that name it, and both against the document that it belongs to."""
    if now.sealed is None or told.begun is None or told.sealed is None:
        raise Broken("These events have no finished notice.")
    about, made = now.sealed.event.document, kept(press.attached(pdf))
    if made.head.episode != now.id or digest(made.blocks) != told.sealed.event.blocks:
        raise Broken("The text that lies in the notice is not the one that was finished.")
    named = any(isinstance(block, Paragraph) and about in block.text for block in made.blocks)
    if {told.begun.event.about, told.sealed.event.about} != {about} or not named:
        raise Broken("The notice belongs to another document than the one in these events.")
    seal = now.seals.get(told.document)
    if press.build(made, inside(made, entries[: told.begun.number])) != pdf[: seal.front if seal else None]:
        raise Broken("The notice cannot be made again from its text and these events.")
    return (
        f"The PDF is a notice of this record ({told.of}), and its SHA-256 is in the record.",
        f"It belongs to the document with SHA-256 {about}, and says so.",
        "The notice was made again from its text and these events, to the same bytes.",
    )


def in_log(attached: Mapping[str, bytes], key: Key) -> tuple[int, Proved]:
    """Up to which entry the record in a sealed file stood in a log, and where.

    Args:
        attached: The files inside, of a document whose seal was found to hold.
        key: The key of the log, from elsewhere.

    Raises:
        Broken: It carries no proof, or one that does not hold.
    """
    try:
        entries = json.loads(attached["events.json"])["entries"]
        told, proved = _anchors(entries)[-1], read_proof(attached[PROOF], log_key=key)
        number, head = told["entry"], proved.signed.checkpoint.head
        same = (told["place"], told["size"], told["root"]) == (proved.index, head.size, encoded(head.root))
        same = same and told["proof"].encode() == attached[PROOF] and number > 0
        leaf = canon.leaf_digest(entries[number - 1]["header"].encode())
    except BadInput as error:
        raise Broken(f"The proof of the log does not hold. {error.what}", "Is it the key of that log?") from None
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        raise Broken("It carries no proof that the record stood in the log.") from None
    if not same or not proved.proves(bytes.fromhex(leaf)):
        raise Broken("The proof of the log is not for this record.")
    return number, proved


def kept(attached: Mapping[str, bytes]) -> Document:
    """The document that lies in a PDF as data.

    Raises:
        Broken: It is not there, or is not one.
    """
    try:
        data = json.loads(attached["document.json"])
        made = Document.model_validate_json(json.dumps(data["document"]))
    except (KeyError, TypeError, ValueError):
        raise Broken("The PDF has no text of its own inside that can be read.") from None
    if canon.canonical({"schema": 1, "document": data["document"]}) != attached["document.json"]:
        raise Broken("The text that lies in the PDF is not written as this program writes it.")
    return made


def _bodies(made: Document) -> frozenset[str]:
    """The digests that a signature may cover: of what stands between the title and a main heading."""
    ends = [at for at, block in enumerate(made.blocks) if isinstance(block, Heading) and block.level == _MAIN]
    return frozenset(digest(made.blocks[1:end]) for end in ends)


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
