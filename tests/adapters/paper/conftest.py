"""Documents to print, and the eyes of other programs to read them with."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from consent.model.blocks import Block, Document, Paragraph, RunningHead, SignatureBlock
from consent.model.signature import Stroke
from consent.paper.layout import build

DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
HEAD = RunningHead(
    patient="José Müller-Ñandú",
    birth_date="1960-03-12",
    mrn="MRN-0012345",
    episode="0190b5d2-7c1e-7f3a-9c55-3b9a5a5f1c77",
    version="3",
    facility="St. Example Hospital",
    banner="Demo. Not for patients",
)
MARKS_OF_DIRECTION = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u200e\u200f"))

Make = Callable[..., Document]


@pytest.fixture
def make() -> Make:
    """A document of the given blocks; keywords change the head."""

    def _make(*blocks: Block, page: str = "a4", lang: str = "en", **head: str) -> Document:
        return Document.model_validate(
            {
                "title": "Consent to an operation",
                "lang": lang,
                "page": page,
                "head": HEAD.model_copy(update=head),
                "blocks": blocks or (Paragraph(text="A short text."),),
                "created": "2026-03-12T09:42:00Z",
            }
        )

    return _make


@pytest.fixture
def signature() -> Callable[..., SignatureBlock]:
    """A signature with ink."""

    def _signature(**changes: object) -> SignatureBlock:
        wave = tuple((x, 5000 + (x % 1700), x // 10, x // 11) for x in range(500, 9500, 150))
        fields: dict[str, object] = {
            "title": "Patient",
            "printed_name": "José Müller-Ñandú",
            "signer_role": "Patient",
            "meaning": "I agree.",
            "signed_at": "12 March 2026, 10:42 (UTC+01:00)",
            "covers": DIGEST,
            "strokes": (Stroke(points=wave),),
        }
        return SignatureBlock.model_validate(fields | changes)

    return _signature


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], list[str]]:
    """The text of each page as poppler extracts it."""

    def _read(pdf: bytes) -> list[str]:
        path = tmp_path / "read.pdf"
        path.write_bytes(pdf)
        out = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout
        return out.decode().translate(MARKS_OF_DIRECTION).split("\f")[:-1]

    return _read


@pytest.fixture
def printed(make: Make, read: Callable[[bytes], list[str]]) -> Callable[..., str]:
    """The text of all pages of a document made of these blocks."""
    return lambda *blocks, **head: "\n".join(read(build(make(*blocks, **head))))
