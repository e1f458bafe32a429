"""The certificate of a sealing key: what it is made of, when it counts, and who issued it.

Decides which certificate may seal.

Invariants:
- A certificate counts within its window alone (RFC 5280, 4.1.2.5); the end is told 60, 30 and 7 days ahead (catalogue
  F1, F2).
- One of the clinic's own making names the installation that it was made for. In another one it is refused, so that two
  installations do not seal as one (catalogue F15).

Refuses kinds of key that readers of PDF do not agree on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from consent.errors import SealRefused
from consent.ports.sealing import warning

CHAIN: Final = "chain.pem"
_YEAR: Final = timedelta(days=365)
_LONGEST_NAME: Final = 64
"""RFC 5280, appendix A.1: ub-organization-name, ub-serial-number."""
_LEAST_RSA: Final = 2048
_MOST_ISSUERS: Final = 8
_COMMON_NAME: Final = "Seal on consent documents"


@dataclass(frozen=True, slots=True)
class Window:
    """When a certificate counts, seen from one moment.

    Args:
        begins: The first moment.
        ends: The last one.
        days_left: Whole days until then; negative when it is over.
        warning: Which of ``WARNINGS`` has been reached; None while there is time.
    """

    begins: datetime
    ends: datetime
    days_left: int
    warning: int | None


def fingerprint(certificate: x509.Certificate) -> str:
    """The SHA-256 of a certificate's DER bytes, as 64 lower-case hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def window(certificate: x509.Certificate, now: datetime) -> Window:
    """When a certificate counts, and whether somebody has to be told that it ends."""
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    left = (ends - now).days
    return Window(begins, ends, left, warning(left))


def check_window(certificate: x509.Certificate, at: datetime) -> None:
    """Refuse a certificate outside its window: what it signs is worth nothing. Raises SealRefused."""
    found = window(certificate, at)
    if at < found.begins:
        raise SealRefused(
            f"The certificate of the sealing key counts only from {found.begins:%Y-%m-%d %H:%M} UTC.",
            "Check this machine's clock first. Nothing is lost: what waits is sealed later.",
        )
    if at > found.ends:
        raise SealRefused(
            f"The certificate of the sealing key ended on {found.ends:%Y-%m-%d}.",
            "Put a new key and certificate in its place. Nothing is lost: what waits is sealed then.",
        )


def as_asn1(certificates: Iterable[x509.Certificate]) -> list[asn1_x509.Certificate]:
    """Certificates as pyHanko takes them."""
    return [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in certificates]


def self_signed(
    key: EllipticCurvePrivateKey, *, facility: str, installation: str, at: datetime, years: int
) -> x509.Certificate:
    """The certificate of a key of the clinic's own making; see ``keys.make``."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, facility[:_LONGEST_NAME]),
            x509.NameAttribute(NameOID.COMMON_NAME, _COMMON_NAME),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, installation[:_LONGEST_NAME]),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    begins = at.astimezone(UTC).replace(microsecond=0)
    public = key.public_key()
    return (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + years * _YEAR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )


def read(file: Path) -> list[x509.Certificate]:
    """The certificates in a PEM file, at least one. Raises SealRefused."""
    try:
        return x509.load_pem_x509_certificates(file.read_bytes())
    except FileNotFoundError:
        what, step = f"The file {file.name} of the sealing key is missing.", "Put it beside the key."
    except (OSError, ValueError):
        what, step = f"The file {file.name} of the sealing key cannot be read.", "It holds certificates in PEM."
    raise SealRefused(what, step)


def check_belongs(key: EllipticCurvePrivateKey | RSAPrivateKey, certificate: x509.Certificate) -> None:
    """Refuse a certificate of another key, or of a kind that may not sign. Raises SealRefused."""

    def info(of: EllipticCurvePublicKey | RSAPublicKey) -> bytes:
        return of.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    public = certificate.public_key()
    if not isinstance(public, EllipticCurvePublicKey | RSAPublicKey):
        raise wrong_kind()
    if info(public) != info(key.public_key()):
        raise SealRefused(
            "The sealing key and its certificate do not belong together.", "Put the pair back as it was made."
        )
    if isinstance(public, RSAPublicKey) and public.key_size < _LEAST_RSA:
        raise wrong_kind()


def check_signs(certificate: x509.Certificate) -> None:
    """Refuse a certificate whose key usage is not to sign (RFC 5280, 4.2.1.3). Raises SealRefused."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        raise wrong_kind() from None
    if not (usage.digital_signature or usage.content_commitment):
        raise wrong_kind()


def check_installation(certificate: x509.Certificate, installation: str) -> None:
    """Refuse a certificate of the clinic's making that names another installation. Raises SealRefused."""
    named = [str(one.value) for one in certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)]
    if named != [installation[:_LONGEST_NAME]]:
        raise SealRefused(
            "The sealing key was made for another installation.",
            "Make a key of its own for this one; two that seal as one cannot be told apart.",
        )


def chain(certificate: x509.Certificate, given: list[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """The issuers of a certificate, from its own to the root. Raises SealRefused."""
    issuers: list[x509.Certificate] = []
    last = certificate
    while last.issuer != last.subject and len(issuers) < _MOST_ISSUERS:
        issuer = next((one for one in given if _issued(last, by=one)), None)
        if issuer is None:
            raise SealRefused(
                "The chain of the sealing key's certificate does not lead to a root.",
                f"Put the certificates of its issuers, the root included, into {CHAIN}.",
            )
        issuers.append(issuer)
        last = issuer
    return tuple(issuers)


def _issued(certificate: x509.Certificate, *, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def wrong_kind() -> SealRefused:
    """The refusal of a key or certificate that may not sign."""
    return SealRefused(
        "The sealing key or its certificate is not of a kind that may sign.",
        "It has to be EC, or RSA of 2048 bits or more, with digitalSignature or nonRepudiation as its key usage.",
    )
