"""What stands on the paper, as other programs see it."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from consent.errors import Broken, TooLarge, Unprintable
from consent.model.blocks import Document, Heading, IconArray, ListBlock, PageBreak, Paragraph, SignatureBlock, Table
from consent.paper import fonts
from consent.paper.check import check, page_texts
from consent.paper.layout import build

GOLDEN = Path(__file__).parent / "golden"
BUILD = """
import sys, hashlib
from consent.model.blocks import Document
from consent.paper.layout import build
document = Document.model_validate_json(sys.stdin.read())
"""

Make = Callable[..., Document]
Printed = Callable[..., str]


def _sample() -> str:
    return (GOLDEN / "sample.json").read_text(encoding="utf-8")


def _elsewhere(program: str, seed: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", BUILD + program],
        input=_sample(),
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()


def test_the_same_document_gives_the_same_bytes_in_other_processes() -> None:
    here = hashlib.sha256(build(Document.model_validate_json(_sample()))).hexdigest()
    digest = "print(hashlib.sha256(build(document)).hexdigest())"
    assert {here} == {_elsewhere(digest, "1"), _elsewhere(digest, "2")}


def test_the_bytes_are_those_of_the_golden_file() -> None:
    digest = hashlib.sha256(build(Document.model_validate_json(_sample()))).hexdigest()
    golden = (GOLDEN / "sample.sha256").read_text(encoding="ascii").split()[0]
    assert digest == golden, f"Look at the pages, then: python {GOLDEN / 'renew.py'}"


def test_one_other_word_gives_other_bytes(make: Make) -> None:
    assert build(make(Paragraph(text="left"))) != build(make(Paragraph(text="side")))


@pytest.mark.parametrize(("page", "width"), [("a4", 595.28), ("letter", 612.0)])
def test_the_file_is_sound_on_either_paper(tmp_path: Path, page: str, width: float) -> None:
    path = tmp_path / "sample.pdf"
    path.write_bytes(build(Document.model_validate_json(_sample()).model_copy(update={"page": page})))
    subprocess.run(["qpdf", "--check", str(path)], check=True, capture_output=True)
    assert check(path.read_bytes()) == ()
    with pikepdf.open(path) as pdf:
        assert float(pdf.pages[0].mediabox[2]) == pytest.approx(width, abs=0.01)


@pytest.mark.parametrize(
    "name",
    [
        "José Müller-Ñandú", "Αθηνά Παπαδοπούλου", "Мария Иванова", "Łukasz Żółć", "Nguyễn Thị Ánh",
        "محمد عبد الله الأنصاري", "لا إله إلا هو", "שרה לוי",
    ],
)  # fmt: skip
def test_every_word_of_a_name_is_found_in_head_text_table_and_box(
    printed: Printed, signature: Callable[..., SignatureBlock], name: str
) -> None:
    text = printed(
        Paragraph(text=name),
        Table(caption="Who", header=("Name", "Born"), rows=((name, "1960-03-12"),)),
        signature(printed_name=name, strokes=(), typed=name),
        patient=name,
    )
    assert text.count(name) == 5
    assert text.count("1960-03-12") == 2
    assert "MRN-0012345" in text


def test_numbers_keep_their_order_inside_arabic_and_hebrew(printed: Printed) -> None:
    text = printed(Paragraph(text="رقم الملف 12345 وعمره 47 سنة"), Paragraph(text="גיל 47, בתאריך 12/03/2026"))
    assert all(number in text for number in ("12345", "47", "12/03/2026"))


def test_a_character_without_a_glyph_is_refused_and_only_its_code_is_named(make: Make) -> None:
    with pytest.raises(Unprintable) as refused:
        build(make(patient="Zoë 龍 Kaminski"))
    assert "U+9F8D" in str(refused.value)
    assert "龍" not in str(refused.value)
    assert "Kaminski" not in str(refused.value)


def test_a_word_of_5000_letters_is_broken_and_none_is_lost(printed: Printed) -> None:
    text = printed(Paragraph(text="abcdefghij" * 500))
    assert "".join(line for line in text.split() if set(line) <= set("abcdefghij")) == "abcdefghij" * 500


def test_sixty_pages_each_bear_both_identifiers_and_their_number(
    make: Make, read: Callable[[bytes], list[str]], signature: Callable[..., SignatureBlock]
) -> None:
    body = [Paragraph(text="A sentence of some length about the operation. " * 60) for _ in range(80)]
    pages = read(build(make(*body, signature())))
    assert len(pages) >= 60
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert all(field in page for field in ("José Müller-Ñandú", "1960-03-12", "MRN-0012345", "0190b5d2-7c1e"))


def test_every_kind_of_block_is_printed_in_words(printed: Printed, signature: Callable[..., SignatureBlock]) -> None:
    text = printed(
        Heading(level=1, text="Title"),
        ListBlock(items=("first", "second"), ordered=True),
        IconArray(filled=3, total=10, alt="3 of 10 people."),
        Paragraph(text="A source.", note=True),
        PageBreak(),
        Paragraph(text="Strong.", strong=True),
        signature(strokes=(), typed="Jane Roe"),
    )
    assert all(word in text for word in ("Title", "1.", "second", "3 of 10 people.", "A source.", "Strong."))
    assert all(
        word in text for word in ("typed by the signer", "Meaning: I agree.", "Signed: 12 March", "Covers: 9f86")
    )


def test_a_placeholder_of_the_library_stays_as_it_was_written(make: Make) -> None:
    for text in ("{nb} **b** __i__ &amp; <b>", "\u05d0 {nb} **b**"):
        (page,) = page_texts(build(make(Paragraph(text=text))))
        assert "nb" in page
        assert "**b**" in page


def test_a_paragraph_is_ordered_from_the_side_where_it_begins(make: Make) -> None:
    (page,) = page_texts(build(make(Paragraph(text="\u05d2\u05d9\u05dc Zoe"))))
    assert page.index("Zoe") < page.index("\u05d2")
    (page,) = page_texts(build(make(Paragraph(text="Zoe \u05d2\u05d9\u05dc and Jim"))))
    assert page.index("Zoe") < page.index("\u05d2") < page.index("Jim")


def test_seal_f18_the_metadata_name_no_patient_no_author_and_no_machine(make: Make) -> None:
    pdf = build(make())
    with pikepdf.open(BytesIO(pdf)) as opened:
        xmp = opened.Root.Metadata.read_bytes().decode()
        assert "/Info" not in opened.trailer
    assert "<dc:title>" in xmp
    assert not any(word in xmp for word in ("Müller", "MRN", "1960", "creator", "CreatorTool"))
    assert str(GOLDEN.parents[3]).encode() not in pdf


def test_nothing_but_the_colour_profile_is_opened_while_a_document_is_drawn() -> None:
    program = """
build(document)
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event in ("open", "socket.connect") else None)
build(document)
print(*opened)
"""
    assert [Path(name).name for name in _elsewhere(program, "0").split()] == ["sRGB2014.icc"]


def test_languages_from_the_right_set_the_page_from_the_right(make: Make) -> None:
    text = Table(caption="", header=("א", "ב"), rows=(("ג", "ד"),))
    with pikepdf.open(BytesIO(build(make(text, lang="he")))) as opened:
        assert str(opened.Root.Lang) == "he"


def test_a_box_that_no_page_can_hold_is_refused(make: Make, signature: Callable[..., SignatureBlock]) -> None:
    with pytest.raises(TooLarge):
        build(make(signature(meaning="I agree to this. " * 900)))


def test_a_senseless_instant_is_a_broken_promise(make: Make) -> None:
    with pytest.raises(Broken):
        build(make().model_copy(update={"created": "yesterday"}))


@pytest.mark.parametrize("bold", [False, True])
def test_every_character_that_passes_is_shown(make: Make, *, bold: bool) -> None:
    passing = [chr(code) for code in range(0x21, 0x2E00) if fonts.unprintable(chr(code)) == ()]
    passing = [char for char in passing if char.isprintable() and char not in fonts.SILENT]
    texts = [
        " ".join(row[at : at + 40])
        for family in ("amiri", "dejavu")
        if (row := [char for char in passing if fonts.choose(char, bold=bold).family == family])
        for at in range(0, len(row), 40)
    ]
    shown = "".join(page_texts(build(make(*(Paragraph(text=text, strong=bold) for text in texts)))))
    assert set(passing) - set(shown) == set()


@pytest.mark.parametrize("strong", [False, True])
def test_any_two_arabic_letters_side_by_side_can_be_read_back(make: Make, *, strong: bool) -> None:
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآؤئءپچژگی"
    words = " ".join(f"ل{one}{two}م {one}{two}" for one in letters for two in letters if fonts.unprintable(one) == ())
    assert check(build(make(Paragraph(text=words, strong=strong)))) == ()
