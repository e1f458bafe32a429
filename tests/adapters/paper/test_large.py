"""The copy in large print: nothing below 18 points, nothing left out, and never without saying what it is."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from consent.model.blocks import CodeBlock, Document, SignatureBlock, Table
from consent.model.large_print import large_print
from consent.paper import layout
from consent.paper.check import check, page_texts
from consent.paper.flow import pages
from consent.paper.fonts import runs_right_to_left
from consent.paper.labels import labels
from consent.paper.marks import Frame, Part, Role, Text
from consent.paper.press import FpdfPress
from consent.paper.sizes import LARGE
from consent.paper.typeset import Column, slabs

DIGEST = "0123456789abcdef" * 4
LEAST = 18
SAMPLE = Path(__file__).parent / "golden" / "sample.json"


@pytest.fixture(scope="module")
def copy() -> Document:
    return large_print(Document.model_validate_json(SAMPLE.read_text("utf-8")), digest=DIGEST)


@pytest.fixture(scope="module")
def pdf(copy: Document) -> bytes:
    return FpdfPress().enlarge(copy)


def sizes(pdf: bytes) -> set[float]:
    """The sizes of type that any page sets."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return {
            float(one.operands[1])
            for page in opened.pages
            for one in pikepdf.parse_content_stream(page)
            if str(one.operator) == "Tf"
        }


def test_no_letter_is_smaller_than_18_points(pdf: bytes) -> None:
    assert min(sizes(pdf)) >= LEAST


def test_the_same_document_gives_the_same_bytes(copy: Document, pdf: bytes) -> None:
    assert FpdfPress().enlarge(copy) == pdf
    assert check(pdf) == ()


def words(texts: tuple[str, ...]) -> str:
    return "".join("".join(texts).split())


def test_every_page_says_that_it_is_a_copy_and_the_first_of_what(pdf: bytes) -> None:
    texts = page_texts(pdf)
    assert all("Large-printcopyofdocument0123456789ab…" in words((text,)) for text in texts)
    assert f"Large-printcopyofdocument{DIGEST}." in words(texts[:1])
    assert "Itisnotthesealeddocument." in words(texts[:2])


def test_nothing_of_the_document_is_left_out(copy: Document, pdf: bytes) -> None:
    said = words(page_texts(pdf))
    for block in copy.blocks:
        for text in _texts(block):
            assert runs_right_to_left(text) or all(part in said for part in text.split()), text


def _texts(block: object) -> list[str]:
    match block:
        case Table():
            return [block.caption, *(cell for row in block.rows for cell in row)]
        case SignatureBlock():
            return [block.title, block.printed_name, block.signer_role, block.meaning, block.signed_at]
        case CodeBlock():
            return [block.title, block.how, block.letters]
        case _:
            return [getattr(block, "text", ""), *getattr(block, "items", ()), getattr(block, "alt", "")]


def test_seal_f17_no_signature_stands_alone_on_a_page_and_nothing_leaves_the_column(copy: Document) -> None:
    width, height = layout.PAPER[copy.page]
    words, whole = labels(copy.lang), Part(Role.DOCUMENT)
    column = Column(
        layout.MARGIN, width - 2 * layout.MARGIN, height - 300, rtl=False, labels=words, within=whole, sizes=LARGE
    )
    placed = pages(slabs(copy.blocks, column), room=column.room)
    boxes = [
        page
        for page in placed
        if any(slab.head and any(isinstance(mark, Frame) for mark in slab.marks) for _, slab in page)
    ]
    assert boxes
    assert all(len(page) > 1 for page in boxes)
    for page in placed:
        for top, slab in page:
            assert top + slab.height <= column.room
            assert all(
                mark.x >= column.left and mark.x + mark.line.width <= column.left + column.width + 0.01
                for mark in slab.marks
                if isinstance(mark, Text)
            )
