"""A sealed file opened again, before it counts.

Decides whether a file bears the clinic's seal, that alone, and over all of it, and which level the seal has.

Invariants:
- The seal is checked against the pinned certificate, byte for byte, never against a name (catalogue F7).
- The last signature or time stamp covers the file to its end: bytes behind it are refused (catalogue F4).
- The level is read from the file, not believed: what is stored in it has to be enough (catalogue F12).

Refuses with ``Broken``, and says nothing of what the file is about. It is not the verification of files from elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    validate_pdf_signature,
    validate_pdf_timestamp,
)
from pyhanko.sign.validation.errors import ValidationInfoReadingError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from consent.errors import Broken
from consent.ports.sealing import SealLevel
from consent.seal.authority import Authority, trust_in
from consent.seal.certificates import as_asn1
from consent.seal.keys import SealingKey

_USAGE: Final = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
_NEXT_STEP: Final = "Do not use this file. Tell whoever runs this system."


@dataclass(frozen=True, slots=True)
class Found:
    """What a sealed file holds.

    Args:
        level: The level of its seal.
        stamped: When its last time stamp says that it existed; None without one.
    """

    level: SealLevel
    stamped: datetime | None


def is_signed(pdf: bytes) -> bool:
    """Whether a file has a signature or time stamp of anybody."""
    return bool(PdfFileReader(BytesIO(pdf)).embedded_signatures)


def check(pdf: bytes, *, key: SealingKey, authority: Authority | None, at: datetime) -> Found:
    """Hold a sealed file against the clinic's certificate.

    Args:
        pdf: The file.
        key: The key that it has to be sealed with.
        authority: Whose time stamps count.
        at: Now.

    Raises:
        Broken: It is not the clinic's seal, not the only one, or does not cover the file.
    """
    reader = PdfFileReader(BytesIO(pdf))
    seals, stamps = reader.embedded_regular_signatures, reader.embedded_timestamp_signatures
    if len(seals) != 1 or len(stamps) > 1:
        raise Broken("A sealed file has to bear one seal, and one time stamp at most.", _NEXT_STEP)
    store = _store(reader)
    times = _trust(store, authority.roots if authority else (), at=at)
    stamped = _check_seal(seals[0], key=key, trust=_trust(store, [key.root], known=key.chain, at=at), times=times)
    if stamps:
        stamped = _check_stamp(stamps[0], times)
    _check_covers((stamps or seals)[-1])
    return Found(SealLevel.of(stamped=bool(stamped), stored=store is not None, over=bool(stamps)), stamped)


def _check_seal(
    seal: EmbeddedPdfSignature, *, key: SealingKey, trust: ValidationContext, times: ValidationContext
) -> datetime | None:
    """The time of the stamp inside the seal; None when there is none."""
    status = validate_pdf_signature(seal, trust, times, key_usage_settings=_USAGE)
    ours = status.signing_cert.dump() == as_asn1([key.certificate])[0].dump()
    if not (ours and status.bottom_line and seal.docmdp_level is MDPPerm.NO_CHANGES):
        raise Broken("The seal on a file is not the clinic's, or does not hold.", _NEXT_STEP)
    stamp = status.timestamp_validity
    return stamp.timestamp if stamp else None


def _check_stamp(stamp: EmbeddedPdfSignature, trust: ValidationContext) -> datetime:
    status = validate_pdf_timestamp(stamp, trust)
    if not (status.valid and status.intact and status.trusted):
        raise Broken("The time stamp on a file does not hold.", _NEXT_STEP)
    return status.timestamp


def _check_covers(last: EmbeddedPdfSignature) -> None:
    if last.evaluate_signature_coverage() is not SignatureCoverageLevel.ENTIRE_FILE:
        raise Broken("The seal on a file does not cover all of it.", _NEXT_STEP)


def _trust(
    store: DocumentSecurityStore | None,
    roots: Sequence[x509.Certificate],
    *,
    known: Sequence[x509.Certificate] = (),
    at: datetime,
) -> ValidationContext:
    """Trust in these roots, with what the file holds about revocation; where it holds any, that has to be enough."""
    if store is None:
        return ValidationContext(**trust_in(roots, known=known, at=at))
    return store.as_validation_context(trust_in(roots, known=known, at=at, revocation_mode="require"))


def _store(reader: PdfFileReader) -> DocumentSecurityStore | None:
    try:
        return DocumentSecurityStore.read_dss(reader)
    except ValidationInfoReadingError:
        return None
