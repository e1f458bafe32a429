"""Handing the tablet to the patient, and taking it back.

Decides who may take it back, where they land, and how a patient goes on after a longer absence.

Invariants:
- Handing over locks the staff session on the server and opens another, bound to one episode; it is not a flag.
- Whoever may hand over this record may take it back, with PIN or password, under their own name.
- Between two patients a tablet is wiped, or it is not handed over (H15).
- Staff land on the list when another record was opened since: nobody goes on with the wrong patient (H1).

Refuses to give a tablet back to nobody in particular.
"""

from dataclasses import dataclass, replace

from consent.errors import NotAllowed, NotSignedIn, WrongState
from consent.model import canon
from consent.model.entry import Stamp
from consent.model.episode import Episode
from consent.model.events import HandedBack, HandedOver
from consent.model.events_tablet import TabletWiped
from consent.model.people import Capability
from consent.ports import Account
from consent.workflow import effort
from consent.workflow.desk import Decision, Desk, change, just, load
from consent.workflow.offer import check_not_withdrawn
from consent.workflow.prove import is_known, prove
from consent.workflow.rule import NOT_YOURS, ruled
from consent.workflow.visit import look_up_id, new_session, note_sign_in, use_ticket
from consent.workflow.visitor import Visit

WIPE = "wiped"
"""What a ticket for the wiping screen is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """Staff have the tablet again: the token of their session, and the record to go on with; empty for the list."""

    token: str
    episode: str


@ruled
def hand_over(desk: Desk, visit: Visit, *, episode: str, ticket: str, tapped: bool = True) -> str:
    """Give the tablet to the patient: locks this session, opens one bound to the episode; gives its token.

    Not ``tapped``: the tap before this one asked for it, and was counted.
    """
    if to_wipe(desk, visit, episode=episode):
        raise WrongState("This tablet was not wiped after the last patient.", "Wipe it, then hand it over.")
    use_ticket(desk, visit, purpose=f"hand_over:{episode}", ticket=ticket)
    change(desk, visit.stamp(desk), episode=episode, decide=lambda now: _handed_over(desk, now), retry=False)
    token = desk.entropy.token()
    opened = new_session(
        desk,
        person=visit.staff.id,
        device=visit.session.device,
        token=token,
        episode=episode,
        parent=visit.session.id,
    )
    if tapped:
        effort.tapped(desk, visit, episode=episode)
    effort.paused(desk, episode=episode)
    desk.sessions.hand_over(locked=visit.session.id, opened=opened)
    return token


def to_wipe(desk: Desk, visit: Visit, *, episode: str = "") -> str:
    """The record of another patient who had this tablet last, when nobody wiped it since; empty: go on.

    A device that the clinic knows is told by its name, another one by the sign-in.
    """
    known = visit.session.device if is_known(visit.session.device) else ""
    last = desk.sessions.last_patient(device=known, parent=visit.session.id)
    if last is None or last.episode == episode or load(desk, last.episode).tablet.wiped_at >= last.created:
        return ""
    return last.episode


@ruled
def wiped(desk: Desk, visit: Visit, *, ticket: str) -> None:
    """Staff wiped the tablet after its last patient, behind the screen that ignores touch; without one: nothing.

    Raises:
        NotAllowed: The ticket is not that screen's.
    """
    use_ticket(desk, visit, purpose=WIPE, ticket=ticket)
    if last := to_wipe(desk, visit):
        change(desk, visit.stamp(desk), episode=last, decide=lambda _: just(TabletWiped()))


def _handed_over(desk: Desk, now: Episode) -> Decision:
    if now.pinned:
        check_not_withdrawn(desk, now.pinned.template)
    return just(HandedOver())


@ruled
def take_back(
    desk: Desk, visit: Visit, *, secret: str, login: str = "", address: str = "", tapped: bool = False
) -> Back:
    """Staff take the tablet back, with PIN or password; ends the patient's session.

    Args:
        desk: The ports.
        visit: The patient's session.
        secret: PIN or password of whoever takes it.
        login: Who that is; empty for whoever handed it over.
        address: The client's network address; a claim.
        tapped: The button was used, not the key that ends the secret.

    Raises:
        NotSignedIn: The secret is wrong, or the tablet was taken back already.
        NotAllowed: This person may not, or this record is not within their reach.
    """
    account = _staff(desk, visit, secret=secret, login=login, address=address)
    if _gone(desk, visit):
        raise NotSignedIn("The tablet was taken back already.")
    change(desk, _stamp(desk, visit, account), episode=visit.episode, decide=lambda _: just(HandedBack()))
    if tapped:
        effort.tapped(desk, replace(visit, person=account.person), episode=visit.episode)
        effort.paused(desk, episode=visit.episode)
    elsewhere = desk.sessions.opened_since(
        visit.session.created, person=account.person.id, device=visit.session.device, other_than=visit.episode
    )
    return Back(token=_resumed(desk, visit, account), episode="" if elsewhere else visit.episode)


def _gone(desk: Desk, visit: Visit) -> bool:
    now = desk.sessions.by_id(visit.session.id)
    return now is None or now.ended


def _resumed(desk: Desk, visit: Visit, account: Account) -> str:
    """The staff's own session goes on, or one begins for whoever takes the tablet in their place."""
    token, parent = desk.entropy.token(), visit.session.parent
    kept = canon.sha256_hex(token.encode())
    if account.person.id == visit.session.person and look_up_id(desk, parent) is None and _is_locked(desk, parent):
        desk.sessions.take_back(ended=visit.session.id, unlocked=parent, token=kept, now=desk.now())
        return token
    opened = new_session(desk, person=account.person.id, device=visit.session.device, token=token)
    desk.sessions.take_over(ended=visit.session.id, parent=parent, opened=opened)
    note_sign_in(desk, opened)
    return token


def _is_locked(desk: Desk, session: str) -> bool:
    row = desk.sessions.by_id(session)
    return row is not None and row.locked and not row.ended


@ruled
def let_go_on(desk: Desk, visit: Visit, *, secret: str, login: str = "", address: str = "") -> None:
    """Staff let the same patient go on after a longer absence, on the same tablet; identity is asked again.

    Raises:
        NotSignedIn: The secret is wrong.
        NotAllowed: This person may not, or this record is not within their reach.
    """
    account = _staff(desk, visit, secret=secret, login=login, address=address)
    stamp = _stamp(desk, visit, account)
    change(desk, stamp, episode=visit.episode, decide=lambda now: _handed_over(desk, now))
    desk.sessions.wake(visit.session.id, now=desk.now())


def _staff(desk: Desk, visit: Visit, *, secret: str, login: str, address: str) -> Account:
    if not visit.is_patient:
        raise NotAllowed("This tablet is not with a patient.")
    named = desk.people.by_login(login) if login.isprintable() else None
    said = named if login else desk.people.by_id(visit.session.person)
    account, _ = prove(desk, said, secret=secret, device=visit.session.device, address=address, pin=True)
    staff = replace(visit, person=account.person)
    staff.check_may(Capability.HAND_OVER)
    if desk.ledger.row(staff.scope, visit.episode) is None:
        raise NotAllowed(NOT_YOURS, "Ask somebody who treats this patient.")
    return account


def _stamp(desk: Desk, visit: Visit, account: Account) -> Stamp:
    return replace(visit.stamp(desk), actor=account.person.id, sign_in=visit.session.parent)
