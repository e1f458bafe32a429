"""A document as a listener hears it: the words of its tags, in the order of the tree.

Decides how a screen reader's way through a page looks in plain text, so that a person can judge it without one.

Invariants:
- Only what is tagged is told; decoration is not.

Refuses to read what has no structure.
"""

from collections.abc import Iterator
from io import BytesIO

import pikepdf

from consent.errors import Broken
from consent.paper import shown, structure
from consent.paper.structure import Element


def spoken(pdf: bytes) -> tuple[str, ...]:
    """The lines of a reading, in order.

    Raises:
        Broken: It is no PDF, or has no tree of structure.
    """
    try:
        with pikepdf.open(BytesIO(pdf)) as file:
            top = structure.tree(file)
            if top is None:
                raise Broken("This file has no structure to read.")
            return tuple(_Voice([page.told for page in shown.pages(file)]).tell(top))
    except pikepdf.PdfError:
        raise Broken("This file is not a PDF that can be read.") from None


class _Voice:
    def __init__(self, told: list[dict[int, str]]) -> None:
        self._told = told

    def tell(self, one: Element) -> Iterator[str]:
        match one.role:
            case "H1" | "H2" | "H3":
                yield ""
                yield f"[heading {one.role[1]}] {self._text(one)}"
            case "Figure":
                yield f"[picture] {one.source.get('/Alt', '')}"
            case "Table":
                yield from self._table(one)
            case "L":
                yield f"[list, {sum(kid.role == 'LI' for kid in one.parts())} items]"
                yield from (line for kid in one.parts() for line in self.tell(kid))
            case "LI":
                yield "  " + " ".join(self._text(part) for part in one.parts())
            case "Document" | "Sect":
                yield from (line for kid in one.parts() for line in self.tell(kid))
            case _:
                yield self._text(one)

    def _table(self, table: Element) -> Iterator[str]:
        rows = [one for one in table.parts() if one.role == "TR"]
        yield f"[table, {len(rows)} rows, {len(rows[0].parts()) if rows else 0} columns]"
        for part in table.parts():
            if part.role == "Caption":
                yield f"  [caption] {self._text(part)}"
                continue
            yield "  " + " | ".join(
                f"[header] {self._text(cell)}" if cell.role == "TH" else self._text(cell) for cell in part.parts()
            )

    def _text(self, one: Element) -> str:
        if "/ActualText" in one.source:
            return str(one.source["/ActualText"])
        return "".join(
            self._text(kid) if isinstance(kid, Element) else self._told[kid[0]].get(kid[1], "") for kid in one.kids
        )
