"""How long a seal takes, as a ratio to bare pyHanko on the same file with the same key in the same run.

pytest tests/bench/test_seal_bench.py --benchmark-only -s

The baseline signs, opens the file again and validates it, by pyHanko's own documented calls and no more: ours counts no
seal either before it was read back. Signing alone is told beside it. At B-T both ask one time-stamp authority on this
machine. The goal is 1.5 times the baseline. Nothing is asserted: a figure of one machine is no promise.
"""

import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from consent.model.blocks import Document
from consent.paper.press import FpdfPress
from consent.ports.sealing import SealLevel
from consent.seal import keys
from consent.seal.authority import Authority
from consent.seal.certificates import as_asn1
from consent.seal.pades import PadesSealer
from tests.adapters.seal.authorities import AT, World, serving

SAMPLE = Path(__file__).parents[1] / "adapters" / "paper" / "golden" / "sample.json"
ROUNDS = 25


def signed(pdf: bytes, key: keys.SealingKey, authority: Authority | None) -> bytes:
    """The file, signed by pyHanko's documented call."""
    meant = PdfSignatureMetadata(
        field_name="Seal",
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
    )
    stamper = HTTPTimeStamper(authority.url) if authority else None
    signer = PdfSigner(meant, key.signer, timestamper=stamper, new_field_spec=SigFieldSpec("Seal"))
    out = signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), bytes_reserved=16 * 1024 if stamper else None)
    return bytes(out.getbuffer())


def validated(pdf: bytes, key: keys.SealingKey, authority: Authority | None) -> None:
    """The file, opened again and validated."""
    (seal,) = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
    ours = ValidationContext(trust_roots=as_asn1([key.root]), moment=AT)
    theirs = ValidationContext(trust_roots=as_asn1(authority.roots if authority else ()), moment=AT)
    assert validate_pdf_signature(seal, ours, theirs).intact


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


@pytest.mark.parametrize("level", [SealLevel.B_B, SealLevel.B_T])
def test_a_seal_beside_bare_pyhanko(level: SealLevel, tmp_path: Path, benchmark: Any) -> None:
    keys.make(tmp_path / "seal", facility="St. Example Hospital", installation="i-1", at=AT)
    key = keys.load(tmp_path / "seal", installation="i-1")
    pdf = FpdfPress().build(Document.model_validate_json(SAMPLE.read_text(encoding="utf-8")))
    (tmp_path / "world").mkdir()
    with serving(lambda port: World(tmp_path / "world", port)) as world:
        authority = None if level is SealLevel.B_B else world.authority()
        sealer = PadesSealer(key, level=level, authority=authority)

        def theirs() -> None:
            validated(signed(pdf, key, authority), key, authority)

        def ours() -> None:
            assert sealer.seal(pdf, at=AT).level is level

        for work in (theirs, ours):
            work()
        took = [(seconds(ours), seconds(theirs), seconds(lambda: signed(pdf, key, authority))) for _ in range(ROUNDS)]
    mine, bare, alone = (median(times) * 1000 for times in zip(*took, strict=True))
    benchmark.pedantic(lambda: None)
    print(f"\n{level}: {mine:.0f} ms, pyHanko {bare:.0f} ms, {mine / bare:.2f} of it, on {len(pdf) // 1024} KiB")
    print(f"pyHanko's signing without looking: {alone:.0f} ms")
