#!/usr/bin/env python3
"""Is this consent what the clinic sealed? Judges one PDF from its bytes alone, without the program that made it.

    python verify.py FILE.pdf --pin SHA256     the seal's certificate by its SHA-256 fingerprint
    python verify.py FILE.pdf --cert FILE.pem  or the certificate itself, as the clinic published it
    … --episode ID                             and it has to be the record of this episode
    … --crl FILE.crl                           and it was not revoked, by this list of who issued the certificate

Exit status: 0 proved; 1 refused, with the reason; 2 wrong usage, or a file that cannot be read.

Needs Python 3.11 or later and three packages: ``cryptography``, ``asn1crypto`` and ``pikepdf``. It opens no connection
and writes nothing. A second, separate implementation is ``consent/seal/verdict.py``; docs/adr/0007-verification.md
says what both prove, and what nobody can prove from a file.

The order is the point. First the seal is judged over the raw bytes; only a file whose seal is right and whose
certificate is the expected one is opened as a PDF at all. So no stranger's file reaches a parser of PDF.

1. ``check_seal``: the bytes. Everything but the container of the signature is covered by it, and the container holds
   the signature and zeros (ISO 32000-2, 12.8; ETSI EN 319 142-1; RFC 5652).
2. ``check_structure``: the PDF. It is the only signature, allows no change, and adds nothing but itself.
3. ``check_record``: the record inside. Its events form one chain, and what was signed is the text of the document.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import sys
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pikepdf
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

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


def judge(pdf: bytes, *, pins: set[str], at: datetime, episode: str = "", crls: tuple[bytes, ...] = ()) -> Report:
    """Judge a file.

    Args:
        pdf: All its bytes.
        pins: SHA-256 of certificates (DER) that may have sealed it, in lower-case hexadecimal.
        at: Now; a seal from the future is refused.
        episode: The episode that it has to be the record of; empty: whichever it names.
        crls: Lists of revoked certificates, in DER or PEM; without one, revocation is not judged.

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


# --- The command ------------------------------------------------------------------------------------------------------


def main(argv: list[str]) -> int:
    """Judge a file, say why, and give the exit status."""
    parser = argparse.ArgumentParser(
        description="Is this consent what the clinic sealed?",
        epilog="Exit status: 0 proved, 1 refused, 2 wrong usage or unreadable.",
    )
    parser.add_argument("file", type=Path, metavar="FILE.pdf")
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
    chosen = parser.parse_args(argv)
    pins = {pin.replace(":", "").lower() for pin in chosen.pin}
    try:
        if chosen.cert:
            given = x509.load_pem_x509_certificate(chosen.cert.read_bytes())
            pins.add(sha256(given.public_bytes(serialization.Encoding.DER)))
        with chosen.file.open("rb") as file:
            pdf = file.read(LIMIT + 1)
        crls = tuple(one.read_bytes() for one in chosen.crl)
    except (OSError, ValueError):
        print("The file, the certificate or a list cannot be read.", file=sys.stderr)
        return 2
    if any(not re.fullmatch("[0-9a-f]{64}", pin) for pin in pins):
        parser.error("a fingerprint has 64 hexadecimal digits")
    report = judge(pdf, pins=pins, at=datetime.now(UTC), episode=chosen.episode, crls=crls)  # noqa: TID251 (the program's one clock)
    for check in report.held:
        print(f"held    {check}: {CHECKS[check][0]}")
    if report.failed:
        print(f"FAILED  {report.failed}: {CHECKS[report.failed][1]}")
    if report.certificate:
        print(f"SHA-256 of the certificate: {report.certificate}")
    if report.level:
        print(f"Level of the seal (PAdES): {report.level}")
    print("Refused." if report.failed else "Proved.")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
