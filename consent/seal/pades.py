"""The seal on a finished file: a certification signature by PAdES, behind the file's own bytes.

Decides how a file is sealed, and what is done when an authority outside the clinic does not answer.

Invariants:
- The file's bytes stay as they are, in front; a reader can take the seal off again by cutting (ISO 32000-1, 7.5.6).
- The seal allows no change (DocMDP level 1: ISO 32000-1, 12.8.2.2), is the first signature and the only one (catalogue
  F8).
- Nobody outside is waited for longer than ``Authority.seconds``: then the file is sealed at B-B, and says why
  (catalogue F11).
- A sealed file is opened again and verified before it is handed back.
- What is signed follows from the file, the key and the time alone: no time of writing, no chance (catalogue F16).

Refuses to seal with a certificate outside its window or (asked from B-LT on) revoked, and what has been signed already.

The widget of the seal is no bigger than nothing, beyond the page and allowed to print: PDF/A-3 bans hidden annotations
(ISO 19005-3, 6.3.2), PDF/UA-1 wants every other one on the page to have a tag (ISO 14289-1, 7.18.1).
"""

import asyncio
import hashlib
from collections.abc import Coroutine
from contextlib import aclosing
from datetime import datetime
from io import BytesIO
from typing import Final

from asn1crypto import cms
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import simple_cms_attribute
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSigningSession,
    SigDSSPlacementPreference,
    TimestampDSSContentSettings,
)
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError, RevokedError
from pyhanko_certvalidator.path import ValidationPath

from consent.errors import AlreadyDone, Broken, Busy, ConsentError, SealRefused, SettingRefused
from consent.ports.sealing import SealedPdf, SealLevel
from consent.seal import readback
from consent.seal.authority import TOLERANCE, Authority, asking_about
from consent.seal.certificates import check_window
from consent.seal.keys import SealingKey

REASON: Final = "Sealed by the clinic when this document was finished."
_FIELD: Final = "Seal"
_STAMP: Final = "TimeStamp"
_DIGEST: Final = "sha256"
_SIGNATURE: Final = 2048
"""Bytes for a CMS signature without its certificates, RSA of 8192 bits included."""
_TOKEN: Final = 12 * 1024
"""Bytes for a time stamp in it, with the certificates that authorities send along."""
_BEYOND_THE_PAGE: Final = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
_WITH_THE_SEAL: Final = DSSContentSettings(
    include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
)
_TRIED_AGAIN: Final = "Nothing to do now: it is tried again."
_NEW_KEY: Final = "Make or get a new key. Nothing is lost: what waits is sealed then."
_WITH_THE_STAMP: Final = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)


class PadesSealer:
    """Seals with the clinic's key.

    Args:
        key: The key.
        level: What is wanted. B-T and above need an authority, B-LT and above a certificate of a CA.
        authority: Who is asked for the time.

    Raises:
        SettingRefused: The level needs more than there is.
    """

    def __init__(
        self, key: SealingKey, *, level: SealLevel = SealLevel.B_B, authority: Authority | None = None
    ) -> None:
        if level is not SealLevel.B_B and authority is None:
            raise SettingRefused(f"A seal at {level} needs a time-stamp authority.", "Name one, or seal at B-B.")
        if level.rank >= SealLevel.B_LT.rank and not key.chain:
            raise SettingRefused(
                f"A seal at {level} needs a certificate of a CA.", "Use one with its chain, or seal at B-T."
            )
        self._key, self._level, self._authority = key, level, authority

    def seal(self, pdf: bytes, *, at: datetime) -> SealedPdf:
        """Seal a finished file, at the level wanted or, when an authority fails in any way, at B-B.

        Args:
            pdf: The file; it stays in front of what is added.
            at: Now; the seal states it as the time of signing.

        Raises:
            SealRefused: The certificate does not count at that moment, or was revoked (asked from B-LT on).
            AlreadyDone: The file has a signature.
            Broken: The file cannot be sealed, or the sealed file does not hold.
        """
        check_window(self._key.certificate, at)
        _check_unsigned(pdf)
        problem = ""
        if self._authority is not None and self._level is not SealLevel.B_B:
            try:
                return self._outside(self._sealed_with(self._authority, pdf, at), at, front=pdf)
            except Busy as error:
                problem = error.what
        try:
            content = asyncio.run(self._signed(pdf, at))
            return SealedPdf(content, self._proved(content, at, front=pdf).level, problem)
        except ConsentError:
            raise
        except Exception as error:
            raise Broken("A document could not be sealed.") from error

    def upgrade(self, pdf: bytes, *, at: datetime) -> SealedPdf:
        """Add to a sealed file what its level lacks; give it back as it is when nothing does.

        A time stamp is no part of what a seal signs (RFC 5652, 5.3: an unsigned attribute), and a sealer with an
        authority leaves room for one: it is put there, and the seal goes on covering the whole file. A file without
        that room cannot have one inside without sealing anew. It gets a document time stamp behind it, which a seal
        that allows no change allows (ISO 32000-2, 12.8.5): B-T by ETSI EN 319 142-1, 6.3, though not every reader
        counts it (docs/adr/0006-seal.md). For B-LT and above what is known of revocation comes with a document time
        stamp, so that B-LTA is reached. Either way the file is another one afterwards, with a digest of its own.

        Args:
            pdf: A file that this key sealed.
            at: Now.

        Raises:
            SealRefused: The certificate does not count any more, so that a time stamp would prove nothing.
            Busy: An authority fails; the file stays as it is, and trying again is safe.
            Broken: The file does not bear this key's seal.
        """
        check_window(self._key.certificate, at)
        try:
            level = readback.check(pdf, key=self._key, authority=self._authority, at=at).level
        except ConsentError:
            raise
        except Exception as error:
            raise Broken("A sealed document cannot be read.") from error
        if self._authority is None or level.rank >= self._level.rank:
            return SealedPdf(pdf, level)
        return self._outside(self._upgraded(self._authority, pdf, at, bare=level is SealLevel.B_B), at)

    def _outside(self, making: Coroutine[object, object, bytes], at: datetime, *, front: bytes = b"") -> SealedPdf:
        """What is made with the help of others, verified. Raises Busy, SealRefused."""
        try:
            content = asyncio.run(making)
            found = self._proved(content, at, front=front)
        except (SealRefused, Busy):
            raise
        except TimeoutError:
            what = "The time-stamp authority did not answer in time."
        except OSError:
            what = "The time-stamp authority could not be reached, or refused."
        except Exception:  # noqa: BLE001 - nothing that comes from outside may keep the clinic from sealing
            what = "The time-stamp authority gave an answer that cannot be used."
        else:
            if found.stamped and abs(found.stamped - at) <= TOLERANCE:
                return SealedPdf(content, found.level)
            what = "The time-stamp authority has another time than this machine."
        raise Busy(what, _TRIED_AGAIN)

    def _proved(self, content: bytes, at: datetime, *, front: bytes) -> readback.Found:
        if not content.startswith(front):
            raise Broken("Sealing changed a document.")
        return readback.check(content, key=self._key, authority=self._authority, at=at)

    async def _sealed_with(self, authority: Authority, pdf: bytes, at: datetime) -> bytes:
        async with asyncio.timeout(authority.seconds), aclosing(self._asking(authority, at)) as asking:
            stamper = authority.stamper()
            if self._lasting:
                await self._path(asking)
            content = await self._signed(pdf, at, stamper=stamper, asking=asking if self._lasting else None)
            return await self._stamped(content, stamper, asking) if self._level is SealLevel.B_LTA else content

    async def _upgraded(self, authority: Authority, pdf: bytes, at: datetime, *, bare: bool) -> bytes:
        async with asyncio.timeout(authority.seconds), aclosing(self._asking(authority, at)) as asking:
            stamper = authority.stamper()
            within = await _stamped_within(pdf, stamper) if bare else None
            if within is None or self._lasting:
                return await self._stamped(within or pdf, stamper, asking)
            return within

    async def _signed(
        self,
        pdf: bytes,
        at: datetime,
        *,
        stamper: HTTPTimeStamper | None = None,
        asking: ValidationContext | None = None,
    ) -> bytes:
        meant = PdfSignatureMetadata(
            field_name=_FIELD,
            md_algorithm=_DIGEST,
            reason=REASON,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            subfilter=SigSeedSubFilter.PADES,
            embed_validation_info=asking is not None,
            validation_context=asking,
            signer_key_usage=set(),
            dss_settings=_WITH_THE_SEAL,
        )
        field = SigFieldSpec(_FIELD, invis_sig_settings=_BEYOND_THE_PAGE, readable_field_name="Seal of the clinic")
        signer = _Signer(meant, self._key.signer, timestamper=stamper, new_field_spec=field)
        signer.at = at
        out = await signer.async_sign_pdf(_Writer(BytesIO(pdf)), bytes_reserved=self._room())
        return bytes(out.getbuffer())

    def _room(self) -> int:
        """Hexadecimal digits for the signature, always as many: one by ECDSA is a byte longer or shorter each time."""
        carried = (self._key.certificate, *self._key.chain)
        token = _TOKEN if self._authority else 0
        return 2 * (_SIGNATURE + token + sum(len(one.public_bytes(Encoding.DER)) for one in carried))

    async def _stamped(self, pdf: bytes, stamper: HTTPTimeStamper, asking: ValidationContext) -> bytes:
        """The file with a document time stamp; for B-LT and above, with what is known of revocation under it."""
        paths = [await self._path(asking)] if self._lasting else []
        field = {"field_name": _STAMP, "readable_field_name": "Time stamp on the seal"}
        out = await PdfTimeStamper(stamper, invis_settings=_BEYOND_THE_PAGE, **field).async_timestamp_pdf(
            _Writer(BytesIO(pdf)),
            _DIGEST,
            validation_context=asking if self._lasting else None,
            validation_paths=paths,
            dss_settings=_WITH_THE_STAMP,
        )
        return bytes(out.getbuffer())

    async def _path(self, asking: ValidationContext) -> ValidationPath:
        """From the clinic's certificate to its root, none of them revoked. Raises SealRefused, Busy."""
        signer = self._key.signer
        try:
            return await CertificateValidator(signer.signing_cert, signer.cert_registry, asking).async_validate_path()
        except RevokedError:
            raise SealRefused("The certificate of the sealing key was revoked.", _NEW_KEY) from None
        except (PathBuildingError, PathValidationError):
            what = "Whether the certificate of the sealing key was revoked could not be found out."
            raise Busy(what, _TRIED_AGAIN) from None

    @property
    def _lasting(self) -> bool:
        return self._level.rank >= SealLevel.B_LT.rank

    def _asking(self, authority: Authority, at: datetime) -> ValidationContext:
        return asking_about([self._key.root, *authority.roots], known=self._key.chain, at=at)


class _Signer(PdfSigner):
    """States the time that it is given, in UTC, instead of the machine's own with its zone."""

    at: datetime

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:  # noqa: FBT001, FBT002 (pyHanko's own signature)
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:  # noqa: ARG002 (as above)
        """PAdES alone: pyHanko's sign for P-256 (ISO/TS 32002) would make it PDF 2.0, and PDF/A-3 is PDF 1.7."""
        pdf_out.register_extension(ESIC_EXTENSION_1)


class _Writer(IncrementalPdfFileWriter):
    """Adds what it is told to and nothing else: metadata stay, and the second half of ``/ID`` is a digest."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> ArrayObject:
        prev.stream.seek(0)
        digest = hashlib.sha256(prev.stream.read()).digest()
        first = prev.trailer["/ID"][0].original_bytes
        return ArrayObject([ByteStringObject(first), ByteStringObject(digest[:16])])

    def _update_meta(self) -> None:
        pass


async def _stamped_within(pdf: bytes, stamper: HTTPTimeStamper) -> bytes | None:
    """The file with a time stamp put into its seal, nothing else changed; None when there is no room for it."""
    seal = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[0]
    signer = seal.signer_info
    token = await stamper.async_timestamp(hashlib.sha256(signer["signature"].native).digest(), _DIGEST)
    signer["unsigned_attrs"] = cms.CMSAttributes([simple_cms_attribute("signature_time_stamp_token", token)])
    signed = cms.ContentInfo({"content_type": "signed_data", "content": seal.signed_data})
    signature: bytes = signed.dump().hex().encode()
    _, before, after, _ = (int(one) for one in seal.byte_range)
    digits = after - before - len("<>")
    if len(signature) > digits:
        return None
    return pdf[: before + 1] + signature.ljust(digits, b"0") + pdf[after - 1 :]


def _check_unsigned(pdf: bytes) -> None:
    try:
        signed = readback.is_signed(pdf)
    except Exception as error:
        raise Broken("A document that is to be sealed cannot be read.") from error
    if signed:
        raise AlreadyDone("The document has a signature already.", "What changes it is a document of its own.")
