"""Our own look at a finished file: is it the PDF/A that we promise?

Decides, from the bytes alone, whether a file keeps the rules of ``RULES``. They are a subset of ISO 19005-3, chosen for
what fpdf2 or a later change could break, with two promises of the house on top (P11 and P12). They aren't a proof:
veraPDF is the judge wherever it is on PATH (docs/adr/0002-pdf.md).

Invariants:
- A check never raises on a bad file; what can't be opened is a finding as well.
- A finding names a rule and quotes nothing of the file: the text of a page is patient data.

Refuses to repair.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

_BFCHAR: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_BFCHAR_BLOCK: Final = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_ACTIONS: Final = {
    *("/JavaScript", "/Launch", "/URI", "/GoToR", "/GoToE"),
    *("/SubmitForm", "/ImportData", "/Movie", "/Sound", "/Rendition"),
}
_UNUSABLE: Final = {"", "\0", "\ufeff", "\ufffe"}
"""What a character code may not stand for (ISO 19005-3, 6.2.11.7.2)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that the file breaks."""

    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The character codes that a page shows, and the text that its fonts say they mean."""

    codes: frozenset[int]
    text: str
    unmapped: bool


@dataclass(slots=True)
class _Opened:
    """A file with the parts that several rules look at, each read once."""

    pdf: Pdf
    xmp: dict[str, str] = field(init=False)
    dictionaries: list[Dictionary] = field(init=False)
    pages: list[Shown] = field(init=False)

    def __post_init__(self) -> None:
        with self.pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as meta:
            self.xmp = {key: str(meta.get(key, "")) for key in ("pdfaid:part", "pdfaid:conformance", "dc:identifier")}
        self.dictionaries = [found for thing in self.pdf.objects for found in _dictionaries(thing)]
        self.pages = list(_shown(self.pdf))

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
        return tuple(page.text for page in _shown(opened))


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


def _shown(pdf: Pdf) -> Iterator[Shown]:
    maps: dict[tuple[int, int], dict[int, str]] = {}
    for page in pdf.pages:
        fonts = page.obj.get("/Resources", Dictionary()).get("/Font", Dictionary())
        table: dict[int, str] = {}
        texts: list[str] = []
        codes: set[int] = set()
        unmapped = False
        for instruction in pikepdf.parse_content_stream(page):
            operands = instruction.operands
            match str(instruction.operator):
                case "Tf":
                    font = fonts[str(operands[0])]
                    table = maps.setdefault(font.objgen, _to_unicode(font))
                case "Tj" | "TJ" | "'" | '"':
                    for code in _codes(operands):
                        codes.add(code)
                        text = table.get(code, "")
                        unmapped = unmapped or text in _UNUSABLE
                        texts.append(text)
                case "ET":
                    texts.append("\n")
        yield Shown(frozenset(codes), "".join(texts), unmapped)


def _codes(operands: Iterable[object]) -> Iterator[int]:
    """Character codes of two bytes, as Identity-H has them."""
    for operand in operands:
        if isinstance(operand, pikepdf.String):
            data = bytes(operand)
            yield from (int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2))
        elif isinstance(operand, Array):
            yield from _codes(operand)


def _to_unicode(font: Object) -> dict[int, str]:
    if "/ToUnicode" not in font:
        return {}
    blocks = _BFCHAR_BLOCK.findall(font["/ToUnicode"].read_bytes())
    return {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be", errors="replace")
        for block in blocks
        for code, text in _BFCHAR.findall(block)
    }


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


@dataclass(frozen=True, slots=True)
class Rule:
    """One promise: its id, its sentence, and the test that it is kept."""

    id: str
    sentence: str
    holds: Callable[[_Opened], bool]


RULES: Final = (
    Rule(
        "P01",
        "The XMP metadata declare PDF/A part 3, conformance U.",
        lambda file: (file.xmp["pdfaid:part"], file.xmp["pdfaid:conformance"]) == ("3", "U"),
    ),
    Rule("P02", "There is a PDF/A output intent with its ICC profile.", _has_output_intent),
    Rule("P03", "The file is not encrypted.", lambda file: not file.pdf.is_encrypted),
    Rule("P04", "Nothing in the file acts: no script, no launch, no way out of the file.", _has_no_actions),
    Rule("P05", "Every font is embedded.", _fonts_are_embedded),
    Rule("P06", "Every font says which characters its codes mean.", _fonts_have_to_unicode),
    Rule("P07", "Every code shown means a character.", lambda file: not any(page.unmapped for page in file.pages)),
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
)


def _all_show_text(pages: list[Shown]) -> bool:
    return bool(pages) and all(page.codes for page in pages)
