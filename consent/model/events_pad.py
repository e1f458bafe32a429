"""What happened at the signature pad besides the signature itself.

Decides what the pad's own events can say; ``events`` puts them into the one union.

Invariants:
- As in ``events``: a kind and a schema number, no secret, no free form.

Refuses what was cleared: strokes that somebody took back are not kept, only how often.
"""

from typing import Annotated, Literal

from pydantic import Field

from consent.model.events_beside import Happening
from consent.model.text import Key


class Redrawn(Happening):
    """The box was cleared and drawn in again before this signature: how often, as the pad counts (catalogue B13)."""

    kind: Literal["Redrawn"] = "Redrawn"
    presentation: Key
    cleared: Annotated[int, Field(ge=1, le=1000)]
