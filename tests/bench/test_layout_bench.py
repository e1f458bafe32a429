"""How fast the press is, as a ratio to ReportLab in the same run: ``pytest tests/bench --benchmark-only -s``.

Both draw the same seven pages of running text in the same font file, warm: fonts are parsed before the clock starts.
Nothing is asserted: a figure of one machine is no promise. ReportLab stands for a fast press; it makes no PDF/A.
"""

import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from consent import paper
from consent.model.blocks import Document, Paragraph, RunningHead
from consent.paper.layout import MARGIN, PAPER, build

FONT = Path(paper.__file__).parent / "fonts" / "DejaVuSans.ttf"
TEXT = "You can say no at any time. Nobody will be angry, and your care goes on, on this day and on every other. "
PARAGRAPHS = [TEXT * 5] * 40
ROUNDS = 15


def _document() -> Document:
    head = RunningHead(
        patient="Jane Roe",
        birth_date="1960-03-12",
        mrn="0012345",
        episode="0190b5d2-7c1e-7f3a-9c55-3b9a5a5f1c77",
        version="3",
        facility="St. Example Hospital",
    )
    blocks = tuple(Paragraph(text=text) for text in PARAGRAPHS)
    return Document(title="Consent", lang="en", page="a4", head=head, blocks=blocks, created="2026-03-12T09:42:00Z")


def _reportlab() -> bytes:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames, registerFont
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Paragraph as Flowable
    from reportlab.platypus import SimpleDocTemplate

    if "DejaVu" not in getRegisteredFontNames():
        registerFont(TTFont("DejaVu", str(FONT)))
    style = ParagraphStyle("body", fontName="DejaVu", fontSize=11, leading=14.85, spaceBefore=7)
    out = BytesIO()
    template = SimpleDocTemplate(out, pagesize=PAPER["a4"], **dict.fromkeys(("leftMargin", "rightMargin"), MARGIN))
    template.build([Flowable(text, style) for text in PARAGRAPHS])
    return out.getvalue()


def _seconds(draw: Callable[[], bytes]) -> float:
    draw()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        draw()
        taken.append(time.perf_counter() - start)
    return median(taken)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:reportlab")
def test_layout_beside_reportlab(benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    document = _document()
    ours, theirs = _seconds(lambda: build(document)), _seconds(_reportlab)
    benchmark.extra_info["ratio_to_reportlab"] = round(ours / theirs, 2)
    benchmark(build, document)
    with capsys.disabled():
        print(f"\npress {ours * 1000:.1f} ms, ReportLab {theirs * 1000:.1f} ms, ratio {ours / theirs:.2f}")
