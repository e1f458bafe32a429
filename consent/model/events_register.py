"""What leaves by the register and the record: a list as a file, and a copy in large print.

Decides what their events say; ``events`` puts them into the one union.

Invariants:
- As in ``events``: a kind and a schema number, no secret, no free form.

Refuses patients' data: what was searched for can be a name, so that only whether there was such a text is kept.
"""

from typing import Annotated, Literal

from pydantic import Field

from consent.model.events_beside import Happening
from consent.model.text import Digest, Key
from consent.model.values import Instant


class RegisterExported(Happening):
    """Somebody was about to take a list out of the register: by which filter, and how many records it found."""

    kind: Literal["RegisterExported"] = "RegisterExported"
    rows: Annotated[int, Field(ge=0)]
    by_text: bool = False
    state: Literal["", "open", "consented", "refused", "withdrawn", "closed", "unfiled"] = ""
    since: Instant | Literal[""] = ""
    until: Instant | Literal[""] = ""
    procedure: Key | Literal[""] = ""
    clinician: Key | Literal[""] = ""


class LargePrintExported(Happening):
    """A copy of a document in large print was about to leave; written before it did."""

    kind: Literal["LargePrintExported"] = "LargePrintExported"
    document: Digest
