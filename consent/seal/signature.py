"""The seal itself: one signature of RFC 5652 in the form of PAdES, and a timestamp upon it when there is one.

Decides whether a DER value is a right signature over given bytes, and by whose certificate.

Invariants:
- One signer; SHA-256, 384 or 512; ECDSA on P-256, P-384 or P-521, or RSA (PKCS #1 v1.5) of at least 2,048 bits.
- Exactly three attributes are signed (ETSI EN 319 142-1, 6.3): type, digest, and the certificate by its digest.
- What nobody signed is a timestamp or is not there; a certificate that came along is the signer's, or above it up to a
  root.

Refuses to say who a timestamp authority is: a token has to be right in itself, no more.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import new
from typing import Any, Final

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from consent.seal.container import Check, written_anew

_DIGESTS: Final = frozenset({"sha256", "sha384", "sha512"})
_CURVES: Final = frozenset({"secp256r1", "secp384r1", "secp521r1"})
_LEAST_RSA: Final = 2048
_ATTRIBUTES: Final = frozenset({"content_type", "message_digest", "signing_certificate_v2"})
_FIELDS: Final = 6
"""Of a signer (RFC 5652, 5.3), without what nobody signed."""
_NULL: Final = b"\x05\x00"


@dataclass(frozen=True, slots=True)
class Signature:
    """A right signature: whose certificate, its bytes, when an authority saw it, and the certificates above."""

    certificate: asn1.Certificate
    value: bytes
    stamped: datetime | None = None
    above: tuple[asn1.Certificate, ...] = ()


def sealed(der: bytes, content: bytes) -> Generator[Check, None, Signature]:
    """The signature of a seal over the bytes that it covers, with its timestamp."""
    signed, signer = yield from _opened(der, "data")
    yield "cms", signed["encap_content_info"]["content"].native is None
    names = [one["type"].native for one in signer["signed_attrs"]]
    yield "attributes", set(names) == _ATTRIBUTES
    made = yield from _right(signed, signer, "data", content)
    attached = list(signer["unsigned_attrs"])
    if not attached:
        return made
    yield "timestamp", [one["type"].native for one in attached] == ["signature_time_stamp_token"]
    yield "timestamp", len(attached[0]["values"]) == 1
    stamped = yield from stamp(attached[0]["values"][0].dump(), made.value)
    return replace(made, stamped=stamped)


def stamp(der: bytes, content: bytes) -> Generator[Check, None, datetime]:
    """When an authority saw these bytes; whatever is wrong with its word is wrong with the timestamp."""
    return (yield from _all_as("timestamp", _stamped(der, content)))


def _all_as(code: str, checks: Generator[Check, None, datetime]) -> Generator[Check, None, datetime]:
    """The same checks under one code: whatever is wrong inside a timestamp is wrong with the timestamp."""
    while True:
        try:
            _, holds = next(checks)
        except StopIteration as done:
            when: datetime = done.value
            return when
        yield code, holds


def _opened(der: bytes, kind: str) -> Generator[Check, None, tuple[Any, Any]]:
    """The signature with its one signer, when its frame is what it has to be."""
    info = cms.ContentInfo.load(der, strict=True)
    yield "cms", info["content_type"].native == "signed_data"
    signed = info["content"]
    version = "v1" if kind == "data" else "v3"
    yield "cms", signed["version"].native == version and signed["encap_content_info"]["content_type"].native == kind
    yield "cms", len(signed["signer_infos"]) == 1 and not len(signed["crls"])
    signer = signed["signer_infos"][0]
    fields = _FIELDS + bool(len(signer["unsigned_attrs"]))  # under a tag that nobody knows one would be passed over
    yield "cms", len(list(written_anew(signer.contents))) == fields
    yield "cms", signer["version"].native == "v1" and signer["sid"].name == "issuer_and_serial_number"
    names = [one["type"].native for one in signer["signed_attrs"]]
    yield "attributes", len(set(names)) == len(names) and all(len(one["values"]) == 1 for one in signer["signed_attrs"])
    return signed, signer


def _right(signed: Any, signer: Any, kind: str, content: bytes) -> Generator[Check, None, Signature]:  # noqa: ANN401, PLR0917 - values of a library without types
    """Algorithms, certificate, digest and signature."""
    digest = signer["digest_algorithm"]
    name = digest["algorithm"].native
    yield "algorithms", name in _DIGESTS and digest["parameters"].dump() in {b"", _NULL}
    yield "algorithms", [one.dump() for one in signed["digest_algorithms"]] == [digest.dump()]
    certificate, above = yield from _certificate(signed, signer)
    yield "algorithms", _is_allowed(signer["signature_algorithm"], certificate.public_key, name)
    yield "attributes", _names(certificate, signer["signed_attrs"])
    covered = new(name, content).digest()
    intact, valid = validate_sig_integrity(signer, certificate, kind, covered)
    yield "digest", intact
    yield "signature", valid
    return Signature(certificate, signer["signature"].native, above=above)


def _is_allowed(algorithm: Any, key: Any, digest: str) -> bool:  # noqa: ANN401 - values of a library without types
    parameters = algorithm["parameters"].dump()
    if key.algorithm == "ec":
        right = algorithm["algorithm"].native == f"{digest}_ecdsa" and parameters == b""
        return right and key.curve[0] == "named" and key.curve[1] in _CURVES
    right = algorithm["algorithm"].native in {f"{digest}_rsa", "rsassa_pkcs1v15"} and parameters == _NULL
    return right and key.algorithm == "rsa" and key.bit_size >= _LEAST_RSA


def _certificate(
    signed: Any,  # noqa: ANN401 - values of a library without types
    signer: Any,  # noqa: ANN401 - as above
) -> Generator[Check, None, tuple[asn1.Certificate, tuple[asn1.Certificate, ...]]]:
    """The signer's certificate, and the others; those have to lead up from it, each signed by the next."""
    carried = [one.chosen for one in signed["certificates"] if one.name == "certificate"]
    yield "certificates", len(carried) == len(signed["certificates"])
    yield "certificates", len({one.dump() for one in carried}) == len(carried)
    yield "certificates", all(one["signature_value"].contents[:1] == b"\0" for one in carried)  # of whole bytes
    named = signer["sid"].chosen
    wanted = (named["issuer"].dump(), named["serial_number"].native)
    own = [one for one in carried if (one.issuer.dump(), one.serial_number) == wanted]
    yield "certificates", len(own) == 1
    others = [one for one in carried if one is not own[0]]
    is_stamp = signed["encap_content_info"]["content_type"].native == "tst_info"
    yield "certificates", not others or _leads_up(own[0], others, to_root=not is_stamp)
    return own[0], tuple(others)


def _leads_up(certificate: asn1.Certificate, others: list[asn1.Certificate], *, to_root: bool) -> bool:
    """Whether each of the others signed the one before, and the last one itself; a timestamp may lack its root."""
    if not others:
        is_root = certificate.issuer.dump() == certificate.subject.dump()
        return _is_issued(certificate, by=certificate) if is_root else not to_root
    return any(
        _is_issued(certificate, by=above)
        and _leads_up(above, [one for one in others if one is not above], to_root=to_root)
        for above in others
    )


def _is_issued(certificate: asn1.Certificate, *, by: asn1.Certificate) -> bool:
    one, above = (x509.load_der_x509_certificate(each.dump()) for each in (certificate, by))
    try:
        one.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _names(certificate: asn1.Certificate, attributes: Any) -> bool:  # noqa: ANN401 - values of a library without types
    """Whether the signed attribute names this certificate (RFC 5035; in timestamps also RFC 2634)."""
    found = {one["type"].native: one["values"][0] for one in attributes}
    if second := found.get("signing_certificate_v2"):
        named = second["certs"][0]
        algorithm = named["hash_algorithm"]["algorithm"].native
    else:
        named, algorithm = found["signing_certificate"]["certs"][0], "sha1"
    same: bool = named["cert_hash"].native == new(algorithm, certificate.dump(), usedforsecurity=False).digest()
    return same


def _stamped(der: bytes, value: bytes) -> Generator[Check, None, datetime]:
    """When an authority saw a signature's bytes (RFC 3161)."""
    signed, signer = yield from _opened(der, "tst_info")
    content = signed["encap_content_info"]["content"].contents
    made = yield from _right(signed, signer, "tst_info", content)
    told = tsp.TSTInfo.load(content, strict=True)
    imprint = told["message_imprint"]
    name = imprint["hash_algorithm"]["algorithm"].native
    yield "timestamp", name in _DIGESTS and imprint["hashed_message"].native == new(name, value).digest()
    use = made.certificate.extended_key_usage_value
    yield "timestamp", use is not None and use.native == ["time_stamping"]
    when: datetime = told["gen_time"].native
    yield "timestamp", made.certificate.not_valid_before <= when <= made.certificate.not_valid_after
    return when
