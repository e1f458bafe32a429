"""The clinic's sealing key and its certificate, as files.

Decides how a key is made, kept and taken up again.

Invariants:
- Key and certificate appear together or not at all, and are never overwritten: a lost key seals nothing more.
- Only its owner may read the key, and the file with its passphrase (catalogue F13).

Refuses to repair rights, to guess a passphrase, and a key whose certificate may not seal (``certificates``).
"""

import stat
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from asn1crypto import keys as asn1_keys
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from consent.errors import AlreadyDone, SealRefused
from consent.seal import certificates, files, token

KEY: Final = "key.pem"
CERTIFICATE: Final = "certificate.pem"
YEARS: Final = 10
_OTHERS: Final = 0o077


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A key that may seal, with what shows whose it is.

    Args:
        signer: Signs with the key, from a file or on a token.
        certificate: The key's certificate.
        chain: Who issued it, from its issuer to the root; empty when it is self-signed.
    """

    signer: Signer = field(repr=False)
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def root(self) -> x509.Certificate:
        """What everything is checked against: the CA's root, or the certificate itself."""
        return self.chain[-1] if self.chain else self.certificate

    @property
    def fingerprint(self) -> str:
        """What the clinic pins and tells others: the SHA-256 of the certificate (DER), in hexadecimal."""
        return certificates.fingerprint(self.certificate)


def make(
    folder: Path, *, facility: str, installation: str, at: datetime, years: int = YEARS, passphrase: bytes | None = None
) -> x509.Certificate:
    """Make a key (EC P-256) and its self-signed certificate in a new folder.

    Args:
        folder: Where they go; it appears with both in it. The folder above it has to be there.
        facility: The clinic, named as the organization; cut to 64 characters, more a certificate cannot hold.
        installation: This installation's id, at most 64 characters; it stands in the subject's serial number.
        at: Now, from when the certificate counts.
        years: For how long, in years of 365 days.
        passphrase: Encrypts the key.

    Raises:
        AlreadyDone: There is a folder with something in it.
        SealRefused: The folder cannot be made.
    """
    key = generate_private_key(SECP256R1())
    certificate = certificates.self_signed(key, facility=facility, installation=installation, at=at, years=years)
    encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    written = {
        KEY: (key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption), 0o400),
        CERTIFICATE: (certificate.public_bytes(Encoding.PEM), 0o444),
    }
    try:
        if not files.place(folder, written):
            raise AlreadyDone("There is a sealing key already.", "Use that one, or name another folder.")
    except OSError:
        raise _no_folder() from None
    return certificate


def load(
    folder: Path, *, installation: str, now: datetime | None = None, passphrase: bytes | None = None
) -> SealingKey:
    """The key of a folder, when it may seal.

    A certificate of a CA lies there as ``certificate.pem``; its issuers up to the root, in any order, as ``chain.pem``.
    A key on a token is named by ``token.json`` (``consent.seal.token``); the passphrase is its PIN.

    Args:
        folder: Where key and certificate lie.
        installation: This installation's id; a self-signed certificate has to name it.
        now: A moment that the certificate has to cover; None: that is asked before each seal.
        passphrase: What the key is encrypted with; None when it is not.

    Raises:
        SealRefused: Says what stands against it, and what to do.
    """
    place = token.read(folder / token.FILE)
    key = None if place else _private_key(folder / KEY, passphrase)
    certificate = certificates.read(folder / CERTIFICATE)[0]
    if key:
        certificates.check_belongs(key, certificate)
    certificates.check_signs(certificate)
    if now is not None:
        certificates.check_window(certificate, now)
    chain: tuple[x509.Certificate, ...] = ()
    if certificate.issuer == certificate.subject:
        certificates.check_installation(certificate, installation)
    else:
        chain = certificates.chain(certificate, certificates.read(folder / certificates.CHAIN))
    registry = SimpleCertificateStore()
    registry.register_multiple(certificates.as_asn1(chain))
    own = certificates.as_asn1([certificate])[0]
    signer: Signer
    if key:
        info = asn1_keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
        signer = SimpleSigner(signing_cert=own, signing_key=info, cert_registry=registry)
    elif place:
        pin = (passphrase or b"").decode(errors="replace")
        signer = token.TokenSigner(place, pin=pin, certificate=own, registry=registry)
    return SealingKey(signer, certificate, chain)


def passphrase_of(file: Path) -> bytes:
    """The passphrase in a file, without the end of its line. Raises SealRefused."""
    found = _closed(file, what="The file with the passphrase of the sealing key").rstrip(b"\r\n")
    if not found:
        raise SealRefused("The file with the passphrase of the sealing key is empty.", "Write the passphrase into it.")
    return found


def _private_key(file: Path, passphrase: bytes | None) -> EllipticCurvePrivateKey | RSAPrivateKey:
    pem = _closed(file, what="The sealing key")
    encrypted = b"ENCRYPTED" in pem
    if encrypted and passphrase is None:
        raise SealRefused("The sealing key is encrypted, and no passphrase is given.", "Name the file that holds it.")
    if passphrase is not None and not encrypted:
        raise SealRefused(
            "A passphrase is given, but the sealing key is not encrypted.", "Encrypt the key, or name no passphrase."
        )
    try:
        key = load_pem_private_key(pem, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        what = "The passphrase does not open the sealing key." if encrypted else "The sealing key cannot be read."
        raise SealRefused(what, "Put the right one there; a copy of the key is in the clinic's backup.") from None
    if not isinstance(key, EllipticCurvePrivateKey | RSAPrivateKey):
        raise certificates.wrong_kind()
    return key


def _closed(file: Path, *, what: str) -> bytes:
    """What a file holds that nobody but its owner may read."""
    try:
        is_open = stat.S_IMODE(file.stat().st_mode) & _OTHERS
        found = file.read_bytes()
    except FileNotFoundError:
        raise SealRefused(f"{what} is missing.", "Make a key at set-up, or bring it back from the backup.") from None
    except OSError:
        raise SealRefused(f"{what} cannot be read.", "Check the path, and that the app's user may read it.") from None
    if is_open:
        raise SealRefused(
            f"{what} can be read by others.",
            "Close it to them (chmod 400), and make a new key if somebody else may have read this one.",
        )
    return found


def _no_folder() -> SealRefused:
    return SealRefused(
        "The folder for the sealing key cannot be made.",
        "Check that the data folder is there, has room, and may be written to.",
    )
