"""Devices that the clinic knows: tablets and computers on which a PIN is enough to wake a screen.

Decides how a device becomes known, and that it is not any more.

Invariants:
- A device is a 256-bit token in a cookie of its own; the store keeps its SHA-256.
- Revoking ends every session on the device; its next request is a stranger's (catalogue H12).

Refuses to believe what a device says about itself: only its token counts.
"""

from dataclasses import replace

from consent.errors import NotFound
from consent.mishap import alarm
from consent.model import canon
from consent.model.events_beside import DeviceEnrolled, DeviceRevoked
from consent.ports import Device
from consent.workflow.accept import accepting
from consent.workflow.desk import Desk, note
from consent.workflow.rule import ruled
from consent.workflow.visit import use_ticket
from consent.workflow.visitor import Visit


def stream_of(device: str) -> str:
    """The stream of a device."""
    return f"device:{device}"


@ruled
def enrol(desk: Desk, visit: Visit, *, label: str, ticket: str) -> str:
    """Make the device known on which this is asked; gives the token for its cookie.

    Raises:
        BadInput: The label cannot be kept.
        NotAllowed: The ticket is not valid (any more).
    """
    with accepting("The label"):
        event = DeviceEnrolled(label=label, by=visit.staff.ref)
    use_ticket(desk, visit, purpose=f"enrol:{label}", ticket=ticket)
    token = desk.entropy.token()
    device = Device(
        id=desk.entropy.name("d"),
        token=canon.sha256_hex(token.encode()),
        label=event.label,
        enrolled=desk.now(),
    )
    note(desk, visit.stamp(desk), stream=stream_of(device.id), events=[event], device=device)
    return token


@ruled
def revoke(desk: Desk, visit: Visit, *, device: str) -> None:
    """A device is lost or given away: it is not known any more, and every session on it ends.

    Raises:
        NotFound: There is no such device.
    """
    known = desk.devices.by_id(device)
    if known is None or known.revoked:
        raise NotFound("There is no such device.")
    event = DeviceRevoked(by=visit.staff.ref)
    note(desk, visit.stamp(desk), stream=stream_of(device), events=[event], device=replace(known, revoked=True))
    desk.sessions.end_on(device)
    alarm("device_revoked", device=device)


def known_here(desk: Desk, token: str) -> str:
    """The name of the device that a cookie's token belongs to; empty when it is not known (any more)."""
    found = desk.devices.by_token(canon.sha256_hex(token.encode())) if token else None
    return found.id if found and not found.revoked else ""
