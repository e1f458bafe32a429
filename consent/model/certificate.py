"""The certificate of an erasure, in words: what was erased, when, by whom and why, and where its entries stand.

Decides what stands in it, and in which order.

Invariants:
- It is made of the last event of the record alone: whenever it is taken, the same words.
- It names the record by its id and everything else by digests: there is nothing of the patient in it.
- It says what was not erased, and what proves it.

Refuses a record that two persons have not erased.
"""

from collections.abc import Iterator

from consent.errors import NotFound
from consent.model.episode import Episode
from consent.model.events_keeping import RecordErased
from consent.model.made import Made
from consent.model.moments import moment_words
from consent.model.whose import person_words
from consent.words import say

_ZONE = "UTC"


def certificate(episode: Episode, *, facility: str) -> str:
    """The certificate as plain text.

    Args:
        episode: The record, as it is after its erasure.
        facility: The clinic that issues it.

    Raises:
        NotFound: Two persons have not erased it.
    """
    erased = episode.keeping.erased
    if erased is None:
        raise NotFound(say("certificate.none"), say("certificate.none_next"))
    return "\n".join((*_head(episode.id, erased, facility=facility), "", *_what(erased.event), "", *_proof(erased), ""))


def _head(episode: str, erased: Made[RecordErased], *, facility: str) -> Iterator[str]:
    event = erased.event
    yield say("certificate.title")
    yield ""
    yield say("certificate.facility", facility=facility)
    yield say("certificate.record", episode=episode)
    yield say("certificate.at", when=moment_words(erased.at, _ZONE))
    proposed, agreed = (person_words(one.name, one.title) for one in (event.proposed, event.agreed))
    yield say("certificate.proposed", name=proposed, when=moment_words(event.proposed_at, _ZONE))
    yield say("certificate.agreed", name=agreed, when=moment_words(erased.at, _ZONE))
    yield say(f"certificate.{event.reason}", years=str(event.years))


def _what(event: RecordErased) -> Iterator[str]:
    yield say("certificate.what", events=str(event.events), documents=str(len(event.documents)))
    yield from (say("certificate.document", digest=digest) for digest in event.documents)
    yield say("certificate.stays")
    yield say("certificate.elsewhere")


def _proof(erased: Made[RecordErased]) -> Iterator[str]:
    stood = erased.event.stood
    yield say("certificate.stood", log=stood.log, place=str(stood.place), size=str(stood.size), root=stood.root)
    yield say("certificate.entry", number=str(erased.number), leaf=erased.leaf)
    yield say("certificate.proof")
