"""From a document to its file: page size, running head and foot around the typeset body.

Decides what every page carries.

Invariants:
- ``build`` is a pure function: the same document gives the same bytes, today and in another process.
- Both patient identifiers, episode, version, facility and "page x of y" stand on every page, each in a text of its own:
  the direction of a name never moves the digits beside it (catalogue A4).
- The number of pages is known before the first line is drawn; nothing is replaced afterwards.

Refuses to cut a long name in the head: head and foot grow, and the body gives way.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from consent.errors import Broken
from consent.model.blocks import Document
from consent.paper.flow import pages
from consent.paper.labels import labels
from consent.paper.marks import Mark, Part, Role, Rule, Style, Text
from consent.paper.pen import Pen
from consent.paper.sizes import NORMAL, Sizes
from consent.paper.typeset import Column, slabs, stack
from consent.ports import Attachment

PAPER: Final = {"letter": (612.0, 792.0), "a4": (595.28, 841.89)}
MARGIN: Final = 56.7
"""20 mm."""

EDGE: Final = 30.0
"""How near to the edge of the paper head and foot may come."""

AIR: Final = 12.0
RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur", "yi"})


def build(document: Document, *, sizes: Sizes = NORMAL, attached: Sequence[Attachment] = ()) -> bytes:
    """The PDF/A-3a and PDF/UA-1 of a document, in one of the sets of type, with what is attached to it.

    Raises:
        Unprintable: A character that no font of ours has.
        TooLarge: A piece that can't be split is taller than a page.
        Broken: The document contradicts itself.
    """
    sheets = _sheets(document, sizes, Part(Role.DOCUMENT))
    return _drawn(document, sheets, identifier=document.head.episode, attached=attached)


def bind(documents: Sequence[Document], *, title: str) -> bytes:
    """One file of several documents, one after the other; each counts its own pages and keeps its own head and foot.

    Its language, paper and instant are those of the first one; its identifier names the episodes of all of them.

    Raises:
        Unprintable: A character that no font of ours has.
        TooLarge: A piece that can't be split is taller than a page.
        Broken: There is no document, or they are for different paper.
    """
    if len({document.page for document in documents}) != 1:
        raise Broken("Documents that are bound together are for the same paper.")
    whole = Part(Role.DOCUMENT)
    sheets = [
        sheet
        for document in documents
        for sheet in _sheets(document, NORMAL, Part(Role.SECTION, whole, lang=document.lang))
    ]
    first = documents[0].model_copy(update={"title": title})
    return _drawn(first, sheets, identifier=",".join(document.head.episode for document in documents))


Sheet = list[tuple[float, Mark]]
"""The marks of one page, each with the top that it is counted from."""


def _sheets(document: Document, sizes: Sizes, within: Part) -> list[Sheet]:
    width, height = PAPER[document.page]
    language = document.lang.split("-", maxsplit=1)[0].lower()
    rtl, words = language in RIGHT_TO_LEFT, labels(document.lang)
    sheet = Column(MARGIN, width - 2 * MARGIN, height, rtl=rtl, labels=words, sizes=sizes, within=within)
    head, top = _head(document, sheet)
    bottom = height - max(MARGIN, EDGE + _foot(document, sheet, number=1, total=1)[1] + AIR + 2)
    column = replace(sheet, room=bottom - top)
    placed = pages(slabs(document.blocks, column), room=column.room)
    sheets: list[Sheet] = []
    for number, page in enumerate(placed, 1):
        foot, tall = _foot(document, sheet, number=number, total=len(placed))
        sheets.append(
            [
                *((0.0, mark) for mark in head),
                *((top + at, mark) for at, slab in page for mark in slab.marks),
                *((height - EDGE - tall, mark) for mark in foot),
            ]
        )
    return sheets


def _drawn(document: Document, sheets: list[Sheet], *, identifier: str, attached: Sequence[Attachment] = ()) -> bytes:
    pen = Pen(
        document.title,
        document.lang,
        identifier=identifier,
        created=_instant(document.created),
        paper=PAPER[document.page],
        texts=((m.line.face, m.line.text) for sheet in sheets for _, m in sheet if isinstance(m, Text)),
    )
    for sheet in sheets:
        pen.new_page()
        for top, mark in sheet:
            pen.draw(mark, top)
    return pen.finish(attached)


def _instant(created: str) -> datetime:
    try:
        return datetime.fromisoformat(created).astimezone(UTC)
    except ValueError as error:
        raise Broken("The document does not say when its sealing began.") from error


def _head(document: Document, sheet: Column) -> tuple[list[Mark], float]:
    """The running head and where the body begins: who this is on one side, where it comes from on the other."""
    head, words, sizes = document.head, sheet.labels, sheet.sizes
    wide, narrow = sheet.width * 0.62, sheet.width * 0.34
    half = sheet.width * (0.52 if sizes.roomy else 0.35)
    whole = sheet.width if sizes.roomy else wide
    name, low = _texts([(head.patient, sizes.name)], sheet.part(0, whole), EDGE)
    born, born_low = _texts([(f"{words.born}: {head.birth_date}", sizes.field)], sheet.part(0, half - 8), low)
    record, low = _texts([(f"{words.record}: {head.mrn}", sizes.field)], sheet.part(half, whole - half), low)
    low = max(born_low, low)
    if sizes.roomy:
        far, far_low = _texts([(head.facility, sizes.field)], sheet, low)
    else:
        side = sheet.part(sheet.width - narrow, narrow)
        far, far_low = _texts([(head.facility, sizes.field)], side, EDGE + 1.5, far=True)
        if head.banner:
            banner, far_low = _texts([(head.banner, sizes.banner)], side, far_low + 2, far=True)
            far += banner
    rule = max(low, far_low) + 4
    return [*name, *born, *record, *far, Rule(sheet.left, rule, sheet.width)], max(MARGIN, rule + AIR + 4)


def _foot(document: Document, sheet: Column, *, number: int, total: int) -> tuple[list[Mark], float]:
    """The running foot, from its own top, and its height."""
    head, words, field = document.head, sheet.labels, sheet.sizes.field
    episode, version = f"{words.episode}: {head.episode}", f"{words.version}: {head.version}"
    page = words.page.format(number=number, total=total)
    third = sheet.width / 3
    own, top = _texts([(head.foot, sheet.sizes.banner)], sheet, 5) if head.foot else ([], 5.0)
    if sheet.sizes.roomy:
        texts = [(head.banner, sheet.sizes.banner), (episode, field), (version, field)]
        marks, low = _texts(texts, sheet, top)
        last, low = _texts([(page, field)], sheet, low, far=True)
        return [Rule(sheet.left, 0, sheet.width), *own, *marks, *last], low
    left, low = _texts([(episode, field)], sheet.part(0, third * 1.3 - 6), top)
    middle, middle_low = _texts([(version, field)], sheet.part(third * 1.3, third * 1.25 - 6), top)
    right, _ = _texts([(page, field)], sheet.part(third * 2.55, third * 0.45), top, far=True)
    return [Rule(sheet.left, 0, sheet.width), *own, *left, *middle, *right], max(low, middle_low)


def _texts(
    texts: list[tuple[str, Style]], column: Column, top: float, *, far: bool = False
) -> tuple[list[Mark], float]:
    """Texts of head or foot; ``far`` ones stand on the side where the document's lines end."""
    side = replace(column, rtl=column.rtl is not far)
    return stack(texts, side, top, told=False)
