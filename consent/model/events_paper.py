"""What leaves as paper to work on: the packet of one patient.

Decides what its event says; ``events`` puts it into the one union.

Invariants:
- As in ``events``: a kind and a schema number, no secret, no free form.

Refuses to say what became of the paper: what somebody wrote on it is not known here.
"""

from typing import Literal

from consent.model.events_beside import Happening
from consent.model.template import TemplateRef


class PacketPrinted(Happening):
    """A paper packet of this record was about to leave; written before it did.

    ``text`` is the version that it holds; none when the packet has no text to sign.
    """

    kind: Literal["PacketPrinted"] = "PacketPrinted"
    text: TemplateRef | None = None
