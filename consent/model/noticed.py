"""The notices of an episode, as the fold of its events: what each tells of, and how far its making is.

Decides which events get a notice of their own, and which notice stands before which.

Invariants:
- One notice an event, by the event's number; what happened twice is told twice.
- A notice that cannot be made holds up no other: the chain of notices is by when they were begun, never by rank.

Refuses to know where the document stands: a notice waits until there is one to belong to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from consent.model.entry import Recorded
from consent.model.events import Event
from consent.model.events_day import ConsentConfirmed, ConsentWithdrawn
from consent.model.events_notices import CorrectionNoted, Kind, NoticeBegun, NoticeSealed
from consent.model.made import Made, made

TOLD: Mapping[str, Kind] = {
    "ConsentConfirmed": "confirmation",
    "ConsentWithdrawn": "withdrawal",
    "CorrectionNoted": "correction",
}
"""Events that get a notice of their own."""
KINDS = ("CorrectionNoted", "NoticeBegun", "NoticeFailed", "NoticeSealed", "NoticeDelivered")
"""Events that need the finished document, and leave it where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice.

    Args:
        of: What it is.
        told: The event that it tells of.
        started: Whether the procedure had begun by then.
        begun: The intent to make it.
        before: SHA-256 of the notice that was made last when this one was begun; empty when there was none.
        sealed: That it exists.
        outlets: Who has it.
        problem: Why it was not made or delivered at the last try.
    """

    of: Kind
    told: Made[ConsentConfirmed | ConsentWithdrawn | CorrectionNoted]
    started: bool = False
    begun: Made[NoticeBegun] | None = None
    before: str = ""
    sealed: Made[NoticeSealed] | None = None
    outlets: tuple[str, ...] = ()
    problem: str = ""

    @property
    def entry(self) -> int:
        """The number of the event that it tells of: its name within the record."""
        return self.told.number

    @property
    def document(self) -> str:
        """SHA-256 of its file; empty before it is made."""
        return self.sealed.event.document if self.sealed else ""


Notices = tuple[Notice, ...]


def after(notices: Notices, one: Recorded[Any], *, started: bool = False) -> Notices:
    """The notices after one more event; the same when it is about none of them."""
    event = one.event
    if event.kind in TOLD:
        return (*notices, Notice(of=TOLD[event.kind], told=made(one), started=started))
    return tuple(_changed(notice, one, last=_last(notices)) for notice in notices)


def _changed(notice: Notice, one: Recorded[Any], *, last: str) -> Notice:
    event = one.event
    if not _is_about(notice, event):
        return notice
    match event.kind:
        case "NoticeBegun":
            return replace(notice, begun=made(one), before=last)
        case "NoticeSealed":
            return replace(notice, sealed=made(one), problem="")
        case "NoticeDelivered":
            return replace(notice, outlets=(*notice.outlets, event.outlet), problem="")
        case "NoticeFailed" | "DeliveryFailed":
            return replace(notice, problem=event.reason)
    return notice


def _is_about(notice: Notice, event: Event) -> bool:
    by_file = bool(notice.document) and getattr(event, "document", "") == notice.document
    return by_file or getattr(event, "entry", 0) == notice.entry


def _last(notices: Notices) -> str:
    """The notice that was made last."""
    made = [(notice.sealed.number, notice.document) for notice in notices if notice.sealed]
    return max(made)[1] if made else ""
