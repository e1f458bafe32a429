"""Who is at the door: sign-in, sessions, idle screens and tickets.

Decides who a token is, for how long, and what that person may do.

Invariants:
- A cookie's token is never stored, only its SHA-256; a new one is made at every sign-in, unlock and hand-over.
- An idle session sleeps: what runs by itself in the background does not keep it awake (catalogue H11). Staff wake
  theirs with PIN or password, a patient with name and date of birth; after a longer absence only staff wake theirs.
- A session of a known device is nobody's on another one.

Refuses to trust what a client says about itself.
"""

from collections.abc import Sequence
from datetime import timedelta

from consent.errors import NotAllowed, NotSignedIn
from consent.model import canon
from consent.model.episode import Episode
from consent.model.events_beside import ProvedAgain, SignedIn, SignedOut
from consent.ports import Account, SessionRow
from consent.workflow.desk import Desk, note
from consent.workflow.prove import is_known, prove
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit

ABSOLUTE = timedelta(hours=12)
ASLEEP_AFTER = timedelta(minutes=5)
AWAY_AFTER = timedelta(minutes=30)
KEPT_TO = timedelta(seconds=5)
TICKET_LIFE = timedelta(minutes=30)


def check_privileged(visit: Visit, episode: Episode) -> None:
    """Only somebody who may perform a procedure may hold its talk, decide about it and attest (H3).

    Raises:
        NotAllowed: This person is not privileged for it.
    """
    if episode.plan.procedure not in visit.staff.privileges:
        raise NotAllowed("You are not privileged for this procedure.", "Ask a clinician who performs it.")


def sign_in(desk: Desk, *, login: str, secret: str, device: str, address: str = "") -> str:
    """Prove who you are; gives the token for the cookie.

    Raises:
        NotSignedIn: Always with the same sentence.
    """
    known = desk.people.by_login(login) if login.isprintable() else None
    account, _ = prove(desk, known, secret=secret, device=device, address=address)
    return begin(desk, account, device=device)


def begin(desk: Desk, account: Account, *, device: str) -> str:
    """Begin a session of somebody who has just proved who they are; gives its token."""
    token = desk.entropy.token()
    session = new_session(desk, person=account.person.id, device=device, token=token)
    desk.sessions.add(session)
    now = desk.people.by_id(account.person.id)
    if now is None or not now.person.active or now.secret_hash != account.secret_hash:
        desk.sessions.end(session.id)  # changed while this was proved: whoever changed it has ended all others already
        raise NotSignedIn("Your account was changed meanwhile.")
    note_sign_in(desk, session)
    return token


def note_sign_in(desk: Desk, session: SessionRow) -> None:
    """Keep that somebody signed in."""
    stamp = desk.stamp(actor=session.person, device=session.device, sign_in=session.id)
    note(desk, stamp, stream=f"person:{session.person}", events=[SignedIn()])


def prove_again(desk: Desk, visit: Visit, *, secret: str, about: str) -> None:
    """The signed-in person proves again who they are, before a signature (21 CFR 11.200).

    Raises:
        NotSignedIn: The secret is wrong, or the account is locked.
    """
    account = desk.people.by_id(visit.staff.id)
    _, way = prove(desk, account, secret=secret, device=visit.place, pin=True)
    events = [ProvedAgain(way=way, about=about)]
    note(desk, visit.stamp(desk), stream=f"person:{visit.staff.id}", events=events)


def new_session(desk: Desk, *, person: str, device: str, token: str, episode: str = "", parent: str = "") -> SessionRow:
    """A session that begins now; a patient's is bound to an episode and names the staff session behind it."""
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


def look_up(desk: Desk, token: str, *, device: str = "") -> Visit | None:
    """Who a cookie's token is; None when unknown, ended, locked, idle or too old, or of another device.

    Args:
        desk: The ports.
        token: The cookie's.
        device: The token of the device's cookie.
    """
    return _in_use(look_up_resting(desk, token, device=device))


def look_up_id(desk: Desk, session: str) -> Visit | None:
    """Who a session is by its public name, as the guard injected it."""
    return _in_use(_visit(desk, desk.sessions.by_id(session)))


def look_up_resting(desk: Desk, token: str, *, device: str = "") -> Visit | None:
    """Who a cookie's token is, also when the session sleeps or its patient is away: to wake or end it."""
    visit = _visit(desk, desk.sessions.by_token(canon.sha256_hex(token.encode())))
    if visit is not None and is_known(visit.session.device):
        here = desk.devices.by_token(canon.sha256_hex(device.encode()))
        if here is None or here.revoked or here.id != visit.session.device:
            return None
    return visit


def in_use(desk: Desk, sessions: Sequence[str]) -> set[str]:
    """Which of the sessions may keep their open sockets."""
    rows = desk.sessions.some(sessions)
    return {row.id for row in rows if _in_use(_visit(desk, row)) is not None}


def _in_use(visit: Visit | None) -> Visit | None:
    """A patient's session goes on while it sleeps, to ask for the name; one of staff does not."""
    if visit is None or visit.away or (visit.asleep and not visit.is_patient):
        return None
    return visit


def _visit(desk: Desk, session: SessionRow | None) -> Visit | None:
    if session is None or session.ended or session.locked:
        return None
    now = desk.clock.now()
    if now - canon.parse_instant(session.created) > ABSOLUTE:
        return None
    idle = now - canon.parse_instant(session.last_seen)
    asleep, at = idle > ASLEEP_AFTER, canon.instant(now)
    if session.episode:
        return Visit(session=session, person=None, at=at, asleep=asleep, away=idle > AWAY_AFTER)
    account = desk.people.by_id(session.person)
    if account is None or not account.person.active:
        return None
    return Visit(session=session, person=account.person, at=at, asleep=asleep)


def awake_for(visit: Visit) -> timedelta:
    """How long the session stays awake when nobody does anything from now on."""
    return ASLEEP_AFTER - (canon.parse_instant(visit.at) - canon.parse_instant(visit.session.last_seen))


def touch(desk: Desk, visit: Visit) -> None:
    """Somebody did something: the idle clock starts again, unless it has run out. It is kept to a few seconds."""
    moment = desk.clock.now()
    if moment - canon.parse_instant(visit.session.last_seen) < KEPT_TO:
        return
    desk.sessions.touch(visit.session.id, now=canon.instant(moment), asleep_before=canon.instant(moment - ASLEEP_AFTER))


@ruled
def rest(desk: Desk, visit: Visit) -> None:
    """The patient wants a break: the session sleeps at once, as if nobody had touched the screen for long enough."""
    asleep = desk.clock.now() - ASLEEP_AFTER - timedelta(seconds=1)
    desk.sessions.wake(visit.session.id, now=canon.instant(asleep))


@ruled
def unlock(desk: Desk, visit: Visit, *, secret: str, address: str = "") -> str:
    """Staff wake their own idle session with PIN or password; gives its new token.

    Raises:
        NotSignedIn: The secret is wrong, or the account is locked.
    """
    account = desk.people.by_id(visit.staff.id)
    _, way = prove(desk, account, secret=secret, device=visit.session.device, address=address, pin=True)
    token = desk.entropy.token()
    desk.sessions.renew(visit.session.id, token=canon.sha256_hex(token.encode()), now=desk.now())
    note(desk, visit.stamp(desk), stream=f"person:{visit.staff.id}", events=[ProvedAgain(way=way)])
    return token


@ruled
def sign_out(desk: Desk, visit: Visit) -> None:
    """End this session."""
    desk.sessions.end(visit.session.id)
    note(desk, visit.stamp(desk), stream=f"person:{visit.staff.id}", events=[SignedOut()])


@ruled
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
