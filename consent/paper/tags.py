"""What a file has besides its pages: the structure that a listener hears, bookmarks, and the data attached to it.

Decides how the parts that marks belong to become the structure tree of a tagged PDF (ISO 32000-1, 14.7 and 14.8), as
PDF/A-3a (ISO 19005-3, 6.7) and PDF/UA-1 (ISO 14289-1) want it, and how files are attached (ISO 19005-3, 6.8).

Invariants:
- The tree has the order of drawing, which is the order of reading; a part that crosses pages is one element.
- Same file, same parts, same bytes: the ``/ID`` is a digest of the content.
- What runs from right to left stands on the page as it is seen; its element says it as it is read (``ActualText``).
- A part is an element when something of it was drawn.

Refuses roles of its own: all are standard types, and none is mapped.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

import pikepdf
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, OutlineItem, Pdf, String

from consent.errors import Broken
from consent.paper import fonts
from consent.paper.marks import HEADINGS, Part, Role
from consent.ports import Attachment

Box = tuple[float, float, float, float]
"""Left, bottom, right and top in points, from the lower left corner of the page."""


@dataclass(frozen=True, slots=True)
class Told:
    """A run of marks of one part on one page.

    Attributes:
        part: What it belongs to.
        page: Number of the page, from 0.
        number: Of the marked content on that page, from 0.
        top: Where it begins, in points from the bottom.
        lines: Its text, line by line, as it is read.
        box: Of a picture: where each of its pieces lies.
    """

    part: Part
    page: int
    number: int
    top: float
    lines: list[str] = field(default_factory=list)
    box: list[Box] = field(default_factory=list)


def finished(pdf: bytes, told: Sequence[Told], attached: Sequence[Attachment], *, at: datetime) -> bytes:
    """The file with its structure, its bookmarks, the order that its pages are gone through in, and its attachments."""
    with pikepdf.open(BytesIO(pdf)) as file:
        _Tree(file).grow(told)
        _bookmarks(file, told)
        _attach(file, attached, at)
        for page in file.pages:
            page.obj.Tabs = Name.S
        done = BytesIO()
        file.save(done, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return done.getvalue()


def attached(pdf: bytes) -> dict[str, bytes]:
    """What is attached to a file, by name.

    Raises:
        Broken: It is no PDF that can be read.
    """
    try:
        with pikepdf.open(BytesIO(pdf)) as file:
            return {name: spec.get_file().read_bytes() for name, spec in file.attachments.items()}
    except (pikepdf.PdfError, ValueError, KeyError):
        raise Broken("This file is not a PDF that can be read.") from None


class _Tree:
    def __init__(self, file: Pdf) -> None:
        self._file = file
        self._root = file.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array()))
        self._elements: dict[Part, pikepdf.Object] = {}

    def grow(self, told: Sequence[Told]) -> None:
        """Make an element of each part, and list for each page which content belongs to which of them."""
        pages: list[list[pikepdf.Object]] = [[] for _ in self._file.pages]
        said: dict[Part, list[str]] = {}
        for run in told:
            element = self._element(run.part)
            page = self._file.pages[run.page].obj
            if "/Pg" not in element:
                element.Pg = page
            is_there = element.Pg.objgen == page.objgen
            element.K.append(run.number if is_there else Dictionary(Type=Name.MCR, Pg=page, MCID=run.number))
            pages[run.page].append(element)
            if run.box:
                element.A = _layout(run.box)
            said[run.part] = said.get(run.part, []) + run.lines
        for part, lines in said.items():
            if any(map(fonts.runs_right_to_left, lines)):
                self._elements[part].ActualText = String("".join(lines))
        numbers = Array()
        for at, elements in enumerate(pages):
            self._file.pages[at].obj.StructParents = at
            numbers.append(at)
            numbers.append(self._file.make_indirect(Array(elements)))
        self._root.ParentTree = self._file.make_indirect(Dictionary(Nums=numbers))
        self._root.ParentTreeNextKey = len(pages)
        self._file.Root.StructTreeRoot = self._root
        self._file.Root.MarkInfo = Dictionary(Marked=True)

    def _element(self, part: Part) -> pikepdf.Object:
        """The element of a part, made and hung into the tree when it is met first."""
        if part not in self._elements:
            above = self._element(part.within) if part.within else self._root
            made = self._file.make_indirect(
                Dictionary(Type=Name.StructElem, S=Name(f"/{part.role}"), P=above, K=Array())
            )
            _describe(made, part)
            above.K.append(made)
            self._elements[part] = made
        return self._elements[part]


def _describe(element: pikepdf.Object, part: Part) -> None:
    if part.lang:
        element.Lang = String(part.lang)
    match part.role:
        case Role.FIGURE:
            element.Alt = String(part.says)
        case Role.HEADER:
            element.A = Dictionary(O=Name.Table, Scope=Name.Row if part.across else Name.Column)
        case Role.LIST:
            element.A = Dictionary(O=Name.List, ListNumbering=Name.Decimal if part.ordered else Name.Disc)
        case _:
            pass


def _layout(boxes: Sequence[Box]) -> Dictionary:
    """Where a picture stands (ISO 32000-1, 14.8.5.4.3)."""
    sides = [round(edge(side), 2) for edge, side in zip((min, min, max, max), zip(*boxes, strict=True), strict=True)]
    return Dictionary(O=Name.Layout, Placement=Name.Block, BBox=Array(sides))


def _attach(file: Pdf, attached: Sequence[Attachment], at: datetime) -> None:
    when = at.strftime("D:%Y%m%d%H%M%SZ")
    for one in attached:
        spec = AttachedFileSpec(
            file,
            one.content,
            filename=one.name,
            description=one.says,
            mime_type=one.mime,
            creation_date=when,
            mod_date=when,
        )
        spec.relationship = Name.Data
        file.attachments[one.name] = spec
    if attached:
        file.Root.AF = Array([file.attachments[one.name].obj for one in attached])


def _bookmarks(file: Pdf, told: Sequence[Told]) -> None:
    """One for each heading, those of smaller ones below."""
    seen: set[Part] = set()
    with file.open_outline() as outline:
        path: list[tuple[int, list[OutlineItem]]] = [(-1, outline.root)]
        for run in told:
            if run.part.role not in HEADINGS or run.part in seen:
                continue
            seen.add(run.part)
            level = HEADINGS.index(run.part.role)
            while path[-1][0] >= level:
                path.pop()
            item = OutlineItem(run.part.says, run.page, "XYZ", left=0, top=round(run.top, 2))
            path[-1][1].append(item)
            path.append((level, item.children))
