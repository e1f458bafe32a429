"""The sealing key: made once and whole, taken up again only when it may seal."""

import os
import shutil
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from consent.errors import AlreadyDone, SealRefused
from consent.seal import certificates, keys

AT = datetime(2026, 3, 12, 9, 45, 30, 500_000, tzinfo=UTC)
HERE = "i-0190b5d2"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys.make(tmp_path / "seal", facility="St. Example Hospital", installation=HERE, at=AT)
    return tmp_path / "seal"


def load(folder: Path, *, now: datetime = AT, passphrase: bytes | None = None) -> keys.SealingKey:
    return keys.load(folder, now=now, installation=HERE, passphrase=passphrase)


def refusal(folder: Path, *, now: datetime = AT, passphrase: bytes | None = None) -> SealRefused:
    with pytest.raises(SealRefused) as caught:
        load(folder, now=now, passphrase=passphrase)
    assert str(folder) not in str(caught.value)
    return caught.value


def test_a_key_of_the_clinics_own_says_whose_it_is_and_what_it_may_do(folder: Path) -> None:
    made = load(folder)
    named = {one.oid: one.value for one in made.certificate.subject}
    assert (named[NameOID.ORGANIZATION_NAME], named[NameOID.SERIAL_NUMBER]) == ("St. Example Hospital", HERE)
    usage = made.certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    may = {name for name, holds in vars(usage).items() if holds}
    assert may == {"_digital_signature", "_content_commitment"}
    assert made.certificate.not_valid_after_utc - made.certificate.not_valid_before_utc == timedelta(days=3650)
    assert (made.root, made.chain) == (made.certificate, ())
    assert made.fingerprint == made.certificate.fingerprint(hashes.SHA256()).hex()


def test_only_its_owner_may_read_the_key_and_nobody_change_it(folder: Path) -> None:
    assert stat.S_IMODE((folder / "key.pem").stat().st_mode) == 0o400
    assert stat.S_IMODE((folder / "certificate.pem").stat().st_mode) == 0o444
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.parent.iterdir()] == ["seal"]


def test_two_keys_of_one_clinic_are_two(tmp_path: Path, folder: Path) -> None:
    other = keys.make(tmp_path / "other", facility="St. Example Hospital", installation=HERE, at=AT)
    assert other.serial_number != load(folder).certificate.serial_number


def test_a_key_is_never_overwritten(folder: Path) -> None:
    before = (folder / "key.pem").read_bytes()
    with pytest.raises(AlreadyDone):
        keys.make(folder, facility="Another", installation=HERE, at=AT)
    assert (folder / "key.pem").read_bytes() == before
    assert [path.name for path in folder.parent.iterdir()] == ["seal"]


def test_a_key_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SealRefused):
        keys.make(tmp_path / "seal", facility="St. Example", installation=HERE, at=AT)
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_not_made_where_there_is_no_data_folder(tmp_path: Path) -> None:
    with pytest.raises(SealRefused):
        keys.make(tmp_path / "none" / "seal", facility="St. Example", installation=HERE, at=AT)


def test_a_long_name_of_a_clinic_is_cut_to_what_a_certificate_holds(tmp_path: Path) -> None:
    made = keys.make(tmp_path / "seal", facility="é" * 200, installation=HERE, at=AT)
    assert made.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == "é" * 64


def test_a_key_with_a_passphrase_opens_with_the_one_in_its_file(tmp_path: Path) -> None:
    keys.make(tmp_path / "seal", facility="St. Example", installation=HERE, at=AT, passphrase=b"correct horse")
    file = tmp_path / "passphrase"
    file.write_bytes(b"correct horse\n")
    file.chmod(0o600)
    assert load(tmp_path / "seal", passphrase=keys.passphrase_of(file)).chain == ()
    file.chmod(0o644)
    with pytest.raises(SealRefused, match="can be read by others"):
        keys.passphrase_of(file)
    file.write_bytes(b"\n")
    file.chmod(0o600)
    with pytest.raises(SealRefused, match="is empty"):
        keys.passphrase_of(file)


def test_of_a_passphrase_the_end_of_its_line_alone_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    for ending in (b"", b"\n", b"\r\n"):
        file.write_bytes(b"battery ox " + ending)
        file.chmod(0o600)
        assert keys.passphrase_of(file) == b"battery ox "
    file.write_bytes(b"box\n")
    assert keys.passphrase_of(file) == b"box"


def test_seal_f13_what_is_no_file_is_refused(folder: Path) -> None:
    (folder / "key.pem").unlink()
    (folder / "key.pem").mkdir()
    assert refusal(folder).what == "The sealing key cannot be read."


def test_seal_f13_a_key_of_another_kind_is_refused_as_such(folder: Path) -> None:
    other = ed25519.Ed25519PrivateKey.generate()
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    replace(folder / "key.pem", pem)
    assert "of a kind that may sign" in refusal(folder).what, "and not that it does not belong to its certificate"


def test_seal_f13_a_key_that_is_missing_is_refused(folder: Path, tmp_path: Path) -> None:
    assert "is missing" in refusal(tmp_path / "none").what
    (folder / "certificate.pem").unlink()
    assert "certificate.pem of the sealing key is missing" in refusal(folder).what


def test_seal_f13_a_wrong_passphrase_is_refused(tmp_path: Path, folder: Path) -> None:
    keys.make(tmp_path / "locked", facility="St. Example", installation=HERE, at=AT, passphrase=b"correct horse")
    assert "does not open" in refusal(tmp_path / "locked", passphrase=b"battery staple").what
    assert "no passphrase is given" in refusal(tmp_path / "locked").what
    assert "is not encrypted" in refusal(folder, passphrase=b"correct horse").what


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o644, 0o600 | stat.S_IWOTH])
def test_seal_f13_a_key_that_others_may_use_is_refused(folder: Path, mode: int) -> None:
    (folder / "key.pem").chmod(mode)
    assert "can be read by others" in refusal(folder).what


def test_seal_f13_a_certificate_of_another_key_is_refused(folder: Path, tmp_path: Path) -> None:
    keys.make(tmp_path / "other", facility="St. Example Hospital", installation=HERE, at=AT)
    replace(folder / "certificate.pem", (tmp_path / "other" / "certificate.pem").read_bytes())
    assert "do not belong together" in refusal(folder).what


@pytest.mark.parametrize("name", ["key.pem", "certificate.pem"])
def test_seal_f13_a_file_that_is_damaged_is_refused(folder: Path, name: str) -> None:
    replace(folder / name, b"-----BEGIN NOTHING-----\n")
    assert "cannot be read" in refusal(folder).what


def test_seal_f01_a_certificate_that_has_ended_is_refused(folder: Path) -> None:
    end = load(folder).certificate.not_valid_after_utc
    assert load(folder, now=end).chain == ()
    found = refusal(folder, now=end + timedelta(seconds=1))
    assert found.what == "The certificate of the sealing key ended on 2036-03-09."
    assert "Nothing is lost" in found.next_step


def test_seal_f02_a_certificate_that_does_not_count_yet_is_refused(folder: Path) -> None:
    found = refusal(folder, now=AT - timedelta(seconds=1))
    assert "only from 2026-03-12 09:45 UTC" in found.what
    assert "clock" in found.next_step


@pytest.mark.parametrize(
    ("left", "warning"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, 7)]
)
def test_seal_f01_the_end_is_told_sixty_thirty_and_seven_days_ahead(
    folder: Path, left: int, warning: int | None
) -> None:
    certificate = load(folder).certificate
    found = certificates.window(certificate, certificate.not_valid_after_utc - timedelta(days=left))
    assert (found.days_left, found.warning) == (left, warning)
    assert found.begins <= AT <= found.ends


def test_seal_f15_a_key_that_was_copied_to_another_installation_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    with pytest.raises(SealRefused, match="made for another installation"):
        keys.load(copy, now=AT, installation="i-another")


def replace(file: Path, content: bytes) -> None:
    file.unlink()
    file.write_bytes(content)
    file.chmod(0o400)


@pytest.mark.parametrize(
    "make",
    [
        ed25519.Ed25519PrivateKey.generate,
        lambda: rsa.generate_private_key(65537, 1024),  # noqa: S505 - it is what has to be refused
        lambda: ec.generate_private_key(ec.SECP256R1()),
    ],
    ids=["ed25519", "short-rsa", "for-encryption"],
)
def test_seal_f13_a_pair_that_is_not_for_signing_is_refused(
    tmp_path: Path, make: Callable[[], ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey]
) -> None:
    key = make()
    name = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, HERE)])
    signs = not isinstance(key, ec.EllipticCurvePrivateKey)
    usage = x509.KeyUsage(signs, signs, True, False, False, False, False, False, False)  # noqa: FBT003 - as RFC 5280 lists them
    built = x509.CertificateBuilder(name, name, key.public_key(), 1, AT, AT + timedelta(days=9)).add_extension(
        usage, critical=True
    )
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    replace_all(tmp_path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), built.sign(key, digest))
    assert "not of a kind that may sign" in refusal(tmp_path).what


def replace_all(folder: Path, key: bytes, certificate: x509.Certificate) -> None:
    (folder / "key.pem").write_bytes(key)
    (folder / "key.pem").chmod(0o400)
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
