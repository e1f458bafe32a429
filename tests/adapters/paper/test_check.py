"""Each rule of the press can be broken, and is then named."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from consent.errors import Broken
from consent.model.blocks import Document
from consent.paper.check import RULES, check
from consent.paper.press import FpdfPress

Make = Callable[..., Document]


def _fonts(pdf: Pdf, kind: str) -> list[Dictionary]:
    found = [thing for thing in pdf.objects if isinstance(thing, Dictionary) and thing.get("/Subtype") == Name(kind)]
    assert found
    return found


def _no_metadata(pdf: Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as meta:
        meta["pdfaid:conformance"] = "B"


def _no_intent(pdf: Pdf) -> None:
    del pdf.Root.OutputIntents


def _script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def _link(pdf: Pdf) -> None:
    action = Dictionary(S=Name.URI, URI="https://example.org")
    pdf.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)])


def _no_font_file(pdf: Pdf) -> None:
    del _fonts(pdf, "/CIDFontType2")[0].FontDescriptor.FontFile2


def _no_to_unicode(pdf: Pdf) -> None:
    for font in _fonts(pdf, "/Type0"):
        del font.ToUnicode


def _show(pdf: Pdf, code: bytes) -> None:
    key = next(iter(pdf.pages[0].Resources.Font.keys()))
    pdf.pages[0].contents_add(b"BT %s 9 Tf <%s> Tj ET" % (key.encode(), code))


def _missing_glyph(pdf: Pdf) -> None:
    _show(pdf, b"0000")


def _unknown_code(pdf: Pdf) -> None:
    _show(pdf, b"0FFF")


def _no_language(pdf: Pdf) -> None:
    del pdf.Root.Lang


def _empty_page(pdf: Pdf) -> None:
    pdf.add_blank_page()


def _loose_attachment(pdf: Pdf) -> None:
    data = Dictionary(F=pdf.make_stream(b"{}", Type=Name.EmbeddedFile))
    spec = pdf.make_indirect(Dictionary(Type=Name.Filespec, F="a.json", UF="a.json", EF=data))
    pdf.Root.AF = Array([spec])


@pytest.mark.parametrize(
    ("spoil", "rules"),
    [
        (_no_metadata, {"P01"}),
        (_no_intent, {"P02"}),
        (_script, {"P04"}),
        (_link, {"P04"}),
        (_no_font_file, {"P05"}),
        (_no_to_unicode, {"P06", "P07", "P12"}),
        (_unknown_code, {"P07"}),
        (_missing_glyph, {"P07", "P08"}),
        (_no_language, {"P09"}),
        (_empty_page, {"P11", "P12"}),
        (_loose_attachment, {"P13"}),
    ],
)
def test_a_spoiled_file_is_found_out_and_the_rule_named(
    make: Make, spoil: Callable[[Pdf], None], rules: set[str]
) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(FpdfPress().build(make()))) as pdf:
        spoil(pdf)
        pdf.save(out)
    assert {finding.rule for finding in check(out.getvalue())} == rules
    with pytest.raises(Broken, match=min(rules)):
        FpdfPress().check(out.getvalue())


def test_an_encrypted_file_is_found_out(make: Make) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(FpdfPress().build(make()))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user=""))
    assert "P03" in {finding.rule for finding in check(out.getvalue())}


def test_a_file_without_an_identifier_is_found_out(make: Make) -> None:
    pdf = FpdfPress().build(make())
    at = pdf.rindex(b"/ID [")
    assert [finding.rule for finding in check(pdf[:at] + b"/No [" + pdf[at + 5 :])] == ["P10"]


def test_a_page_of_another_episode_is_found_out(make: Make) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(FpdfPress().build(make()))) as pdf:
        with pikepdf.open(BytesIO(FpdfPress().build(make(episode="another-episode")))) as other:
            pdf.pages.extend(other.pages)
        pdf.save(out)
    assert [finding.rule for finding in check(out.getvalue())] == ["P12"]


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7", b"<html>", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_a_finding_and_no_crash(junk: bytes) -> None:
    assert [finding.rule for finding in check(junk)] == ["P00"]


def test_a_good_file_passes_and_the_rules_are_numbered(make: Make) -> None:
    press = FpdfPress()
    press.check(press.build(make()))
    assert press.unprintable("Zoë 龍") == ("龍",)
    assert [rule.id for rule in RULES] == [f"P{number:02}" for number in range(1, len(RULES) + 1)]
