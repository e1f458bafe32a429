"""The clinic's sealing key, as this installation knows it: which one is in use, and which ones were.

Decides with which key is sealed, and which certificates a verdict may be held up to.

Invariants:
- The first key is taken by itself, made when there is none; any other only when somebody who runs the house says so:
  a key that was swapped seals nothing (catalogue F15).
- Certificates that were in use are remembered for good: what they sealed can be verified after they ended.

Refuses to know files, or how a seal is made.
"""

from consent.errors import SealRefused
from consent.model import canon
from consent.model.events_seal import SealingKeyTaken
from consent.ports.sealing import SealCertificate
from consent.workflow.desk import SYSTEM, Desk, note

STREAM = "seal"


def taken(desk: Desk) -> tuple[SealingKeyTaken, ...]:
    """The keys that were taken into use, the present one last."""
    events = (one.event for one in desk.ledger.read(STREAM))
    return tuple(event for event in events if isinstance(event, SealingKeyTaken))


def pinned(desk: Desk) -> frozenset[str]:
    """SHA-256 of every certificate that this installation has sealed with, in hexadecimal."""
    return frozenset(one.certificate for one in taken(desk))


def ready(desk: Desk) -> SealCertificate:
    """The certificate of the key that is in use, made and taken when this is the first time.

    Raises:
        SealRefused: The key cannot be used, or it is another one than the one in use.
    """
    known = taken(desk)
    if not known:
        desk.sealer.make(facility=desk.clinic.facility, at=desk.clock.now())
        return take(desk)
    here = desk.sealer.certificate()
    if here.fingerprint != known[-1].certificate:
        raise SealRefused(
            "The sealing key is another one than the one in use.",
            "Put that one back, or run `python -m consent seal-key --take` when it was changed on purpose.",
        )
    return here


def take(desk: Desk) -> SealCertificate:
    """Take the key that is there into use; nothing happens when it is in use. Raises SealRefused."""
    here = desk.sealer.certificate()
    known = taken(desk)
    if not known or known[-1].certificate != here.fingerprint:
        event = SealingKeyTaken(
            certificate=here.fingerprint, begins=canon.instant(here.begins), ends=canon.instant(here.ends)
        )
        note(desk, desk.stamp(actor=SYSTEM.actor), stream=STREAM, events=[event])
    return here


def days_left(desk: Desk) -> int:
    """Whole days until the certificate of the key in use ends; negative when it has, or has not begun.

    Raises:
        SealRefused: The key cannot be used.
    """
    here, now = ready(desk), desk.clock.now()
    return (here.ends - now).days if here.begins <= now else -1
