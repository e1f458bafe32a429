"""A document becomes a file: made, checked, sealed, and opened again before it counts.

Decides what a finished file is.

Invariants:
- The file before its seal is the same each time; its seal is another one each time, so that a file is kept once.
- What the seal lacks, because somebody outside did not answer, is owed from the start and added later.

Refuses to hand out a file that does not pass its own check, or without a seal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from consent.model import canon
from consent.model.blocks import Document
from consent.model.events_seal import DocumentCertified
from consent.ports import Attachment, OutboxItem, StoredDocument
from consent.workflow import keyring
from consent.workflow.desk import Desk

UPGRADE = "seal-upgrade"
"""The name under which what a seal lacks is owed, beside the outlets' own."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A file that may be kept.

    Args:
        content: Its bytes, with the seal.
        certified: What the record says of its seal.
    """

    content: bytes
    certified: DocumentCertified

    def stored(self, *, episode: str, kind: str) -> StoredDocument:
        """The file as the ledger keeps it."""
        return StoredDocument(digest=self.certified.document, episode=episode, kind=kind, content=self.content)

    def owed(self, desk: Desk, *, episode: str) -> tuple[OutboxItem, ...]:
        """To whom the file is to be delivered, and what its seal lacks."""
        return owed(desk, self.certified.document, episode=episode, lacks=bool(self.certified.problem))


def owed(desk: Desk, document: str, *, episode: str, lacks: bool = False) -> tuple[OutboxItem, ...]:
    """To whom a file is to be delivered, at once; and that its seal ``lacks`` something."""
    names = [outlet.name for outlet in desk.outlets] + [UPGRADE] * lacks
    return tuple(
        OutboxItem(id=f"{name}:{document}", episode=episode, outlet=name, document=document, due=desk.now())
        for name in names
    )


def finished(desk: Desk, made: Document, attached: Sequence[Attachment]) -> Finished:
    """The document as a sealed file.

    Raises:
        Broken: It does not pass its own check, before or after it was sealed.
        Unprintable: A character has no sign (refused at entry already; this is the last defence).
        SealRefused: The clinic's key cannot be used.
    """
    front = desk.press.build(made, attached)
    desk.press.check(front)
    key = keyring.ready(desk)
    sealed = desk.sealer.seal(front, at=desk.clock.now())
    certified = DocumentCertified(
        document=canon.sha256_hex(sealed.content),
        front=len(front),
        certificate=key.fingerprint,
        level=sealed.level.value,
        problem=sealed.problem,
    )
    return Finished(sealed.content, certified)
