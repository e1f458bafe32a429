"""What everybody may ask about a finished document: by its code, or by the file itself.

Decides what the answer holds. Whoever asks is nobody known: there is no visit and no rule but the address's own.

Invariants:
- An answer has no name, no date of birth, no number and no procedure: when it was finished, its digest, how it stands.
- Of an erased record no more is told than that it had a document and was erased; of an erased draft nothing.
- A record without a finished document and no record at all are the same.
- What leads nowhere is counted by address; after ``MOST_MISSES`` nothing more is answered there for a while.

Refuses to keep or to log a file or a code.
"""

from dataclasses import dataclass
from datetime import timedelta

from consent.errors import NotFound, Refused
from consent.mishap import alarm
from consent.model import canon
from consent.model.document_code import typed
from consent.model.episode import Episode
from consent.model.standing import Standing, standing_of
from consent.ports import EVERYTHING
from consent.words import say
from consent.workflow.desk import Desk, load
from consent.workflow.prove import LOCKED_FOR, WINDOW

MOST_MISSES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is told of a finished document.

    Args:
        finished: When; of an erased record, when it was erased.
        digest: SHA-256 of the file, as it is with all that its seal got later; empty when that is not known any more.
        standing: Whether what it says still stands.
    """

    finished: str
    digest: str
    standing: Standing


def by_code(desk: Desk, *, code: str, address: str) -> Found | None:
    """The finished document of a code, as somebody typed or scanned it; None when there is none.

    Raises:
        Refused: Too many from this address led nowhere.
    """
    check_open(desk, address=address)
    found = _of(desk, typed(code))
    if found is None:
        _count(desk, address)
    return found


def by_file(desk: Desk, *, digest: str) -> Found | None:
    """The finished document that a file is, byte for byte; None when it is none of this clinic's."""
    try:
        stored = desk.ledger.document(EVERYTHING, digest)
    except NotFound:
        return None
    found, notice = _of(desk, stored.episode), load(desk, stored.episode).notice(digest)
    made = notice and notice.sealed
    return found and Found(finished=made.at if made else found.finished, digest=digest, standing=found.standing)


def by_episode(desk: Desk, *, episode: str) -> Found | None:
    """The finished document of the episode that a file is proved to be of."""
    return _of(desk, episode)


def missed(desk: Desk, *, address: str) -> None:
    """Count a file that led nowhere."""
    _count(desk, address)


def check_open(desk: Desk, *, address: str) -> None:
    """Whether this address is still answered.

    Raises:
        Refused: Too many from there led nowhere.
    """
    if desk.attempts.closed([_place(address)], now=desk.now()):
        raise Refused(say("verify.closed"), say("verify.closed_next"))


def _of(desk: Desk, episode: str) -> Found | None:
    now = _loaded(desk, episode) if episode else None
    if now and (erased := now.keeping.erased) and erased.event.documents:
        return Found(finished=erased.at, digest="", standing=standing_of(now))
    if now is None or now.sealed is None:
        return None
    first = now.sealed.event
    newest = now.upgraded.get(first.document, first).document
    return Found(finished=now.sealed.at, digest=newest, standing=standing_of(now))


def _loaded(desk: Desk, episode: str) -> Episode | None:
    try:
        return load(desk, episode)
    except NotFound:
        return None


def _place(address: str) -> str:
    return f"look-up:{address}"


def _count(desk: Desk, address: str) -> None:
    moment = desk.clock.now()
    now, until, since = (canon.instant(moment + step) for step in (timedelta(0), LOCKED_FOR, -WINDOW))
    if desk.attempts.count(_place(address), now=now, since=since, most=MOST_MISSES, until=until):
        alarm("place_closed", count=MOST_MISSES)
