"""The square to scan, as a decoder written by others reads it from the printed page."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from consent.model.blocks import CodeBlock, Document, Paragraph
from consent.paper.check import check
from consent.paper.layout import build
from consent.paper.scan import fields
from consent.paper.sizes import LARGE, NORMAL, Sizes
from consent.paper.spoken import spoken

ADDRESS = "https://consent.example.org/verify"
HELD = f"{ADDRESS}#e-abcdefghijkmnpqrstuvwxyz23"
LETTERS = "abcd efgh ijkm npqr stuv wxyz 23"
BLOCK = CodeBlock(title="Check it", how=f"Open {ADDRESS}:", letters=LETTERS, scanned=HELD, alt="Square to scan")
COPY_OF_A_COPY = 60
"""Dots an inch: less than any printer or fax."""

Make = Callable[..., Document]


def scanned(pdf: bytes, folder: Path, *, dots: int) -> list[str]:
    """What a decoder finds on the first page."""
    (folder / "page.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", str(dots), "-f", "1", "-l", "1", "-png", "-singlefile", "page.pdf", "page"],
        cwd=folder,
        check=True,
    )
    with Image.open(folder / "page.png") as page:
        return [found.text for found in zxingcpp.read_barcodes(page)]


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("sizes", [NORMAL, LARGE])
def test_a_decoder_reads_from_the_page_what_the_square_holds(
    make: Make, tmp_path: Path, *, sizes: Sizes, lang: str
) -> None:
    pdf = build(make(BLOCK, lang=lang), sizes=sizes)
    assert scanned(pdf, tmp_path, dots=COPY_OF_A_COPY) == [HELD]
    assert check(pdf) == ()


def test_a_stain_across_it_leaves_it_readable() -> None:
    rows = fields(HELD)
    side, scale, quiet = len(rows), 8, 4
    page = Image.new("L", ((side + 2 * quiet) * scale,) * 2, 255)
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            stained = down > side // 2 and side // 3 < across < side // 3 + 9
            if dark or stained:
                at = ((across + quiet) * scale, (down + quiet) * scale)
                page.paste(0, (*at, at[0] + scale, at[1] + scale))
    assert [found.text for found in zxingcpp.read_barcodes(page)] == [HELD]


def test_a_listener_hears_the_code_in_letters_and_what_the_square_is(make: Make) -> None:
    assert spoken(build(make(BLOCK))) == ("Check it", f"Open {ADDRESS}:", LETTERS, "[picture] Square to scan")


def test_without_an_address_there_are_the_letters_alone(make: Make, tmp_path: Path) -> None:
    pdf = build(make(BLOCK.model_copy(update={"scanned": "", "alt": ""}), Paragraph(text="After it.")))
    assert scanned(pdf, tmp_path, dots=COPY_OF_A_COPY) == []
    assert LETTERS in spoken(pdf)
    assert check(pdf) == ()
