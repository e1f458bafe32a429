"""The structure of a finished file, read back: its elements as a tree, and what is wrong with it for a listener.

Decides which rules of PDF/UA-1 (ISO 14289-1, 7) and of level A of PDF/A-3 (ISO 19005-3, 6.7) a file keeps, as far as
``RULES`` in ``check`` name them.

Invariants:
- The tree is followed from its root, each element once: a tree that bites its own tail is not one.

Refuses to repair, and to tell decoration.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from pikepdf import Array, Dictionary, Name, Object, Pdf

from consent.paper.shown import Shown

_HEADINGS: Final = ("H1", "H2", "H3", "H4", "H5", "H6")
_GROUPS: Final = frozenset({"Document", "Part", "Art", "Sect", "Div"})
_FLOW: Final = _GROUPS | {*_HEADINGS, "P", "L", "Table", "Figure", "Note"}
_CELL: Final = frozenset({"TH", "TD"})
_HOLDS: Final = (
    dict.fromkeys(_GROUPS, _FLOW)
    | dict.fromkeys(_CELL, _FLOW | {"Span"})
    | {
        "L": frozenset({"LI", "Caption"}),
        "LI": frozenset({"Lbl", "LBody"}),
        "LBody": _FLOW | {"Span"},
        "Table": frozenset({"TR", "Caption"}),
        "TR": _CELL,
    }
)
"""Which elements an element may hold (ISO 32000-1, 14.8.4); those that are not here hold content alone."""


@dataclass(slots=True)
class Element:
    """One element: its type, its dictionary, what belongs to it, and which content is its own, as page and number."""

    role: str
    source: Object
    lang: str
    kids: "list[Element | tuple[int, int]]" = field(default_factory=list)

    def elements(self) -> "Iterator[Element]":
        """Itself and what it holds, in the order of reading."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.elements()

    def parts(self) -> "list[Element]":
        """The elements right inside it."""
        return [kid for kid in self.kids if isinstance(kid, Element)]


def tree(pdf: Pdf) -> Element | None:
    """The one element at the top of the tree; None when there is no tree, more than one, or it is not one."""
    root = pdf.Root.get("/StructTreeRoot")
    if root is None:
        return None
    kids = _several(root.get("/K"))
    if len(kids) != 1 or not isinstance(kids[0], Dictionary):
        return None
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    return _grown(kids[0], pages, set(), lang=str(pdf.Root.get("/Lang", "")))


def _several(given: Object | int | None) -> list[Object]:
    if given is None:
        return []
    return list(given) if isinstance(given, Array) else [given]  # type: ignore[list-item]  # one kid stands alone


def _grown(
    source: Object, pages: dict[tuple[int, int], int], seen: set[tuple[int, int]], *, lang: str
) -> Element | None:
    if source.objgen in seen or "/S" not in source:
        return None
    seen.add(source.objgen)
    made = Element(str(source["/S"])[1:], source, str(source.get("/Lang", lang)))
    for kid in _several(source.get("/K")):
        if isinstance(kid, Dictionary) and kid.get("/Type") == Name.MCR:
            made.kids.append((pages.get(kid["/Pg"].objgen, -1), int(kid["/MCID"])))
        elif isinstance(kid, Dictionary):
            inner = _grown(kid, pages, seen, lang=made.lang)
            if inner is None:
                return None
            made.kids.append(inner)
        else:
            made.kids.append((pages.get(source["/Pg"].objgen, -1), int(kid)))
    return made


def holds_all(pdf: Pdf, top: Element, pages: list[Shown]) -> bool:
    """Whether each piece of content is in the tree once, and the parent tree leads back to the same element."""
    owners = {kid: one for one in top.elements() for kid in one.kids if isinstance(kid, tuple)}
    counted = sum(isinstance(kid, tuple) for one in top.elements() for kid in one.kids)
    content = {(number, told) for number, page in enumerate(pages) for told in page.told}
    if counted != len(owners) or set(owners) != content:
        return False
    listed = list(pdf.Root["/StructTreeRoot"]["/ParentTree"]["/Nums"])
    lists = dict(zip(map(int, listed[::2]), listed[1::2], strict=True))
    for (number, told), owner in owners.items():
        parents = lists.get(int(pdf.pages[number].obj.get("/StructParents", -1)), Array())
        if told >= len(parents) or parents[told].objgen != owner.source.objgen:
            return False
    return True


def is_nested(top: Element) -> bool:
    """Whether each element stands where it may, and all are standard ones."""
    return top.role == "Document" and all(
        part.role in _HOLDS.get(one.role, frozenset()) for one in top.elements() for part in one.parts()
    )


def headings_in_order(top: Element) -> bool:
    """Whether the headings begin with the first level and never go down by more than one at a time."""
    levels = [_HEADINGS.index(one.role) for one in top.elements() if one.role in _HEADINGS]
    return not any(levels[:1]) and all(below <= above + 1 for above, below in pairwise(levels))


def figures_told(top: Element) -> bool:
    """Whether each figure says in words what it shows, and where it stands."""
    figures = [one.source for one in top.elements() if one.role == "Figure"]
    return all(str(one.get("/Alt", "")).strip() and "/BBox" in one.get("/A", Dictionary()) for one in figures)


def tables_are_even(top: Element) -> bool:
    """Whether each row of a table has as many cells, and each header cell says what it heads."""
    for table in (one for one in top.elements() if one.role == "Table"):
        rows = [one for one in table.parts() if one.role == "TR"]
        if len({len(row.parts()) for row in rows}) != 1:
            return False
        headers = [cell.source for row in rows for cell in row.parts() if cell.role == "TH"]
        if not headers or any("/Scope" not in cell.get("/A", Dictionary()) for cell in headers):
            return False
    return True


def lists_are_numbered(top: Element) -> bool:
    """Whether each list says how its items are marked."""
    return all("/ListNumbering" in one.source.get("/A", Dictionary()) for one in top.elements() if one.role == "L")
