"""A sealing key that never leaves its token: a smart card or a hardware security module, through PKCS#11.

Decides how the token is found: ``token.json`` lies where the key would (``module``, ``token`` and ``key``); the PIN is
in the file of the passphrase.

Invariants:
- A session lasts for one seal: a token may be pulled out and put back, and processes are forked.
- A PIN that was refused is not tried again in this process: tokens lock themselves after a few.

Refuses to make a key on a token: its maker's own tools do that, and say how it is backed up.
"""

from pathlib import Path
from typing import Final

from asn1crypto import x509 as asn1
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import CertificateStore

from consent.errors import SealRefused

FILE: Final = "token.json"
_ROOM: Final = 512
"""Bytes of the largest signature (RSA 4,096)."""


class Place(BaseModel):
    """Where a key lies: the library that talks to the token, and the labels of token and key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    module: Path
    token: str = Field(min_length=1)
    key: str = Field(min_length=1)


def read(file: Path) -> Place | None:
    """What ``token.json`` says; None: there is none. Raises SealRefused."""
    if not file.exists():
        return None
    try:
        place = Place.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        raise SealRefused(
            "The file token.json beside the sealing certificate cannot be read.",
            'Write {"module": "…", "token": "…", "key": "…"} into it.',
        ) from None
    if not place.module.is_file():
        raise SealRefused(
            "The library of the sealing key's token is not where token.json says.", "Install it, or name its path."
        )
    return place


class TokenSigner(Signer):
    """Signs on a token.

    Args:
        place: Where the key lies.
        pin: Opens the token.
        certificate: The key's certificate.
        registry: Who issued it.
    """

    def __init__(self, place: Place, *, pin: str, certificate: asn1.Certificate, registry: CertificateStore) -> None:
        super().__init__(signing_cert=certificate, cert_registry=registry)
        self._place, self._pin, self._refused = place, pin, False

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002 - pyHanko's own
        """The signature of bytes. Raises SealRefused: the token is not there, is locked, or has no such key."""
        if dry_run:
            return bytes(_ROOM)
        if self._refused:
            raise _wrong_pin()
        import pkcs11  # what a clinic without a token need not load
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

        try:
            criteria = TokenCriteria(label=self._place.token)
            with open_pkcs11_session(str(self._place.module), token_criteria=criteria, user_pin=self._pin) as session:
                signer = PKCS11Signer(
                    session,
                    signing_cert=self.signing_cert,
                    key_label=self._place.key,
                    use_raw_mechanism=self.signing_cert is not None and self.signing_cert.public_key.algorithm == "ec",
                )
                return await signer.async_sign_raw(data, digest_algorithm)
        except (pkcs11.PinIncorrect, pkcs11.PinLocked):
            self._refused = True
            raise _wrong_pin() from None
        except pkcs11.PKCS11Error:
            raise SealRefused(
                "The token that holds the sealing key does not answer, or does not hold it.",
                "Put it in, and compare its labels with token.json.",
            ) from None


def _wrong_pin() -> SealRefused:
    return SealRefused(
        "The token that holds the sealing key refuses its PIN.",
        "Write the right PIN into the file of the passphrase, and start the app again; tokens lock after a few tries.",
    )
