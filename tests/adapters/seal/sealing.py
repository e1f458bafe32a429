"""Sealed documents as a clinic makes them, and as others would like to: bare pyHanko, certificates of our own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from io import BytesIO
from types import MappingProxyType
from typing import Final

import pikepdf
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko_certvalidator.registry import SimpleCertificateStore

from consent.model.blocks import Document
from consent.model.document import document
from consent.model.entry import read
from consent.model.episode import fold
from consent.model.events import SealBegun
from consent.model.events_notices import NoticeBegun
from consent.model.notice import notice
from consent.model.status import Status
from consent.paper.press import FpdfPress
from consent.ports import Attachment
from consent.seal.keys import SealingKey
from consent.wiring import SystemClock
from consent.workflow import notices, proof
from consent.workflow.desk import change, just
from tests.samples.story import SECRET, Story

NOW = SystemClock().now()
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Sealer:
    """A key with its certificate, and those above it."""

    key: Key
    certificate: x509.Certificate
    above: tuple[x509.Certificate, ...] = ()

    @cached_property
    def pin(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def sealing(self) -> SealingKey:
        """The same as the clinic's own sealer takes it."""
        return SealingKey(self.signer, self.certificate, self.above)

    @property
    def pem(self) -> bytes:
        return pem(self.certificate)

    @cached_property
    def signer(self) -> signers.SimpleSigner:
        store = SimpleCertificateStore()
        store.register_multiple([_asn1(one) for one in self.above])
        return signers.SimpleSigner(
            signing_cert=_asn1(self.certificate), signing_key=_asn1_key(self.key), cert_registry=store
        )


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _asn1_key(key: Key) -> asn1_keys.PrivateKeyInfo:
    plain = serialization.NoEncryption()
    return asn1_keys.PrivateKeyInfo.load(
        key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain)
    )


def sealer(
    *,
    name: str = "Riverbend Clinic seal",
    key: Key | None = None,
    days: tuple[int, int] = (-1, 365),
    by: Sealer | None = None,
    authority: bool = False,
    stamps: bool = False,
    lists: str = "",
) -> Sealer:
    """A certificate that is valid between two days from now; self-signed unless somebody issues it."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    first, last = (NOW + timedelta(days=day) for day in days)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(by.certificate.subject if by else own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if stamps:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if lists:
        made = made.add_extension(x509.CRLDistributionPoints([_place(lists)]), critical=False)
    return Sealer(key, made.sign(by.key if by else key, hashes.SHA256()), (*by.above, by.certificate) if by else ())


def _place(url: str) -> x509.DistributionPoint:
    """Where lists of revoked certificates lie."""
    return x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)


def revocations(
    by: Sealer,
    gone: Mapping[Sealer, datetime] = MappingProxyType({}),
    *,
    at: datetime | None = None,
    own: Iterable[tuple[x509.ExtensionType, bool]] = (),
    digest: hashes.SHA224 | hashes.SHA256 | hashes.SHA512 | None = None,
) -> bytes:
    """A list of revoked certificates, in DER: of a moment or of now; which from when on; its extensions."""
    at = at or SystemClock().now()
    made = x509.CertificateRevocationListBuilder().issuer_name(by.certificate.subject)
    made = made.last_update(at).next_update(at + timedelta(days=7))
    for one, critical in own:
        made = made.add_extension(one, critical=critical)
    for sealer_, since in gone.items():
        told = x509.RevokedCertificateBuilder().serial_number(sealer_.certificate.serial_number)
        told = told.revocation_date(since)
        made = made.add_revoked_certificate(told.build())
    return made.sign(by.key, digest or hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def seal(
    pdf: bytes,
    by: Sealer,
    *,
    level: fields.MDPPerm | None = fields.MDPPerm.NO_CHANGES,
    kind: fields.SigSeedSubFilter = fields.SigSeedSubFilter.PADES,
    stamper: timestamps.TimeStamper | None = None,
    on_the_way: Callable[[IncrementalPdfFileWriter], None] = lambda _: None,
    room: int | None = None,
    digest: str = "sha256",
) -> bytes:
    """The file with a seal; without a level it certifies nothing. ``room``: bytes of its container."""
    told = signers.PdfSignatureMetadata(
        field_name="Seal" if level else "Second",
        md_algorithm=digest,
        subfilter=kind,
        certify=level is not None,
        docmdp_permissions=level or fields.MDPPerm.NO_CHANGES,
    )
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    on_the_way(writer)
    size = 2 * room if room else None
    done: BytesIO = signers.sign_pdf(writer, told, signer=by.signer, timestamper=stamper, bytes_reserved=size)
    return done.getvalue()


def stamper(*, at: datetime | None = None) -> timestamps.TimeStamper:
    """An authority on the spot; its key is RSA."""
    authority = sealer(
        name="Time", key=rsa.generate_private_key(public_exponent=65537, key_size=2048), days=(-900, 900), stamps=True
    )
    return timestamps.DummyTimeStamper(
        tsa_cert=_asn1(authority.certificate), tsa_key=_asn1_key(authority.key), fixed_dt=at or SystemClock().now()
    )


@dataclass(frozen=True)
class Record:
    """A finished document before its seal: its text, and the record that goes into its file."""

    made: Document
    attached: tuple[Attachment, ...]

    @property
    def episode(self) -> str:
        return self.made.head.episode

    @property
    def inside(self) -> tuple[bytes, ...]:
        """The text and the events; the proof of the log, which repeats one of them, stands behind."""
        return tuple(one.content for one in self.attached[:2])

    @cached_property
    def whole(self) -> bytes:
        """The file, as the press makes it."""
        return FpdfPress().build(self.made, self.attached)

    @cached_property
    def pages(self) -> bytes:
        """The same file without its record."""
        return FpdfPress().build(self.made)

    def file(self, *inside: bytes) -> bytes:
        """The file with its record, or with what stands in for it."""
        if not inside:
            return self.whole
        with pikepdf.open(BytesIO(self.whole)) as opened:
            for one, content in zip(self.attached[:2], inside, strict=True):
                opened.attachments[one.name].obj.EF.F.write(content)
            done = BytesIO()
            opened.save(done, deterministic_id=True)
            return done.getvalue()


X: Final[dict[str, object]] = {
    "way": "marked",
    "strokes": [{"points": [[4000, 4000, 0, 0], [4300, 4300, 90, 0]]}],
    "witnesses": [
        {"kind": "staff", "login": "okafor", "secret": SECRET},
        {"kind": "other", "name": "Karl Müller", "relation": "son", "mark": {"way": "typed", "name": "Karl Müller"}},
    ],
}


def notice_record(of: str = "withdrawal", *, about: str = "") -> Record:
    """The notice of a withdrawal or of a correction, after the document of the same story, or about another one."""
    story = Story()
    story.at(Status.FILED)
    if of == "withdrawal":
        story.withdraw(said="Not today")
    else:
        notices.correct(story.desk, story.staff("stone"), episode=story.episode, text="It is the ring finger")
    if about:
        (told,) = story.now.notices
        begun = NoticeBegun(of=told.of, entry=told.entry, about=about, at=story.desk.now())
        change(story.desk, story.desk.stamp(actor="system"), episode=story.episode, decide=lambda _: just(begun))
    notices.make_waiting(story.desk)
    (told,) = story.now.notices
    assert told.begun
    made, entries = notice(story.now, told), story.desk.ledger.entries(f"episode:{story.episode}")
    return Record(made, proof.inside(made, entries[: told.begun.number]))


def record(status: Status = Status.SEALED, *, second: bool = False, witnessed: bool = False) -> Record:
    """The record of one patient's story; the second of a clinic has another episode; a mark has two witnesses."""
    story = Story()
    if second:
        story.open(name="Ana Berg", mrn="0004418")
    story.at(Status.DISCUSSED if witnessed else status)
    if witnessed:
        story.sign(X)
        story.attest()
        story.seal()
    if status is Status.REFUSED:
        story.seal()
    entries = story.desk.ledger.entries(f"episode:{story.episode}")
    begun = next(at for at, one in enumerate(read(entries)) if isinstance(one.event, SealBegun)) + 1
    made = document(fold(story.episode, read(entries[:begun])))
    return Record(made, proof.inside(made, entries[:begun]))
