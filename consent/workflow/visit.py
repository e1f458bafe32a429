"""Who is at the door: sign-in, sessions, and handing the tablet over and back.

Decides who a token is, for how long, and what that person may do.

Invariants:
- A cookie's token is never stored, only its SHA-256; a new one is made at every sign-in and every hand-over.
- Handing over locks the staff session on the server and opens another, bound to one episode; it is not a flag.
- Wrong name, wrong secret and locked account get the same sentence and the same work (catalogue H16).

Refuses to trust what a client says about itself.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from consent.errors import NotAllowed, NotSignedIn
from consent.model import canon
from consent.model.entry import Stamp
from consent.model.episode import Episode
from consent.model.events import HandedBack, HandedOver, SignedIn, SignedOut
from consent.model.people import Capability, Person, Role, can
from consent.ports import Account, SessionRow
from consent.workflow.desk import Decision, Desk, change, just, note
from consent.workflow.offer import check_not_withdrawn

ABSOLUTE = timedelta(hours=12)
IDLE = timedelta(minutes=30)
TICKET_LIFE = timedelta(minutes=30)
TRIES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)
PATIENT = "patient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody known behind a request: a member of staff, or the patient of one episode."""

    session: SessionRow
    person: Person | None
    at: str

    @property
    def is_patient(self) -> bool:
        """Whether this is a patient's session."""
        return self.person is None

    @property
    def episode(self) -> str:
        """The episode that a patient's session is bound to; empty for staff."""
        return self.session.episode

    @property
    def staff(self) -> Person:
        """The member of staff. Raises NotAllowed for a patient's session."""
        if self.person is None:
            raise NotAllowed("This is for staff.")
        return self.person

    def may(self, capability: Capability) -> bool:
        """Whether this visit has the capability."""
        return can(self.person.roles if self.person else (Role.PATIENT,), capability)

    def check_may(self, capability: Capability) -> None:
        """Raises NotAllowed when this visit has no such capability."""
        if not self.may(capability):
            raise NotAllowed("Your account may not do this.")

    def check_episode(self, episode: str) -> None:
        """Raises NotAllowed when a patient's session asks for another episode."""
        if self.is_patient and episode != self.session.episode:
            raise NotAllowed("This is not your record.")

    def stamp(self, desk: Desk) -> Stamp:
        """Who, when and where, for the events of this visit."""
        actor = self.person.id if self.person else PATIENT
        return desk.stamp(actor=actor, device=self.session.device, sign_in=self.session.id)


def check_privileged(visit: Visit, episode: Episode) -> None:
    """Only somebody who may perform a procedure may hold its talk, decide about it and attest (H3).

    Raises:
        NotAllowed: This person is not privileged for it.
    """
    if episode.plan.procedure not in visit.staff.privileges:
        raise NotAllowed("You are not privileged for this procedure.", "Ask a clinician who performs it.")


def sign_in(desk: Desk, *, login: str, secret: str, device: str) -> str:
    """Prove who you are; gives the token for the cookie.

    Raises:
        NotSignedIn: Always with the same sentence.
    """
    known = desk.people.by_login(login) if login.isprintable() else None
    account = _proven(desk, known, secret=secret)
    token = desk.entropy.token()
    session = _session(desk, person=account.person.id, device=device, token=token)
    desk.sessions.add(session)
    stamp = desk.stamp(actor=account.person.id, device=device, sign_in=session.id)
    note(desk, stamp, stream=f"person:{account.person.id}", events=[SignedIn()])
    return token


def _proven(desk: Desk, account: Account | None, *, secret: str) -> Account:
    right = desk.hasher.verify(account.secret_hash if account else "", secret)
    now = desk.now()
    if account is None or not account.person.active or now < account.locked_until or not right:
        if account and not right and now >= account.locked_until:
            _count_failure(desk, account)
        raise NotSignedIn("That did not work.", "Check the name and the password. After five misses, wait 15 minutes.")
    desk.people.clear_failures(account.person.id)
    return account


def _count_failure(desk: Desk, account: Account) -> None:
    until = canon.instant(desk.clock.now() + LOCKED_FOR)
    desk.people.count_failure(account.person.id, every=TRIES_BEFORE_LOCK, locked_until=until)


def prove_again(desk: Desk, visit: Visit, *, secret: str) -> None:
    """The signed-in person proves again who they are, before a signature (21 CFR 11.200).

    Raises:
        NotSignedIn: The secret is wrong, or the account is locked.
    """
    _proven(desk, desk.people.by_id(visit.staff.id), secret=secret)


def _session(desk: Desk, *, person: str, device: str, token: str, episode: str = "", parent: str = "") -> SessionRow:
    now = desk.now()
    return SessionRow(
        id=desk.entropy.name("s"),
        token=canon.sha256_hex(token.encode()),
        person=person,
        device=device,
        created=now,
        last_seen=now,
        episode=episode,
        parent=parent,
    )


def look_up(desk: Desk, token: str) -> Visit | None:
    """Who a cookie's token is; None when unknown, ended, locked or too old."""
    return _visit(desk, desk.sessions.by_token(canon.sha256_hex(token.encode())))


def look_up_id(desk: Desk, session: str) -> Visit | None:
    """Who a session is by its public name, as the guard injected it."""
    return _visit(desk, desk.sessions.by_id(session))


def _visit(desk: Desk, session: SessionRow | None) -> Visit | None:
    if session is None or session.ended or session.locked:
        return None
    now = desk.clock.now()
    if now - canon.parse_instant(session.created) > ABSOLUTE:
        return None
    if session.episode:
        return Visit(session=session, person=None, at=canon.instant(now))
    if now - canon.parse_instant(session.last_seen) > IDLE:
        return None
    account = desk.people.by_id(session.person)
    if account is None or not account.person.active:
        return None
    return Visit(session=session, person=account.person, at=canon.instant(now))


def touch(desk: Desk, visit: Visit) -> None:
    """Somebody did something: the idle clock starts again."""
    desk.sessions.touch(visit.session.id, now=desk.now())


def sign_out(desk: Desk, visit: Visit) -> None:
    """End this session."""
    desk.sessions.end(visit.session.id)
    if visit.person:
        note(desk, visit.stamp(desk), stream=f"person:{visit.person.id}", events=[SignedOut()])


def new_ticket(desk: Desk, visit: Visit, *, purpose: str) -> str:
    """A one-use ticket for a POST that a page offers."""
    ticket = desk.entropy.token()
    until = canon.instant(desk.clock.now() + TICKET_LIFE)
    kept = canon.sha256_hex(ticket.encode())
    desk.sessions.put_ticket(kept, session=visit.session.id, purpose=purpose, until=until)
    return ticket


def use_ticket(desk: Desk, visit: Visit, *, purpose: str, ticket: str) -> None:
    """Use a ticket up.

    Raises:
        NotAllowed: It is not valid (any more) for this session and purpose.
    """
    kept = canon.sha256_hex(ticket.encode())
    if not desk.sessions.use_ticket(kept, session=visit.session.id, purpose=purpose, now=desk.now()):
        raise NotAllowed("This button was used or is too old.", "Open the page again.")


def hand_over(desk: Desk, visit: Visit, *, episode: str, ticket: str) -> str:
    """Give the tablet to the patient: locks this session, opens one bound to the episode; gives its token."""
    visit.check_may(Capability.HAND_OVER)
    use_ticket(desk, visit, purpose=f"hand_over:{episode}", ticket=ticket)

    def decide(now: Episode) -> Decision:
        if now.pinned:
            check_not_withdrawn(desk, now.pinned.template)
        return just(HandedOver())

    change(desk, visit.stamp(desk), episode=episode, decide=decide, retry=False)
    token = desk.entropy.token()
    opened = _session(
        desk,
        person=visit.staff.id,
        device=visit.session.device,
        token=token,
        episode=episode,
        parent=visit.session.id,
    )
    desk.sessions.hand_over(locked=visit.session.id, opened=opened)
    return token


def take_back(desk: Desk, visit: Visit, *, secret: str) -> str:
    """Staff takes the tablet back with their password; ends the patient's session; gives the staff's new token.

    Raises:
        NotSignedIn: The password is not that of the person who handed it over.
    """
    if not visit.is_patient:
        raise NotAllowed("This tablet is not with a patient.")
    account = _proven(desk, desk.people.by_id(visit.session.person), secret=secret)
    if look_up_id(desk, visit.session.id) is None:
        raise NotSignedIn("The tablet was taken back already.")
    stamp = replace(visit.stamp(desk), actor=account.person.id, sign_in=visit.session.parent)
    change(desk, stamp, episode=visit.episode, decide=lambda _: just(HandedBack()))
    token = desk.entropy.token()
    desk.sessions.take_back(
        ended=visit.session.id,
        unlocked=visit.session.parent,
        token=canon.sha256_hex(token.encode()),
        now=desk.now(),
    )
    return token
