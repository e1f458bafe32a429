"""The key that signs the log's checkpoints, as two files: ``key.pem``, and ``log.vkey`` to be passed on.

Decides how it is made, kept and taken up again.

Invariants:
- Both appear together or not at all, and are never overwritten. Only its owner may read the key (0400).
- The log's name is fixed when the key is made, and stands in ``log.vkey``: a changed pepper renames nothing.

Refuses to repair rights, and a pair that does not belong together.
"""

import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from consent.errors import BadInput, SealRefused
from consent.model.note import Key, KeyKind
from consent.seal import files

PRIVATE: Final = "key.pem"
PUBLIC: Final = "log.vkey"
_OTHERS: Final = 0o077
_BACK = "Bring it back from the clinic's backup; without it the log goes on under no name."


@dataclass(frozen=True)
class LogKeyFiles:
    """The port ``LogKey`` over a folder."""

    folder: Path

    def make(self, name: str, *, secret: bytes) -> None:
        """Make a key in the name of a log from 32 random bytes, unless there is a folder. Raises SealRefused."""
        if self.folder.exists():
            return
        private = Ed25519PrivateKey.from_private_bytes(secret)
        public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        line = f"{Key(name=name, kind=KeyKind.NOTE, public=public)}\n".encode()
        try:
            files.place(self.folder, {PRIVATE: (pem, 0o400), PUBLIC: (line, 0o444)})  # or another process was faster
        except OSError:
            raise SealRefused(
                "The folder for the key of the log cannot be made.",
                "Check that the data folder is there, has room, and may be written to.",
            ) from None

    def public(self) -> Key:
        """Its public half with the log's name. Raises SealRefused."""
        return self._pair[0]

    def sign(self, content: bytes) -> bytes:
        """An Ed25519 signature. Raises SealRefused."""
        return self._pair[1].sign(content)

    @cached_property
    def _pair(self) -> tuple[Key, Ed25519PrivateKey]:
        try:
            if stat.S_IMODE((self.folder / PRIVATE).stat().st_mode) & _OTHERS:
                raise SealRefused(
                    "The key of the log can be read by others.", "Close it to them (chmod 400) in the data folder."
                )
            private = load_pem_private_key((self.folder / PRIVATE).read_bytes(), None)
            public = Key.read((self.folder / PUBLIC).read_text(encoding="utf-8").removesuffix("\n"))
        except OSError:
            raise SealRefused("The key of the log is missing, or cannot be read.", _BACK) from None
        except (BadInput, ValueError, TypeError, UnsupportedAlgorithm):
            raise SealRefused("The key of the log cannot be understood.", _BACK) from None
        if not isinstance(private, Ed25519PrivateKey) or (
            private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) != public.public
        ):
            raise SealRefused("The two files of the log's key do not belong together.", _BACK)
        return public, private
