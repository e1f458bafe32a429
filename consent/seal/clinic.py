"""The sealer that the settings describe: its key is made where there is none, and looked at when it is first needed.

Decides nothing: keys, levels and authorities have their own modules, which load pyHanko (half a second).

Invariants:
- What is set wrongly is told when something is to be sealed, and by ``doctor``; it keeps nobody from working.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from consent.errors import AlreadyDone, SealRefused
from consent.ports.sealing import SealCertificate, SealedPdf, SealLevel

if TYPE_CHECKING:
    from consent.seal.keys import SealingKey
    from consent.seal.pades import PadesSealer


@dataclass(frozen=True)
class ClinicSealer:
    """The port ``Sealer`` over a folder.

    Args:
        folder: Where key and certificate lie.
        installation: This installation's id: a key of the clinic's own making names it.
        passphrase_file: What the key is encrypted with; None when it is not.
        level: What a seal is to hold.
        timestamp_url: The time-stamp authority; empty when there is none.
        timestamp_roots: The roots that its certificates have to lead to.
    """

    folder: Path
    installation: str
    passphrase_file: Path | None = None
    level: SealLevel = SealLevel.B_B
    timestamp_url: str = ""
    timestamp_roots: Path | None = None

    def make(self, *, facility: str, at: datetime) -> None:
        """Make a key of the clinic's own, unless there is one. Raises SealRefused."""
        from consent.seal import keys

        if self.folder.exists():
            return
        with suppress(AlreadyDone):  # another process was faster
            keys.make(
                self.folder, facility=facility, installation=self.installation, at=at, passphrase=self._passphrase()
            )

    def certificate(self) -> SealCertificate:
        """Of the key that is there, whether it counts now or not. Raises SealRefused."""
        certificate = self._key.certificate
        return SealCertificate(self._key.fingerprint, certificate.not_valid_before_utc, certificate.not_valid_after_utc)

    def seal(self, pdf: bytes, *, at: datetime) -> SealedPdf:
        """The file with a seal behind its own bytes. Raises SealRefused, AlreadyDone, Broken; waits for nobody."""
        return self._sealer.seal(pdf, at=at)

    def upgrade(self, pdf: bytes, *, at: datetime) -> SealedPdf:
        """A sealed file with what was not to be had when it was sealed. Raises SealRefused, Busy, Broken."""
        return self._sealer.upgrade(pdf, at=at)

    @cached_property
    def _key(self) -> "SealingKey":
        from consent.seal import keys

        return keys.load(self.folder, installation=self.installation, passphrase=self._passphrase())

    @cached_property
    def _sealer(self) -> "PadesSealer":
        from consent.seal.authority import Authority
        from consent.seal.certificates import read
        from consent.seal.pades import PadesSealer

        authority = None
        if self.timestamp_url:
            if self.timestamp_roots is None:
                raise SealRefused(
                    "The setting CONSENT_TIMESTAMP_ROOTS is missing.",
                    "Name the file with the root certificates of the time-stamp authority.",
                )
            authority = Authority(self.timestamp_url, tuple(read(self.timestamp_roots)))
        return PadesSealer(self._key, level=self.level, authority=authority)

    def _passphrase(self) -> bytes | None:
        from consent.seal import keys

        return keys.passphrase_of(self.passphrase_file) if self.passphrase_file else None
