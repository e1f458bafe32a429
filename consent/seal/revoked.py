"""What a list of revoked certificates says of the one that sealed: somebody fetched it, years later perhaps.

Decides whether a list can speak for a certificate (RFC 5280, 5 and 6.3), and whether it takes the certificate back.

Invariants:
- A list speaks when who issued the certificate signed it, it is whole and complete, and not older than the seal.
- A key that was lost can claim any time, and bring a timestamp of its own: nobody here judges whose that is. So what a
  revoked certificate sealed is not proved, whenever that was.

Refuses to fetch anything, and to speak of the certificates above.
"""

from collections.abc import Generator, Iterable
from datetime import datetime
from typing import Any, Final

from asn1crypto import crl, pem
from asn1crypto import x509 as asn1
from cryptography import x509

from consent.seal.container import Check
from consent.seal.signature import Signature

_DIGESTS: Final = frozenset({"sha256", "sha384", "sha512"})
_PLACE: Final = "issuing_distribution_point"
_NARROW: Final = ("only_contains_ca_certs", "only_contains_attribute_certs", "only_some_reasons", "indirect_crl")
"""What makes it a list of other certificates, of some reasons alone, or of other issuers."""


def revoked(
    lists: Iterable[bytes], made: Signature, *, claimed: datetime, until: datetime
) -> Generator[Check, None, None]:
    """Whether each list speaks of the certificate, and none names it as revoked.

    Args:
        lists: CRLs in DER or PEM.
        made: The seal's signature, with the certificates that came along.
        claimed: When the seal says that it was made.
        until: No list is younger.
    """
    for data in lists:
        told = _read(data)
        yield "list", told is not None and _speaks(told, data, made)
        yield "list", claimed <= told["tbs_cert_list"]["this_update"].native <= until
        gone = [row["user_certificate"].native for row in told["tbs_cert_list"]["revoked_certificates"]]
        yield "revoked", made.certificate.serial_number not in gone


def _read(data: bytes) -> Any:  # noqa: ANN401 - a value of a library without types
    try:
        told = crl.CertificateList.load(_der(data), strict=True)
        whole = bool(told.native)  # asks for every value, so that a broken one shows
    except (ValueError, TypeError):
        return None
    return told if whole else None


def _der(data: bytes) -> bytes:
    der: bytes = pem.unarmor(data)[2] if pem.detect(data) else data
    return der


def _speaks(told: Any, data: bytes, made: Signature) -> bool:  # noqa: ANN401 - as above
    """Whether who issued the certificate says all of it."""
    body = told["tbs_cert_list"]
    right = told["signature_algorithm"].dump() == body["signature"].dump()
    if not right or body["issuer"].dump() != made.certificate.issuer.dump():
        return False
    if told["signature_algorithm"].hash_algo not in _DIGESTS or not _is_whole(body, made.certificate):
        return False
    signed = x509.load_der_x509_crl(_der(data))
    return any(_may_sign(above) and _is_signed(signed, above) for above in made.above)


def _is_signed(signed: x509.CertificateRevocationList, above: asn1.Certificate) -> bool:
    key: Any = x509.load_der_x509_certificate(above.dump()).public_key()
    try:
        return signed.is_signature_valid(key)
    except TypeError:  # a key of another kind
        return False


def _may_sign(above: asn1.Certificate) -> bool:
    use = above.key_usage_value
    return use is None or "crl_sign" in use.native


def _is_whole(body: Any, certificate: asn1.Certificate) -> bool:  # noqa: ANN401 - as above
    """Whether it is complete for such certificates: what is critical in it is known, and does not narrow it."""
    known = {one["extn_id"].native: one["extn_value"].parsed for one in body["crl_extensions"]}
    if any(one["critical"].native and one["extn_id"].native != _PLACE for one in body["crl_extensions"]):
        return False
    if _PLACE not in known:
        return True
    told = known[_PLACE]
    here = [point["distribution_point"] for point in certificate.crl_distribution_points_value or ()]
    is_here = not told["distribution_point"].native or bool(
        _names(told["distribution_point"]) & {name for point in here for name in _names(point)}
    )
    return is_here and not any(told[key].native for key in _NARROW)


def _names(place: Any) -> set[bytes]:  # noqa: ANN401 - as above
    """The full names of a place where lists lie."""
    return {name.dump() for name in place.chosen} if place.native and place.name == "full_name" else set()
