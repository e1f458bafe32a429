"""Paper packets as a file: whole, for whom they are, and fit to be written on, on both kinds of paper."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from consent.errors import Broken
from consent.model.blocks import Document
from consent.model.episode import Episode
from consent.model.packet import code, packet
from consent.model.template import Template
from consent.paper import layout
from consent.paper.check import check, page_texts
from consent.paper.flow import Placed, pages
from consent.paper.labels import labels
from consent.paper.marks import Frame, Part, Role, Rule, Text
from consent.paper.press import FpdfPress
from consent.paper.typeset import Column, slabs
from consent.wiring import load_template
from tests.samples.story import NAME, Story

AT = "2026-11-23T20:15:42.000000Z"
TITLE = "Paper packets for 2026-11-24"
TEMPLATES = Path(__file__).parents[3] / "consent_templates"
SECOND = "Ann-Marie Lee"
PAPER = ("letter", "a4")


@pytest.fixture(scope="module")
def template() -> Template:
    """The longest text that there is."""
    return load_template(TEMPLATES / "cryoablation-peripheral-nerve" / "1.0.0" / "template.yaml")


@pytest.fixture(scope="module")
def patients(template: Template) -> tuple[Episode, Episode]:
    story = Story(template)
    return story.open(), story.open(name=SECOND, mrn="77")


@pytest.fixture(scope="module", params=PAPER)
def documents(
    request: pytest.FixtureRequest, patients: tuple[Episode, Episode], template: Template
) -> tuple[Document, ...]:
    """Two patients' packets on one kind of paper."""
    return tuple(packet(one, template, page=request.param, at=AT, witnesses=2) for one in patients)


@pytest.fixture(scope="module")
def pdf(documents: tuple[Document, ...]) -> bytes:
    return FpdfPress().bind(documents, title=TITLE)


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_file_opens_and_keeps_the_rules_of_the_press(pdf: bytes, tmp_path: Path) -> None:
    assert check(pdf) == ()
    path = tmp_path / "packets.pdf"
    path.write_bytes(pdf)
    subprocess.run(["qpdf", "--check", str(path)], check=True, capture_output=True)
    with pikepdf.open(path) as opened, opened.open_metadata() as meta:
        assert meta["dc:title"] == TITLE


def test_the_same_packets_give_the_same_bytes(documents: tuple[Document, ...], pdf: bytes) -> None:
    assert FpdfPress().bind(documents, title=TITLE) == pdf


def test_each_page_bears_its_own_patient_and_counts_by_packet(pdf: bytes) -> None:
    texts = [squeezed(text) for text in page_texts(pdf)]
    half = len(texts) // 2
    assert len(texts) == 2 * half
    for at, (mine, other) in enumerate(zip(texts[:half], texts[half:], strict=True), 1):
        assert squeezed(NAME) in mine
        assert squeezed(SECOND) not in mine
        assert squeezed(SECOND) in other
        assert squeezed(NAME) not in other
        assert f"Page{at}of{half}" in mine
        assert f"Page{at}of{half}" in other


def test_every_page_says_that_it_counts_only_when_signed(patients: tuple[Episode, Episode], pdf: bytes) -> None:
    foot = "Paper packet printed Mon 23 Nov 2026, 15:15 EST. Valid only with signatures. Record: "
    texts = [squeezed(text) for text in page_texts(pdf)]
    assert all(squeezed(foot) in text for text in texts)
    assert squeezed(code(patients[-1])) in texts[-1]


def test_every_statement_is_on_the_paper(template: Template, pdf: bytes) -> None:
    said = squeezed("".join(_body(text) for text in page_texts(pdf)))
    for statement in template.statements:
        if statement.only_if is None:
            for part in statement.text.replace("{", "}").split("}")[::2]:
                assert squeezed(part) in said, statement.id


def _body(page: str) -> str:
    """A page without its head, which is drawn first, and its foot, which is drawn last."""
    below = page.partition("Demo. Not for patients")[2]
    return below.rpartition("Paper packet printed")[0]


@pytest.fixture
def placed(documents: tuple[Document, ...]) -> list[list[Placed]]:
    """The pages of one packet before they are drawn, on a body that is a little too short."""
    width, height = layout.PAPER[documents[0].page]
    whole = Part(Role.DOCUMENT)
    column = Column(
        layout.MARGIN, width - 2 * layout.MARGIN, height - 160, rtl=False, labels=labels("en"), within=whole
    )
    return pages(slabs(documents[0].blocks, column), room=column.room)


def test_no_place_to_sign_stands_alone_on_a_page(placed: list[list[Placed]]) -> None:
    boxes = [page for page in placed if any(isinstance(mark, Frame) for _, slab in page for mark in slab.marks)]
    assert boxes
    assert all(len(page) > 1 for page in boxes)


def test_nothing_leaves_the_column(placed: list[list[Placed]], documents: tuple[Document, ...]) -> None:
    right = layout.PAPER[documents[0].page][0] - layout.MARGIN + 0.01
    for page in placed:
        for _, slab in page:
            for mark in slab.marks:
                assert mark.x >= layout.MARGIN if isinstance(mark, Text | Rule | Frame) else True
                assert not isinstance(mark, Text) or mark.x + mark.line.width <= right
                assert not isinstance(mark, Rule | Frame) or mark.x + mark.width <= right


def test_the_card_has_the_last_page_to_itself(
    documents: tuple[Document, ...], read: Callable[[bytes], list[str]]
) -> None:
    texts = read(layout.build(documents[0]))
    assert [at for at, text in enumerate(texts) if "Time-out card" in text] == [len(texts) - 1]
    assert "I attest" not in texts[-1]
    assert "Printed name" not in texts[-1]


def test_paper_of_two_kinds_is_not_bound_together(patients: tuple[Episode, Episode], template: Template) -> None:
    two = [packet(patients[0], template, page=page, at=AT, witnesses=2) for page in PAPER]
    with pytest.raises(Broken):
        layout.bind(two, title=TITLE)
    with pytest.raises(Broken):
        layout.bind([], title=TITLE)
