"""Sessions and tickets in memory, with the refusals of the ones on SQL."""

from collections.abc import Sequence
from dataclasses import replace

from consent.errors import NotFound, WrongState
from consent.ports import SessionRow


class MemorySessions:
    """The port ``Sessions``."""

    def __init__(self) -> None:
        self.rows: dict[str, SessionRow] = {}
        self.tickets: dict[str, tuple[str, str, str]] = {}

    def add(self, session: SessionRow) -> None:
        self.rows[session.id] = session

    def by_token(self, token: str) -> SessionRow | None:
        return next((row for row in self.rows.values() if row.token == token), None)

    def by_id(self, session: str) -> SessionRow | None:
        return self.rows.get(session)

    def some(self, ids: Sequence[str]) -> tuple[SessionRow, ...]:
        return tuple(self.rows[one] for one in ids if one in self.rows)

    def touch(self, session: str, *, now: str, asleep_before: str) -> None:
        if self.rows[session].last_seen >= asleep_before:
            self.wake(session, now=now)

    def wake(self, session: str, *, now: str) -> None:
        self.rows[session] = replace(self.rows[session], last_seen=now)

    def renew(self, session: str, *, token: str, now: str) -> None:
        if self.rows[session].locked or self.rows[session].ended:
            raise WrongState("This session has ended, or its tablet was handed over.", "Sign in again.")
        self.rows[session] = replace(self.rows[session], token=token, last_seen=now)

    def note_opened(self, session: str, *, episode: str, now: str) -> None:
        self.rows[session] = replace(self.rows[session], opened=episode, opened_at=now)

    def opened_since(self, since: str, *, person: str, device: str, other_than: str) -> bool:
        theirs = [row for row in self.rows.values() if row.person == person or row.device == device]
        return any(row.opened_at > since and row.opened != other_than for row in theirs)

    def last_patient(self, *, device: str, parent: str) -> SessionRow | None:
        here = [row for row in self.rows.values() if (row.device == device if device else row.parent == parent)]
        return max((row for row in here if row.episode), key=lambda row: row.created, default=None)

    def hand_over(self, *, locked: str, opened: SessionRow) -> None:
        if self.rows[locked].locked or self.rows[locked].ended:
            raise WrongState("This tablet was handed over already, or its session has ended.")
        self.rows[locked] = replace(self.rows[locked], locked=True)
        others = [row for row in self.rows.values() if row.episode and row.episode == opened.episode]
        self.rows |= {row.id: replace(row, ended=True) for row in others}
        self.add(opened)

    def take_back(self, *, ended: str, unlocked: str, token: str, now: str) -> None:
        if self.rows[ended].parent != unlocked:
            raise NotFound("This tablet was not handed over from that session.")
        if not self.rows[unlocked].locked or self.rows[unlocked].ended:
            raise WrongState("The session behind this tablet has ended, or is not locked.", "Sign in again.")
        self._end(ended)
        self.rows[unlocked] = replace(self.rows[unlocked], locked=False, token=token, last_seen=now)

    def take_over(self, *, ended: str, parent: str, opened: SessionRow) -> None:
        if self.rows[ended].ended:
            raise WrongState("The tablet was taken back already.", "Sign in again.")
        self._end(ended, parent)
        self.add(opened)

    def end(self, session: str) -> None:
        self._end(*(row.id for row in self.rows.values() if session in {row.id, row.parent}))

    def end_all(self, person: str) -> None:
        self._end(*(row.id for row in self.rows.values() if row.person == person))

    def end_on(self, device: str) -> None:
        self._end(*(row.id for row in self.rows.values() if row.device == device))

    def _end(self, *ids: str) -> None:
        self.rows |= {one: replace(self.rows[one], ended=True) for one in ids}

    def put_ticket(self, ticket: str, *, session: str, purpose: str, until: str) -> None:
        self.tickets[ticket] = (session, purpose, until)

    def use_ticket(self, ticket: str, *, session: str, purpose: str, now: str) -> bool:
        kept = self.tickets.get(ticket)
        if kept is None or kept[:2] != (session, purpose):
            return False
        del self.tickets[ticket]
        return now < kept[2]
