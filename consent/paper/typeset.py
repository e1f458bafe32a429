"""From blocks to slabs: the typography of the house.

Decides white space and what stays together; sizes are in ``sizes``. All of it prints in black and white; rules are
thin and grey.

Invariants:
- At least two lines of a paragraph stand together; a heading stays with what it heads.
- A signature is one slab, with the lines before it. In a row of signatures longer than a page, the next page opens
  with a line that says so.
- A square to scan has its quiet zone inside its box, and the same code in letters beside it.
- A table's header comes again on each page; a row is split only when it is taller than a page.
- A heading opens a section, which holds what it heads, smaller sections too.
- Paragraphs stand on the side where their own script begins, cells and boxes on the side of the document.

Refuses to shorten anything: what doesn't fit on a line goes on to the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from consent.model import blocks
from consent.paper.flow import Slab
from consent.paper.labels import Labels
from consent.paper.marks import HEADINGS, Frame, Ink, Line, Mark, Part, People, Role, Rule, Square, Style, Text, lines
from consent.paper.scan import FIELD, QUIET, fields
from consent.paper.sizes import HEADING_SPACE, NORMAL, Sizes

PARAGRAPH_SPACE: Final = 7.0
ITEM_SPACE: Final = 3.5
NOTE_SPACE: Final = 5.0
"""A note belongs to what stands above it."""

BLOCK_SPACE: Final = 14.0
"""White around tables, figures and signatures."""

INDENT: Final = 18.0
GUTTER: Final = 12.0
PADDING: Final = 4.5
BOX_PADDING: Final = 12.0
INK_HEIGHT: Final = 64.0
HAND: Final = 25.0
"""From one line to write on to the next: room for a hand that shakes."""
DARK: Final = 60
LIGHT: Final = 190
FEW_FIGURES, MANY_FIGURES = 50, 200
_SIGNED: Final = blocks.SignatureBlock | blocks.BlankSignature


@dataclass(frozen=True, slots=True)
class Column:
    """The body of a page: where text stands, how much goes on one page, and which way the document reads."""

    left: float
    width: float
    room: float
    rtl: bool
    labels: Labels
    within: Part
    """The part of the document that all of it belongs to."""
    sizes: Sizes = NORMAL

    def place(self, line: Line, *, rtl: bool) -> float:
        """Where a line begins when it stands on the given side."""
        return self.left + self.width - line.width if rtl else self.left

    def part(self, start: float, width: float) -> "Column":
        """A narrower column inside, counted from the side where the document begins."""
        left = self.left + (self.width - start - width if self.rtl else start)
        return replace(self, left=left, width=width)

    def inside(self, role: Role, block: blocks.Block | None = None) -> "Column":
        """The same column for what belongs to a new part inside this one, in the block's own language if it has one."""
        return replace(self, within=Part(role, self.within, lang=(block and block.lang) or ""))


def slabs(document: Sequence[blocks.Block], column: Column) -> list[Slab]:
    """All blocks as slabs, with the bonds between them.

    A page break before a signature or after a heading has no effect: the bond is stronger.
    """
    done: list[Slab] = []
    open_now = [column]
    bond = fresh = False
    below = 0.0
    for block in document:
        if isinstance(block, blocks.PageBreak):
            fresh = True
            continue
        if isinstance(block, blocks.Heading):
            del open_now[block.level :]
            if block.level > 1:
                open_now.append(open_now[-1].inside(Role.SECTION))
        first, *rest = _block(block, open_now[-1])
        note = isinstance(block, blocks.Paragraph) and block.note
        glued = bool(done) and (bond or note or isinstance(block, _SIGNED))
        space = first.space if note else max(first.space, below)
        done.append(replace(first, glued=glued, fresh=fresh, space=space))
        done.extend(rest)
        bond, fresh = isinstance(block, blocks.Heading), False
        below = BLOCK_SPACE if isinstance(block, blocks.Table | blocks.IconArray | blocks.CodeBlock | _SIGNED) else 0.0
    return done


def _block(block: blocks.Block, column: Column) -> Iterator[Slab]:
    match block:
        case blocks.Heading():
            style, space = column.sizes.headings[block.level - 1], HEADING_SPACE[block.level - 1]
            part = Part(HEADINGS[block.level - 1], column.within, lang=block.lang or "", says=block.text)
            for slab in _text(part, block.text, style, column=column, space=space):
                yield replace(slab, glued=True)
        case blocks.Paragraph():
            style = column.sizes.note if block.note else column.sizes.strong if block.strong else column.sizes.body
            part = Part(Role.PARAGRAPH, column.within, lang=block.lang or "")
            space = NOTE_SPACE if block.note else PARAGRAPH_SPACE
            yield from _text(part, block.text, style, column=column, space=space)
        case blocks.ListBlock():
            yield from _list(block, column)
        case blocks.Table():
            yield from (_rows_told if column.sizes.roomy else _table)(block, column)
        case blocks.IconArray():
            yield from _figure(block, column)
        case blocks.SignatureBlock():
            yield from _signature(block, column)
        case blocks.CodeBlock():
            yield _code(block, column)
        case blocks.WritingLines() | blocks.BlankSignature():
            yield from _by_hand(block, column)


def _text(part: Part | None, text: str, style: Style, *, column: Column, space: float) -> Iterator[Slab]:
    """A slab a line; the first two and the last two stay together."""
    rows = lines(text, style, column.width)
    for at, line in enumerate(rows):
        mark = Text(part, line, column.place(line, rtl=line.rtl))
        yield Slab(
            height=line.height,
            marks=(mark,),
            space=0 if at else space,
            glued=at > 0 and at in {1, len(rows) - 1},
        )


def _list(block: blocks.ListBlock, column: Column) -> Iterator[Slab]:
    style = column.sizes.note if block.small else column.sizes.body
    markers = [f"{number}." if block.ordered else "•" for number in range(1, len(block.items) + 1)]
    indent = max(INDENT, *(lines(marker, style, column.width)[0].width + 9 for marker in markers))
    whole = Part(Role.LIST, column.within, lang=block.lang or "", ordered=block.ordered)
    for marker, item in zip(markers, block.items, strict=True):
        part = Part(Role.ITEM, whole)
        rtl = lines(item, style, column.width)[0].rtl
        # A point would stand before its number for who reads from the right, or be heard before it.
        label = lines(marker.removesuffix(".") if rtl else marker, style, column.width)[0]
        inner = replace(column, left=column.left + (0 if rtl else indent), width=column.width - indent)
        space = PARAGRAPH_SPACE if item is block.items[0] else ITEM_SPACE
        first, *rest = _text(Part(Role.BODY, part), item, style, column=inner, space=space)
        line = next(mark.line for mark in first.marks if isinstance(mark, Text))
        x = column.left + (column.width - label.width if rtl else 3.0)
        yield replace(
            first, marks=(Text(Part(Role.LABEL, part), label, x, line.baseline - label.baseline), *first.marks)
        )
        yield from rest


def _table(table: blocks.Table, column: Column) -> Iterator[Slab]:
    column = column.inside(Role.TABLE, table)
    shares = table.widths or (1,) * len(table.header)
    free = column.width - GUTTER * (len(shares) - 1)
    parts: list[Column] = []
    start = 0.0
    for share in shares:
        parts.append(column.part(start, free * share / sum(shares)))
        start += parts[-1].width + GUTTER
    if table.caption:
        yield from (replace(slab, glued=True) for slab in _caption(table.caption, column))
    first, *more = _row(table.header, parts, role=Role.HEADER, style=column.sizes.caption, column=column)
    yield replace(first, space=PADDING if table.caption else BLOCK_SPACE, glued=bool(table.caption))
    yield from (replace(slab, glued=True) for slab in more)
    head = None if more else replace(first, marks=tuple(map(_again, first.marks)))
    for number, row in enumerate(table.rows):
        cells = _row(row, parts, role=Role.CELL, style=column.sizes.cell, column=column, above=first.height)
        for at, slab in enumerate(cells):
            opening = number == at == 0
            yield replace(slab, glued=opening, head=None if opening else head)


def _caption(text: str, column: Column) -> Iterator[Slab]:
    part = Part(Role.CAPTION, column.within)
    return _text(part, text, column.sizes.caption, column=column, space=BLOCK_SPACE)


def _again(mark: Mark) -> Mark:
    """A header on the next page: seen once more, not told once more."""
    return replace(mark, part=None) if isinstance(mark, Text) else mark


def _rows_told(table: blocks.Table, column: Column) -> Iterator[Slab]:
    """A table in type too large for columns: each row by itself, its first cell on top, what the others are said."""
    column = column.inside(Role.TABLE, table)
    sizes = column.sizes
    if table.caption:
        for slab in _caption(table.caption, column):
            yield replace(slab, glued=True)
    named = len(table.header) > len(("what", "its value"))
    for row in table.rows:
        first, *others = row
        part = Part(Role.ROW, column.within)
        top = _text(Part(Role.HEADER, part, across=True), first, sizes.caption, column=column, space=BLOCK_SPACE)
        yield from (replace(slab, glued=at > 0) for at, slab in enumerate(top))
        for name, text in zip(table.header[1:], others, strict=True):
            said = f"{name}: {text}" if named else text
            told = _text(Part(Role.CELL, part), said, sizes.cell, column=column, space=ITEM_SPACE)
            yield from (replace(slab, glued=True) for slab in told)
        yield Slab(height=PADDING, marks=(Rule(column.left, PADDING, column.width, LIGHT),), glued=True)


def _row(
    cells: Sequence[str], parts: Sequence[Column], *, role: Role, style: Style, column: Column, above: float = 0
) -> Iterator[Slab]:
    """One row; in as many slabs as its tallest cell needs pages, nearly always one."""
    columns = [lines(text, style, part.width) for text, part in zip(cells, parts, strict=True)]
    whole = Part(Role.ROW, column.within)
    told = [Part(role, whole) for _ in cells]
    tallest = max(line.height for cell in columns for line in cell)
    most = max(1, int((column.room - above - 2 * PADDING) // tallest))
    count = max(len(cell) for cell in columns)
    for start in range(0, count, most):
        pieces = [cell[start : start + most] for cell in columns]
        baseline = max(cell[0].baseline for cell in pieces if cell)
        marks: list[Mark] = []
        bottom = 0.0
        for part, said, cell in zip(parts, told, pieces, strict=True):
            y = PADDING + (baseline - cell[0].baseline if cell else 0)
            for line in cell:
                marks.append(Text(said, line, part.place(line, rtl=part.rtl), y))
                y += line.height
            bottom = max(bottom, y + PADDING)
        if start + most >= count:
            marks.append(Rule(column.left, bottom, column.width, DARK if role is Role.HEADER else LIGHT))
        yield Slab(height=bottom, marks=tuple(marks))


def _figure(icons: blocks.IconArray, column: Column) -> Iterator[Slab]:
    across = 10 if icons.total <= FEW_FIGURES else 20
    words = column.labels.people.format(filled=icons.filled, total=icons.total)
    picture = Part(Role.FIGURE, column.within, says=words)
    pitch = 14.0 if icons.total > MANY_FIGURES else 22.0
    for start in range(0, icons.total, across):
        row = range(start, min(start + across, icons.total))
        people = tuple(
            People(places, 0, pitch * 0.86, filled=filled, part=picture)
            for filled in (True, False)
            if (
                places := tuple(
                    column.part((at - start) * pitch, pitch).left for at in row if (at < icons.filled) is filled
                )
            )
        )
        yield Slab(height=pitch, marks=people, space=0 if start else BLOCK_SPACE, glued=start > 0)
    below = Part(Role.PARAGRAPH, column.within, lang=icons.lang or "")
    yield from (
        replace(slab, glued=True) for slab in _text(below, icons.alt, column.sizes.cell, column=column, space=5)
    )


def _signature(block: blocks.SignatureBlock, column: Column) -> Iterator[Slab]:
    column = column.inside(Role.SECTION, block)
    words, sizes = column.labels, column.sizes
    box = column.part(BOX_PADDING, column.width - 2 * BOX_PADDING)
    half = box.width if sizes.roomy else (box.width - 2 * GUTTER) / 2
    marks, top = stack([(block.title, sizes.caption)], box, 10)
    left, low = _mark_of_signer(block, box.part(0, half), top + 4)
    names, low = stack([(block.printed_name, sizes.body), (block.signer_role, sizes.note)], box.part(0, half), low)
    facts = [(f"{words.meaning}: {block.meaning}", sizes.note), (f"{words.signed}: {block.signed_at}", sizes.note)]
    beside = box if sizes.roomy else box.part(half + 2 * GUTTER, half)
    right, right_low = stack(facts, beside, low + 5 if sizes.roomy else top + 8, space=5)
    digest, bottom = stack([(f"{words.covers}: {block.covers}", sizes.small)], box, max(low, right_low) + 7)
    height = bottom + 9
    frame = Frame(column.left, 0, column.width, height)
    head = next(_text(None, words.signatures, sizes.caption, column=column, space=0))
    yield Slab(
        height=height,
        marks=(frame, *marks, *left, *names, *right, *digest),
        space=BLOCK_SPACE,
        head=replace(head, height=head.height + 6),
    )


def _code(block: blocks.CodeBlock, column: Column) -> Slab:
    """What to do and the code in letters; beside them, or below in large type, the square with the light around it."""
    column, sizes = column.inside(Role.SECTION, block), column.sizes
    box = column.part(BOX_PADDING, column.width - 2 * BOX_PADDING)
    rows = fields(block.scanned) if block.scanned else ()
    side, light = len(rows) * FIELD, QUIET * FIELD if rows else 0.0
    beside = box if sizes.roomy or not rows else box.part(0, box.width - side - light - GUTTER)
    marks, low = stack([(block.title, sizes.caption), (block.how, sizes.cell)], beside, 8, space=3)
    named, low = stack([(block.letters, sizes.typed)], beside, low + 4)
    marks.extend(named)
    top = low + light if sizes.roomy else 8 + light
    if rows:
        x = box.left if sizes.roomy else box.part(box.width - side - light, side + light).left
        picture = Part(Role.FIGURE, column.within, says=block.alt)
        marks.append(Square(rows, x + light if column.rtl or sizes.roomy else x, top, FIELD, picture))
    height = max(low + 9, top + side + light if rows else 0)
    frame = Frame(column.left, 0, column.width, height)
    return Slab(height=height, marks=(frame, *marks), space=BLOCK_SPACE)


def _by_hand(block: blocks.WritingLines | blocks.BlankSignature, column: Column) -> Iterator[Slab]:
    if isinstance(block, blocks.WritingLines):
        yield from _writing(block, column)
    else:
        yield from _blank_signature(block, column)


def _writing(block: blocks.WritingLines, column: Column) -> Iterator[Slab]:
    """The words, then the lines; none of them stands on another page."""
    part = Part(Role.PARAGRAPH, column.within, lang=block.lang or "")
    label = _text(part, block.label, column.sizes.caption, column=column, space=PARAGRAPH_SPACE + ITEM_SPACE)
    for at, slab in enumerate(label):
        yield replace(slab, glued=at > 0)
    for _ in range(block.count):
        yield Slab(height=HAND, marks=(Rule(column.left, HAND - 2, column.width, DARK),), glued=True)


def _blank_signature(block: blocks.BlankSignature, column: Column) -> Iterator[Slab]:
    """Title and meaning, then a line for the signature, one for the name in print, one for date and time."""
    column = column.inside(Role.SECTION, block)
    words, sizes = column.labels, column.sizes
    box = column.part(BOX_PADDING, column.width - 2 * BOX_PADDING)
    half = (box.width - 2 * GUTTER) / 2
    marks, low = stack([(block.title, sizes.caption), (block.meaning, sizes.note)], box, 8)
    left, far = box.part(0, half), box.part(half + 2 * GUTTER, half)
    places = (
        (box, words.sign_here, low + HAND + 6),
        (left, words.printed, low + 2 * HAND + 18),
        (far, words.moment, low + 2 * HAND + 18),
    )
    for place, label, y in places:
        named, low = stack([(label, sizes.small)], place, y + 2)
        marks.extend((Rule(place.left, y, place.width, DARK), *named))
    height = low + 6
    head = next(_text(None, words.signatures, sizes.caption, column=column, space=0))
    yield Slab(
        height=height,
        marks=(Frame(column.left, 0, column.width, height), *marks),
        space=PARAGRAPH_SPACE + ITEM_SPACE,
        head=replace(head, height=head.height + 6),
    )


def _mark_of_signer(block: blocks.SignatureBlock, column: Column, top: float) -> tuple[list[Mark], float]:
    """The ink or the typed name above a line; nothing for a mark that was made another way."""
    marks: list[Mark] = []
    low = top
    if block.strokes:
        width = min(column.width, INK_HEIGHT * block.aspect / 100)
        height = width * 100 / block.aspect
        picture = Part(Role.FIGURE, column.within, says=column.labels.ink.format(name=block.printed_name))
        marks.append(Ink(block.strokes, column.part(0, width).left, top, width, height, picture))
        low = top + height + 2
    elif block.typed is not None:
        words = [(block.typed, column.sizes.typed), (column.labels.typed, column.sizes.small)]
        typed, low = stack(words, column, top + 14)
        marks.extend(typed)
        low += 3
    if marks:
        marks.append(Rule(column.left, low, column.width, DARK))
        low += 4
    return marks, low


def stack(
    texts: Sequence[tuple[str, Style]], column: Column, top: float, *, space: float = 0, told: bool = True
) -> tuple[list[Mark], float]:
    """Texts below one another on the document's side; the marks and the position below them.

    Each is a paragraph, or decoration when it is not ``told``.
    """
    marks: list[Mark] = []
    for text, style in texts:
        part = Part(Role.PARAGRAPH, column.within) if told else None
        for line in lines(text, style, column.width):
            marks.append(Text(part, line, column.place(line, rtl=column.rtl), top))
            top += line.height
        top += space
    return marks, top - space
