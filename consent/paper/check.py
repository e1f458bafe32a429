"""Our own look at a finished file: is it the PDF/A that we promise?

Decides, from the bytes alone, whether a file keeps the rules of ``RULES``. They are a subset of ISO 19005-3, chosen for
what fpdf2 or a later change could break, and of ISO 14289-1 (P14 to P24), with three promises of the house (P11, P12
and P25). They aren't a proof:
veraPDF is the judge wherever it is on PATH (docs/adr/0002-pdf.md).

Invariants:
- A check never raises on a bad file; what can't be opened is a finding as well.
- A finding names a rule and quotes nothing of the file: the text of a page is patient data.

Refuses to repair.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

from consent.paper import shown, structure
from consent.paper.shown import Shown

_DECLARED: Final = ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part", "dc:identifier", "dc:title")
_ACTIONS: Final = {
    *("/JavaScript", "/Launch", "/URI", "/GoToR", "/GoToE"),
    *("/SubmitForm", "/ImportData", "/Movie", "/Sound", "/Rendition"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that the file breaks."""

    rule: str
    sentence: str


@dataclass(slots=True)
class _Opened:
    """A file with the parts that several rules look at, each read once."""

    pdf: Pdf
    xmp: dict[str, str] = field(init=False)
    dictionaries: list[Dictionary] = field(init=False)
    pages: list[Shown] = field(init=False)
    tree: structure.Element | None = field(init=False)

    def __post_init__(self) -> None:
        with self.pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as meta:
            self.xmp = {key: str(meta.get(key, "")) for key in _DECLARED}
        self.dictionaries = [found for thing in self.pdf.objects for found in _dictionaries(thing)]
        self.pages = list(shown.pages(self.pdf))
        self.tree = structure.tree(self.pdf)

    def of_type(self, name: str) -> Iterator[Dictionary]:
        return (found for found in self.dictionaries if found.get("/Type") == Name(name))


def check(pdf: bytes) -> tuple[Finding, ...]:
    """The rules that a file breaks, in order; empty when it keeps all of them."""
    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            file = _Opened(opened)
            return tuple(Finding(rule.id, rule.sentence) for rule in RULES if not rule.holds(file))
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError):
        return (Finding("P00", "The file opens, and all of it can be read."),)


def page_texts(pdf: bytes) -> tuple[str, ...]:
    """The text of each page in drawing order, by its fonts' own tables; lines from right to left in visual order."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return tuple(page.text for page in shown.pages(opened))


def _dictionaries(thing: Object) -> Iterator[Dictionary]:
    """A direct object's dictionaries, at any depth; references are met as objects of their own."""
    waiting: list[object] = [thing]
    while waiting:
        found = waiting.pop()
        children: Iterable[object] = ()
        if isinstance(found, pikepdf.Stream):
            found = found.stream_dict
        if isinstance(found, Dictionary):
            yield found
            children = (found[key] for key in found.keys())  # noqa: SIM118 (iterating a pikepdf dictionary differs)
        elif isinstance(found, Array):
            children = iter(found)
        waiting.extend(child for child in children if isinstance(child, Object) and not child.is_indirect)


def _has_output_intent(file: _Opened) -> bool:
    return any(
        intent.get("/S") == Name.GTS_PDFA1 and isinstance(intent.get("/DestOutputProfile"), pikepdf.Stream)
        for intent in file.pdf.Root.get("/OutputIntents", Array())
    )


def _has_no_actions(file: _Opened) -> bool:
    return not any("/AA" in found or "/JS" in found or str(found.get("/S")) in _ACTIONS for found in file.dictionaries)


def _fonts_are_embedded(file: _Opened) -> bool:
    return all(
        found.get("/Subtype") == Name.Type0
        or any(name in found.get("/FontDescriptor", {}) for name in ("/FontFile", "/FontFile2", "/FontFile3"))
        for found in file.of_type("/Font")
    )


def _fonts_have_to_unicode(file: _Opened) -> bool:
    return all("/ToUnicode" in found for found in file.of_type("/Font") if found.get("/Subtype") == Name.Type0)


def _attachments_are_associated(file: _Opened) -> bool:
    attached = [found for found in file.of_type("/Filespec") if "/EF" in found]
    listed = len(file.pdf.Root.get("/AF", Array()))
    return all("/AFRelationship" in found for found in attached) and listed >= len(attached)


def _names_episode(file: _Opened) -> bool:
    episodes = [one for one in "".join(file.xmp["dc:identifier"].split()).split(",") if one]
    pages = ["".join(page.text.split()) for page in file.pages]
    everyone = all(any(episode in page for page in pages) for episode in episodes)
    return bool(episodes) and everyone and all(any(episode in page for episode in episodes) for page in pages)


def _of(holds: Callable[[structure.Element], bool]) -> Callable[[_Opened], bool]:
    return lambda file: file.tree is not None and holds(file.tree)


def _holds_all(file: _Opened) -> bool:
    return file.tree is not None and structure.holds_all(file.pdf, file.tree, file.pages)


def _is_true(found: object) -> bool:
    return found is True


def _shows_its_title(file: _Opened) -> bool:
    shows = file.pdf.Root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle")
    return bool(file.xmp["dc:title"].strip()) and _is_true(shows)


def _has_structure(file: _Opened) -> bool:
    return file.tree is not None and _is_true(file.pdf.Root.get("/MarkInfo", Dictionary()).get("/Marked"))


def _goes_by_structure(file: _Opened) -> bool:
    return all(page.obj.get("/Tabs") == Name.S for page in file.pdf.pages)


def _has_bookmarks(file: _Opened) -> bool:
    """As many bookmarks as headings; the titles are the words of the text, which a finding may not quote."""
    headings = sum(one.role in {"H1", "H2", "H3"} for one in file.tree.elements()) if file.tree else -1
    return sum("/Dest" in found and "/Title" in found for found in file.dictionaries) == headings


@dataclass(frozen=True, slots=True)
class Rule:
    """One promise: its id, its sentence, and the test that it is kept."""

    id: str
    sentence: str
    holds: Callable[[_Opened], bool]


RULES: Final = (
    Rule(
        "P01",
        "The XMP metadata declare PDF/A part 3, conformance A.",
        lambda file: (file.xmp["pdfaid:part"], file.xmp["pdfaid:conformance"]) == ("3", "A"),
    ),
    Rule("P02", "There is a PDF/A output intent with its ICC profile.", _has_output_intent),
    Rule("P03", "The file is not encrypted.", lambda file: not file.pdf.is_encrypted),
    Rule("P04", "Nothing in the file acts: no script, no launch, no way out of the file.", _has_no_actions),
    Rule("P05", "Every font is embedded.", _fonts_are_embedded),
    Rule("P06", "Every font says which characters its codes mean.", _fonts_have_to_unicode),
    Rule("P07", "Every code shown means a character.", lambda file: not any(page.is_unmapped for page in file.pages)),
    Rule("P08", "No missing glyph is shown.", lambda file: not any(0 in page.codes for page in file.pages)),
    Rule("P09", "The language of the document is stated.", lambda file: bool(str(file.pdf.Root.get("/Lang", "")))),
    Rule("P10", "The trailer has an identifier of two parts.", lambda file: len(file.pdf.trailer.get("/ID", ())) == 2),  # noqa: PLR2004 (ISO 32000-1, 14.4)
    Rule("P11", "There is a page, and every page shows text.", lambda file: _all_show_text(file.pages)),
    Rule(
        "P12",
        "Every page bears an episode that the metadata name, and every one of them stands on a page.",
        _names_episode,
    ),
    Rule("P13", "Every attachment states its relationship and is listed.", _attachments_are_associated),
    Rule("P14", "The XMP metadata declare PDF/UA part 1.", lambda file: file.xmp["pdfuaid:part"] == "1"),
    Rule("P15", "The title is there, and it is what a window shows.", _shows_its_title),
    Rule(
        "P16",
        "All that is drawn belongs to a part of the document or is decoration.",
        lambda file: not any(page.is_unmarked for page in file.pages),
    ),
    Rule("P17", "There is one tree of structure, and the file says so.", _has_structure),
    Rule("P18", "Each piece of content stands in the tree once, and leads back to it.", _holds_all),
    Rule("P19", "Each part is of a standard type and stands where it may.", _of(structure.is_nested)),
    Rule("P20", "Headings begin with the first level and skip none.", _of(structure.headings_in_order)),
    Rule("P21", "Every picture says in words what it shows, and where it stands.", _of(structure.figures_told)),
    Rule("P22", "Tables are even, and every header cell says what it heads.", _of(structure.tables_are_even)),
    Rule("P23", "Every list says how its items are marked.", _of(structure.lists_are_numbered)),
    Rule("P24", "The pages are gone through in the order of the tree.", _goes_by_structure),
    Rule("P25", "Every heading has its bookmark.", _has_bookmarks),
)


def _all_show_text(pages: list[Shown]) -> bool:
    return bool(pages) and all(page.codes for page in pages)
