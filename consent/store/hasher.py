"""Hashes secrets with argon2id, slowly on purpose.

Decides the parameters (RFC 9106's second choice: 64 MiB, three passes) and how many run at once.

Invariants:
- A secret is compared in NFC, as RFC 8265 has it: two keyboards that write the same letters agree.
- With a pepper, argon2 sees HMAC-SHA256(pepper, secret): the database alone is not enough to guess (threats, 8).
- Nothing kept costs as much as something kept: the time does not tell which sign-in names exist.

Refuses to run more than a few at once: each takes 64 MiB (threats, 5).
"""

import hmac
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import HashingError, InvalidHashError, VerificationError, VerifyMismatchError

from consent.errors import Broken, Busy


class Argon2Hasher:
    """The port ``Hasher``.

    Args:
        semaphore: How many secrets are hashed at once; the others wait.
        pepper: A key from the settings, kept outside the database; empty for none.
    """

    def __init__(self, *, semaphore: int = 2, pepper: bytes = b"") -> None:
        self._argon2 = PasswordHasher()
        self._turn = threading.BoundedSemaphore(semaphore)
        self._pepper = pepper
        self._nobody = self.hash("")

    def hash(self, secret: str) -> str:
        """A hash to keep. Raises Busy when there is no memory for it."""
        try:
            with self._turn:
                return self._argon2.hash(self._peppered(secret))
        except HashingError:
            raise Busy("There is not enough memory to check a secret.") from None

    def verify(self, kept: str, secret: str) -> bool:
        """Whether the secret is the one; never for an empty ``kept``, after the same work. Raises Broken, Busy."""
        try:
            with self._turn:
                self._argon2.verify(kept or self._nobody, self._peppered(secret))
        except VerifyMismatchError:
            return False
        except InvalidHashError:
            raise Broken("A kept secret cannot be read.") from None
        except VerificationError:
            raise Busy("There is not enough memory to check a secret.") from None
        return bool(kept)

    def _peppered(self, secret: str) -> bytes:
        plain = unicodedata.normalize("NFC", secret).encode("utf-8", "surrogatepass")
        return hmac.digest(self._pepper, plain, "sha256") if self._pepper else plain
