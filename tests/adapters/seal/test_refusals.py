"""Catalogue F by its numbers: what may befall a sealed file, and what somebody may pass off as one."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

import verify as by_itself
from consent.seal import verdict
from consent.seal.container import LIMIT
from consent.wiring import SystemClock
from tests.adapters.seal import changes, sealing
from tests.adapters.seal.conftest import Office

NOW = SystemClock().now()


@pytest.mark.parametrize("more", [b" ", b"\n", b"\r\n\n", b"\0", b"%", b"%%EOF\n", b"\n%%EOF\n", b"more\n%%EOF\n"])
def test_seal_f04_bytes_after_the_seal_are_refused(office: Office, more: bytes) -> None:
    assert all(office.judge(office.sealed + more))


def test_seal_f04_bytes_before_the_document_are_refused(office: Office) -> None:
    assert office.judge(b"more" + office.sealed) == ("form", "form")
    assert office.judge(b"%PDF-" + office.sealed) == ("coverage", "coverage")


@pytest.mark.parametrize("page", [True, False])
def test_seal_f05_a_revision_more_is_refused(office: Office, page: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert office.judge(changes.update(office.sealed, page=page)) == ("coverage", "coverage")


def test_seal_f06_a_file_without_its_seal_is_refused(office: Office) -> None:
    assert office.judge(office.kept.file()) == ("seal", "seal")
    with pikepdf.open(BytesIO(office.sealed)) as opened:
        del opened.Root.AcroForm, opened.Root.Perms, opened.pages[0].obj.Annots
        written = BytesIO()
        opened.save(written)
    assert office.judge(written.getvalue()) == ("seal", "seal")


def test_seal_f07_the_seal_of_a_stranger_of_the_same_name_is_refused(office: Office) -> None:
    stranger = sealing.sealer()
    assert stranger.certificate.subject == office.clinic.certificate.subject
    assert office.judge(sealing.seal(office.kept.file(), stranger)) == ("pin", "pin")


def test_a_seal_that_changes_an_object_without_keys_is_refused(office: Office) -> None:
    with pikepdf.open(BytesIO(office.kept.file())) as opened:
        opened.Root.Listed = opened.make_indirect(pikepdf.Array([1, 2]))
        written = BytesIO()
        opened.save(written, deterministic_id=True)

    def change(writer: IncrementalPdfFileWriter) -> None:
        listed = writer.root.raw_get("/Listed")
        writer.objects[(0, listed.idnum)] = generic.ArrayObject([generic.NumberObject(3)])

    assert office.judge(sealing.seal(written.getvalue(), office.clinic)) == ("", "")
    assert office.judge(sealing.seal(written.getvalue(), office.clinic, on_the_way=change)) == ("update", "update")


def test_seal_f07_without_a_certificate_to_compare_with_nothing_is_proved(office: Office) -> None:
    ours = verdict.verify(office.sealed, pinned=frozenset(), at=NOW)
    theirs = by_itself.judge(office.sealed, pins=set(), at=NOW)
    assert ([one.code for one in ours.failed], theirs.failed) == (["pinned"], "pinned")
    assert ours.certificate == theirs.certificate == office.clinic.pin
    assert "structure" not in {one.code for one in ours.checked}


def test_seal_f07_a_certificate_of_an_authority_is_not_enough(office: Office) -> None:
    above = sealing.sealer(name="Authority", authority=True)
    own, other = sealing.sealer(by=above), sealing.sealer(by=above)
    assert office.judge(sealing.seal(office.kept.file(), own), by=own) == ("", "")
    assert office.judge(sealing.seal(office.kept.file(), other), by=own) == ("pin", "pin")


def test_seal_f09_two_sealed_files_that_were_swapped_are_each_of_another_episode(office: Office) -> None:
    second = sealing.record(second=True)
    assert second.episode != office.kept.episode
    pdf = sealing.seal(second.file(), office.clinic)
    assert office.judge(pdf, episode=second.episode) == ("", "")
    assert office.judge(pdf, episode=office.kept.episode) == ("expected", "expected")
    assert office.judge(office.sealed, episode=second.episode) == ("expected", "expected")


def test_seal_f10_what_is_cut_anywhere_is_refused(office: Office) -> None:
    size = len(office.sealed)
    for length in (0, 1, 4, 5, 9, 100, size // 2, *changes.gap(office.sealed)[:2], size - 100, size - 2):
        assert all(office.judge(office.sealed[:length])), length


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"PK\x03\x04" * 99, b"%PDF-" + b"<" * 9999])
def test_seal_f10_what_is_no_pdf_is_refused(office: Office, content: bytes) -> None:
    assert all(office.judge(content))


def test_seal_f10_a_file_that_is_too_large_is_refused_before_anything_else(office: Office, tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(500_000_000)
    pin, limit = office.clinic.pin, len(office.sealed) - 1
    ours = verdict.verify(office.sealed, pinned=frozenset({pin}), at=NOW, limit=limit)
    assert ([one.code for one in ours.failed], ours.checked) == (["size"], ())
    assert by_itself.main([str(large), "--pin", pin]) == 1
    assert LIMIT == by_itself.LIMIT


def test_a_verdict_quotes_nothing_of_the_file(office: Office) -> None:
    fit = verdict.verify(office.sealed, pinned=frozenset({office.clinic.pin}), at=NOW)
    assert fit.proved
    assert {one.sentence for one in fit.reasons} <= {both[0] for both in verdict.SENTENCES.values()}
    assert set(by_itself.CHECKS) - set(verdict.SENTENCES) == {"log", "checkpoint"}  # of a log, not of a file


def test_what_was_not_checked_is_not_told_as_if_it_held(office: Office) -> None:
    cut = verdict.verify(changes.flip(office.sealed, 80_000), pinned=frozenset({office.clinic.pin}), at=NOW)
    assert [one.code for one in cut.checked] == ["size", "form", "seal", "coverage", "container"]
    assert [one.code for one in cut.failed] == ["digest"]


def test_the_pages_are_compared_when_they_can_be_made_again(office: Office) -> None:
    def again(_: bytes, __: bytes) -> bytes:
        return office.kept.file()

    def another(_: bytes, __: bytes) -> bytes:
        return office.kept.pages

    pin = frozenset({office.clinic.pin})
    assert verdict.verify(office.sealed, pinned=pin, at=NOW, rebuild=again).proved
    refused = verdict.verify(office.sealed, pinned=pin, at=NOW, rebuild=another)
    assert [one.code for one in refused.failed] == ["rebuilt"]


def test_a_seal_from_the_future_is_refused(office: Office) -> None:
    early = NOW.replace(year=NOW.year - 1)
    pin = office.clinic.pin
    ours = verdict.verify(office.sealed, pinned=frozenset({pin}), at=early)
    assert [one.code for one in ours.failed] == ["window"]
    assert by_itself.judge(office.sealed, pins={pin}, at=early).failed == "window"
