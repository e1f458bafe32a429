"""The press as the desk sees it.

Decides nothing; it joins layout, fonts and check behind the calls of the ``Press`` port.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from consent.errors import Broken
from consent.model.blocks import Document
from consent.paper import check as rules
from consent.paper import fonts, layout
from consent.paper.sizes import LARGE
from consent.paper.spoken import spoken
from consent.paper.tags import attached
from consent.ports import Attachment

_NEXT_STEP: Final = "Do not use this file. Tell whoever runs this system."


class FpdfPress:
    """Documents as PDF/A-3a and PDF/UA-1, made by fpdf2."""

    def build(self, document: Document, attached: Sequence[Attachment] = ()) -> bytes:
        """The file of a document with what is attached to it; the same of both gives the same bytes.

        Raises:
            Unprintable: A character that no font of ours has.
            TooLarge: A piece that can't be split is taller than a page.
            Broken: The document contradicts itself.
        """
        return layout.build(document, attached=attached)

    def enlarge(self, document: Document) -> bytes:
        """The file of a document in large print; the same document gives the same bytes.

        Raises:
            Unprintable: A character that no font of ours has.
            TooLarge: A piece that can't be split is taller than a page.
            Broken: The document contradicts itself.
        """
        return layout.build(document, sizes=LARGE)

    def bind(self, documents: Sequence[Document], *, title: str) -> bytes:
        """One file of several documents; the same documents give the same bytes.

        Raises:
            Unprintable: A character that no font of ours has.
            TooLarge: A piece that can't be split is taller than a page.
            Broken: There is no document, or they are for different paper.
        """
        return layout.bind(documents, title=title)

    def check(self, pdf: bytes) -> None:
        """Open a finished file again, before or after sealing, and hold it against our rules.

        Raises:
            Broken: It breaks a rule; the message names the rules by id.
        """
        findings = rules.check(pdf)
        if findings:
            ids = ", ".join(finding.rule for finding in findings)
            raise Broken(f"The finished document breaks rules of the press ({ids}).", _NEXT_STEP)

    def attached(self, pdf: bytes) -> Mapping[str, bytes]:
        """What is attached to a finished file, by name.

        Raises:
            Broken: It is no PDF that can be read.
        """
        return attached(pdf)

    def spoken(self, pdf: bytes) -> tuple[str, ...]:
        """What a listener hears of a finished file.

        Raises:
            Broken: It is no PDF, or has no tree of structure.
        """
        return spoken(pdf)

    def unprintable(self, text: str) -> tuple[str, ...]:
        """The characters that keep a text from being printed; empty when it can be."""
        return fonts.unprintable(text)
