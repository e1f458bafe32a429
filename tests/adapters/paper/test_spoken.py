"""What a listener hears of a document, by our own reading of its tags and by poppler's."""

import re
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from consent.errors import Broken
from consent.model.blocks import Document, Heading, IconArray, ListBlock, Paragraph, SignatureBlock, Table
from consent.model.signature import Stroke
from consent.paper import structure
from consent.paper.layout import build
from consent.paper.sizes import LARGE
from consent.paper.spoken import spoken

Make = Callable[..., Document]
LONG = " ".join(f"Word {number}." for number in range(2000))
HAND = Stroke(points=((10, 10, 0, 500), (900, 900, 20, 500)))


def _plain(text: str) -> str:
    return "".join(text.split())


def test_each_kind_of_block_is_told_as_what_it_is(make: Make) -> None:
    document = make(
        Heading(level=1, text="Consent"),
        Heading(level=2, text="Risks"),
        Paragraph(text="It may not help.", strong=True),
        IconArray(filled=5, total=20, alt="5 of 20 people had no relief"),
        Heading(level=3, text="Other ways"),
        ListBlock(items=("Pills.", "Doing nothing.")),
        ListBlock(items=("One.",), ordered=True),
        Table(caption="Facts", header=("Item", "Value"), rows=(("Side", "left"),)),
        SignatureBlock(
            title="The patient",
            printed_name="Zoe Lee",
            signer_role="Patient",
            meaning="I agree.",
            signed_at="today",
            covers="00",
            strokes=(HAND,),
        ),
    )
    assert (
        "\n".join(spoken(build(document)))
        == """
[heading 1] Consent

[heading 2] Risks
It may not help.
[picture] 20 small figures of people, 5 of them filled
5 of 20 people had no relief

[heading 3] Other ways
[list, 2 items]
  • Pills.
  • Doing nothing.
[list, 1 items]
  1. One.
[table, 2 rows, 2 columns]
  [caption] Facts
  [header] Item | [header] Value
  Side | left
The patient
[picture] Signature by hand: Zoe Lee
Zoe Lee
Patient
Meaning: I agree.
Signed: today
Covers: 00"""
    )


def test_in_large_print_a_row_is_headed_by_its_first_cell(make: Make) -> None:
    table = Table(header=("Item", "Value"), rows=(("Side", "left"), ("Day", "Monday")))
    assert spoken(build(make(table), sizes=LARGE)) == (
        "[table, 2 rows, 2 columns]",
        "  [header] Side | left",
        "  [header] Day | Monday",
    )


def test_what_crosses_pages_is_one_part_and_a_repeated_header_is_told_once(make: Make) -> None:
    rows = tuple((f"Row {number}", "value") for number in range(90))
    pdf = build(make(Paragraph(text=LONG), Table(header=("Item", "Value"), rows=rows)))
    with pikepdf.open(BytesIO(pdf)) as file:
        top = structure.tree(file)
        assert top is not None
        paragraph, table = top.parts()
        assert {kid[0] for kid in paragraph.kids if isinstance(kid, tuple)} == set(range(6))
        assert len(table.parts()) == 91
    heard = spoken(pdf)
    assert heard[0] == LONG
    assert sum("[header]" in line for line in heard) == 1


@pytest.mark.parametrize("text", ["شرح العملية 12 والبدائل", "הסבר על הפעולה 12", "Имя и возраст", "Όνομα"])
def test_a_text_of_any_script_is_told_in_the_order_in_which_it_is_read(make: Make, text: str) -> None:
    pdf = build(make(Heading(level=1, text=text), Paragraph(text=f"{text} " * 20)))
    heard = spoken(pdf)
    assert heard[1:] == (f"[heading 1] {text}", " ".join([text] * 20))


def test_a_listener_hears_every_word_of_the_page_and_none_of_its_decoration(make: Make, tmp_path: Path) -> None:
    document = make(Heading(level=1, text="Consent"), Paragraph(text=LONG))
    (tmp_path / "a.pdf").write_bytes(build(document))
    told = subprocess.run(
        ["pdfinfo", "-struct-text", tmp_path / "a.pdf"], capture_output=True, text=True, check=True
    ).stdout
    words = _plain("".join(re.findall(r'^\s*"(.*)"$', told, re.MULTILINE)))
    assert words == _plain(f"Consent{LONG}")
    assert document.head.mrn not in "".join(spoken(build(document)))


def test_a_word_that_is_cut_is_told_whole(make: Make) -> None:
    address = f"https://example.org/{'a-long-path/' * 20}"
    assert spoken(build(make(Paragraph(text=f"See {address} there.")))) == (f"See {address} there.",)


def test_a_passage_in_another_language_says_so(make: Make) -> None:
    pdf = build(make(Paragraph(text="Hello."), Paragraph(text="Hola.", lang="es")))
    with pikepdf.open(BytesIO(pdf)) as file:
        top = structure.tree(file)
        assert top is not None
        assert [part.lang for part in top.parts()] == ["en", "es"]


def test_bookmarks_lead_to_the_headings_and_nest_as_they_do(make: Make) -> None:
    pdf = build(
        make(
            Heading(level=1, text="Consent"),
            Heading(level=2, text="Plan"),
            Paragraph(text=LONG),
            Heading(level=3, text="Why"),
            Heading(level=2, text="Risks"),
        )
    )
    with pikepdf.open(BytesIO(pdf)) as file, file.open_outline() as outline:
        (first,) = outline.root
        assert [(item.title, [one.title for one in item.children]) for item in first.children] == [
            ("Plan", ["Why"]),
            ("Risks", []),
        ]
        last = first.children[1].destination
        assert isinstance(last, pikepdf.Array)
        assert last[0].objgen == file.pages[-1].obj.objgen


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7", b"<html>"])
def test_what_has_no_tags_is_refused_in_words(junk: bytes) -> None:
    with pytest.raises(Broken):
        spoken(junk)
