"""What the desk needs of whatever makes its documents, as a protocol.

Decides nothing more.

Refuses to know PDF libraries.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from consent.model.blocks import Document
from consent.ports.rows import Attachment


class Press(Protocol):
    """Makes the PDF."""

    def build(self, document: Document, attached: Sequence[Attachment] = ()) -> bytes:
        """The document as tagged PDF/A with what is attached to it: same input, same bytes. Raises Unprintable."""
        ...

    def enlarge(self, document: Document) -> bytes:
        """The same in type of at least 18 points. Raises Unprintable, TooLarge."""
        ...

    def bind(self, documents: Sequence[Document], *, title: str) -> bytes:
        """One file of several documents, one after the other. Raises Unprintable, TooLarge."""
        ...

    def check(self, pdf: bytes) -> None:
        """Open it again and check it. Raises Broken naming the rule."""
        ...

    def attached(self, pdf: bytes) -> Mapping[str, bytes]:
        """What is attached to a finished file, by name. Raises Broken."""
        ...

    def spoken(self, pdf: bytes) -> tuple[str, ...]:
        """What a listener hears of a finished file, line by line, in the order of its tags. Raises Broken."""
        ...

    def unprintable(self, text: str) -> tuple[str, ...]:
        """The characters of a text that no font of the document has."""
        ...
