"""A seal of the clinic's own: what it is in the file, what it refuses, and what is left of it after a change."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pikepdf import Name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError

from consent.errors import AlreadyDone, Broken, SealRefused, SettingRefused
from consent.paper.press import FpdfPress
from consent.ports.sealing import SealedPdf, SealLevel
from consent.seal import keys, readback
from consent.seal.pades import REASON, PadesSealer
from tests.adapters.seal.authorities import AT, World

CONTENTS = re.compile(rb"/Contents <[0-9A-Fa-f]+>")


@pytest.fixture(scope="session")
def sealed(pdf: bytes, own: keys.SealingKey) -> bytes:
    return PadesSealer(own).seal(pdf, at=AT).content


def test_a_file_is_sealed_behind_its_own_bytes_at_b_b(pdf: bytes, own: keys.SealingKey) -> None:
    made = PadesSealer(own).seal(pdf, at=AT)
    assert made == SealedPdf(made.content, SealLevel.B_B, problem="")
    assert made.content[: len(pdf)] == pdf


def test_the_seal_is_a_certification_by_pades_that_allows_no_change(sealed: bytes) -> None:
    with pikepdf.open(BytesIO(sealed)) as file:
        seal = file.Root.Perms.DocMDP
        assert (seal.SubFilter, str(seal.M)) == (Name("/ETSI.CAdES.detached"), "D:20260312094500Z")
        assert [int(one.TransformParams.P) for one in seal.Reference] == [1]
        assert "/DigestMethod" not in seal.Reference[0]
        assert len(file.Root.AcroForm.Fields) == 1


def test_the_widget_of_the_seal_is_no_bigger_than_nothing_beyond_the_page_and_not_hidden(sealed: bytes) -> None:
    with pikepdf.open(BytesIO(sealed)) as file:
        widgets = [one for page in file.pages for one in page.obj.get("/Annots", [])]
        assert [[int(side) for side in one.Rect] for one in widgets] == [[-9999] * 4]
        assert [int(one.F) & 0b111 for one in widgets] == [0b100]
        assert [str(one.TU) for one in widgets] == ["Seal of the clinic"]
        assert {str(page.obj.Tabs) for page in file.pages} == {"/S"}


def test_a_sealed_file_still_keeps_every_rule_of_the_press(sealed: bytes) -> None:
    FpdfPress().check(sealed)


def test_the_seal_leaves_metadata_and_version_of_the_file_as_they_are(pdf: bytes, sealed: bytes) -> None:
    with pikepdf.open(BytesIO(pdf)) as before, pikepdf.open(BytesIO(sealed)) as after:
        assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        assert dict(after.docinfo) == dict(before.docinfo)
        assert (after.pdf_version, "/Version" in after.Root) == (before.pdf_version, False)
        assert after.trailer.ID[0] == before.trailer.ID[0]


def test_the_seal_tells_nothing_of_the_machine(pdf: bytes, sealed: bytes) -> None:
    with pikepdf.open(BytesIO(sealed)) as file:
        seal = file.Root.Perms.DocMDP
        assert set(seal.keys()) == {
            "/ByteRange", "/Contents", "/Filter", "/M", "/Reason", "/Reference", "/SubFilter", "/Type",
        }  # fmt: skip
        assert str(seal.Reason) == REASON
    assert not re.search(rb"pyhanko|/(tmp|home|root|work|usr)/", sealed[len(pdf) :], re.IGNORECASE)


def test_seal_f15_the_seal_names_the_installation_that_its_key_was_made_for(sealed: bytes) -> None:
    with pikepdf.open(BytesIO(sealed)) as file:
        assert b"i-1" in bytes(file.Root.Perms.DocMDP.Contents)


def test_seal_f16_the_same_file_and_time_give_the_same_bytes_but_for_the_signature(
    pdf: bytes, own: keys.SealingKey
) -> None:
    one, two = (PadesSealer(own).seal(pdf, at=AT).content for _ in range(2))
    assert one != two
    assert CONTENTS.sub(b"", one) == CONTENTS.sub(b"", two)
    assert len(CONTENTS.findall(one)) == 1


def test_seal_f01_nothing_is_sealed_after_the_end_of_the_certificate(pdf: bytes, own: keys.SealingKey) -> None:
    end = own.certificate.not_valid_after_utc
    assert PadesSealer(own).seal(pdf, at=end).level is SealLevel.B_B
    with pytest.raises(SealRefused, match="ended on"):
        PadesSealer(own).seal(pdf, at=end + timedelta(seconds=1))


def test_seal_f02_nothing_is_sealed_before_the_certificate_begins(pdf: bytes, own: keys.SealingKey) -> None:
    with pytest.raises(SealRefused, match="counts only from"):
        PadesSealer(own).seal(pdf, at=AT - timedelta(seconds=1))


def test_seal_f08_a_file_that_has_a_seal_takes_no_other(sealed: bytes, own: keys.SealingKey) -> None:
    with pytest.raises(AlreadyDone):
        PadesSealer(own).seal(sealed, at=AT)
    meant = PdfSignatureMetadata(field_name="Another")
    with pytest.raises(SigningError, match="forbids all changes"):
        PdfSigner(meant, own.signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(sealed)))


@pytest.mark.parametrize("given", [b"", b"%PDF-1.7\n", b"no file at all" * 100], ids=["empty", "head", "other"])
def test_what_is_no_pdf_is_not_sealed(given: bytes, own: keys.SealingKey) -> None:
    with pytest.raises(Broken):
        PadesSealer(own).seal(given, at=AT)
    with pytest.raises(Broken):
        PadesSealer(own).upgrade(given, at=AT)


def test_a_level_that_needs_more_than_there_is_is_refused(own: keys.SealingKey, world: World) -> None:
    with pytest.raises(SettingRefused, match="needs a time-stamp authority"):
        PadesSealer(own, level=SealLevel.B_T)
    with pytest.raises(SettingRefused, match="needs a certificate of a CA"):
        PadesSealer(own, level=SealLevel.B_LT, authority=world.authority())


def holds(content: bytes, key: keys.SealingKey) -> bool:
    try:
        readback.check(content, key=key, authority=None, at=AT)
    except Broken:
        return False
    return True


def test_seal_f04_bytes_behind_the_seal_are_found(sealed: bytes, own: keys.SealingKey) -> None:
    assert holds(sealed, own)
    assert not holds(sealed + b"\n% something else\n", own)


def test_a_changed_byte_is_found_wherever_it_is_signed(pdf: bytes, sealed: bytes, own: keys.SealingKey) -> None:
    for place in (len(pdf) // 2, sealed.index(b"/Reason (") + 10):
        changed = bytearray(sealed)
        changed[place] ^= 1
        assert not holds(bytes(changed), own), place


def test_a_seal_that_would_allow_changes_is_not_the_clinics(pdf: bytes, own: keys.SealingKey) -> None:
    for certify, allowed in ((True, MDPPerm.FILL_FORMS), (False, MDPPerm.NO_CHANGES)):
        meant = PdfSignatureMetadata(
            "Seal", certify=certify, docmdp_permissions=allowed, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        made = PdfSigner(meant, own.signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
        assert not holds(made.getvalue(), own)


def test_two_seals_are_not_one(pdf: bytes, own: keys.SealingKey) -> None:
    content = pdf
    for name in ("One", "Two"):
        meant = PdfSignatureMetadata(name, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
        content = PdfSigner(meant, own.signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(content))).getvalue()
    with pytest.raises(Broken, match="has to bear one seal"):
        readback.check(content, key=own, authority=None, at=AT)


def test_a_seal_of_somebody_with_the_same_names_is_not_the_clinics(
    pdf: bytes, own: keys.SealingKey, tmp_path: Path
) -> None:
    keys.make(tmp_path / "theirs", facility="St. Example Hospital", installation="i-1", at=AT)
    theirs = keys.load(tmp_path / "theirs", now=AT, installation="i-1")
    assert theirs.certificate.subject == own.certificate.subject
    assert not holds(PadesSealer(theirs).seal(pdf, at=AT).content, own)


def test_a_file_that_does_not_hold_once_sealed_is_not_handed_back(
    pdf: bytes, own: keys.SealingKey, tmp_path: Path
) -> None:
    keys.make(tmp_path / "theirs", facility="St. Example Hospital", installation="i-1", at=AT)
    theirs = keys.load(tmp_path / "theirs", now=AT, installation="i-1")
    mixed = keys.SealingKey(signer=theirs.signer, certificate=own.certificate)
    with pytest.raises(Broken):
        PadesSealer(mixed).seal(pdf, at=AT)


def test_what_a_key_looks_like_in_a_log_tells_nothing_of_it(own: keys.SealingKey) -> None:
    assert "signer" not in repr(own)
    assert x509.load_pem_x509_certificate(own.certificate.public_bytes(Encoding.PEM)) == own.certificate
