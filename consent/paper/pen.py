"""The pen: the only thing in the house that touches fpdf2.

Decides how a mark becomes PDF, and how the file describes itself. Around what is drawn stands which part of the
document it belongs to, or that it is decoration; ``tags`` makes the structure of that (docs/adr/0002-pdf.md).

Invariants:
- Same marks, same bytes, in any process: the dates are the document's, the /ID is a digest of the bytes, and the font
  subsets follow the order of the text.
- PDF/A-3a and PDF/UA-1: all that is drawn is told to a listener, or marked as decoration.
- Nothing outside the package is read while drawing (``ResourceAccessPolicy.NONE``).
- No author and no machine in the metadata; the identifier is the episode's.

Refuses a glyph that a font lacks even if it was passed before: fpdf2 would drop it with a line in a log.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from itertools import groupby, pairwise
from typing import Final
from xml.sax.saxutils import escape

import uharfbuzz as hb
from fpdf import FPDF, ViewerPreferences
from fpdf.drawing import PaintedPath
from fpdf.enums import ResourceAccessPolicy
from fpdf.fonts import HarfBuzzFont, TTFFont

from consent.errors import Broken
from consent.model.signature import GRID, Point, Stroke
from consent.paper import fonts
from consent.paper.marks import Frame, Ink, Line, Mark, Part, People, Rule, Square, Text
from consent.paper.tags import Box, Told, finished
from consent.ports import Attachment

PRODUCER: Final = "Bedside Consent"
_THIN: Final = 0.5
_NIB: Final = 1.3
_NIB_STEPS: Final = 4
_BLACK: Final = "#000000"
_UA_SCHEMA: Final = """<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>"""
"""What PDF/A asks for of a property that it does not know itself (ISO 19005-3, 6.6.2.3)."""


class Pen:
    """One document being drawn.

    Args:
        title: Title of the file, without a patient's name.
        lang: BCP 47 language of the document.
        identifier: The episode's id, kept as ``dc:identifier``.
        created: When sealing began; the only instant in the file.
        paper: Width and height in points.
        texts: Every text that will be drawn with the face that it is set in, so that fonts can be cut down first.
    """

    def __init__(
        self,
        title: str,
        lang: str,
        *,
        identifier: str,
        created: datetime,
        paper: tuple[float, float],
        texts: Iterable[tuple[fonts.Face, str]],
    ) -> None:
        pdf = FPDF(unit="pt", format=paper, enforce_compliance="PDF/A-3U")
        pdf.resource_access_policy = ResourceAccessPolicy.NONE
        pdf.alias_nb_pages(None)  # type: ignore[arg-type]  # documented; "{nb}" in a text stays as it is
        pdf.set_margin(0)
        pdf.c_margin = 0
        pdf.set_auto_page_break(auto=False)
        pdf.set_lang(lang)
        pdf.set_creation_date(created)
        pdf.set_xmp_metadata(_xmp(title, lang, identifier=identifier, created=created))
        pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self._pdf = pdf
        self._told: list[Told] = []
        self._open: Part | None = None
        self._is_open = False
        self._height = paper[1]
        self._created = created
        self._add_fonts(texts)

    def _add_fonts(self, texts: Iterable[tuple[fonts.Face, str]]) -> None:
        """Cut each face down to what will be drawn, in order of first use."""
        used: dict[fonts.Face, set[str]] = {}
        for face, text in texts:
            used.setdefault(face, {" "}).update(text)
        for face, characters in used.items():
            data = face.small(characters)
            key = f"{face.family}{'B' if face.bold else ''}"
            font = TTFFont(self._pdf, BytesIO(data), key, "B" if face.bold else "")  # type: ignore[arg-type]  # fontTools opens a stream as well as a path
            font._hbfont = HarfBuzzFont(hb.Face(data))  # noqa: SLF001 (it would read the path otherwise)
            font.ttfont.recalcBBoxes = False  # outlines stay as they are, so their boxes do
            self._pdf.fonts[key] = font

    def new_page(self) -> None:
        """Open the next page."""
        self._close()
        self._pdf.add_page()

    def draw(self, mark: Mark, top: float) -> None:
        """Draw one mark of a slab that lies at ``top``, inside the part that it belongs to."""
        if not self._is_open or self._open is not mark.part:
            self._close()
            self._begin(mark.part, top + mark.y)
        if isinstance(mark, Text) and mark.part:
            self._told[-1].lines.append(mark.line.told)
        if isinstance(mark, People | Ink | Square):
            self._told[-1].box.append(self._box(mark, top + mark.y))
        match mark:
            case Text():
                self._text(mark.line, mark.x, top + mark.y)
            case Rule():
                self._stroke(mark.grey)
                self._pdf.line(mark.x, top + mark.y, mark.x + mark.width, top + mark.y)
            case Frame():
                self._stroke(mark.grey)
                self._pdf.rect(mark.x, top + mark.y, mark.width, mark.height)
            case People():
                self._people(mark, top + mark.y)
            case Ink():
                self._ink(mark, top + mark.y)
            case Square():
                self._square(mark, top + mark.y)

    def finish(self, attached: Sequence[Attachment] = ()) -> bytes:
        """The file, with what is attached to it.

        Raises:
            Broken: A glyph was missing after all.
        """
        if any(font.missing_glyphs for font in self._pdf.fonts.values() if isinstance(font, TTFFont)):
            raise Broken("The press met a character that the check of fonts had passed.")
        self._close()
        return finished(bytes(self._pdf.output()), self._told, attached, at=self._created)

    def _begin(self, part: Part | None, top: float) -> None:
        """Say what is drawn from here on: marked content of ISO 32000-1, 14.6."""
        if part is None:
            self._write("/Artifact BMC")
        else:
            page = self._pdf.page - 1
            last = self._told[-1] if self._told else None
            number = last.number + 1 if last and last.page == page else 0
            self._told.append(Told(part, page, number, top=self._height - top))
            self._write(f"/{part.role} <</MCID {number}>> BDC")
        self._open, self._is_open = part, True

    def _close(self) -> None:
        if self._is_open:
            self._write("EMC")
        self._is_open = False

    def _write(self, operator: str) -> None:
        self._pdf._out(operator)  # noqa: SLF001 (fpdf2 has no other way to write an operator)

    def _box(self, mark: People | Ink | Square, top: float) -> Box:
        """Left, bottom, right, top of a picture, in the page's own coordinates."""
        if isinstance(mark, Square):
            side = len(mark.rows) * mark.size
            return mark.x, self._height - top - side, mark.x + side, self._height - top
        if isinstance(mark, Ink):
            return mark.x, self._height - top - mark.height, mark.x + mark.width, self._height - top
        return min(mark.places), self._height - top - mark.size, max(mark.places) + mark.size, self._height - top

    def _stroke(self, grey: int) -> None:
        self._pdf.set_draw_color(grey)
        self._pdf.set_line_width(_THIN)

    def _text(self, line: Line, x: float, top: float) -> None:
        pdf = self._pdf
        pdf.set_font(line.face.family, "B" if line.face.bold else "", line.size)
        baseline = top + line.baseline
        if not fonts.runs_right_to_left(line.text):
            pdf.text(x, baseline, line.told)
            return
        pdf.set_text_shaping(use_shaping_engine=True, direction="rtl" if line.rtl else "ltr", features=fonts.FEATURES)
        pdf.set_xy(x, baseline - 0.8 * line.size)
        pdf.cell(line.width, line.size, line.text)
        pdf.set_text_shaping(use_shaping_engine=False)

    def _people(self, mark: People, top: float) -> None:
        """Round heads over round shoulders; filled black, or in outline."""
        unit = mark.size / 10
        path = PaintedPath()
        for place in mark.places:
            middle, foot, shoulder = place + mark.size / 2, top + 9.6 * unit, top + 4 * unit
            left, right = middle - 3.4 * unit, middle + 3.4 * unit
            path.circle(middle, top + 2.6 * unit, 1.9 * unit)
            path.move_to(left, foot)
            path.curve_to(left, shoulder, right, shoulder, right, foot)
            path.close()
        path.style.stroke_color = _BLACK
        path.style.stroke_width = 0.7
        path.style.fill_color = _BLACK if mark.filled else None
        self._draw(path)

    def _square(self, mark: Square, top: float) -> None:
        """All dark fields are one path: between two of them no hair of white is left on any screen."""
        path = PaintedPath()
        for down, row in enumerate(mark.rows):
            at = 0
            for dark, fields in groupby(row):
                wide = len(list(fields))
                if dark:
                    path.rectangle(mark.x + at * mark.size, top + down * mark.size, wide * mark.size, mark.size)
                at += wide
        path.style.stroke_color = None
        path.style.fill_color = _BLACK
        self._draw(path)

    def _draw(self, path: PaintedPath) -> None:
        with self._pdf.drawing_context() as context:
            context.add_item(path, clone=False)

    def _ink(self, mark: Ink, top: float) -> None:
        scale_x, scale_y = mark.width / GRID, mark.height / GRID
        for stroke in mark.strokes:
            for nib, spots in _segments(stroke):
                places = [(mark.x + x * scale_x, top + y * scale_y) for x, y in spots]
                self._draw(_curve(places, nib))


def _nib(point: Point) -> int:
    """Pressure in a few steps, so that a stroke is a few long curves and not thousands of short ones."""
    return round(point[3] / 1000 * _NIB_STEPS)


def _segments(stroke: Stroke) -> Iterable[tuple[float, list[tuple[float, float]]]]:
    """A stroke cut where the pressure changes; each piece begins where the last one ended."""
    points = stroke.points
    spots = [(float(point[0]), float(point[1])) for point in points]
    start = 0
    for at, (one, two) in enumerate(pairwise(points), 1):
        if _nib(one) != _nib(two):
            yield _width(one), spots[start : at + 1]
            start = at
    yield _width(points[-1]), spots[start:]


def _width(point: Point) -> float:
    return _NIB * (0.7 + 0.6 * _nib(point) / _NIB_STEPS)


def _curve(places: list[tuple[float, float]], width: float) -> PaintedPath:
    """A smooth line through the middles between points, with the points as handles."""
    path = PaintedPath(*places[0])
    for (x, y), (next_x, next_y) in pairwise(places[1:]):
        path.quadratic_curve_to(x, y, (x + next_x) / 2, (y + next_y) / 2)
    path.line_to(*places[-1])
    path.style.stroke_color = _BLACK
    path.style.fill_color = None
    path.style.stroke_width = width
    path.style.stroke_cap_style = "round"
    path.style.stroke_join_style = "round"
    return path


def _xmp(title: str, lang: str, *, identifier: str, created: datetime) -> str:
    """XMP of ISO 19005-3, 6.6; made here since fpdf2 would write the time of printing into it."""
    when = created.isoformat(timespec="seconds")
    return f"""<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<dc:format>application/pdf</dc:format>
<dc:identifier>{escape(identifier)}</dc:identifier>
<dc:language><rdf:Bag><rdf:li>{escape(lang)}</rdf:li></rdf:Bag></dc:language>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>
<pdf:Producer>{escape(PRODUCER)}</pdf:Producer>
<xmp:CreateDate>{when}</xmp:CreateDate>
<xmp:ModifyDate>{when}</xmp:ModifyDate>
<xmp:MetadataDate>{when}</xmp:MetadataDate>
</rdf:Description>
{_UA_SCHEMA}
</rdf:RDF>
</x:xmpmeta>"""
