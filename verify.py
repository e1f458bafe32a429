#!/usr/bin/env python3
"""Is this consent what the clinic sealed? Is this log what it was? Judges files alone, without program and store.

    python verify.py FILE.pdf --pin SHA256     a sealed document: the seal's certificate by its SHA-256 fingerprint
    python verify.py FILE.pdf --cert FILE.pem  or the certificate itself, as the clinic published it
    … --episode ID                             and it has to be the record of this episode
    … --crl FILE.crl                           and it was not revoked, by this list of who issued the certificate
    … --log-key KEY                            and the record stood in the log of this key, as the proof inside shows

    python verify.py SEGMENT --log-key KEY     a stretch of the log, or the entries of one record (docs/segment.md)
    … --checkpoint FILE                        against a checkpoint that lay outside the database; or a folder of them
    … --without-contents                       and headers alone are expected

    python verify.py FILE.tlog-proof --log-key KEY --events events.json

Exit status: 0 proved; 1 refused, with the reason; 2 wrong usage, or a file that cannot be read; 3 a segment that holds,
but that no checkpoint from outside covers to its end (unanchored).

Needs Python 3.11 or later and three packages: ``cryptography``, and for a PDF ``asn1crypto`` and ``pikepdf``. It opens
no connection and writes nothing. Second, separate implementations are ``consent/seal/verdict.py`` and, of the log,
``consent/workflow/audit.py``; docs/adr/0007-verification.md says what both prove, and what nobody can from a file.

The order is the point. First the seal is judged over the raw bytes; only a file whose seal is right and whose
certificate is the expected one is opened as a PDF at all. So no stranger's file reaches a parser of PDF.

1. ``check_seal``: the bytes. Everything but the container of the signature is covered by it, and the container holds
   the signature and zeros (ISO 32000-2, 12.8; ETSI EN 319 142-1; RFC 5652).
2. ``check_structure``: the PDF. It is the only signature, allows no change, and adds nothing but itself.
3. ``check_record``: the record inside. Its events form one chain, and what was signed is the text of the document.
4. ``judge_segment``: the log, line by line. Each entry is what was written, where it was written; all of them make the
   trees of the checkpoints (RFC 6962, 2.1; C2SP tlog-checkpoint).
5. ``check_log``, ``judge_proof``: a proof leads from a record to a checkpoint (C2SP tlog-proof).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import re
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

try:
    import pikepdf
    from asn1crypto import cms, tsp
except ImportError:
    NO_PDF = True
else:
    NO_PDF = False

LIMIT = 50_000_000
"""Bytes; of a larger file no more is read, and it is refused."""
SKEW = timedelta(minutes=5)
"""How far two clocks may differ."""
LEAST_RSA = 2048
MOST_BEHIND = 2**18
"""Bytes of a timestamp of the whole file with answers about certificates."""
LARGEST_INTEGER = 2**53 - 1  # RFC 8785 keeps integers that a double holds
SALT = 32
SIGNER_FIELDS = 6
SIGNATURES = {"Signatures"}
"""The heading of the chapter that holds them, in each language of documents."""
NO_INK_ASPECT = 300
"""What a document says of the pad's width over its height, times 100, where nothing was drawn."""

# Algorithms by their exact DER, so that no other parameters and no second spelling slip in (RFC 5754, RFC 5758).
DIGESTS: dict[str, hashes.HashAlgorithm] = {
    f"{start}0609608648016503040{end}": algorithm
    for name, algorithm in (("201", hashes.SHA256()), ("202", hashes.SHA384()), ("203", hashes.SHA512()))
    for start, end in (("300b", name), ("300d", f"{name}0500"))
}
ECDSA = {f"300a06082a8648ce3d0403{end}": name for end, name in (("02", "sha256"), ("03", "sha384"), ("04", "sha512"))}
RSA = {
    "300d06092a864886f70d0101010500": "any",  # rsaEncryption says nothing of the digest; the signer does
    "300d06092a864886f70d01010b0500": "sha256",
    "300d06092a864886f70d01010c0500": "sha384",
    "300d06092a864886f70d01010d0500": "sha512",
}
SEAL_ATTRIBUTES = {"content_type", "message_digest", "signing_certificate_v2"}

CHECKS = {
    "size": ("It is not larger than what is judged.", "It is larger than 50 MB."),
    "form": ("It begins and ends as a PDF.", "It is not a PDF, it was cut, or something follows it."),
    "seal": ("It bears a seal.", "It bears no seal."),
    "coverage": (
        "The seal covers every byte of the file but the place that holds it.",
        "The seal does not cover the whole file: something was added, cut or moved.",
    ),
    "container": ("That place holds nothing else.", "The place of the seal holds something beside it."),
    "cms": ("The seal is one plain signature by one signer.", "The seal is not one plain signature by one signer."),
    "algorithms": ("Its algorithms are allowed.", "It uses an algorithm or a key that is not allowed."),
    "certificates": ("Its certificates belong together.", "Its certificates do not belong together."),
    "attributes": ("It names its certificate.", "What is signed beside the bytes is not what it has to be."),
    "digest": ("The bytes are those that were sealed.", "Something was changed after the sealing."),
    "signature": ("The signature is right.", "The signature is not that of the certificate."),
    "timestamp": (
        "A timestamp was set upon this seal; who runs its authority was not judged.",
        "What is attached to the seal, or stands behind it, is no right timestamp of it.",
    ),
    "pinned": ("A certificate was named.", "No certificate was named to compare with (--pin or --cert)."),
    "pin": ("It was sealed with the expected certificate.", "Somebody else sealed it: another certificate."),
    "structure": (
        "There is one seal, and it allows no change.",
        "There is not exactly one seal that allows no change.",
    ),
    "update": (
        "The seal adds nothing but itself, and at most what was known of certificates.",
        "The seal's own update changes the document.",
    ),
    "later": (
        "Behind the seal stand a timestamp of the whole file and what was known of certificates, and nothing else.",
        "Behind the seal stands something else than a timestamp of the whole file and what was known of certificates.",
    ),
    "window": (
        "The certificate was valid when the seal claims to have been made.",
        "The certificate had expired or was not yet valid when the seal claims to have been made, or that is to come.",
    ),
    "list": (
        "The list of revoked certificates is by who issued the certificate, and not older than the seal.",
        "The list of revoked certificates is not by who issued the certificate, is older than the seal, or is none.",
    ),
    "revoked": (
        "The list does not name the certificate.",
        "The certificate was revoked, and nothing shows reliably that the seal was made before that.",
    ),
    "attachments": ("The record is inside.", "The record is not inside, or has a form that is not known."),
    "canonical": ("The record is in its canonical form.", "The record is not in its canonical form."),
    "entries": (
        "Its events form one chain up to the sealing, and each matches its commitment.",
        "Its events do not form one chain up to the sealing.",
    ),
    "episode": (
        "Document, events and file are of one patient and episode.",
        "Document, events and file are not of one patient and episode.",
    ),
    "expected": ("It is the expected episode.", "It is the record of another episode than the expected one."),
    "covers": (
        "What was signed is the text of the document inside.",
        "What was signed is not the text of the document inside.",
    ),
    "belongs": (
        "It is a notice, and names the document that it belongs to as the record does.",
        "It is a notice, and does not name the document that it belongs to as the record does.",
    ),
    "log": (
        "Its proof shows that it stood in the log.",
        "It carries no proof that it stood in the log that has this key, or one that does not hold for it.",
    ),
    "checkpoint": (
        "The log signed its checkpoint.",
        "Its checkpoint is not signed with the key of the log, or is none.",
    ),
    "readable": ("It can be read.", "A part of it cannot be read."),
}
"""Each check by its short name: what it says when it holds, and when it fails. Neither quotes the file."""


class Refused(Exception):
    """A check failed; which one."""


@dataclass
class Report:
    """The checks that held, in order, and the one that failed; a file without a failed one is proved."""

    held: list[str] = field(default_factory=list)
    failed: str = ""
    certificate: str = ""
    level: str = ""
    logged: str = ""


@dataclass(frozen=True)
class Seal:
    """What later checks need of a seal that is right."""

    gap: tuple[int, int]
    until: int
    certificate: x509.Certificate
    stamped: datetime | None
    issuer: x509.Certificate | None = None
    behind: tuple[int, int] | None = None
    over: datetime | None = None


def require(holds: object, check: str) -> None:
    """Go on when it holds. Raises Refused."""
    if not holds:
        raise Refused(check)


def judge(
    pdf: bytes,
    *,
    pins: set[str],
    at: datetime,
    episode: str = "",
    crls: tuple[bytes, ...] = (),
    log_keys: Sequence[LogKey] = (),
) -> Report:
    """Judge a file.

    Args:
        pdf: All its bytes.
        pins: SHA-256 of certificates (DER) that may have sealed it, in lower-case hexadecimal.
        at: Now; a seal from the future is refused.
        episode: The episode that it has to be the record of; empty: whichever it names.
        crls: Lists of revoked certificates, in DER or PEM; without one, revocation is not judged.
        log_keys: Keys of the log that the record has to have stood in; without one, that is not judged.

    Returns:
        The report; without a refusal, all of it is proved. No file makes it raise.
    """
    report = Report()
    try:
        seal = check_seal(pdf, pins, report)
        everything, pdf = pdf, pdf[: seal.until]
        first = pdf[: pdf.rfind(b"%%EOF", 0, seal.gap[0]) + 5]
        with pikepdf.open(io.BytesIO(pdf)) as whole, pikepdf.open(io.BytesIO(first)) as before:
            mark = check_structure(whole, before, pdf, seal=seal)
            check_update(whole, before, first, mark=mark)
            report.held += ["structure", "update"]
            stored = check_behind(everything, whole, seal, first=len(first)) | has_answers(whole)
            claimed = pdf_date(str(mark.V.M))
            check_window(seal, claimed, at)
            report.held += ["later", "window"] if seal.behind else ["window"]
            for crl in crls:
                check_crl(crl, seal, claimed=claimed, at=at)
            report.held += ["list", "revoked"] if crls else []
            report.level = level_of(seal, stored=stored)
            last = check_record(whole, before, episode)
            report.held += ["attachments", "canonical", "entries", "episode", last]
            report.held += ["expected"] if episode else []
            report.logged = check_log(before, log_keys) if log_keys else ""
            report.held += ["checkpoint", "log"] if log_keys else []
    except Refused as refused:
        report.failed = str(refused)
    except Exception:  # noqa: BLE001 (whatever a parser says about a broken file, it is not proved)
        report.failed = "readable"
    return report


# --- 1. The seal, over raw bytes --------------------------------------------------------------------------------------


def check_seal(pdf: bytes, pins: set[str], report: Report) -> Seal:
    """The seal covers the file, is right, and was made with the expected certificate."""
    require(len(pdf) <= LIMIT, "size")
    require(pdf[:5] == b"%PDF-" and re.search(rb"%%EOF[\r\n]{0,2}\Z", pdf[-16:]), "form")
    gap, behind, until = find_gaps(pdf)
    der = open_container(pdf[gap[0] : gap[1]])
    stamp = open_container(pdf[behind[0] : behind[1]]) if behind else b""
    report.held += ["size", "form", "coverage", "container"]
    signer, certificate = check_cms(der, pdf[: gap[0]] + pdf[gap[1] : until], kind="data")
    report.held += ["cms", "algorithms", "certificates", "attributes", "digest", "signature"]
    stamped = check_timestamp(signer)
    report.held += ["timestamp"] if stamped else []
    report.certificate = certificate.fingerprint(hashes.SHA256()).hex()
    require(pins, "pinned")
    require(report.certificate in pins, "pin")
    report.held.append("pin")
    issuer = issuer_of(certificate, der)
    if not behind:
        return Seal(gap, until, certificate, stamped, issuer)
    over = check_token(cms.ContentInfo.load(stamp, strict=True), pdf[: behind[0]] + pdf[behind[1] :])
    report.held += [] if stamped else ["timestamp"]
    return Seal(gap, until, certificate, stamped, issuer, behind, over)


def find_gaps(pdf: bytes) -> tuple[tuple[int, int], tuple[int, int] | None, int]:
    """Where the container of the seal is, that of a timestamp behind it, and how far the seal reaches.

    From the one ByteRange that spans the file, and one that ends before it where that is a timestamp's; ``<`` and ``>``
    belong to a container.
    """
    ranges = [
        tuple(map(int, found))
        for found in re.findall(rb"/ByteRange\s*\[\s*(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s*\]", pdf)
    ]
    require(ranges, "seal")
    whole = [(b, c) for a, b, c, d in ranges if a == 0 and b < c and c + d == len(pdf)]
    require(len(whole) == 1, "coverage")
    inner = [(b, c, c + d) for a, b, c, d in ranges if a == 0 and b < c and c + d <= whole[0][0]]
    if not inner:
        return whole[0], None, len(pdf)
    start, end, until = inner[0]
    short = len(pdf) - until <= MOST_BEHIND and re.search(rb"%%EOF[\r\n]{0,2}\Z", pdf[max(until - 16, 0) : until])
    require(len(inner) == 1 and short, "coverage")
    return (start, end), whole[0], until


def open_container(gap: bytes) -> bytes:
    """The signature in its container: hexadecimal digits of one case, one DER value, and zeros to the end."""
    digits = re.fullmatch(rb"<((?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+)>", gap)
    require(digits, "container")
    raw = bytes.fromhex(digits.group(1).decode()) if digits else b""
    # A SEQUENCE with a length of two bytes: no signature is smaller or larger, and depth cannot cost much.
    require(raw[:2] == b"\x30\x82", "container")
    end = 4 + int.from_bytes(raw[2:4], "big")
    require(end <= len(raw) and not any(raw[end:]), "container")
    strict_der(raw[:end])
    return raw[:end]


def strict_der(data: bytes) -> int:
    """Values in DER, one after the other: every length as short as can be (X.690, 10.1). Gives their number."""
    at = count = 0
    while at < len(data):
        tag, length, head = data[at], data[at + 1], 2
        if length > 127:  # noqa: PLR2004 (the long form of a length)
            size = length - 128
            length, head = int.from_bytes(data[at + 2 : at + 2 + size], "big"), 2 + size
            shortest = length > 127 and length >= 1 << (8 * (size - 1))  # noqa: PLR2004 (as above)
            require(0 < size <= 4 and shortest, "cms")  # noqa: PLR2004 (4 GB)
        content = data[at + head : at + head + length]
        truth = tag == 1 and content not in {b"\x00", b"\xff"}
        require(len(content) == length and not truth, "cms")
        if tag & 32:
            strict_der(content)
        at, count = at + head + length, count + 1
    return count


def check_cms(der: bytes, content: bytes | None, *, kind: str) -> tuple[Any, x509.Certificate]:
    """One signature of RFC 5652: one signer, plain algorithms, attributes that fit, digest and signature right.

    Args:
        der: The ContentInfo.
        content: What was signed; None: what the value itself holds (a timestamp).
        kind: The content's type: ``data`` for a seal, ``tst_info`` for a timestamp.

    Returns:
        The SignerInfo and the certificate of who signed.
    """
    info = cms.ContentInfo.load(der, strict=True)
    require(info["content_type"].native == "signed_data", "cms")
    signed = info["content"]
    inner, signers = signed["encap_content_info"], signed["signer_infos"]
    alone = len(signers) == 1 and not len(signed["crls"]) and inner["content_type"].native == kind
    version = "v1" if kind == "data" else "v3"
    require(alone and signed["version"].native == version, "cms")
    if content is None:
        content = inner["content"].contents
    else:
        require(inner["content"].native is None, "cms")
    signer = signers[0]
    # A field under a tag that nobody knows would be passed over, and with it what hangs on the signature.
    require(strict_der(signer.contents) == SIGNER_FIELDS + bool(len(signer["unsigned_attrs"])), "cms")
    algorithm = signer["digest_algorithm"].dump()
    listed = signed["digest_algorithms"].dump() == b"\x31" + bytes([len(algorithm)]) + algorithm
    require(algorithm.hex() in DIGESTS and listed, "algorithms")
    digest = DIGESTS[algorithm.hex()]
    carried = signer_certificate(signed, signer)
    check_attributes(signer, digest_of(content, digest), kind=kind, certificate=carried)
    certificate = x509.load_der_x509_certificate(carried)
    check_signature(certificate, signer, digest)
    return signer, certificate


def digest_of(data: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    """The digest of bytes."""
    return hashlib.new(algorithm.name, data).digest()


def signer_certificate(signed: Any, signer: Any) -> bytes:  # noqa: ANN401 (values of asn1crypto have no types)
    """The signer's certificate in DER; every other one that came along has to be above it, link by link."""
    carried = [one.chosen.dump() for one in signed["certificates"] if one.name == "certificate"]
    require(len(set(carried)) == len(signed["certificates"]), "certificates")
    named = signer["sid"]
    require(named.name == "issuer_and_serial_number" and signer["version"].native == "v1", "cms")
    wanted = (named.chosen["issuer"].dump(), named.chosen["serial_number"].native)
    parsed = [cms.Certificate.load(one) for one in carried]
    require(all(one["signature_value"].contents[:1] == b"\0" for one in parsed), "certificates")  # whole bytes
    own: list[bytes] = [one.dump() for one in parsed if (one.issuer.dump(), one.serial_number) == wanted]
    require(len(own) == 1, "certificates")
    others = [x509.load_der_x509_certificate(one) for one in carried if one != own[0]]
    here = x509.load_der_x509_certificate(own[0])
    while others:
        above = [one for one in others if issued(here, by=one)]
        require(above, "certificates")
        here = above[0]
        others.remove(here)
    # Nothing signs the topmost one but itself; a timestamp may come without it.
    stamp = signed["encap_content_info"]["content_type"].native == "tst_info" and here.issuer != here.subject
    require(len(carried) == 1 or issued(here, by=here) or stamp, "certificates")
    return own[0]


def issuer_of(certificate: x509.Certificate, der: bytes) -> x509.Certificate | None:
    """Who issued a certificate, among those that came along with it."""
    carried = cms.ContentInfo.load(der)["content"]["certificates"]
    others = (x509.load_der_x509_certificate(one.chosen.dump()) for one in carried)
    return next((one for one in others if one != certificate and issued(certificate, by=one)), None)


def issued(one: x509.Certificate, *, by: x509.Certificate) -> bool:
    """Whether one certificate was signed by another."""
    try:
        one.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def check_attributes(signer: Any, digest: bytes, *, kind: str, certificate: bytes) -> None:  # noqa: ANN401 (as above)
    """What is signed with the content: its type, its digest, and whose certificate it is (RFC 5035)."""
    attributes = signer["signed_attrs"]
    found = {one["type"].native: one["values"] for one in attributes}
    require(len(found) == len(attributes) and all(len(values) == 1 for values in found.values()), "attributes")
    require(kind != "data" or set(found) == SEAL_ATTRIBUTES, "attributes")
    require(found["content_type"][0].native == kind, "attributes")
    require(found["message_digest"][0].native == digest, "digest")
    if kind == "data" or "signing_certificate_v2" in found:
        named = found["signing_certificate_v2"][0]["certs"][0]
        own = hashlib.new(named["hash_algorithm"]["algorithm"].native, certificate).digest()
    else:
        named = found["signing_certificate"][0]["certs"][0]
        own = hashlib.sha1(certificate, usedforsecurity=False).digest()  # RFC 2634: timestamps may still name it so
    require(named["cert_hash"].native == own, "attributes")


def check_signature(certificate: x509.Certificate, signer: Any, digest: hashes.HashAlgorithm) -> None:  # noqa: ANN401 (as above)
    """The signature itself: ECDSA on a NIST curve, or RSA (PKCS #1 v1.5) of at least 2,048 bits."""
    key, name = certificate.public_key(), signer["signature_algorithm"].dump().hex()
    value, attributes = signer["signature"].native, signer["signed_attrs"].dump()
    require(attributes[:1] == b"\xa0", "cms")
    data = b"\x31" + attributes[1:]  # signed as the SET that they are, not under the tag of their place (RFC 5652, 5.4)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            curve = isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1 | ec.SECP521R1)
            require(curve and ECDSA.get(name) == digest.name, "algorithms")
            key.verify(value, data, ec.ECDSA(digest))
        else:
            strong = isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA
            require(strong and RSA.get(name) in {digest.name, "any"}, "algorithms")
            cast("rsa.RSAPublicKey", key).verify(value, data, padding.PKCS1v15(), digest)
    except InvalidSignature:
        raise Refused("signature") from None


def check_timestamp(signer: Any) -> datetime | None:  # noqa: ANN401 (as above)
    """When a timestamp authority saw the signature (RFC 3161); None: there is no timestamp.

    The token has to be right in itself; whether its authority is to be believed is for whoever reads this to say.
    """
    attributes = signer["unsigned_attrs"]
    if not len(attributes):
        return None
    fits = len(attributes) == 1 and attributes[0]["type"].native == "signature_time_stamp_token"
    require(fits and len(attributes[0]["values"]) == 1, "timestamp")
    return check_token(attributes[0]["values"][0], signer["signature"].native)


def check_token(token: Any, stamped: bytes) -> datetime:  # noqa: ANN401 (as above)
    """When the authority of a token saw these bytes."""
    try:
        _, authority = check_cms(token.dump(), None, kind="tst_info")
    except Refused:
        raise Refused("timestamp") from None
    told = tsp.TSTInfo.load(token["content"]["encap_content_info"]["content"].contents, strict=True)
    imprint = told["message_imprint"]
    name = imprint["hash_algorithm"].dump().hex()
    require(name in DIGESTS, "timestamp")
    require(imprint["hashed_message"].native == digest_of(stamped, DIGESTS[name]), "timestamp")
    use = authority.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    require(list(use) == [ExtendedKeyUsageOID.TIME_STAMPING], "timestamp")
    when: datetime = told["gen_time"].native
    require(authority.not_valid_before_utc <= when <= authority.not_valid_after_utc, "timestamp")
    return when


# --- 2. The PDF -------------------------------------------------------------------------------------------------------


def check_structure(whole: pikepdf.Pdf, before: pikepdf.Pdf, pdf: bytes, *, seal: Seal) -> pikepdf.Object:
    """One signature, the one that was judged; it certifies the document without any change. Gives its field."""
    require(not whole.get_warnings() and not before.get_warnings(), "readable")
    seals = [one for one in whole.objects if isinstance(one, pikepdf.Dictionary) and "/ByteRange" in one]
    require(len(seals) == 1, "structure")
    (found,), root, (start, end) = seals, whole.Root, seal.gap
    require([int(one) for one in found.ByteRange] == [0, start, end, len(pdf) - end], "structure")
    require(bytes(found.Contents) == bytes.fromhex(pdf[start + 1 : end - 1].decode()), "structure")
    kind = tuple(map(str, (found.Type, found.Filter, found.SubFilter)))
    require(kind == ("/Sig", "/Adobe.PPKLite", "/ETSI.CAdES.detached"), "structure")
    require("/Perms" in root and "/Reference" in found and len(found.Reference) == 1, "structure")
    rule = found.Reference[0]
    require(rule.TransformMethod == "/DocMDP" and rule.TransformParams.P == 1, "structure")
    require(root.Perms.DocMDP.objgen == found.objgen and len(root.AcroForm.Fields) == 1, "structure")
    mark = root.AcroForm.Fields[0]
    require(mark.FT == "/Sig" and "/Kids" not in mark and mark.V.objgen == found.objgen, "structure")
    return mark


def check_update(whole: pikepdf.Pdf, before: pikepdf.Pdf, first: bytes, *, mark: pikepdf.Object) -> None:
    """The file is the document and one revision more, and every object of the document is still what it was.

    Catalog, metadata and the notes of one page may make room for the seal.
    """
    table = re.search(rb"startxref\s+(\d{1,9})\s+%%EOF\Z", first)
    require(table and "/Prev" not in before.trailer and whole.trailer.Prev == int(table.group(1)), "update")
    room = {before.Root.objgen: {"/AcroForm", "/Perms", "/Version", "/Extensions", "/DSS"}}
    for page in whole.pages:
        if "/Annots" in page.obj and [one.objgen for one in page.obj.Annots] == [mark.objgen]:
            room[page.obj.objgen] = {"/Annots"}
    for was in before.objects:
        now, spare = whole.get_object(was.objgen), room.get(was.objgen, set())
        require(not (spare and spare & set(was.keys())), "update")
        require(was.objgen == before.Root.Metadata.objgen or content_of(was, set()) == content_of(now, spare), "update")
    require([one.objgen for one in whole.pages] == [one.objgen for one in before.pages], "update")


def level_of(seal: Seal, *, stored: bool) -> str:
    """What the seal carries (ETSI EN 319 142-1, 6): timestamps, and answers about revocation."""
    if not (seal.stamped or seal.over):
        return "B-B"
    if not stored:
        return "B-T"
    return "B-LTA" if seal.over else "B-LT"


def has_answers(whole: pikepdf.Pdf) -> bool:
    """Whether answers about revocation were sealed with the document; whether they are enough is not judged."""
    store = whole.Root.get("/DSS", pikepdf.Dictionary())
    return any(len(store.get(kind, [])) for kind in ("/OCSPs", "/CRLs"))


def content_of(thing: pikepdf.Object, but: set[str]) -> list[bytes]:
    """An object byte for byte, without some of its keys."""
    if isinstance(thing, pikepdf.Stream):
        return [thing.stream_dict.unparse(), thing.read_raw_bytes()]
    if isinstance(thing, pikepdf.Dictionary):
        return [part for key in sorted(set(thing.keys()) - but) for part in (key.encode(), unparsed(thing[key]))]
    # Resolved: an array or a number of its own would else be compared by its place alone.
    return [thing.unparse(resolved=True)]


def unparsed(thing: object) -> bytes:
    """A value as PDF writes it; references stay references."""
    if isinstance(thing, pikepdf.Object):
        return b"%d %d R" % thing.objgen if thing.is_indirect else thing.unparse()
    return repr(thing).encode()


def pdf_date(text: str) -> datetime:
    """A date of ISO 32000-2, 7.9.4, with its zone."""
    found = re.fullmatch(r"D:(\d{14})(?:Z(?:00'00'?)?|([+-]\d\d)'(\d\d)'?)", text)
    require(found, "window")
    digits, hours, minutes = found.groups() if found else ("", "", "")
    return datetime.strptime(f"{digits}{hours or '+00'}{minutes or '00'}", "%Y%m%d%H%M%S%z").astimezone(UTC)


def check_window(seal: Seal, claimed: datetime, at: datetime) -> None:
    """The certificate was valid when the seal says it was made, and when a timestamp saw it."""
    first, last = seal.certificate.not_valid_before_utc, seal.certificate.not_valid_after_utc
    stamped = seal.stamped or seal.over or claimed
    for when in (claimed, stamped):
        require(first <= when <= last and when <= at + SKEW, "window")
    over = seal.over or stamped
    require(claimed <= stamped + SKEW and stamped <= over + SKEW and over <= at + SKEW, "window")


def check_crl(data: bytes, seal: Seal, *, claimed: datetime, at: datetime) -> None:
    """A list of revoked certificates by who issued this one does not name it (RFC 5280, 5)."""
    try:
        pem = data.lstrip().startswith(b"-----BEGIN")
        crl = x509.load_pem_x509_crl(data) if pem else x509.load_der_x509_crl(data)
        key = seal.issuer.public_key() if seal.issuer else None
        require(seal.issuer and is_complete(crl, seal) and crl.is_signature_valid(cast("Any", key)), "list")
        digest = crl.signature_hash_algorithm
        require(digest and digest.name in {"sha256", "sha384", "sha512"}, "list")
        require(claimed <= crl.last_update_utc <= at + SKEW, "list")
        row = crl.get_revoked_certificate_by_serial_number(seal.certificate.serial_number)
    except (ValueError, TypeError):
        raise Refused("list") from None
    # A lost key can claim any time, and bring a timestamp by anybody: so no timestamp undoes it.
    require(row is None, "revoked")


def is_complete(crl: x509.CertificateRevocationList, seal: Seal) -> bool:
    """Whether a list is all that the issuer says of such certificates, and the issuer may say it."""
    own = {type(one.value): one.value for one in seal.certificate.extensions}
    above = {type(one.value): one.value for one in seal.issuer.extensions} if seal.issuer else {}
    use = above.get(x509.KeyUsage)
    if crl.issuer != seal.certificate.issuer or (isinstance(use, x509.KeyUsage) and not use.crl_sign):
        return False
    for one in crl.extensions:
        place = one.value
        if isinstance(place, x509.IssuingDistributionPoint):
            narrow = place.only_contains_ca_certs or place.only_contains_attribute_certs
            if narrow or place.only_some_reasons or place.indirect_crl:
                return False
            points = own.get(x509.CRLDistributionPoints, ())
            here = {name for point in cast("Any", points) for name in point.full_name or ()}
            if place.relative_name or (place.full_name and not here & set(place.full_name)):
                return False
        elif one.critical:
            return False
    return True


# --- What stands behind the seal: nobody signed it with the clinic's key, so no reader of PDF opens it ----------------

OBJECT = re.compile(rb"\s*(\d{1,7}) 0 obj\n(<<\n.*?\n>>)\n(?=stream\n|endobj\n)", re.DOTALL)
REFERENCE = rb"\d{1,7} 0 R"
STORE = re.compile(rb"<<\n(?:/(?:Certs|OCSPs|CRLs) \[(?: %b)*? \]\n)+>>" % REFERENCE)
STAMP = (
    rb"<<\n/Contents <[0-9A-Fa-f]+>\n/ByteRange \[0 %d %d %d\] *\n"
    rb"/Type /DocTimeStamp\n/Filter /Adobe\.PPKLite\n/SubFilter /ETSI\.RFC3161\n>>"
)
TABLE = (
    rb"<<\n/W \[ 1 8 2 \]\n/Type /XRef\n/Filter /FlateDecode\n/Root %d 0 R\n/Size %d\n"
    rb"/ID \[ <[0-9a-f]{32}> <[0-9a-f]{32}> \]\n"
    rb"/Prev %d\n/Index \[ 0 1((?: \d{1,7} \d{1,4})+) \]\n/Length \d{1,4}\n>>"
)


@dataclass(frozen=True)
class Found:
    """An object as it is written: where, its dictionary, and the bytes of its stream."""

    at: int
    told: bytes
    data: bytes | None


def check_behind(pdf: bytes, whole: pikepdf.Pdf, seal: Seal, *, first: int) -> bool:
    """A timestamp of the whole file and a store of answers leave what was sealed as it was; gives if there are answers.

    Compared with the seal's own revision as text, which this program knows to be right by now.
    """
    if not seal.behind:
        return False
    was, _ = read_objects(pdf[: seal.until], first)
    now, table = read_objects(pdf, seal.until)
    root, form = whole.Root.objgen[0], whole.Root.AcroForm.objgen[0]
    mark = whole.Root.AcroForm.Fields[0]
    page, own = mark.P.objgen[0], mark.objgen[0]
    fields = re.search(rb"\n/Fields \[ %d 0 R (\d{1,7}) 0 R \]\n" % own, now[form].told)
    require(fields, "later")
    new = int(fields[1]) if fields else 0
    room = b"[ %d 0 R ]" % own, b"[ %d 0 R %d 0 R ]" % (own, new)
    for number, key in ((form, b"\n/Fields "), (page, b"\n/Annots ")):
        require(was[number].told.count(key + room[0]) == 1 and now[number].data is None, "later")
        require(was[number].told.replace(key + room[0], key + room[1]) == now[number].told, "later")
    name = re.compile(rb"\n/TU? \([A-Za-z0-9 ]+\)|\n/V (\d{1,7}) 0 R(?=\n)")
    require(name.sub(b"", was[own].told) == name.sub(b"", now[new].told) and now[new].data is None, "later")
    value = max(int(one[1] or 0) for one in name.finditer(now[new].told))
    span = (*seal.behind, len(pdf) - seal.behind[1])
    require(re.fullmatch(STAMP % span, now[value].told) and now[value].data is None, "later")
    parts, fresh = check_store(was, now, root)
    fresh |= {new, value, table}
    require(set(now) == parts | fresh | {form, page}, "later")
    require(not fresh & {one.objgen[0] for one in whole.objects}, "later")
    check_table(pdf, now, table, root=root, until=seal.until)
    return any(b"\n/OCSPs" in one.told or b"\n/CRLs" in one.told for one in now.values() if STORE.fullmatch(one.told))


def read_objects(pdf: bytes, at: int) -> tuple[dict[int, Found], int]:
    """The objects from a place to the end, one after the other and nothing between; and which is their table."""
    found: dict[int, Found] = {}
    while head := OBJECT.match(pdf, at):
        number, told, at, data = int(head[1]), head[2], head.end(), None
        if pdf[at : at + 7] == b"stream\n":
            size = re.search(rb"\n/Length (\d{1,7})\n", told)
            require(size, "later")
            start = at + 7
            at = start + (int(size[1]) if size else 0)
            data = pdf[start:at]
            require(pdf[at : at + 11] == b"\nendstream\n", "later")
            at += 11
        require(pdf[at : at + 7] == b"endobj\n" and number not in found, "later")
        found[number] = Found(head.start(1), told, data)
        at += 7
    tail = re.compile(rb"\nstartxref\n(\d{1,9})\n%%EOF\n?").fullmatch(pdf, at)
    tables = [number for number, one in found.items() if tail and one.at == int(tail[1])]
    require(tables, "later")
    return found, tables[0]


def check_store(was: dict[int, Found], now: dict[int, Found], root: int) -> tuple[set[int], set[int]]:
    """The store of answers, new or longer than it was, with what lies in it; gives what was there, and what is new."""
    entry = re.compile(rb"\n/DSS (\d{1,7}) 0 R(?=\n)")
    before = entry.search(was[root].told)
    parts = set()
    if root in now:
        added = entry.search(now[root].told)
        require(added and not before and entry.sub(b"", now[root].told) == was[root].told, "later")
        require(now[root].data is None, "later")
        before, parts = added, {root}
    number = int(before[1]) if before else 0
    if number not in now:
        require(not parts, "later")
        return set(), set()
    kept = set(re.findall(REFERENCE, was[number].told)) if number in was else set()
    named = set(re.findall(REFERENCE, now[number].told))
    require(STORE.fullmatch(now[number].told) and now[number].data is None and kept <= named, "later")
    values = {int(one.split()[0]) for one in named - kept}
    for one in values:
        require(re.fullmatch(rb"<<\n/Length \d+\n>>", now[one].told) and now[one].data is not None, "later")
    return (parts, values | {number}) if parts else ({number}, values)


def check_table(pdf: bytes, now: dict[int, Found], table: int, *, root: int, until: int) -> None:
    """The table behind the seal names the objects that are there, where they are, and follows the sealed table."""
    last = re.search(rb"\nstartxref\n(\d{1,9})\n%%EOF\s*\Z", pdf[:until])
    told = re.fullmatch(TABLE % (root, max(now) + 1, int(last[1]) if last else 0), now[table].told)
    require(last and told, "later")
    index = [int(one) for one in told[1].split()] if told else []
    numbers = [index[at] + more for at in range(0, len(index), 2) for more in range(index[at + 1])]
    rows = b"".join(b"\x01" + now[one].at.to_bytes(8, "big") + b"\x00\x00" for one in numbers if one in now)
    free = b"\x00" * 9 + b"\xff\xff"
    packed = zlib.decompressobj().decompress(now[table].data or b"", len(free + rows) + 1)
    require(numbers == sorted(now) and packed == free + rows, "later")


# --- 3. The record inside ---------------------------------------------------------------------------------------------


def check_record(whole: pikepdf.Pdf, before: pikepdf.Pdf, expected: str) -> str:
    """The attachments of the document as it was before the seal: one chain of events, and the text that was signed.

    Gives the last check that was made: what a signature covers, or what a notice belongs to.
    """
    require({"document.json", "events.json"} <= set(before.attachments), "attachments")
    inside = canonical_json(before.attachments["document.json"].get_file().read_bytes())
    log = canonical_json(before.attachments["events.json"].get_file().read_bytes())
    require(set(inside) == {"schema", "document"} and inside["schema"] == 1, "attachments")
    require(set(log) == {"schema", "episode", "entries"} and log["schema"] == 1, "attachments")
    document, episode = inside["document"], log["episode"]
    check_shape(document)
    events = check_entries(log["entries"], episode)
    head, patient = document["head"], events[0]["patient"]
    named = {head["episode"], episode}
    for pdf in (whole, before):
        with pdf.open_metadata() as metadata:
            named.add(metadata.get("dc:identifier"))
    require((head["patient"], head["mrn"]) == (patient["name"], patient["mrn"]) and len(named) == 1, "episode")
    require(expected in {"", episode}, "expected")
    if events[-1]["kind"] == "NoticeBegun":
        check_belongs(document, events)
        return "belongs"
    check_covers(document, events)
    return "covers"


def canonical_json(data: bytes) -> Any:  # noqa: ANN401 (JSON)
    """A value whose bytes are the only way to write it (RFC 8785, here without fractions)."""
    value = json.loads(data.decode(), parse_float=no_number, parse_constant=no_number)
    require(written(value).encode() == data, "canonical")
    return value


def no_number(_: str) -> None:
    """A number that no record holds. Raises Refused."""
    raise Refused("canonical")


def written(value: Any) -> str:  # noqa: ANN401 (JSON)
    """RFC 8785: members in the order of UTF-16, no blanks, the shortest escapes."""
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
        return "{" + ",".join(f"{written(key)}:{written(item)}" for key, item in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    small = not isinstance(value, int) or abs(value) <= LARGEST_INTEGER
    require(small, "canonical")
    return json.dumps(value, ensure_ascii=False)


def sha256(*parts: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(b"".join(parts)).hexdigest()


def check_entries(entries: list[dict[str, Any]], episode: str) -> list[dict[str, Any]]:
    """Each entry's leaf, chain and commitment, recomputed; gives what happened, from the opening to the sealing."""
    previous, events = None, []
    for number, entry in enumerate(entries, start=1):
        require(set(entry) == {"number", "header", "payload", "salt", "leaf"}, "entries")
        raw, content, salt = entry["header"].encode(), entry["payload"].encode(), bytes.fromhex(entry["salt"])
        header, payload = canonical_json(raw), canonical_json(content)
        # Its 32 bytes of salt keep anybody from guessing a short payload by its commitment.
        require(len(salt) == SALT and salt.hex() == entry["salt"], "entries")
        require(header["commitment"] == sha256(b"consent/commitment/v1\x00", salt, content), "entries")
        require(header["stream"] == f"episode:{episode}" and header["kind"] == payload["kind"], "entries")
        require(header["number"] == entry["number"] == number and header["previous"] == previous, "entries")
        require(entry["leaf"] == sha256(b"\x00", raw), "entries")
        previous = entry["leaf"]
        events.append(payload)
    kinds = [payload["kind"] for payload in events]
    require(kinds[:1] == ["EpisodeOpened"], "entries")
    of_notice = kinds[-1] == "NoticeBegun" and kinds.count("SealBegun") == 1
    require(of_notice or kinds.index("SealBegun") == len(kinds) - 1, "entries")
    return events


def check_covers(document: dict[str, Any], events: list[dict[str, Any]]) -> None:
    """Everything signed names the digest of the same text: the blocks between the title and the signatures."""
    last = {payload["kind"]: payload for payload in events}
    require(document["created"] == last["SealBegun"]["at"], "covers")
    signed, attested, blocks = last.get("Signed"), last.get("Attested"), document["blocks"]
    require("Refused" in last or (signed and attested), "covers")
    expected = []
    if signed:
        expected.append(as_printed(signed["printed_name"], signed["covers"], signed["mark"]))
        witnesses = signed["mark"].get("witnesses", ())
        expected += [
            as_printed((one.get("who") or one)["name"], signed["covers"], one.get("mark", {})) for one in witnesses
        ]
    if attested:
        expected.append(as_printed(attested["by"]["name"], attested["covers"], attested["mark"]))
    printed = [at for at, block in enumerate(blocks) if block["role"] == "signature"]
    require([tuple(blocks[at].get(key) for key in PRINTED) for at in printed] == expected, "covers")
    if expected:
        # The chapter that holds the signatures ends the text that they are for.
        end = max(at for at, one in enumerate(blocks[: printed[0]]) if one["role"] == "heading" and one["level"] == 2)  # noqa: PLR2004 (a chapter)
        require(blocks[end]["text"] in SIGNATURES, "covers")
        body = sha256(b"consent/blocks/v1\x00", written(blocks[1:end]).encode())
        require({covers for _, covers, *_ in expected} == {body}, "covers")


def check_belongs(document: dict[str, Any], events: list[dict[str, Any]]) -> None:
    """A notice, begun at the last event, names the document that was finished before, and shows no signature."""
    about, blocks = events[-1]["about"], document["blocks"]
    finished = [payload["document"] for payload in events if payload["kind"] == "Sealed"]
    require(finished == [about] and document["created"] == events[-1]["at"], "belongs")
    require(all(block["role"] != "signature" for block in blocks), "belongs")
    require(any(about in block["text"] for block in blocks if block["role"] == "paragraph"), "belongs")


PRINTED = ("printed_name", "covers", "strokes", "aspect", "typed")


def as_printed(name: str, covers: str, mark: dict[str, Any]) -> tuple[Any, ...]:
    """A signature as the document shows it, from the event in which it was given."""
    typed = mark["name"] if mark.get("way") == "typed" else None
    return name, covers, mark.get("strokes", []), mark.get("aspect", NO_INK_ASPECT), typed


# What a document may consist of: the members of each part; those after a bar may be missing.
DOCUMENT = "blocks created head lang page title|"
HEAD = "birth_date episode facility mrn patient version|banner foot"
BLOCKS = {
    "heading": "level role text|lang",
    "paragraph": "role text|lang note strong",
    "list": "items role|lang ordered small",
    "table": "header role rows|caption lang widths",
    "figure": "alt filled role total|lang",
    "signature": "covers meaning printed_name role signed_at signer_role title|aspect lang strokes typed",
    "code": "how letters role title|alt lang scanned",
    "writing": "count label role|lang",
    "blank_signature": "meaning role title|lang",
    "page_break": "role|lang",
}


def check_shape(document: dict[str, Any]) -> None:
    """The document holds what documents hold, and nothing beside it."""
    blocks = document["blocks"]
    require({block["role"] for block in blocks} <= set(BLOCKS), "attachments")
    parts = [(DOCUMENT, document), (HEAD, document["head"]), *((BLOCKS[block["role"]], block) for block in blocks)]
    for shape, part in parts:
        needed, optional = (set(side.split()) for side in shape.split("|"))
        require(needed <= set(part) <= needed | optional, "attachments")
    titles = [at for at, block in enumerate(blocks) if block["role"] == "heading" and block["level"] == 1]
    require(titles == [0] and document["page"] in {"letter", "a4"}, "attachments")


# --- 4. The log -------------------------------------------------------------------------------------------------------
# Python and ``cryptography`` are enough for it. What it has to hold: docs/adr/0008-log.md; the file: docs/segment.md.

EMPTY_TREE = hashlib.sha256(b"").digest()
ED25519_NOTE = 1
KEY_BYTES, KEY_ID, SIGNATURE = 32, 4, 64
NOTE_LIMIT = 1_000_000
MOST_SIGNATURES = 100
LEAST_LINES = 3
MOST_LEAVES = 2**63 - 1
SIGNED_BY = re.compile(r"— ([^\s+\x00-\x1f]+) ([A-Za-z0-9+/=]+)")
WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
LINE_LIMIT = 2 * LIMIT
"""Bytes of one line of a segment: a document in base64."""
HEADER = {"stream", "number", "leaf", "header"}
SAID = {"payload", "salt"}
COMMON = [{"checkpoint", "note"}, {"document", "content"}]
LINES = {
    False: [
        *COMMON,
        *({"place", "above"} | one for one in (set[str](), HEADER, HEADER | SAID)),
        *({"checkpoint", "right"} | one for one in (set[str](), {"note"})),
        {"end", "waiting", "doubles", "strays"},
    ],
    True: [*COMMON, {"place", "path"} | HEADER | SAID, {"end"}],
}
"""The members that a line of a segment has, behind the first; and one of the file of one record."""
PROOF = "c2sp.org/tlog-proof@v1"
PROOF_FILE = "log.tlog-proof"
NAMES_DOCUMENT = {"Sealed", "NoticeSealed", "SealUpgraded"}
ERASES = {"DraftErased", "RecordErased"}
KEEPING = {"HoldSet", "HoldLifted", "ErasureProposed", "ErasureDropped"}
AGREE_WITHIN = timedelta(days=7)
NEVER_ERASED = {"Signed", "Attested", "Refused", "ConsentWithdrawn", "SealBegun", "DocumentCertified", "Sealed"}
NEVER_ERASED |= {"SealUpgraded", "CorrectionNoted", "NoticeBegun", "NoticeSealed"}
UNREADABLE = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError)
"""What Python says of a line, a note or a number that is none."""


@dataclass(frozen=True)
class LogKey:
    """The public key of a log: the name that its checkpoints bear, and 32 bytes (C2SP signed-note)."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that name it in a signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([ED25519_NOTE]) + self.public).digest()[:KEY_ID]


def read_key(text: str) -> LogKey:
    """A key as it is passed on, ``name+id+key``. Raises Refused."""
    name, written_id, written = [*text.split("+", 2), "", ""][:3]
    try:
        key = unpacked(written)
    except ValueError:
        raise Refused("key") from None
    require(len(key) == 1 + KEY_BYTES and key[0] == ED25519_NOTE and re.fullmatch(r"[^\s+\x00-\x1f]+", name), "key")
    made = LogKey(name, key[1:])
    require(made.id.hex() == written_id, "key")
    return made


def unpacked(text: str) -> bytes:
    """Base64 in its one form. Raises ValueError."""
    content = base64.b64decode(text, validate=True)
    if base64.b64encode(content).decode() != text:
        raise ValueError
    return content


@dataclass(frozen=True)
class Head:
    """How many entries a log had, and the root over them."""

    size: int
    root: bytes


def read_checkpoint(raw: bytes, keys: Sequence[LogKey]) -> Head:
    """What a log says of itself, if one of the keys signed it (C2SP tlog-checkpoint). Raises Refused."""
    try:
        text, blank, below = raw.decode().rpartition("\n\n")
        *lines, last = below.split("\n")
        made = [SIGNED_BY.fullmatch(line) for line in lines]
        whole = len(raw) <= NOTE_LIMIT and blank and not last and 0 < len(lines) <= MOST_SIGNATURES and all(made)
        require(whole and not re.search(r"[\x00-\x09\x0b-\x1f]", text), "checkpoint")
        signed = [(one[1], unpacked(one[2])) for one in made if one]
        names = [key.name for key in keys if has_signed(key, f"{text}\n".encode(), signed)]
        told = text.split("\n")
        require(all(len(content) > KEY_ID for _, content in signed), "checkpoint")
        require(len(told) >= LEAST_LINES and all(told) and told[0] in names, "checkpoint")
        head = Head(whole_number(told[1]), unpacked(told[2]))
    except UNREADABLE:
        raise Refused("checkpoint") from None
    require(len(head.root) == len(EMPTY_TREE) and (head.size or head.root == EMPTY_TREE), "checkpoint")
    return head


def has_signed(key: LogKey, text: bytes, signed: list[tuple[str, bytes]]) -> bool:
    """Whether all signatures in the name of this key are right, and there is one."""
    own = [content[KEY_ID:] for name, content in signed if name == key.name and content[:KEY_ID] == key.id]
    try:
        for one in own:
            ed25519.Ed25519PublicKey.from_public_bytes(key.public).verify(one, text)
    except InvalidSignature:
        return False
    return bool(own)


def whole_number(text: str) -> int:
    """A place or a size, written in its one form. Raises Refused."""
    require(WHOLE_NUMBER.fullmatch(text) and int(text) <= MOST_LEAVES, "checkpoint")
    return int(text)


def over(left: bytes | None, right: bytes | None) -> bytes | None:
    """The hash above two (RFC 6962, 2.1); None: one of them is not known."""
    return None if left is None or right is None else hashlib.sha256(b"\x01" + left + right).digest()


def root_from(leaf: bytes, path: list[bytes], *, index: int, size: int) -> bytes | None:
    """The root that a path leads to, from the top down as RFC 6962, 2.1.1 defines it; None: it does not fit."""
    if size == 1:
        return leaf if index == 0 and not path else None
    if not path or not 0 <= index < size:
        return None
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return over(root_from(leaf, path[:-1], index=index, size=half), path[-1])
    return over(path[-1], root_from(leaf, path[:-1], index=index - half, size=size - half))


@dataclass(frozen=True)
class Subtree:
    """A full subtree of the log. ``sound``: each leaf in it is the one that is stored."""

    level: int
    hash: bytes | None
    sound: bool = True


class Tree:
    """The log's tree as it grows: its full subtrees from left to right."""

    def __init__(self, edge: Sequence[Subtree] = (), size: int = 0) -> None:
        self.edge, self.size = list(edge), size

    def add(self, one: Subtree) -> list[Subtree]:
        """Put a subtree at the right edge; gives those that it made full."""
        made = []
        self.size += 1 << one.level
        while self.edge and self.edge[-1].level == one.level:
            left = self.edge.pop()
            one = Subtree(one.level + 1, over(left.hash, one.hash), left.sound and one.sound)
            made.append(one)
        self.edge.append(one)
        return made

    def root(self) -> bytes | None:
        """The root over all of it."""
        if not self.edge:
            return EMPTY_TREE
        *before, last = [one.hash for one in self.edge]
        for left in reversed(before):
            last = over(left, last)
        return last


def widths(begin: int, end: int) -> Iterator[int]:
    """Levels of the full subtrees side by side over the leaves of [begin, end), each as large as can be."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        level = min(level, (begin & -begin).bit_length() - 1) if begin else level
        yield level
        begin += 1 << level


@dataclass(slots=True)
class Stream:
    """One stream as far as it was read: from which number on, up to which without a gap, and the leaf there."""

    base: int = 0
    low: int = 0
    leaf: str | None = None


@dataclass(slots=True)
class Lost:
    """What the headers tell of those entries of a stream whose contents are gone.

    Args:
        count: How many.
        signed: Whether one of them is never erased by one person.
        keeping: Those about holds and erasures, by number: kind, actor, and when.
    """

    count: int = 0
    signed: bool = False
    keeping: dict[int, tuple[str, str, str]] = field(default_factory=dict)


class Chains:
    """The chain of each stream, in whatever order its entries come; one line of memory for each."""

    def __init__(self, first: int, *, cut: bool) -> None:
        self.first, self.cut = first, cut
        self.streams: dict[str, Stream] = {}
        self.ahead: dict[str, dict[int, tuple[int, str, str | None]]] = {}
        self.lost: dict[str, Lost] = {}
        self.erased: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}

    def add(self, place: int, at: tuple[str, int], leaf: str, *, previous: str | None) -> Iterator[tuple[int, str]]:
        """Take an entry; gives what does not hold, by place."""
        name, number = at
        one = self.streams.get(name)
        if one is None:
            before = number if self.first and number > 1 else 0
            one = self.streams[name] = Stream(before, before, leaf if before else None)
            if before:
                return
        ahead = self.ahead.get(name, {})
        if number == one.low + 1:
            ahead[number] = (place, leaf, previous)
        elif number < 1:
            yield place, f"{name} {number}: it does not follow the entry before it"
        elif one.base <= number <= one.low or number in ahead:
            yield place, f"{name} {number}: there are two of it"
        elif number > one.low:
            self.ahead.setdefault(name, ahead)[number] = (place, leaf, previous)
        while one.low + 1 in ahead:
            place, leaf, previous = ahead.pop(one.low + 1)
            yield from self.follows(place, (name, one.low + 1), previous, before=one.leaf)
            one.low, one.leaf = one.low + 1, leaf
        if name in self.ahead and not ahead:
            del self.ahead[name]

    @staticmethod
    def follows(
        place: int, at: tuple[str, int], previous: str | None, *, before: str | None
    ) -> Iterator[tuple[int, str]]:
        """Whether an entry names the one before it."""
        if previous != before:
            first = at[1] == 1
            what = "what came before it is gone" if first else "it does not follow the entry before it"
            yield place, f"{at[0]} {at[1]}: {what}"

    def lose(self, name: str, header: dict[str, Any], *, whole: bool) -> None:
        """Of an entry it is not there what it said; ``whole``: its salt is gone as well, as after an erasure."""
        one, kind = self.lost.setdefault(name, Lost()), str(header.get("kind"))
        one.count += whole
        one.signed |= kind in NEVER_ERASED
        if kind in KEEPING:
            one.keeping[header["number"]] = (kind, header["actor"], header["at"])

    def end(self) -> Iterator[tuple[int, str]]:
        """What does not hold of whole streams."""
        for name, ahead in self.ahead.items():
            for number, (place, _, previous) in sorted(ahead.items()):
                before = ahead[number - 1][1] if number - 1 in ahead else ""
                yield from self.follows(place, (name, number), previous, before=before)
        for name, lost in self.lost.items():
            if not self.may_be_gone(name, lost):
                hint = "; if it was erased, not all of that is in this file" if self.first or self.cut else ""
                yield -1, f"{name}: what it said is gone, and may not be{hint}"

    def told(self) -> Iterator[str]:
        """What was erased as the rules for it are, in words."""
        for name, lost in self.lost.items():
            if self.may_be_gone(name, lost):
                header, said = self.erased[name]
                two = (
                    f"by two persons, {said['proposed']['name']} and {said['agreed']['name']} ({said['reason']})"
                    if (said["kind"] == "RecordErased")
                    else "a draft that nobody had signed"
                )
                yield f"{name}: erased on {header['at'][:10]}, {two}."

    def may_be_gone(self, name: str, lost: Lost) -> bool:
        """Whether all before the last event of a stream was erased by it, and as the rules for that are."""
        one = self.streams[name]
        try:
            header, said = self.erased[name]
            number, kinds = header["number"], [kind for kind, _, _ in lost.keeping.values()]
            whole = number == one.low and lost.count == number - max(one.base, 1) > 0
            if not whole or kinds.count("HoldSet") != kinds.count("HoldLifted") or said["kind"] != header["kind"]:
                return False
            if said["kind"] == "DraftErased":
                return not lost.signed
            first, second, proposal = said["proposed"]["id"], said["agreed"]["id"], said["proposal"]
            since = {kind for at, (kind, _, _) in lost.keeping.items() if at > proposal}
            waited = datetime.fromisoformat(header["at"]) - datetime.fromisoformat(said["proposed_at"])
            proposed = lost.keeping[proposal] == ("ErasureProposed", first, said["proposed_at"])
            agreed = header["actor"] == second != first and waited <= AGREE_WITHIN
            return bool(
                proposed and agreed and not since & {"ErasureDropped", "HoldSet"} and said["events"] == number - 1
            )
        except UNREADABLE:
            return False


@dataclass
class LogReport:
    """What a segment came to. ``faults``: by place in the log, or -1; without one, what is anchored is proved."""

    size: int = 0
    first: int = 0
    until: int = 0
    episode: str = ""
    entries: int = 0
    waiting: int = 0
    anchored: int = 0
    documents: int = 0
    since: str = ""
    faults: list[tuple[int, str]] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    unused: list[int] = field(default_factory=list)

    @property
    def unanchored(self) -> int:
        """How many entries no checkpoint from outside covers."""
        return self.entries - self.anchored + self.waiting


class Segment:
    """A segment, judged line by line.

    Args:
        first: Its first line.
        keys: Keys of the log, from elsewhere.
        outside: Checkpoints from outside, read.
        contents: Whether what entries say, and documents, have to be in it.
    """

    def __init__(
        self, first: dict[str, Any], keys: Sequence[LogKey], outside: Sequence[Head], *, contents: bool
    ) -> None:
        require(first["segment"] == 1, "segment")
        size, self.episode = natural(first["size"]), first.get("episode", "")
        begin, until = (0, 0) if self.episode else (natural(first["from"]), natural(first["until"]))
        require(begin <= until <= size, "segment")
        self.report = LogReport(size, begin, until, self.episode)
        self.keys, self.outside, self.contents = keys, sorted(outside, key=lambda one: one.size), contents
        self.head = natural(first["head"]) if self.episode else 0
        levels = list(widths(0, begin))
        left = [] if self.episode else first["left"]
        self.tree = Tree([Subtree(*one) for one in zip(levels, map(hash_in, left), strict=True)], begin)
        self.chains = Chains(begin, cut=not self.episode and until < size)
        self.sizes = {one.size for one in outside}
        self.roots: dict[int, bytes | None] = {}
        self.proved: list[tuple[int, str, bytes | None, str]] = []
        self.named: dict[str, int] = {}
        self.wiped: dict[str, str] = {}
        self.left: dict[str, int] = {}
        self.times: dict[int, str] = {}
        self.known = 0
        self.ended = False
        self.note_root()

    def note_root(self) -> None:
        """Keep the root where a checkpoint from outside has one."""
        if self.tree.size in self.sizes and not self.episode:
            self.roots[self.tree.size] = self.tree.root()

    def fault(self, place: int, what: str) -> None:
        """Something does not hold."""
        self.report.faults.append((place, what))

    def take(self, line: dict[str, Any]) -> None:
        """Judge the next line."""
        require(not self.ended, "segment")
        require(set(line) in LINES[bool(self.episode)], "segment")
        if "place" in line:
            judge_place = self.proof_of if self.episode else self.entry
            judge_place(line)
        elif "checkpoint" in line:
            self.checkpoint(line)
        elif "document" in line:
            self.document(line)
        else:
            require(line["end"] is True and self.tree.size == self.report.until, "segment")
            self.ended = True
            self.report.waiting += natural(line.get("waiting", 0)) if self.report.until == self.report.size else 0
            for what, told in (("doubles", "there are two of it"), ("strays", "there is what it says, but no entry")):
                for stream, number in line.get(what, ()):
                    self.fault(-1, f"{stream} {number}: {told}")

    def entry(self, line: dict[str, Any]) -> None:
        """The entry of the next place, and the stored hashes of the subtrees that it makes full."""
        place = line["place"]
        require(place == self.tree.size < self.report.until, "segment")
        self.report.entries += 1
        leaf = self.looked_at(place, line)
        sound = leaf is not None and leaf.hex() == line.get("leaf")
        made = self.tree.add(Subtree(0, leaf, sound))
        for one, stored in zip(made, line["above"], strict=True):
            if one.sound and one.hash is not None and hash_in(stored) != one.hash:
                first = self.tree.size - (1 << one.level)
                self.fault(first, f"the stored hash above it, on level {one.level}, is wrong")
        self.note_root()

    def looked_at(self, place: int, line: dict[str, Any]) -> bytes | None:
        """Note what does not hold of an entry; gives its leaf, as its header makes it. None: it is gone."""
        if "stream" not in line or line["header"] is None:
            self.fault(place, "its entry is gone")
            return None
        stream, number, leaf = line["stream"], line["number"], line["leaf"]
        require(isinstance(stream, str) and isinstance(number, int) and isinstance(leaf, str), "segment")
        raw = unpacked(line["header"])
        header, made = json_object(raw), hashlib.sha256(b"\x00" + raw).digest()
        if made.hex() != leaf:
            self.fault(place, f"{stream} {number}: its header was changed")
        if (header.get("stream"), header.get("number")) != (stream, number):
            self.fault(place, f"{stream} {number}: it stands in another place than it was written for")
        self.said(place, line, header)
        self.report.faults += self.chains.add(place, (stream, number), leaf, previous=header.get("previous"))
        if place in self.sizes or place == self.report.first:
            self.times[place] = str(header.get("at", ""))
        return made

    def said(self, place: int, line: dict[str, Any], header: dict[str, Any]) -> None:
        """What an entry says is what its header commits to; or it was erased."""
        stream, number, kind = line["stream"], line["number"], str(header.get("kind"))
        if line.get("payload") is None:
            if self.contents:
                self.chains.lose(stream, header, whole=line.get("salt") is None)
            return
        payload, salt = (unpacked(line[part] or "") for part in ("payload", "salt"))
        if len(salt) != SALT or sha256(b"consent/commitment/v1\x00", salt, payload) != header.get("commitment"):
            self.fault(place, f"{stream} {number}: what it says was changed")
        if kind in ERASES:
            told = self.chains.erased[stream] = (header, json_object(payload))
            self.wiped |= dict.fromkeys(told[1].get("documents", ()), stream)
        if kind in NAMES_DOCUMENT:
            self.named[str(json_object(payload).get("document"))] = place

    def proof_of(self, line: dict[str, Any]) -> None:
        """An entry of one record, and the root that its proof leads to."""
        place = -1 if line["place"] is None else natural(line["place"])
        leaf = self.looked_at(place, line)
        require(leaf is not None and line["stream"] == f"episode:{self.episode}", "segment")
        self.report.entries += 1
        at = str(json_object(unpacked(line["header"])).get("at", ""))
        root = None
        if line["path"] is not None:
            path = [hash_in(one) for one in line["path"]]
            require(all(path), "segment")
            root = root_from(leaf or b"", [one or b"" for one in path], index=place, size=self.head)
        covered = 0 <= place < self.head
        self.proved.append((place, f"{line['stream']} {line['number']}", root if covered else EMPTY_TREE, at))

    def checkpoint(self, line: dict[str, Any]) -> None:
        """A checkpoint of the database holds, or the hashes up to one from outside."""
        size, right = natural(line["checkpoint"]), line.get("right")
        root = None if self.episode else self.grown(size, right)
        if size in self.sizes and right is not None and size <= self.report.size:
            self.roots[size] = root
        if line.get("note") is None:
            return
        try:
            head = read_checkpoint(unpacked(line["note"]), self.keys)
            require(head.size == size, "checkpoint")
        except Refused:
            self.fault(-1, f"the checkpoint in the database over {size} entries is not the log's")
            return
        if self.episode:
            self.roots[-1] = head.root
        else:
            self.against(head, root, whose="in the database")

    def grown(self, size: int, right: list[str | None] | None) -> bytes | None:
        """The root over so many entries: those that were read, and what comes after them."""
        if right is None:
            require(size == self.tree.size, "segment")
            return self.tree.root()
        require(self.tree.size == self.report.until < size, "segment")
        whole, levels = Tree(self.tree.edge, self.tree.size), list(widths(self.tree.size, size))
        for level, one in zip(levels, right, strict=True):
            whole.add(Subtree(level, hash_in(one)))
        return whole.root()

    def against(self, head: Head, root: bytes | None, *, whose: str) -> None:
        """What a checkpoint shows: entries that are gone, or others than those it covers, since the last that holds."""
        if head.size > self.report.size:
            what = f"covers {head.size} entries, and there are {self.report.size}: some are gone"
            self.fault(-1, f"a checkpoint {whose} {what}")
        elif root != head.root:
            what = f"something between place {self.known} and place {head.size - 1} was changed"
            self.fault(-1, f"the log is not the one that a checkpoint {whose} covers: {what}")
        else:
            self.known = head.size

    def document(self, line: dict[str, Any]) -> None:
        """A document is the one that it is called."""
        digest = line["document"]
        self.report.documents += 1
        if sha256(unpacked(line["content"])) != digest:
            self.fault(-1, f"the document {digest[:16]}… was changed")
        self.named.pop(digest, None)
        if digest in self.wiped:
            self.left[self.wiped[digest]] = self.left.get(self.wiped[digest], 0) + 1

    def judged(self) -> LogReport:
        """What it came to, once there are no more lines."""
        if not self.ended:
            self.fault(-1, "the file ends before its last line")
        self.report.faults += self.chains.end()
        self.report.erased += self.chains.told()
        for stream, count in self.left.items():
            if self.chains.may_be_gone(stream, self.chains.lost.get(stream, Lost())):
                self.fault(-1, f"{stream}: it was erased, and {count} of its documents are still there")
        if self.contents:
            self.report.faults += [(place, "its document is gone") for place in self.named.values()]
        if self.episode:
            self.proofs()
        else:
            self.anchors()
        return self.report

    def anchors(self) -> None:
        """How far checkpoints from outside reach."""
        report, self.known, reached = self.report, 0, 0
        for one in self.outside:
            if one.size in self.roots or one.size > report.size:
                self.against(one, self.roots.get(one.size), whose="from outside")
                reached = max(reached, one.size) if self.known == one.size else reached
            else:
                report.unused.append(one.size)
        report.anchored = max(min(reached, report.until) - report.first, 0)
        report.since = self.times.get(max(reached, report.first), "")

    def proofs(self) -> None:
        """Which entries of a record a checkpoint from outside covers, and whether they are those."""
        report, outside = self.report, {one.size: one.root for one in self.outside}
        whose = "from outside" if self.head in outside else "in the file"
        expected = outside.get(self.head, self.roots.get(-1))
        for place, name, root, at in self.proved:
            covered = 0 <= place < self.head
            if covered and (root is None or expected not in {root, None}):
                self.fault(place, f"{name}: it is not what a checkpoint {whose} covers")
            elif covered and self.head in outside:
                report.anchored += 1
            else:
                report.since = report.since or at
        if self.roots.get(-1, expected) != expected:
            self.fault(-1, "the log is not the one that a checkpoint from outside covers")
        for one in self.outside:
            if one.size > report.size:
                self.against(one, None, whose="from outside")
        report.unused = [one for one in outside if one != self.head and one <= report.size]


def natural(value: object) -> int:
    """A number that can be a place or a size. Raises Refused."""
    require(isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_LEAVES, "segment")
    return int(cast("int", value))


def hash_in(text: str | None) -> bytes | None:
    """A stored hash; None: it is not there, or is none."""
    found = None if text is None else unpacked(text)
    return found if found is not None and len(found) == len(EMPTY_TREE) else None


def json_object(raw: bytes) -> dict[str, Any]:
    """A JSON object from stored bytes; an empty one for what is none."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def judge_segment(
    lines: Iterable[bytes], *, keys: Sequence[LogKey], outside: Sequence[Head] = (), contents: bool = True
) -> LogReport:
    """Judge a segment, line by line.

    Args:
        lines: Its lines; each is let go before the next one is read.
        keys: Keys of the log, from elsewhere.
        outside: Checkpoints that lay outside the database, read by ``read_checkpoint``.
        contents: Whether what the entries say and the documents have to be in it; else what is there is judged.

    Returns:
        The report. No file makes it raise.
    """
    segment, count = None, 0
    try:
        for line in lines:
            count += 1
            require(line.endswith(b"\n") and len(line) <= LINE_LIMIT, "segment")
            told = json.loads(line)
            if segment is None:
                segment = Segment(told, keys, outside, contents=contents)
            else:
                segment.take(told)
        return segment.judged() if segment else LogReport(faults=[(-1, "the file is empty")])
    except (Refused, *UNREADABLE):
        report = segment.report if segment else LogReport()
        report.faults.append((-1, f"line {count} of the file is not as it has to be"))
        return report


# --- 5. A proof of the log --------------------------------------------------------------------------------------------


def read_proof(raw: bytes, keys: Sequence[LogKey]) -> tuple[int, list[bytes], Head]:
    """Place, path and checkpoint of a proof (C2SP tlog-proof). Raises Refused."""
    above, blank, note = raw.partition(b"\n\n")
    head = read_checkpoint(note, keys)
    try:
        first, *lines = above.decode("ascii").split("\n")
        if lines[0].startswith("extra "):
            require(unpacked(lines.pop(0)[6:]), "log")
        path = [unpacked(one) for one in lines[1:]]
        require(len(raw) <= NOTE_LIMIT and blank and first == PROOF and lines[0].startswith("index "), "log")
        require(all(len(one) == len(EMPTY_TREE) for one in path), "log")
        return whole_number(lines[0][6:]), path, head
    except UNREADABLE:
        raise Refused("log") from None


def check_log(before: pikepdf.Pdf, keys: Sequence[LogKey]) -> str:
    """The proof in a document is for the record in it, and says what the record says of it; gives where it stood."""
    require(PROOF_FILE in before.attachments, "log")
    proof = before.attachments[PROOF_FILE].get_file().read_bytes()
    entries = json.loads(before.attachments["events.json"].get_file().read_bytes())["entries"]
    told = [one for one in (json.loads(entry["payload"]) for entry in entries) if one["kind"] == "EntryAnchored"]
    index, path, head = read_proof(proof, keys)
    require(told and told[-1]["proof"].encode() == proof, "log")
    number = told[-1]["entry"]
    same = (told[-1]["place"], told[-1]["size"], unpacked(told[-1]["root"])) == (index, head.size, head.root)
    require(same and 0 < number <= len(entries), "log")
    leaf = hashlib.sha256(b"\x00" + entries[number - 1]["header"].encode()).digest()
    require(root_from(leaf, path, index=index, size=head.size) == head.root, "log")
    return f"In the log: its entries up to {number}, the last at place {index} of {head.size} entries."


def judge_proof(raw: bytes, events: bytes, keys: Sequence[LogKey]) -> str:
    """Where a record stood in a log, by a proof and events.json or episode.json. Raises Refused."""
    index, path, head = read_proof(raw, keys)
    try:
        told = json.loads(events)
        name, previous = f"episode:{told['episode']}", None
        for number, entry in enumerate(told["entries"], start=1):
            content = entry["header"].encode()
            header, leaf = json.loads(content), hashlib.sha256(b"\x00" + content).digest()
            at = (header["stream"], header["number"], header["previous"])
            require(at == (name, number, previous) and entry["leaf"] == leaf.hex(), "entries")
            if entry["payload"] is not None:
                parts = bytes.fromhex(entry["salt"]), entry["payload"].encode()
                made = sha256(b"consent/commitment/v1\x00", *parts)
                require(len(parts[0]) == SALT and made == header["commitment"], "entries")
            if root_from(leaf, path, index=index, size=head.size) == head.root:
                return f"In the log: its entries up to {number}, the last at place {index} of {head.size} entries."
            previous = entry["leaf"]
    except UNREADABLE:
        raise Refused("entries") from None
    raise Refused("log")


# --- The command ------------------------------------------------------------------------------------------------------

UNREAD = "The file, the certificate, a list or a checkpoint cannot be read."
NAMED = 20
UNANCHORED = 3


def main(argv: list[str]) -> int:
    """Judge a file, say why, and give the exit status."""
    parser = arguments()
    chosen = parser.parse_args(argv)
    pins = {pin.replace(":", "").lower() for pin in chosen.pin}
    try:
        keys = [read_key(one) for one in chosen.log_key]
        if chosen.cert:
            given = x509.load_pem_x509_certificate(chosen.cert.read_bytes())
            pins.add(sha256(given.public_bytes(serialization.Encoding.DER)))
        if any(not re.fullmatch("[0-9a-f]{64}", pin) for pin in pins):
            parser.error("a fingerprint has 64 hexadecimal digits")
        with chosen.file.open("rb") as file:
            start = file.read(len(PROOF))
            file.seek(0)
            if start.startswith(b'{"segment":') and keys:
                return tell_segment(file, keys, chosen)
            if start == PROOF.encode() and keys and chosen.events:
                return tell_proof(file.read(NOTE_LIMIT + 1), chosen.events.read_bytes(), keys)
            if start.startswith((b'{"segment":', PROOF.encode())):
                parser.error(
                    "the log is judged by its key (--log-key), and a proof with the events that it is for (--events)"
                )
            return tell_document(file.read(LIMIT + 1), chosen, pins=pins, keys=keys)
    except Refused:
        parser.error("a key of a log is name+id+key")
    except (OSError, ValueError):
        print(UNREAD, file=sys.stderr)
        return 2


def arguments() -> argparse.ArgumentParser:
    """What the command takes."""
    parser = argparse.ArgumentParser(
        description="Is this consent what the clinic sealed? Is this log what it was when a checkpoint was signed?",
        epilog="Exit status: 0 proved, 1 refused, 2 wrong usage or unreadable, 3 a segment holds but is unanchored.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a sealed PDF, a segment of the log, or a .tlog-proof")
    parser.add_argument(
        "--pin",
        action="append",
        default=[],
        metavar="SHA256",
        help="fingerprint of the clinic's certificate; may be repeated",
    )
    parser.add_argument("--cert", type=Path, metavar="FILE.pem", help="the clinic's certificate itself")
    parser.add_argument("--episode", default="", metavar="ID", help="the episode that it has to be the record of")
    parser.add_argument(
        "--crl",
        type=Path,
        action="append",
        default=[],
        metavar="FILE.crl",
        help="list of revoked certificates by who issued it; may be repeated",
    )
    parser.add_argument("--log-key", action="append", default=[], metavar="KEY", help="key of the log; may be repeated")
    parser.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="of a segment: checkpoint from outside, or a folder of them; may be repeated",
    )
    parser.add_argument("--without-contents", action="store_true", help="of a segment: headers alone are expected")
    parser.add_argument(
        "--events", type=Path, metavar="FILE", help="of a proof: the record's events.json or episode.json"
    )
    return parser


def tell_document(pdf: bytes, chosen: argparse.Namespace, *, pins: set[str], keys: list[LogKey]) -> int:
    """Judge a sealed PDF."""
    if NO_PDF:
        print("Judging a PDF needs the packages asn1crypto and pikepdf.", file=sys.stderr)
        return 2
    crls = tuple(one.read_bytes() for one in chosen.crl)
    now = datetime.now(UTC)  # noqa: TID251 (the program's one clock)
    report = judge(pdf, pins=pins, at=now, episode=chosen.episode, crls=crls, log_keys=keys)
    for check in report.held:
        print(f"held    {check}: {CHECKS[check][0]}")
    if report.failed:
        print(f"FAILED  {report.failed}: {CHECKS[report.failed][1]}")
    if report.certificate:
        print(f"SHA-256 of the certificate: {report.certificate}")
    if report.level:
        print(f"Level of the seal (PAdES): {report.level}")
    if report.logged:
        print(report.logged)
    print("Refused." if report.failed else "Proved.")
    return 1 if report.failed else 0


def tell_proof(raw: bytes, events: bytes, keys: list[LogKey]) -> int:
    """Judge a proof with the events that it is for."""
    try:
        print(judge_proof(raw, events, keys))
    except Refused as refused:
        print(f"FAILED  {refused}: {CHECKS[str(refused)][1]}\nRefused.")
        return 1
    print("Proved.")
    return 0


def tell_segment(file: BinaryIO, keys: list[LogKey], chosen: argparse.Namespace) -> int:
    """Judge a segment of the log, against checkpoints from outside."""
    outside = []
    for given in chosen.checkpoint:
        for one in sorted(given.glob("*.checkpoint")) if given.is_dir() else [given]:
            try:
                outside.append(read_checkpoint(one.read_bytes(), keys))
            except Refused:
                print(f"{one.name} is no checkpoint of this log.")
                return 1
    lines = iter(lambda: file.readline(LINE_LIMIT + 1), b"")
    report = judge_segment(lines, keys=keys, outside=outside, contents=not chosen.without_contents)
    if chosen.episode not in {"", report.episode}:
        report.faults.append((-1, "it is not the record of the expected episode"))
    where = f"of episode {report.episode}" if report.episode else f"at places {report.first} to {report.until - 1}"
    print(f"{report.entries} entries {where}, of {report.size} in the log; {report.waiting} not in it yet;", end=" ")
    print(f"{report.documents} documents.")
    for one in report.erased[:NAMED]:
        print(shown(one))
    if chosen.without_contents:
        print("Their headers were judged; what they say, and documents, were not asked for.")
    for size in report.unused:
        print(f"The checkpoint over {size} entries was not used: this file does not reach from one to the other.")
    return tell_verdict(report, anchored=bool(outside))


def shown(text: str) -> str:
    """A line of a console, whatever a stranger's file holds."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def tell_verdict(report: LogReport, *, anchored: bool) -> int:
    """Tell what does not hold, or how far all of it is proved; gives the exit status."""
    for place, what in report.faults[:NAMED]:
        print(f"place {place}, {shown(what)}" if place >= 0 else shown(what))
    if len(report.faults) > NAMED:
        print(f"… and {len(report.faults) - NAMED} more.")
    if report.faults:
        print(f"NOT PROVED: {len(report.faults)} things do not hold.")
        return 1
    if report.unanchored or not anchored:
        since = f", since {report.since}" if report.since else ""
        if report.anchored:
            print(f"{report.anchored} are what they were when a checkpoint from outside was signed.")
        print(f"UNANCHORED: {report.unanchored}{since}. No checkpoint from outside that was given covers them.")
        return UNANCHORED
    print("PROVED: all of them are what they were when a checkpoint from outside was signed.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
