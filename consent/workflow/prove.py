"""Proving who somebody is: by password anywhere, by PIN on a device that the clinic knows.

Decides what counts as proof, and when nobody is listened to any more.

Invariants:
- Wrong name, wrong secret and locked account get the same sentence after the same work (catalogue H16).
- Wrong secrets are counted by account, by device or address, and for all unknown devices together (catalogue H15); by
  account apart for known and unknown devices, so that a stranger on the network cannot lock the bedside.
- A PIN opens a locked screen, takes a tablet back and goes with a signature, on a known device only; it never signs in.

Refuses to say which part was wrong.
"""

import re
from datetime import timedelta
from typing import Literal

from consent.errors import NotSignedIn
from consent.mishap import alarm
from consent.model import canon
from consent.model.events_beside import AccountLocked
from consent.ports import Account
from consent.workflow.desk import SYSTEM, Desk, note

Way = Literal["password", "pin"]
TRIES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)
WINDOW = timedelta(minutes=15)
MOST_IN_ONE_PLACE = 10
MOST_EVERYWHERE = 100
EVERYWHERE = "everywhere"
ALWAYS = "0"
KNOWN_DEVICE = "d-"
_PIN = re.compile(r"[0-9]{6}")


def is_known(device: str) -> bool:
    """Whether this is a device that the clinic made known."""
    return device.startswith(KNOWN_DEVICE)


def looks_like_pin(secret: str) -> bool:
    """Whether a secret has the form of a PIN: six digits. No password has it, being longer."""
    return _PIN.fullmatch(secret) is not None


def prove(
    desk: Desk, account: Account | None, *, secret: str, device: str, address: str = "", pin: bool = False
) -> tuple[Account, Way]:
    """The secret is that of the account.

    Args:
        desk: The ports.
        account: Whoever it is said to be; None for an unknown name.
        secret: What was given.
        device: Where: a known device's name, or another word for the place.
        address: The client's network address, as the proxy says; a claim, used to count only.
        pin: A PIN counts here, on a known device.

    Raises:
        NotSignedIn: Always with the same sentence, but for a place from where too many were wrong.
    """
    places = _places(device, address)
    if desk.attempts.closed(places, now=desk.now()):
        raise NotSignedIn(
            "Too many tries from here went wrong.", "Wait 15 minutes, or use another device of the clinic."
        )
    known = is_known(device)
    way: Way = "pin" if pin and known and looks_like_pin(secret) else "password"
    kept = (account.pin_hash if way == "pin" else account.secret_hash) if account else ""
    right = desk.hasher.verify(kept, secret)
    if account is None or not right or not account.person.active or _is_locked(desk, account, known=known):
        _count_failure(desk, account, places=places, known=known, right=right)
        raise NotSignedIn("That did not work.", "Check the name and the password. After five misses, wait 15 minutes.")
    if known:
        desk.attempts.clear(on_known_devices(account.person.id))
    elif account.failures:
        desk.people.clear_failures(account.person.id)
    return account, way


def on_known_devices(person: str) -> str:
    """Where somebody's misses on known devices are counted: a stranger elsewhere must not lock the bedside."""
    return f"account:{person}"


def _is_locked(desk: Desk, account: Account, *, known: bool) -> bool:
    now = desk.now()
    return desk.attempts.closed([on_known_devices(account.person.id)], now=now) if known else now < account.locked_until


def _places(device: str, address: str) -> tuple[str, ...]:
    if is_known(device):
        return (f"device:{device}",)
    return (f"address:{address}", EVERYWHERE) if address else (f"place:{device}",)


def _count_failure(desk: Desk, account: Account | None, *, places: tuple[str, ...], known: bool, right: bool) -> None:
    """Count at the place whatever was given: while it is locked, nothing tells a right secret from a wrong one."""
    moment = desk.clock.now()
    now, until, since = (canon.instant(moment + step) for step in (timedelta(0), LOCKED_FOR, -WINDOW))
    for place in places:
        most = MOST_EVERYWHERE if place == EVERYWHERE else MOST_IN_ONE_PLACE
        if desk.attempts.count(place, now=now, since=since, most=most, until=until):
            alarm("place_closed", count=most)
    if account is None or right or _is_locked(desk, account, known=known):
        return
    person, every = account.person.id, TRIES_BEFORE_LOCK
    if known:
        locked = desk.attempts.count(on_known_devices(person), now=now, since=ALWAYS, most=every, until=until)
    else:
        locked = desk.people.count_failure(person, every=every, locked_until=until)
    if locked:
        alarm("account_locked", person=person)
        stamp = desk.stamp(actor=SYSTEM.actor)
        note(desk, stamp, stream=f"person:{person}", events=[AccountLocked(until=until)])
