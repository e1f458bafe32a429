"""Each rule of the press can be broken, and is then named."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from consent.errors import Broken
from consent.model.blocks import Document
from consent.paper.check import RULES, check
from consent.paper.press import FpdfPress
from consent.ports import Attachment

Make = Callable[..., Document]
SAMPLE = Path(__file__).parent / "golden" / "sample.json"
"""One of each kind of block."""


def _spoiled(document: Document, spoil: Callable[[Pdf], None]) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(FpdfPress().build(document))) as pdf:
        spoil(pdf)
        pdf.save(out)
    return out.getvalue()


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
    pdf.pages[0].contents_add(b"/Artifact BMC BT %s 9 Tf <%s> Tj ET EMC" % (key.encode(), code))


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


def _element(pdf: Pdf, role: str, *, at: int = -1) -> Dictionary:
    found = [
        thing
        for thing in pdf.objects
        if isinstance(thing, Dictionary)
        and thing.get("/Type") == Name.StructElem
        and thing.get("/S") == Name(f"/{role}")
    ]
    return found[at]


def _not_declared(pdf: Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as meta:
        del meta["pdfuaid:part"]


def _no_title(pdf: Pdf) -> None:
    del pdf.Root.ViewerPreferences.DisplayDocTitle


def _unmarked(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"0 0 m 9 9 l S")


def _twice(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"/P <</MCID 0>> BDC EMC")


def _in_decoration(pdf: Pdf) -> None:
    data = pdf.pages[0].Contents.read_bytes().replace(b"/P <</MCID", b"/Artifact <</MCID", 1)
    pdf.pages[0].Contents = pdf.make_stream(data)


def _no_tree(pdf: Pdf) -> None:
    del pdf.Root.StructTreeRoot


def _not_marked(pdf: Pdf) -> None:
    pdf.Root.MarkInfo.Marked = False


def _two_trees(pdf: Pdf) -> None:
    pdf.Root.StructTreeRoot.K.append(_element(pdf, "P"))


def _tail_in_mouth(pdf: Pdf) -> None:
    pdf.Root.StructTreeRoot.K[0].K.append(pdf.Root.StructTreeRoot.K[0])


def _not_in_the_tree(pdf: Pdf) -> None:
    del _element(pdf, "P").K[0]


def _to_another(pdf: Pdf) -> None:
    parents = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
    parents[0], parents[1] = parents[1], parents[0]


def _own_type(pdf: Pdf) -> None:
    _element(pdf, "P").S = Name.Sentence


def _cell_outside(pdf: Pdf) -> None:
    _element(pdf, "TR").S = Name.P


def _skipped(pdf: Pdf) -> None:
    _element(pdf, "H2", at=0).S = Name.H3


def _silent_picture(pdf: Pdf) -> None:
    _element(pdf, "Figure").Alt = " "


def _picture_nowhere(pdf: Pdf) -> None:
    del _element(pdf, "Figure").A


def _header_of_nothing(pdf: Pdf) -> None:
    del _element(pdf, "TH").A


def _uneven(pdf: Pdf) -> None:
    row = _element(pdf, "TR")
    for cell in row.K:
        cell.S, cell.P = Name.Caption, row.P
    row.P.K.append(row.K[-1])
    del row.K[-1]
    for cell in row.K:
        cell.S = Name.TD


def _no_headers(pdf: Pdf) -> None:
    for row in _element(pdf, "Table").K:
        for cell in row.K if row.S == Name.TR else ():
            cell.S = Name.TD


def _markers_unknown(pdf: Pdf) -> None:
    del _element(pdf, "L").A


def _any_order(pdf: Pdf) -> None:
    del pdf.pages[0].Tabs


def _no_bookmark(pdf: Pdf) -> None:
    del pdf.Root.Outlines


@pytest.mark.parametrize(
    ("spoil", "rules"),
    [
        (_not_declared, {"P14"}),
        (_no_title, {"P15"}),
        (_unmarked, {"P16"}),
        (_twice, {"P16"}),
        (_in_decoration, {"P16"}),
        (_no_tree, {"P17", "P18", "P19", "P20", "P21", "P22", "P23", "P25"}),
        (_not_marked, {"P17"}),
        (_two_trees, {"P17", "P18", "P19", "P20", "P21", "P22", "P23", "P25"}),
        (_tail_in_mouth, {"P17", "P18", "P19", "P20", "P21", "P22", "P23", "P25"}),
        (_not_in_the_tree, {"P18"}),
        (_to_another, {"P18"}),
        (_own_type, {"P19"}),
        (_cell_outside, {"P19"}),
        (_skipped, {"P20"}),
        (_silent_picture, {"P21"}),
        (_picture_nowhere, {"P21"}),
        (_header_of_nothing, {"P22"}),
        (_uneven, {"P22"}),
        (_no_headers, {"P22"}),
        (_markers_unknown, {"P23"}),
        (_any_order, {"P24"}),
        (_no_bookmark, {"P25"}),
    ],
)
def test_a_file_that_a_listener_cannot_follow_is_found_out_and_the_rule_named(
    spoil: Callable[[Pdf], None], rules: set[str]
) -> None:
    sample = Document.model_validate_json(SAMPLE.read_text(encoding="utf-8"))
    assert {finding.rule for finding in check(_spoiled(sample, spoil))} == rules


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
        (_empty_page, {"P11", "P12", "P24"}),
        (_loose_attachment, {"P13"}),
    ],
)
def test_a_spoiled_file_is_found_out_and_the_rule_named(
    make: Make, spoil: Callable[[Pdf], None], rules: set[str]
) -> None:
    spoiled = _spoiled(make(), spoil)
    assert {finding.rule for finding in check(spoiled)} == rules
    with pytest.raises(Broken, match=min(rules)):
        FpdfPress().check(spoiled)


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
    assert [finding.rule for finding in check(out.getvalue())] == ["P12", "P18"]


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7", b"<html>", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_a_finding_and_no_crash(junk: bytes) -> None:
    assert [finding.rule for finding in check(junk)] == ["P00"]


def test_a_good_file_passes_and_the_rules_are_numbered(make: Make) -> None:
    press = FpdfPress()
    press.check(press.build(make()))
    assert press.unprintable("Zoë 龍") == ("龍",)
    assert [rule.id for rule in RULES] == [f"P{number:02}" for number in range(1, len(RULES) + 1)]


def test_what_is_attached_lies_in_the_file_as_it_was(make: Make) -> None:
    given = (
        Attachment(name="events.json", says="Events", content=b'{"n":1}'),
        Attachment(name="document.json", says="Document", content=b"{}"),
    )
    pdf = FpdfPress().build(make(), given)
    FpdfPress().check(pdf)
    assert pdf == FpdfPress().build(make(), given) != FpdfPress().build(make())
    with pikepdf.open(BytesIO(pdf)) as file:
        assert {name: spec.get_file().read_bytes() for name, spec in file.attachments.items()} == {
            one.name: one.content for one in given
        }
        assert [str(one.AFRelationship) for one in file.Root.AF] == ["/Data", "/Data"]
