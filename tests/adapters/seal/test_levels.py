"""Seals with the word of others: the time, and what was revoked. What happens when they fail; what is added later."""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from certomancer.registry import ServiceLabel
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed, AdESSubIndic
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from consent.errors import Broken, Busy, SealRefused
from consent.paper.press import FpdfPress
from consent.ports.sealing import SealedPdf, SealLevel
from consent.seal import keys, pades, readback
from consent.seal.authority import Authority, trust_in
from consent.seal.certificates import as_asn1
from consent.seal.pades import PadesSealer
from tests.adapters.seal.authorities import AT, World

FAULTS = ["clock", "digest", "error", "expired", "garbage", "nonce", "page", "refusal", "slow"]
CONTENTS = re.compile(rb"/Contents <[0-9A-Fa-f]+>")
LONG_ENOUGH = 0.75
"""Seconds for what never answers; a real clinic waits for five."""


@pytest.fixture
def issued_sealer(issued: keys.SealingKey, world: World) -> Callable[[SealLevel], PadesSealer]:
    return lambda level: PadesSealer(issued, level=level, authority=world.authority())


def at_b_b(pdf: bytes, key: keys.SealingKey) -> bytes:
    return PadesSealer(key).seal(pdf, at=AT).content


def test_a_seal_of_the_clinics_own_bears_a_time_stamp(pdf: bytes, own: keys.SealingKey, world: World) -> None:
    made = PadesSealer(own, level=SealLevel.B_T, authority=world.authority()).seal(pdf, at=AT)
    assert (made.level, made.problem) == (SealLevel.B_T, "")
    assert made.content.startswith(pdf)
    assert readback.check(made.content, key=own, authority=world.authority(), at=AT).stamped == AT


@pytest.mark.parametrize("level", [SealLevel.B_T, SealLevel.B_LT, SealLevel.B_LTA])
def test_a_seal_with_a_certificate_of_a_ca_reaches_every_level(
    pdf: bytes, issued_sealer: Callable[[SealLevel], PadesSealer], level: SealLevel
) -> None:
    made = issued_sealer(level).seal(pdf, at=AT)
    assert (made.level, made.problem) == (level, "")
    assert made.content.startswith(pdf)
    FpdfPress().check(made.content)


def test_what_was_known_of_revocation_is_in_the_revision_of_the_seal_itself(
    pdf: bytes, issued_sealer: Callable[[SealLevel], PadesSealer]
) -> None:
    content = issued_sealer(SealLevel.B_LT).seal(pdf, at=AT).content
    store = DocumentSecurityStore.read_dss(PdfFileReader(BytesIO(content)))
    assert (len(store.ocsps), len(store.crls)) == (1, 1)
    assert content.count(b"%%EOF") == pdf.count(b"%%EOF") + 1


@pytest.mark.parametrize("fault", FAULTS)
def test_seal_f11_whatever_a_time_stamp_authority_does_the_file_is_sealed(
    pdf: bytes, own: keys.SealingKey, *, world: World, fault: str
) -> None:
    authority = world.authority(fault, seconds=LONG_ENOUGH if fault == "slow" else 30)
    made = PadesSealer(own, level=SealLevel.B_T, authority=authority).seal(pdf, at=AT)
    assert (made.level, made.content.startswith(pdf)) == (SealLevel.B_B, True)
    assert made.problem.startswith("The time-stamp authority ")
    assert ("did not answer in time" in made.problem) == (fault == "slow")
    assert ("has another time" in made.problem) == (fault == "clock")
    assert world.asked


def test_seal_f11_every_fault_that_there_is_has_been_tried(world: World) -> None:
    assert sorted([*FAULTS, "revoked"]) == world.faults


def test_seal_f11_an_authority_that_is_not_there_holds_nobody_up(
    pdf: bytes, own: keys.SealingKey, world: World
) -> None:
    nobody = Authority("http://127.0.0.1:1/", world.authority().roots)
    made = PadesSealer(own, level=SealLevel.B_T, authority=nobody).seal(pdf, at=AT)
    assert (made.level, made.problem) == (SealLevel.B_B, "The time-stamp authority could not be reached, or refused.")


def test_seal_f11_an_authority_that_nobody_named_is_not_believed(
    pdf: bytes, own: keys.SealingKey, *, issued: keys.SealingKey, world: World
) -> None:
    stranger = replace(world.authority(), roots=(own.certificate,))
    assert PadesSealer(issued, level=SealLevel.B_T, authority=stranger).seal(pdf, at=AT).level is SealLevel.B_B


@pytest.mark.parametrize("down", [["ocsp", "crls"], ["crls"], ["tsa"]])
def test_seal_f11_a_ca_that_does_not_answer_holds_nobody_up(
    pdf: bytes, issued_sealer: Callable[[SealLevel], PadesSealer], *, world: World, down: list[str]
) -> None:
    world.down.update(down)
    sealer = issued_sealer(SealLevel.B_LTA)
    made = sealer.seal(pdf, at=AT)
    assert made.level is SealLevel.B_B
    assert ("could not be found out" in made.problem) == ("crls" in down)
    assert made.problem
    with pytest.raises(Busy):
        sealer.upgrade(made.content, at=AT)
    world.down.clear()
    assert sealer.upgrade(made.content, at=AT).level is SealLevel.B_LTA


def test_a_list_of_what_was_revoked_stands_in_for_a_responder_that_is_down(
    pdf: bytes, issued_sealer: Callable[[SealLevel], PadesSealer], world: World
) -> None:
    world.down.add("ocsp")
    assert issued_sealer(SealLevel.B_LT).seal(pdf, at=AT).level is SealLevel.B_LT
    assert "/ca/crls/interm/latest.crl" in world.asked


def test_a_store_that_is_not_enough_does_not_make_a_level(
    pdf: bytes, issued_sealer: Callable[[SealLevel], PadesSealer], monkeypatch: pytest.MonkeyPatch
) -> None:
    def asking_nobody(roots: Sequence[x509.Certificate], **more: Any) -> ValidationContext:
        return ValidationContext(**trust_in(roots, **more))

    monkeypatch.setattr(pades, "asking_about", asking_nobody)
    assert issued_sealer(SealLevel.B_LT).seal(pdf, at=AT).level is SealLevel.B_B


def test_another_certificate_of_the_same_ca_is_not_the_clinics(
    pdf: bytes, issued: keys.SealingKey, world: World, *, tmp_path: Path
) -> None:
    another = keys.load(world.place(tmp_path / "another", "seal-revoked"), now=AT, installation="i-1")
    assert readback.check(at_b_b(pdf, issued), key=issued, authority=None, at=AT).level is SealLevel.B_B
    with pytest.raises(Broken):
        readback.check(at_b_b(pdf, another), key=issued, authority=None, at=AT)


def test_a_revoked_time_stamp_authority_is_not_believed_once_that_is_asked(
    pdf: bytes, issued: keys.SealingKey, world: World
) -> None:
    sealer = PadesSealer(issued, level=SealLevel.B_LT, authority=world.authority("revoked"))
    assert sealer.seal(pdf, at=AT).level is SealLevel.B_B


def test_nothing_is_sealed_with_a_revoked_certificate(pdf: bytes, world: World, tmp_path: Path) -> None:
    revoked = keys.load(world.place(tmp_path / "revoked", "seal-revoked"), now=AT, installation="i-1")
    sealer = PadesSealer(revoked, level=SealLevel.B_LT, authority=world.authority())
    with pytest.raises(SealRefused, match="was revoked"):
        sealer.seal(pdf, at=AT)
    with pytest.raises(SealRefused, match="was revoked"):
        sealer.upgrade(at_b_b(pdf, revoked), at=AT)


def test_a_file_sealed_in_an_outage_gets_its_time_stamp_later_into_the_seal(
    pdf: bytes, own: keys.SealingKey, world: World
) -> None:
    sealer = PadesSealer(own, level=SealLevel.B_T, authority=world.authority())
    world.down.add("tsa")
    before = sealer.seal(pdf, at=AT)
    world.down.clear()
    after = sealer.upgrade(before.content, at=AT + timedelta(minutes=4))
    assert (before.level, after.level, after.problem) == (SealLevel.B_B, SealLevel.B_T, "")
    assert CONTENTS.sub(b"", after.content) == CONTENTS.sub(b"", before.content)
    assert len(after.content) == len(before.content)
    assert len(CONTENTS.findall(before.content)[0]) > 2 * 12 * 1024, "authorities send long chains"
    FpdfPress().check(after.content)


def test_a_seal_without_room_for_a_time_stamp_gets_one_behind_it(
    pdf: bytes, own: keys.SealingKey, *, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pades, "_SIGNATURE", 800)
    before = at_b_b(pdf, own)
    made = PadesSealer(own, level=SealLevel.B_T, authority=world.authority()).upgrade(before, at=AT)
    assert made == SealedPdf(made.content, SealLevel.B_T)
    assert made.content.startswith(before)
    assert coverage(made.content) == ["ENTIRE_REVISION", "ENTIRE_FILE"]
    FpdfPress().check(made.content)


@pytest.mark.parametrize("fault", ["digest", "expired"])
def test_a_time_stamp_behind_the_seal_that_does_not_hold_is_not_added(
    pdf: bytes, own: keys.SealingKey, *, world: World, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(pades, "_SIGNATURE", 800)
    with pytest.raises(Busy):
        PadesSealer(own, level=SealLevel.B_T, authority=world.authority(fault)).upgrade(at_b_b(pdf, own), at=AT)


def coverage(content: bytes) -> list[str]:
    """How far seal and time stamps reach, each of them in line with the seal that allows no change."""
    found = PdfFileReader(BytesIO(content)).embedded_signatures
    for one in found:
        one.compute_integrity_info()
        assert one.summarise_integrity_info()["docmdp_ok"], one.field_name
    return [one.summarise_integrity_info()["coverage"].name for one in found]


def test_an_upgrade_to_more_than_a_time_stamp_leaves_the_seal_as_valid_as_it_was(
    pdf: bytes, issued: keys.SealingKey, issued_sealer: Callable[[SealLevel], PadesSealer]
) -> None:
    made = issued_sealer(SealLevel.B_LT).upgrade(at_b_b(pdf, issued), at=AT)
    assert made.level is SealLevel.B_LTA
    assert coverage(made.content) == ["ENTIRE_REVISION", "ENTIRE_FILE"]
    FpdfPress().check(made.content)


def test_a_time_stamp_inside_a_seal_is_never_replaced(
    pdf: bytes, issued_sealer: Callable[[SealLevel], PadesSealer]
) -> None:
    before = issued_sealer(SealLevel.B_T).seal(pdf, at=AT).content
    after = issued_sealer(SealLevel.B_LT).upgrade(before, at=AT)
    assert (after.level, after.content.startswith(before)) == (SealLevel.B_LTA, True)


def test_an_upgrade_that_fails_says_that_it_is_tried_again(pdf: bytes, own: keys.SealingKey, world: World) -> None:
    sealer = PadesSealer(own, level=SealLevel.B_T, authority=world.authority("error"))
    with pytest.raises(Busy, match="tried again"):
        sealer.upgrade(at_b_b(pdf, own), at=AT)


def test_what_has_its_level_is_given_back_as_it_is(pdf: bytes, own: keys.SealingKey, world: World) -> None:
    sealer = PadesSealer(own, level=SealLevel.B_T, authority=world.authority())
    made = sealer.seal(pdf, at=AT)
    world.asked.clear()
    assert sealer.upgrade(made.content, at=AT) == made
    assert PadesSealer(own).upgrade(at_b_b(pdf, own), at=AT).level is SealLevel.B_B
    assert world.asked == []


def test_only_what_bears_this_seal_is_upgraded(
    pdf: bytes, own: keys.SealingKey, *, issued: keys.SealingKey, world: World
) -> None:
    sealer = PadesSealer(own, level=SealLevel.B_T, authority=world.authority())
    for given in (pdf, at_b_b(pdf, issued), at_b_b(pdf, own) + b"\n"):
        with pytest.raises(Broken):
            sealer.upgrade(given, at=AT)


def test_seal_f01_an_upgrade_after_the_end_of_the_certificate_would_prove_nothing(
    pdf: bytes, own: keys.SealingKey, world: World
) -> None:
    sealer = PadesSealer(own, level=SealLevel.B_T, authority=world.authority())
    with pytest.raises(SealRefused):
        sealer.upgrade(at_b_b(pdf, own), at=own.certificate.not_valid_after_utc + timedelta(days=1))


def test_seal_f13_a_chain_that_leads_nowhere_is_refused(world: World, tmp_path: Path) -> None:
    folder = world.place(tmp_path / "issued", "seal")
    loaded = keys.load(folder, now=AT, installation="i-1")
    assert loaded.chain == (world.certificate("interm"), world.certificate("root"))
    assert loaded.root == world.certificate("root")
    (folder / "chain.pem").write_bytes((folder / "certificate.pem").read_bytes())
    with pytest.raises(SealRefused, match="does not lead to a root"):
        keys.load(folder, now=AT, installation="i-1")
    (folder / "chain.pem").unlink()
    with pytest.raises(SealRefused, match=r"chain\.pem of the sealing key is missing"):
        keys.load(folder, now=AT, installation="i-1")


def years_later(content: bytes, world: World) -> AdESSubIndic:
    """What ETSI EN 319 102-1, 5.6.3 says of a seal when the certificate behind it has long ended."""
    later = datetime(2038, 3, 12, tzinfo=UTC)
    trusted = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=as_asn1([world.certificate("root")])),
        revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("require")),
    )
    of_that_day = world.pki.service_registry.get_crl(ServiceLabel("root"), later)
    spec = SignatureValidationSpec(
        trusted,
        RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
        local_knowledge=LocalKnowledge(known_crls=[CRLContainer(of_that_day)]),
    )
    seal = PdfFileReader(BytesIO(content)).embedded_regular_signatures[0]
    timing = ValidationTimingInfo(later, later, point_in_time_validation=True)
    return asyncio.run(ades_lta_validation(seal, PdfSignatureValidationSpec(spec), timing)).ades_subindic


def test_seal_f12_a_seal_at_b_lta_is_valid_years_after_its_certificate_ended(
    pdf: bytes, issued: keys.SealingKey, *, issued_sealer: Callable[[SealLevel], PadesSealer], world: World
) -> None:
    before = at_b_b(pdf, issued)
    assert years_later(before, world) is not AdESPassed.OK
    assert years_later(issued_sealer(SealLevel.B_LTA).seal(pdf, at=AT).content, world) is AdESPassed.OK
    assert years_later(issued_sealer(SealLevel.B_LT).upgrade(before, at=AT).content, world) is AdESPassed.OK
