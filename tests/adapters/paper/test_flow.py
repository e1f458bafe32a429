"""What stays together, seen on slabs and not on pixels."""

from collections.abc import Callable

import pytest

from consent.errors import TooLarge
from consent.model.blocks import Block, Heading, ListBlock, PageBreak, Paragraph, SignatureBlock, Table
from consent.paper.flow import Placed, Slab, pages
from consent.paper.labels import labels
from consent.paper.marks import Ink, Part, Role, Text
from consent.paper.typeset import Column, slabs

COLUMN = Column(50, 480, 680, rtl=False, labels=labels("en"), within=Part(Role.DOCUMENT))
WORDS = "Some words about the operation and the days that follow it. "


def _laid(*blocks: Block) -> list[list[Placed]]:
    return pages(slabs(blocks, COLUMN), room=COLUMN.room)


def _roles(slab: Slab) -> set[Role]:
    return {mark.part.role for mark in slab.marks if isinstance(mark, Text) and mark.part}


def _words(page: list[Placed]) -> list[str]:
    return [mark.line.text for _, slab in page for mark in slab.marks if isinstance(mark, Text)]


@pytest.mark.parametrize("filler", range(30, 60))
def test_a_heading_is_never_last_on_a_page(filler: int) -> None:
    after = (Paragraph(text=WORDS * 9), ListBlock(items=(WORDS, WORDS)), Paragraph(text="End."))
    for block in after:
        laid = _laid(*[Paragraph(text="x")] * filler, Heading(level=2, text="A"), Heading(level=3, text="B"), block)
        assert not any(_roles(page[-1][1]) & {Role.H2, Role.H3} for page in laid)


@pytest.mark.parametrize("filler", range(18, 50))
def test_seal_f17_a_signature_never_opens_a_page_alone(filler: int, signature: Callable[..., SignatureBlock]) -> None:
    for before in (Paragraph(text="z"), PageBreak(), Table(caption="", header=("h",), rows=(("c",),) * 3)):
        laid = _laid(*[Paragraph(text="x")] * filler, before, signature(), Paragraph(text="y"))
        assert all(_words(page)[0] in {"x", "z", "h"} for page in laid[:-1])
        assert _words(laid[-1])[0] in {"x", "z", "h", "y"}


def test_signatures_longer_than_a_page_go_on_below_a_line_that_says_so(
    signature: Callable[..., SignatureBlock],
) -> None:
    laid = _laid(Heading(level=2, text="Signatures"), Paragraph(text=WORDS), *[signature()] * 9)
    assert [_words(page)[0] for page in laid] == ["Signatures", *["Signatures, continued"] * (len(laid) - 1)]
    assert sum(isinstance(mark, Ink) for page in laid for _, slab in page for mark in slab.marks) == 9


def test_ink_keeps_the_shape_of_the_pad(signature: Callable[..., SignatureBlock]) -> None:
    for aspect in (100, 300, 1000):
        (slab,) = slabs([signature(aspect=aspect)], COLUMN)
        (ink,) = (mark for mark in slab.marks if isinstance(mark, Ink))
        assert ink.width / ink.height == pytest.approx(aspect / 100)


@pytest.mark.parametrize("filler", range(30, 50))
def test_no_line_of_a_paragraph_stands_alone(filler: int) -> None:
    laid = _laid(*[Paragraph(text="x")] * filler, Paragraph(text=WORDS * 11))
    for page in laid:
        assert sum("operation" in text or "days" in text or "words" in text for text in _words(page)) != 1


def test_the_header_of_a_table_stands_on_each_of_its_pages() -> None:
    laid = _laid(Table(caption="Risks", header=("Risk", "How often"), rows=(("wound", "1 in 100"),) * 90))
    assert len(laid) > 2
    assert all("How often" in _words(page) for page in laid)
    assert sum(_words(page).count("wound") for page in laid) == 90


def test_a_row_is_split_only_when_it_is_taller_than_a_page() -> None:
    tall, short = ("long", WORDS * 100), ("short", WORDS)
    laid = _laid(Table(caption="", header=("a", "b"), rows=(short, tall, short), widths=(1, 3)))
    words = " ".join(" ".join(_words(page)) for page in laid)
    assert words.count("operation") == 102
    assert all(below + slab.height <= COLUMN.room for page in laid for below, slab in page)


def test_a_page_break_starts_a_page_but_never_an_empty_one() -> None:
    laid = _laid(PageBreak(), Paragraph(text="a"), PageBreak(), PageBreak(), Paragraph(text="b"), PageBreak())
    assert [_words(page) for page in laid] == [["a"], ["b"]]


def test_nothing_lies_outside_its_column_or_on_another_slab() -> None:
    some: list[Block] = [Paragraph(text=WORDS * 7), ListBlock(items=(WORDS * 3,) * 12, ordered=True)]
    laid = _laid(*some * 20)
    for page in laid:
        below = 0.0
        for top, slab in page:
            assert top >= below - 0.01
            below = top + slab.height
            for mark in slab.marks:
                assert not isinstance(mark, Text) or 50 <= mark.x <= mark.x + mark.line.width <= 530.01
        assert below <= COLUMN.room


def test_a_slab_taller_than_a_page_is_refused() -> None:
    with pytest.raises(TooLarge):
        pages([Slab(height=701, marks=())], room=700)
