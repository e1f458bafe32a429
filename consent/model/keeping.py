"""How long a record is kept, as the fold of its events: holds, a proposal to erase it, the erasure.

Decides what holds stand, and when a proposal is void.

Invariants:
- A hold stands until the one for the same matter is lifted; others go on.
- A new hold, and whatever a patient or clinician says about a finished consent, makes a proposal void.

Refuses to know who may do it and when (``erasure``).
"""

from dataclasses import dataclass, field, replace
from typing import Any

from consent.model.entry import Recorded
from consent.model.events_keeping import ErasureProposed, HoldSet, RecordErased
from consent.model.made import Made, made
from consent.model.noticed import TOLD

KINDS = ("HoldSet", "HoldLifted", "ErasureProposed", "ErasureDropped", "RecordErased")
_VOIDS = frozenset({"HoldSet", "ErasureDropped", *TOLD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What is known about it.

    Args:
        holds: The holds that stand, by the matter that each is for.
        proposal: The proposal to erase it that waits for a second person, whether in time or not.
        erased: Its erasure by two persons.
        touched: When something happened to it last that is not about keeping it.
    """

    holds: dict[str, Made[HoldSet]] = field(default_factory=dict)
    proposal: Made[ErasureProposed] | None = None
    erased: Made[RecordErased] | None = None
    touched: str = ""


def after(keeping: Keeping, one: Recorded[Any]) -> Keeping:
    """What is known after one more event."""
    kind = one.event.kind
    if kind in _VOIDS:
        keeping = replace(keeping, proposal=None)
    match kind:
        case "HoldSet":
            return replace(keeping, holds={**keeping.holds, one.event.matter: made(one)})
        case "HoldLifted":
            left = {matter: hold for matter, hold in keeping.holds.items() if matter != one.event.matter}
            return replace(keeping, holds=left)
        case "ErasureProposed":
            return replace(keeping, proposal=made(one))
        case "ErasureDropped":
            return keeping
        case "RecordErased":
            return replace(keeping, erased=made(one))
    return replace(keeping, touched=one.header.at)
