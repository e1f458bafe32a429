"""Server-side sessions and one-use tickets on SQL.

Decides what must hold for a hand-over and for taking the tablet back, in one transaction each.

Invariants:
- Tokens and tickets arrive as their SHA-256 and are kept so; the secrets themselves never come here.
- A session that is locked or has ended cannot be handed over again; two taps at once open one patient's session.
- A ticket is used up by deleting it: of two uses at once, one finds it.

Refuses to unlock a session that the patient's session does not name as its parent.
"""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import ColumnElement, delete, insert, select, update

from consent.errors import NotFound, WrongState
from consent.ports import SessionRow
from consent.store.engine import Store
from consent.store.tables import session as sessions
from consent.store.tables import ticket as tickets


class SqlSessions:
    """The port ``Sessions`` on a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, session: SessionRow) -> None:
        """Keep a new session."""
        with self._store.writing() as connection:
            connection.execute(insert(sessions), asdict(session))

    def by_token(self, token: str) -> SessionRow | None:
        """The session of a token's SHA-256, ended ones too."""
        return self._one(sessions.c.token == token)

    def by_id(self, session: str) -> SessionRow | None:
        """The session of that public name, ended ones too."""
        return self._one(sessions.c.id == session)

    def _one(self, condition: ColumnElement[bool]) -> SessionRow | None:
        with self._store.reading() as connection:
            row = connection.execute(select(sessions).where(condition)).mappings().one_or_none()
        return SessionRow(**row) if row else None

    def some(self, ids: Sequence[str]) -> tuple[SessionRow, ...]:
        """Those of the sessions that there are, ended ones too."""
        with self._store.reading() as connection:
            rows = connection.execute(select(sessions).where(sessions.c.id.in_(ids))).mappings()
            return tuple(SessionRow(**row) for row in rows)

    def touch(self, session: str, *, now: str, asleep_before: str) -> None:
        """Somebody did something; without effect on a session that was last used before then."""
        awake = (sessions.c.id == session) & (sessions.c.last_seen >= asleep_before)
        self._set(awake, last_seen=now)

    def wake(self, session: str, *, now: str) -> None:
        """Whoever holds it has proved who they are."""
        self._set(sessions.c.id == session, last_seen=now)

    def renew(self, session: str, *, token: str, now: str) -> None:
        """A staff session that slept goes on under a new token. Raises WrongState when it is locked or has ended."""
        free = (sessions.c.id == session) & sessions.c.locked.is_(False) & sessions.c.ended.is_(False)
        if self._set(free, token=token, last_seen=now) != 1:
            raise WrongState("This session has ended, or its tablet was handed over.", "Sign in again.")

    def note_opened(self, session: str, *, episode: str, now: str) -> None:
        """The session opened a record."""
        self._set(sessions.c.id == session, opened=episode, opened_at=now)

    def _set(self, condition: ColumnElement[bool], **values: str) -> int:
        with self._store.writing() as connection:
            return connection.execute(update(sessions).where(condition).values(values)).rowcount

    def opened_since(self, since: str, *, person: str, device: str, other_than: str) -> bool:
        """Whether that person, or anybody on that device, opened another record since then."""
        theirs = (sessions.c.person == person) | (sessions.c.device == device)
        other = (sessions.c.opened_at > since) & (sessions.c.opened != other_than)
        with self._store.reading() as connection:
            return connection.execute(select(sessions.c.id).where(theirs, other).limit(1)).first() is not None

    def last_patient(self, *, device: str, parent: str) -> SessionRow | None:
        """The last session of a patient on that device; without one, the last that this staff session opened."""
        here = sessions.c.device == device if device else sessions.c.parent == parent
        last = select(sessions).where(here, sessions.c.episode != "").order_by(sessions.c.created.desc()).limit(1)
        with self._store.reading() as connection:
            row = connection.execute(last).mappings().first()
        return SessionRow(**row) if row else None

    def hand_over(self, *, locked: str, opened: SessionRow) -> None:
        """Lock one session, end every other of the same episode and open another, together.

        Raises:
            WrongState: It is locked already, or has ended.
        """
        free = (sessions.c.id == locked) & sessions.c.locked.is_(False) & sessions.c.ended.is_(False)
        with self._store.writing() as connection:
            if connection.execute(update(sessions).where(free).values(locked=True)).rowcount != 1:
                raise WrongState("This tablet was handed over already, or its session has ended.")
            others = (sessions.c.episode == opened.episode) & (sessions.c.episode != "") & sessions.c.ended.is_(False)
            connection.execute(update(sessions).where(others).values(ended=True))
            connection.execute(insert(sessions), asdict(opened))

    def take_back(self, *, ended: str, unlocked: str, token: str, now: str) -> None:
        """End the patient's session and unlock the staff's under a new token, together.

        Raises:
            NotFound: The patient's session did not come from that one.
            WrongState: The staff's session is not locked, or has ended.
        """
        child = (sessions.c.id == ended) & (sessions.c.parent == unlocked)
        parent = (sessions.c.id == unlocked) & sessions.c.locked.is_(True) & sessions.c.ended.is_(False)
        fresh = {"locked": False, "token": token, "last_seen": now}
        with self._store.writing() as connection:
            if connection.execute(update(sessions).where(child).values(ended=True)).rowcount != 1:
                raise NotFound("This tablet was not handed over from that session.")
            if connection.execute(update(sessions).where(parent).values(fresh)).rowcount != 1:
                raise WrongState("The session behind this tablet has ended, or is not locked.", "Sign in again.")

    def take_over(self, *, ended: str, parent: str, opened: SessionRow) -> None:
        """End the patient's session and the staff's behind it, and open one of somebody else, together.

        Raises:
            WrongState: The patient's session has ended.
        """
        open_child = (sessions.c.id == ended) & sessions.c.ended.is_(False)
        with self._store.writing() as connection:
            if connection.execute(update(sessions).where(open_child).values(ended=True)).rowcount != 1:
                raise WrongState("The tablet was taken back already.", "Sign in again.")
            connection.execute(update(sessions).where(sessions.c.id == parent).values(ended=True))
            connection.execute(insert(sessions), asdict(opened))

    def end(self, session: str) -> None:
        """End a session, and the patient's sessions that it opened."""
        self._end((sessions.c.id == session) | (sessions.c.parent == session))

    def end_all(self, person: str) -> None:
        """End every session of a person, and those of their patients."""
        self._end(sessions.c.person == person)

    def end_on(self, device: str) -> None:
        """End every session on a device."""
        self._end(sessions.c.device == device)

    def _end(self, condition: ColumnElement[bool]) -> None:
        with self._store.writing() as connection:
            connection.execute(update(sessions).where(condition).values(ended=True))

    def put_ticket(self, ticket: str, *, session: str, purpose: str, until: str) -> None:
        """Keep a one-use ticket (its SHA-256) for a session and a purpose."""
        values = {"ticket": ticket, "session": session, "purpose": purpose, "until": until}
        with self._store.writing() as connection:
            connection.execute(insert(tickets), values)

    def use_ticket(self, ticket: str, *, session: str, purpose: str, now: str) -> bool:
        """Use it up; False when there is no such ticket, or it was used or is too old. Old ones are swept."""
        this = (tickets.c.ticket == ticket) & (tickets.c.session == session) & (tickets.c.purpose == purpose)
        with self._store.writing() as connection:
            connection.execute(delete(tickets).where(tickets.c.until <= now))
            return connection.execute(delete(tickets).where(this)).rowcount == 1
