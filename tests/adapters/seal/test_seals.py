"""The signature itself: what its container may hold, which keys may sign, and what may be attached to it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from asn1crypto import cms, crl
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

from tests.adapters.seal import changes, sealing
from tests.adapters.seal.conftest import Office


def _rsa(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


KEYS: dict[str, tuple[Callable[[], sealing.Key], str]] = {
    "P-256": (lambda: ec.generate_private_key(ec.SECP256R1()), ""),
    "P-384": (lambda: ec.generate_private_key(ec.SECP384R1()), ""),
    "P-521": (lambda: ec.generate_private_key(ec.SECP521R1()), ""),
    "RSA 2048": (lambda: _rsa(2048), ""),
    "RSA 1024": (lambda: _rsa(1024), "algorithms"),
    "secp256k1": (lambda: ec.generate_private_key(ec.SECP256K1()), "algorithms"),
}


@pytest.mark.parametrize("name", KEYS)
def test_only_keys_of_a_known_strength_seal(office: Office, name: str) -> None:
    make, code = KEYS[name]
    by = sealing.sealer(key=make())
    assert office.judge(sealing.seal(office.kept.file(), by), by=by) == (code, code)


@pytest.mark.parametrize(("digest", "code"), [("sha384", ""), ("sha512", ""), ("sha224", "algorithms")])
@pytest.mark.parametrize("key", ["P-256", "RSA 2048"])
def test_only_known_digests_seal(office: Office, key: str, digest: str, *, code: str) -> None:
    by = sealing.sealer(key=KEYS[key][0]())
    assert office.judge(sealing.seal(office.kept.file(), by, digest=digest), by=by) == (code, code)


@pytest.mark.parametrize(
    ("level", "kind", "code"),
    [
        (MDPPerm.NO_CHANGES, SigSeedSubFilter.ADOBE_PKCS7_DETACHED, "attributes"),
        (MDPPerm.FILL_FORMS, SigSeedSubFilter.PADES, "structure"),
        (MDPPerm.ANNOTATE, SigSeedSubFilter.PADES, "structure"),
        (None, SigSeedSubFilter.PADES, "structure"),
    ],
)
def test_only_a_seal_that_certifies_without_any_change_counts(
    office: Office, level: MDPPerm | None, kind: SigSeedSubFilter, *, code: str
) -> None:
    pdf = sealing.seal(office.kept.file(), office.clinic, level=level, kind=kind)
    assert office.judge(pdf) == (code, code)


def test_a_signature_by_another_key_under_the_certificate_of_the_clinic_is_refused(office: Office) -> None:
    forger = sealing.Sealer(sealing.sealer().key, office.clinic.certificate)
    assert office.judge(sealing.seal(office.kept.file(), forger)) == ("signature", "signature")


def test_a_second_certificate_for_the_same_key_does_not_stand_in_for_the_one_that_was_signed_with(
    office: Office,
) -> None:
    second = sealing.sealer(key=office.clinic.key).signer.signing_cert
    assert second

    def exchange(signed: cms.SignedData) -> None:
        signed["certificates"] = [cms.CertificateChoices("certificate", second)]
        named = {"issuer": second.issuer, "serial_number": second.serial_number}
        signed["signer_infos"][0]["sid"] = cms.SignerIdentifier("issuer_and_serial_number", named)

    assert office.judge(_attach(office, exchange)) == ("attributes", "attributes")


def test_a_document_of_two_revisions_cannot_be_sealed_well(office: Office) -> None:
    pdf = sealing.seal(changes.update(office.kept.file(), page=False), office.clinic)
    assert office.judge(pdf) == ("update", "update")


def test_a_seal_that_changes_a_page_on_its_way_is_refused(office: Office) -> None:
    pdf = sealing.seal(office.kept.file(), office.clinic, on_the_way=changes.resize)
    assert office.judge(pdf) == ("update", "update")


def test_the_digits_of_the_container_are_of_one_case(office: Office) -> None:
    digits = changes.digits(office.sealed)
    for one in (digits.upper(), digits.lower()):
        assert office.judge(changes.contained(office.sealed, one)) == ("", "")
    mixed = digits[:100].upper() + digits[100:].lower()
    assert office.judge(changes.contained(office.sealed, mixed)) == ("container", "container")


@pytest.mark.parametrize("last", [b"01", b" \n", b"\0\0", b"0g"])
def test_nothing_but_zeros_follows_the_seal_in_its_container(office: Office, last: bytes) -> None:
    digits = changes.digits(office.sealed)
    assert all(office.judge(changes.contained(office.sealed, digits[:-2] + last)))


def test_a_length_that_is_written_longer_than_needed_is_refused(office: Office) -> None:
    digits = changes.digits(office.sealed)
    longer = digits[:2] + b"8300" + digits[4:-2]
    assert all(office.judge(changes.contained(office.sealed, longer)))


def test_a_length_that_is_written_longer_where_nobody_signed_is_refused(office: Office) -> None:
    digits, der = changes.digits(office.sealed), changes.der(office.sealed)
    place = der.index(b"\xa0\x82", 20)  # the certificates
    longer = bytearray(der[:place] + b"\xa0\x83\0" + der[place + 2 :])
    for head in (0, 15, 19):  # what holds them
        longer[head + 2 : head + 4] = (int.from_bytes(longer[head + 2 : head + 4], "big") + 1).to_bytes(2, "big")
    ours, theirs = office.judge(changes.contained(office.sealed, longer.hex().encode().ljust(len(digits), b"0")))
    assert (ours, theirs) == ("container", "cms")


@pytest.mark.parametrize("tag", [0xA0, 0xA3, 0xB1, 0x81, 0x31])
def test_a_timestamp_under_another_tag_is_not_passed_over(office: Office, tag: int) -> None:
    stamped = sealing.seal(office.kept.file(), office.clinic, stamper=sealing.stamper())
    der = bytearray.fromhex(changes.digits(stamped).decode())
    signer = cms.ContentInfo.load(bytes(der))["content"]["signer_infos"][0]
    place = bytes(der).index(signer["unsigned_attrs"].dump())
    der[place] = tag
    assert all(office.judge(changes.contained(stamped, der.hex().encode())))


def test_every_bit_of_a_certificate_that_comes_along_counts(office: Office) -> None:
    between = sealing.sealer(name="Between", authority=True, by=sealing.sealer(name="Root", authority=True))
    own = sealing.sealer(by=between)
    pdf = sealing.seal(office.kept.file(), own)
    der = bytearray.fromhex(changes.digits(pdf).decode())
    place = bytes(der).index(between.certificate.signature) - 1  # how many bits of its last byte do not count
    der[place] ^= 1
    assert office.judge(changes.contained(pdf, der.hex().encode()), by=own) == ("certificates", "certificates")


def test_values_nested_without_end_are_refused_at_once(office: Office) -> None:
    room = sealing.seal(office.kept.file(), office.clinic, room=200_000)
    size = len(changes.digits(room)) // 2
    nested = b"".join(b"\x30\x83" + (size - at - 5).to_bytes(3, "big") for at in range(0, size - 5, 5))
    pdf = changes.contained(room, nested.hex().encode().ljust(2 * size, b"0"))
    assert office.judge(pdf) == ("container", "container")


def _attach(office: Office, change: Callable[[cms.SignedData], None]) -> bytes:
    """The sealed file with something that nobody signed in its seal."""
    info = cms.ContentInfo.load(changes.der(office.sealed))
    change(info["content"])
    digits = info.dump(force=True).hex().encode()
    return changes.contained(office.sealed, digits.ljust(len(changes.digits(office.sealed)), b"0"))


def test_a_certificate_that_does_not_belong_to_the_seal_is_refused(office: Office) -> None:
    def more(signed: cms.SignedData) -> None:
        signed["certificates"].append(cms.CertificateChoices("certificate", sealing.sealer().signer.signing_cert))

    assert office.judge(_attach(office, more)) == ("certificates", "certificates")


def _second_signer(signed: cms.SignedData) -> None:
    signed["signer_infos"].append(signed["signer_infos"][0].copy())


def _revocations(signed: cms.SignedData) -> None:
    told = crl.CertificateList.load(sealing.revocations(sealing.sealer()))
    signed["crls"] = [cms.RevocationInfoChoice("crl", told)]


def _certificate_twice(signed: cms.SignedData) -> None:
    signed["certificates"].append(signed["certificates"][0].copy())


def _content(signed: cms.SignedData) -> None:
    signed["encap_content_info"]["content"] = b"More."


@pytest.mark.parametrize(
    ("change", "code"),
    [(_second_signer, "cms"), (_revocations, "cms"), (_content, "cms"), (_certificate_twice, "certificates")],
)
def test_nothing_goes_along_with_the_signature_that_nobody_signed(
    office: Office, change: Callable[[cms.SignedData], None], code: str
) -> None:
    room = Office(office.clinic, office.kept, sealing.seal(office.kept.file(), office.clinic, room=20_000))
    assert office.judge(_attach(room, lambda _: None)) == ("", "")
    assert office.judge(_attach(room, change)) == (code, code)


def test_a_container_holds_a_signature_and_no_other_message(office: Office) -> None:
    signed, digested = b"2a864886f70d010702", b"2a864886f70d010705"
    digits = changes.digits(office.sealed).lower()
    assert office.judge(changes.contained(office.sealed, digits)) == ("", "")
    assert office.judge(changes.contained(office.sealed, digits.replace(signed, digested, 1))) == ("cms", "cms")


def test_an_attribute_that_nobody_signed_is_refused(office: Office) -> None:
    def more(signed: cms.SignedData) -> None:
        attribute = cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": sealing.NOW})]})
        signed["signer_infos"][0]["unsigned_attrs"] = [attribute]

    assert office.judge(_attach(office, more)) == ("timestamp", "timestamp")


def test_a_seal_with_a_timestamp_counts_and_the_timestamp_of_another_does_not(office: Office) -> None:
    stamped = sealing.seal(office.kept.file(), office.clinic, stamper=sealing.stamper())
    assert office.judge(stamped) == ("", "")
    taken = cms.ContentInfo.load(changes.der(stamped))["content"]

    def more(signed: cms.SignedData) -> None:
        signed["signer_infos"][0]["unsigned_attrs"] = taken["signer_infos"][0]["unsigned_attrs"]

    room = sealing.seal(office.kept.file(), office.clinic, room=20_000)
    assert office.judge(_attach(Office(office.clinic, office.kept, room), more)) == ("timestamp", "timestamp")


def test_a_timestamp_from_after_the_certificate_ended_is_refused(office: Office) -> None:
    late = sealing.stamper(at=sealing.NOW.replace(year=sealing.NOW.year + 2))
    pdf = sealing.seal(office.kept.file(), office.clinic, stamper=late)
    assert office.judge(pdf) == ("window", "window")


def test_a_timestamp_from_after_its_authority_ended_is_refused(office: Office) -> None:
    late = sealing.stamper(at=sealing.NOW + timedelta(days=1000))
    pdf = sealing.seal(office.kept.file(), office.clinic, stamper=late)
    assert office.judge(pdf) == ("timestamp", "timestamp")


def test_certificates_above_the_sealing_one_may_come_along(office: Office) -> None:
    root = sealing.sealer(name="Root", authority=True)
    between = sealing.sealer(name="Between", authority=True, by=root)
    own = sealing.sealer(by=between)
    assert office.judge(sealing.seal(office.kept.file(), own), by=own) == ("", "")
    rootless = sealing.Sealer(own.key, own.certificate, (between.certificate,))
    assert office.judge(sealing.seal(office.kept.file(), rootless), by=own) == ("certificates", "certificates")
    alone = sealing.Sealer(own.key, own.certificate)
    assert office.judge(sealing.seal(office.kept.file(), alone), by=own) == ("", "")
