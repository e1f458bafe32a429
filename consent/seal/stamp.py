"""A time-stamp token by itself, over bytes of ours (RFC 3161): asked for, and judged.

Decides whether a token counts: made over the SHA-256 of these bytes, by a certificate for time stamps that leads to a
named root and was in its window then.

Refuses what is no token, with ``Broken``. Whether the certificate was revoked it does not ask.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime

from asn1crypto import cms
from cryptography import x509
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from consent.errors import Broken, Busy
from consent.seal.authority import Authority, trust_in


def ask(authority: Authority, content: bytes) -> tuple[bytes, datetime]:
    """A token over these bytes, which counts, and its time; nothing but their digest leaves. Raises Busy."""

    async def asked() -> bytes:
        async with asyncio.timeout(authority.seconds):
            token = await authority.stamper().async_timestamp(hashlib.sha256(content).digest(), "sha256")
        return bytes(token.dump())

    try:
        token = asyncio.run(asked())
        return token, when(token, content, roots=authority.roots)
    except TimeoutError:
        raise Busy("The time-stamp authority did not answer in time.", "It is tried again.") from None
    except Exception as error:
        raise Busy(
            "The time-stamp authority could not be reached, or gave no token that counts.",
            "Check its address, and compare CONSENT_TIMESTAMP_ROOTS with its roots.",
        ) from error


def when(token: bytes, content: bytes, *, roots: Sequence[x509.Certificate]) -> datetime:
    """When the authority saw these bytes. Raises Broken."""
    digest = hashlib.sha256(content).digest()
    try:
        signed = cms.ContentInfo.load(token, strict=True)["content"]
        at: datetime = signed["encap_content_info"]["content"].parsed["gen_time"].native
        trust = ValidationContext(**trust_in(roots, at=at))
        status = TimestampSignatureStatus(**asyncio.run(validate_tst_signed_data(signed, trust, lambda _: digest)))
    except Exception as error:
        raise _does_not_hold() from error
    if not status.trusted:  # which holds valid and intact
        raise _does_not_hold()
    return at


def _does_not_hold() -> Broken:
    return Broken(
        "A time stamp on a checkpoint does not hold.", "Compare CONSENT_TIMESTAMP_ROOTS with the authority's roots."
    )
