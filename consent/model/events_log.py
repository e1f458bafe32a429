"""What the archive says of its own log: which key signs the checkpoints from now on.

Decides what this event says; ``events`` puts it into the one union.

Invariants:
- As in ``events``: a kind and a schema number, no secret, no free form. A checkpoint is no event: the log would grow
  by being signed.

Refuses patients' data.
"""

from typing import Annotated, Literal

from pydantic import Field

from consent.model.events_beside import Happening


class LogKeyTaken(Happening):
    """From now on checkpoints are signed with this key; what was signed before keeps its own."""

    kind: Literal["LogKeyTaken"] = "LogKeyTaken"
    key: Annotated[str, Field(pattern=r"^[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}$")]
    """Its public half as people pass it on: name, id and key (C2SP signed-note)."""
