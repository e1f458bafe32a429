"""Canonical bytes and digests: whatever enters a hash is built here.

Decides how a value becomes bytes (RFC 8785, UTF-8) and how bytes become a digest (SHA-256, domain separated).

Invariants:
- The same value gives the same bytes on every machine and version; golden files in tests/model hold them.
- Every kind of digest has its own tag, so that one can never stand for another.
- Numbers are integers; a float is refused, since its canonical form is where implementations differ.

Refuses to hash what it did not canonicalise, and to guess: an unknown type is an error.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

import rfc8785

from consent.errors import BadInput, Broken

Json: TypeAlias = "None | bool | int | str | list[Json] | tuple[Json, ...] | dict[str, Json]"

_BLOCKS_TAG = b"consent/blocks/v1\x00"
_COMMITMENT_TAG = b"consent/commitment/v1\x00"
_TEMPLATE_TAG = b"consent/template/v1\x00"
_TEXT_TAG = b"consent/text/v1\x00"
_STROKES_TAG = b"consent/strokes/v1\x00"
_REQUEST_TAG = b"consent/request/v1\x00"
_ROWS_TAG = b"consent/rows/v1\x00"
_BACKUP_TAG = b"consent/backup/v1\x00"
_SALT_BYTES = 32
HASH_BYTES = 32
EMPTY_TREE = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (RFC 6962, 2.1)."""
_BEYOND = 2**53
_written = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), sort_keys=True).encode


def canonical(value: Json) -> bytes:
    """The RFC 8785 bytes of a JSON value without floats.

    Args:
        value: None, bool, int, str, list, tuple or dict with str keys, nested.

    Raises:
        BadInput: It holds a float, a lone surrogate or another type.
    """
    plain = _is_plain(value)
    try:
        return _written(value).encode() if plain else rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeError) as error:
        raise BadInput("A value cannot be written in canonical form.") from error


def _is_plain(value: object) -> bool:
    """Whether Python's own JSON, ten times as fast, writes the same bytes.

    No sign of a key lies above ASCII, where RFC 8785 has another order (3.2.3), and no number is beyond what it allows.

    Raises:
        BadInput: There is a fraction, wherever it is.
    """
    kind = type(value)
    if value is None or kind is str or kind is bool:
        return True
    if isinstance(value, int) and kind is int:
        return -_BEYOND < value < _BEYOND
    if isinstance(value, dict) and kind is dict:
        below = [_is_plain(item) for item in value.values()]
        return all(below) and all(type(key) is str and key.isascii() for key in value)
    if isinstance(value, list | tuple) and kind in {list, tuple}:
        return all([_is_plain(item) for item in value])  # noqa: C419 - each is looked at
    _refuse_floats(value)
    return False


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise BadInput("A number with a fraction cannot enter a record.")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)


def sha256_hex(data: bytes) -> str:
    """The SHA-256 of bytes as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def blocks_digest(blocks: Json) -> str:
    """The digest that a signature covers: the blocks of the document as shown."""
    return sha256_hex(_BLOCKS_TAG + canonical(blocks))


def template_digest(content: Json) -> str:
    """The digest that pins a template version."""
    return sha256_hex(_TEMPLATE_TAG + canonical(content))


def text_digest(text: str, *, language: str) -> str:
    """The digest of a passage as it was shown, with its language (BCP 47)."""
    return sha256_hex(_TEXT_TAG + canonical([language, text]))


def strokes_digest(strokes: Json) -> str:
    """The digest of a drawn signature: the same strokes never serve twice (catalogue B8)."""
    return sha256_hex(_STROKES_TAG + canonical(strokes))


def request_digest(body: Json) -> str:
    """The digest of a request, kept with its idempotency key."""
    return sha256_hex(_REQUEST_TAG + canonical(body))


def rows_digest(rows: Iterable[Sequence[object]]) -> str:
    """The digest of a table: its rows in the order of their key, bytes in hexadecimal and marked as such.

    Raises:
        BadInput: A row holds something else than text, integers, truth values, nothing or bytes.
    """
    made = hashlib.sha256(_ROWS_TAG)
    for row in rows:
        made.update(canonical([{"hex": value.hex()} if isinstance(value, bytes) else _json(value) for value in row]))
        made.update(b"\n")
    return made.hexdigest()


def backup_digest(manifest: Json) -> str:
    """The digest of a backup: all that its manifest says beside this digest."""
    return sha256_hex(_BACKUP_TAG + canonical(manifest))


def _json(value: object) -> Json:
    if value is None or isinstance(value, str | int):
        return value
    raise BadInput("A row holds what has no canonical form.")


def commitment(*, salt: bytes, payload: bytes) -> str:
    """SHA-256(tag, 32-byte salt, payload): binds a payload that may one day be erased.

    Raises:
        Broken: The salt is not 32 bytes long.
    """
    if len(salt) != _SALT_BYTES:
        raise Broken("A salt has the wrong length.")
    return sha256_hex(_COMMITMENT_TAG + salt + payload)


def commits(*, salt: bytes, payload: bytes) -> str | None:
    """The same of stored bytes: None for a salt that can be none."""
    return hashlib.sha256(_COMMITMENT_TAG + salt + payload).hexdigest() if len(salt) == _SALT_BYTES else None


def leaf_digest(header: bytes) -> str:
    """SHA-256(0x00, header): the leaf of RFC 6962 over the header's stored bytes."""
    return sha256_hex(b"\x00" + header)


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01, left, right): an inner node of the log's tree (RFC 6962, 2.1).

    Raises:
        Broken: One of them is not 32 bytes long; two of other lengths could stand for two others.
    """
    if len(left) != HASH_BYTES or len(right) != HASH_BYTES:
        raise Broken("A hash of the log has the wrong length.")
    return hashlib.sha256(b"\x01" + left + right).digest()


def key_id(*, name: str, kind: int, public: bytes) -> bytes:
    """The four bytes by which a signature on a note names its key (C2SP signed-note).

    Args:
        name: The key's name.
        kind: The type of its signatures, one byte.
        public: The public key.
    """
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def instant(when: datetime) -> str:
    """A moment as RFC 3339 in UTC with microseconds, the one form that enters a header.

    Raises:
        Broken: The datetime has no zone.
    """
    if when.tzinfo is None:
        raise Broken("A time without a zone cannot enter a record.")
    return when.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_instant(text: str) -> datetime:
    """The moment that :func:`instant` wrote."""
    return datetime.fromisoformat(text)
