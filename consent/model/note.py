"""Signed notes: a text, and who signed it with which key (C2SP signed-note, https://c2sp.org/signed-note).

Decides the bytes of a note, of a key as people pass it on, and of what a signature covers: the text itself, or for a
cosignature (C2SP tlog-cosignature) the text below a moment.

Invariants:
- The same note has one way to be written; whatever is written otherwise is refused, spare bits of base64 included.
- A key is known by name and id together; a signature by an unknown key says nothing.
- One signature that fails in the name of a known key, and nobody signed the note.
- What is signed here is verified at once: a signer that holds another key signs nothing.

Refuses a text before its signature was verified (``checkpoint`` reads no other), and holds no private key: who signs is
a function.
"""

import base64
import binascii
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from consent.errors import BadInput, Broken
from consent.model import canon

Sign: TypeAlias = Callable[[bytes], bytes]
"""Signs bytes with an Ed25519 key that stays where it is."""
LONGEST = 1_000_000
"""Bytes of a note, as in Go's ``tlog``."""
MOST_SIGNATURES = 100
"""As in Go's ``note``; the specification asks for 16 at least."""
_DASH = "\N{EM DASH} "
_ID, _TIME, _PUBLIC, _ED25519 = 4, 8, 32, 64
_LATEST = 2**63 - 1
_NO_TEXT = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")


class KeyKind(IntEnum):
    """Types of signature, by their byte in C2SP signed-note."""

    NOTE = 0x01
    """Ed25519 over the text: a log's own signature."""
    COSIGNATURE = 0x04
    """Ed25519 over a moment and the text: a cosigner's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One line below a note. ``content`` is what the key made of the text, in the form of its kind."""

    name: str
    key_id: bytes
    content: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {encoded(self.key_id + self.content)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A public key with its name, as whoever verifies has it from elsewhere.

    Raises:
        BadInput: No such key can be.
    """

    name: str
    kind: KeyKind
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != _PUBLIC:
            raise BadInput("A public key of a log or a cosigner has 32 bytes.")

    @property
    def id(self) -> bytes:
        """Four bytes that name it beside its name; no proof of anything."""
        return canon.key_id(name=self.name, kind=self.kind, public=self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encoded(bytes([self.kind]) + self.public)}"

    @classmethod
    def read(cls, text: str) -> "Key":
        """A key as it is passed on, ``name+id+key``. Raises BadInput."""
        name, _, rest = text.partition("+")
        written_id, _, written = rest.partition("+")
        kind, *public = decoded(written) or b"\0"
        if kind not in set(KeyKind):
            raise BadInput("This kind of key is not known here.")
        made = cls(name=name, kind=KeyKind(kind), public=bytes(public))
        if made.id.hex() != written_id:
            raise BadInput("The name, the id and the key of a log or a cosigner do not belong together.")
        return made

    def made(self, one: Signature) -> bool:
        """Whether a signature is in the name of this key."""
        return one.name == self.name and one.key_id == self.id

    def holds(self, one: Signature, text: str) -> bool:
        """Whether a signature in its name is over that text."""
        signed, moment = one.content[-_ED25519:], one.content[:-_ED25519]
        if len(signed) != _ED25519 or len(moment) != (_TIME if self.kind is KeyKind.COSIGNATURE else 0):
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signed, _covered(text, moment))
        except (InvalidSignature, BadInput):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with its line, and the signatures below it. Whether one holds is not said yet."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __post_init__(self) -> None:
        if not self.text.endswith("\n") or _NO_TEXT.search(self.text):
            raise BadInput("A note is text of whole lines.")

    @classmethod
    def read(cls, raw: bytes) -> "Note":
        """A note from its bytes. Raises BadInput."""
        written = _text(raw)
        text, parted, below = written.rpartition("\n\n")
        lines = below.split("\n")
        if not parted or lines.pop() or not 0 < len(lines) <= MOST_SIGNATURES:
            raise BadInput("This is not a signed note: no signatures stand below its last empty line.")
        return cls(f"{text}\n", tuple(_signature(line) for line in lines))

    @property
    def written(self) -> bytes:
        """Its bytes."""
        return f"{self.text}\n{''.join(map(str, self.signatures))}".encode()

    def signers(self, known: Collection[Key]) -> tuple[tuple[Key, Signature], ...]:
        """Which of these keys signed, with what; nobody, when one signature in the name of one of them fails."""
        made = [(key, one) for one in self.signatures for key in known if key.made(one)]
        return tuple(made) if all(key.holds(one, self.text) for key, one in made) else ()

    def signed(self, key: Key, sign: Sign, *, moment: int | None = None) -> "Note":
        """The note with one signature more.

        Args:
            key: The key that ``sign`` holds the other half of.
            sign: Signs the bytes that it is given.
            moment: Now, in seconds since 1970: of a cosignature, and of that alone.

        Raises:
            Broken: It was signed with another key, or the moment does not go with the kind of key.
        """
        stamp = b"" if moment is None else _stamp(moment)
        one = Signature(name=key.name, key_id=key.id, content=stamp + sign(_covered(self.text, stamp)))
        if not key.holds(one, self.text):
            raise Broken("A note was signed with another key than the one it names.")
        return replace(self, signatures=(*self.signatures, one))


def moment_of(one: Signature) -> int:
    """When a cosignature was made, in seconds since 1970, as its maker says; only after it was found to hold."""
    return int.from_bytes(one.content[:_TIME], "big")


def check_name(name: str) -> None:
    """Whether a key may be called so: no blank of any script, no plus, no control character. Raises BadInput."""
    if not _NAME.fullmatch(name):
        raise BadInput("The name of a log or a cosigner is one word without a plus.")


def encoded(content: bytes) -> str:
    """Base64 as RFC 4648, section 4, has it."""
    return base64.b64encode(content).decode()


def decoded(text: str) -> bytes:
    """What base64 says, if it is written in the one way: padded, no other signs, no spare bits. Raises BadInput."""
    try:
        found = base64.b64decode(text.encode(), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise BadInput("A line of a note is not base64.") from None
    if encoded(found) != text:
        raise BadInput("A line of a note is not base64 in its one form.")
    return found


def _text(raw: bytes) -> str:
    if len(raw) > LONGEST:
        raise BadInput("A note is too long.")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise BadInput("A note is not text (UTF-8).") from None


def _signature(line: str) -> Signature:
    name, _, written = line.removeprefix(_DASH).partition(" ")
    content = decoded(written)
    if not line.startswith(_DASH) or len(content) <= _ID:
        raise BadInput("A line below a note is not a signature.")
    check_name(name)
    return Signature(name=name, key_id=content[:_ID], content=content[_ID:])


def _covered(text: str, stamp: bytes) -> bytes:
    """The bytes that a signature is over: the text, or a header and a moment before it (C2SP tlog-cosignature)."""
    if not stamp:
        return text.encode()
    moment = int.from_bytes(stamp, "big")
    if moment > _LATEST:
        raise BadInput("A cosignature is of no time that can be.")
    return f"cosignature/v1\ntime {moment}\n{text}".encode()


def _stamp(moment: int) -> bytes:
    if not 0 <= moment <= _LATEST:
        raise Broken("A cosignature is of no time that can be.")
    return moment.to_bytes(_TIME, "big")
