"""Records that were left open: closed when nobody comes back to them, and erased later where the clinic says so.

Decides when a draft counts as left (catalogue D20).

Invariants:
- Only what nobody signed, refused or withdrew is closed: the transition table says so, and a record that somebody
  touches meanwhile stays as it is.
- While a legal hold stands nothing is erased, however long the draft lies.
- Headers and leaves of an erased draft stay, so that its chain still verifies; that it was erased, when and by whom is
  its last event, and holds nothing of the patient.

Refuses to erase what was not closed first, and anything at all unless the clinic has set after how many days.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from consent.errors import ConsentError
from consent.model import canon, entry
from consent.model.episode import Episode
from consent.model.events_draft import DraftClosed, DraftErased
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.workflow.desk import SYSTEM, Decision, Desk, change, just, load, stream_of

LEFT = (Status.OPENED, Status.PREPARED, Status.READING, Status.READ, Status.DISCUSSED)


def tidy(desk: Desk) -> int:
    """Close what was left open for long enough, and erase what was closed for long enough. Gives how many records."""
    return _each(desk, _to_close(desk), _close) + _each(desk, _to_erase(desk), _erase)


def _each(desk: Desk, episodes: tuple[str, ...], step: Callable[[Desk, str], bool]) -> int:
    done = 0
    for episode in episodes:
        with suppress(ConsentError):  # one that cannot be read is for /healthz to tell, and holds up no other
            done += step(desk, episode)
    return done


def _ago(desk: Desk, days: int) -> str:
    return canon.instant(desk.clock.now() - timedelta(days=days))


def _to_close(desk: Desk) -> tuple[str, ...]:
    rows = desk.ledger.in_status(EVERYTHING, *(status.value for status in LEFT))
    return tuple(row.episode for row in rows if row.appointment < _ago(desk, desk.draft_days))


def _close(desk: Desk, episode: str) -> bool:
    latest = _ago(desk, desk.draft_days)
    entries = desk.ledger.entries(stream_of(episode))
    touched, version = entry.at(entries[-1].header), len(entries)

    def decide(now: Episode) -> Decision:
        left = now.status in LEFT and now.version == version and max(now.appointment, touched) < latest
        return just(DraftClosed(days=desk.draft_days)) if left else just()

    return change(desk, desk.stamp(actor=SYSTEM.actor), episode=episode, decide=decide).left is not None


def _to_erase(desk: Desk) -> tuple[str, ...]:
    if not desk.draft_kept_days:
        return ()
    latest, rows = _ago(desk, desk.draft_kept_days), desk.ledger.in_status(EVERYTHING, Status.CLOSED.value)
    closed = ((row.episode, load(desk, row.episode).left) for row in rows)
    return tuple(episode for episode, made in closed if made and made.at < latest)


def _erase(desk: Desk, episode: str) -> bool:
    def decide(now: Episode) -> Decision:
        if now.status is not Status.CLOSED or now.left is None or now.keeping.holds:
            return just()
        event = DraftErased(closed=now.left.at, days=desk.draft_kept_days, events=now.version)
        return Decision(events=(event,), erase=True)

    return change(desk, desk.stamp(actor=SYSTEM.actor), episode=episode, decide=decide).status is Status.ERASED
