"""What the archive says of its own log: which key signs the checkpoints, and where a record stood in it.

Decides what these events say; ``events`` puts them into the one union.

Invariants:
- As in ``events``: a kind and a schema number, no secret, no free form. A checkpoint is no event: the log would grow
  by being signed.

Refuses patients' data.
"""

from typing import Annotated, Literal

from pydantic import Field

from consent.model.events_beside import Happening

Name = Annotated[str, Field(pattern=r"^[^\s+]{1,200}$")]
Number = Annotated[int, Field(ge=0, lt=2**53)]


class LogKeyTaken(Happening):
    """From now on checkpoints are signed with this key; what was signed before keeps its own."""

    kind: Literal["LogKeyTaken"] = "LogKeyTaken"
    key: Annotated[str, Field(pattern=r"^[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}$")]
    """Its public half as people pass it on: name, id and key (C2SP signed-note)."""


class EntryAnchored(Happening):
    """An entry of this record, and with it all before it, stood in the log under a signed checkpoint."""

    kind: Literal["EntryAnchored"] = "EntryAnchored"
    entry: Annotated[int, Field(ge=1)]
    """Its number in the record."""
    place: Number
    log: Name
    size: Number
    root: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$")]
    """The checkpoint: the log's name, how many entries it covers, and its root (base64)."""
    proof: Annotated[str, Field(min_length=1, max_length=20_000)]
    """The path to it and the checkpoint itself, as a file that others check (C2SP tlog-proof, version 1)."""
