"""Checkpoints: a log's word on its own head, who else saw it, and proofs that carry one.

Decides the text of a checkpoint (C2SP tlog-checkpoint), whose word it takes, and the file in which a leaf's proof goes
with a patient or into a chart (C2SP tlog-proof, version 1). See https://c2sp.org.

Invariants:
- Nothing is read as a checkpoint but what the log's own key signed; its name is the origin, so that no other log's
  checkpoint stands for ours.
- A cosigner counts by a key that whoever verifies knows, once, with the moment of its latest cosignature.
- Each value is written in one way; another way of writing it is refused.

Refuses to say whether a log was rewritten: that takes two checkpoints and a proof between them (``log.is_consistent``).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from consent.errors import BadInput, Broken
from consent.model import canon, log
from consent.model.log import Head, Proof
from consent.model.note import LONGEST, Key, KeyKind, Note, Sign, check_name, decoded, encoded, moment_of

PROOF = "c2sp.org/tlog-proof@v1"
_ORIGIN = "bedside-consent"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_DEEPEST = 63
_TEXT_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a log says of itself. ``more``: lines that nobody here writes or understands, kept as they are."""

    origin: str
    head: Head
    more: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(self.more) or "\n" in "".join(self.more):
            raise BadInput("A checkpoint has whole lines, and no empty ones.")

    @property
    def text(self) -> str:
        """What is signed."""
        return "".join(f"{line}\n" for line in (self.origin, self.head.size, encoded(self.head.root), *self.more))

    def signed(self, key: Key, sign: Sign) -> Note:
        """The checkpoint as a note of its log. Raises Broken: the key is not that log's, or ``sign`` has another."""
        if key.name != self.origin or key.kind is not KeyKind.NOTE:
            raise Broken("A checkpoint is signed with the key of its own log alone.")
        return Note(self.text).signed(key, sign)


@dataclass(frozen=True, slots=True)
class Seen:
    """A cosigner's word: it had seen the log continue up to this head, at this moment (seconds since 1970)."""

    cosigner: Key
    moment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCheckpoint:
    """A checkpoint that its log signed, who saw it, and the note as it came."""

    checkpoint: Checkpoint
    seen: tuple[Seen, ...]
    note: Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A leaf's place and path, and the checkpoint that they lead to. ``extra`` is nobody's word."""

    index: int
    path: Proof
    signed: SignedCheckpoint
    extra: bytes = b""

    def proves(self, leaf: bytes) -> bool:
        """Whether this leaf was in the log when the checkpoint was signed."""
        return log.is_included(leaf, index=self.index, head=self.signed.checkpoint.head, proof=self.path)


def origin(installation: str) -> str:
    """What the log of an installation is called, in every checkpoint and for ever. Raises BadInput."""
    name = f"{_ORIGIN}/{installation}"
    check_name(name)
    return name


def cosigned(note: Note, *, log_key: Key, cosigner: Key, sign: Sign, moment: int) -> Note:
    """A checkpoint with a cosigner's signature. That the log continued is for the cosigner to have checked.

    Raises:
        BadInput: The note is no checkpoint of this log.
        Broken: The key is no cosigner's, or ``sign`` has another.
    """
    if cosigner.kind is not KeyKind.COSIGNATURE:
        raise Broken("A cosigner signs with a key for cosignatures alone.")
    read(note.written, log_key=log_key)
    return note.signed(cosigner, sign, moment=moment)


def read(raw: bytes, *, log_key: Key, cosigners: Collection[Key] = ()) -> SignedCheckpoint:
    """A checkpoint from its bytes.

    Args:
        raw: The note.
        log_key: The key of the log that it has to be of.
        cosigners: Whose cosignatures count; others are passed over.

    Raises:
        BadInput: It is not a checkpoint of this log, or a signature in one of these names fails.
    """
    note = Note.read(raw)
    if log_key.kind is not KeyKind.NOTE or any(one.kind is not KeyKind.COSIGNATURE for one in cosigners):
        raise BadInput("The key of a log and that of a cosigner are of two kinds.")
    signers = note.signers((log_key, *cosigners))
    if log_key not in {key for key, _ in signers}:
        raise BadInput("This checkpoint is not signed by this log, or somebody's signature on it is wrong.")
    latest: dict[Key, int] = {}
    for key, one in signers:
        if key != log_key:
            latest[key] = max(moment_of(one), latest.get(key, 0))
    checkpoint = _checkpoint(note.text)
    if checkpoint.origin != log_key.name:
        raise BadInput("This checkpoint is of another log than the one that signed it.")
    return SignedCheckpoint(checkpoint=checkpoint, seen=tuple(Seen(*one) for one in latest.items()), note=note)


def read_any(raw: bytes, keys: Sequence[Key], *, cosigners: Collection[Key] = ()) -> SignedCheckpoint | None:
    """A checkpoint that one of these keys of a log signed, the last one asked first; None: none did, or as ``read``."""
    for key in reversed(keys):
        try:
            return read(raw, log_key=key, cosigners=cosigners)
        except BadInput:
            continue
    return None


def proof_file(*, index: int, path: Proof, note: Note, extra: bytes = b"") -> bytes:
    """The file that proves a leaf to somebody offline (C2SP tlog-proof, version 1); it ends as ``.tlog-proof``."""
    lines = [PROOF, *([f"extra {encoded(extra)}"] if extra else []), f"index {index}", *map(encoded, path), ""]
    return "".join(f"{line}\n" for line in lines).encode() + note.written


def read_proof(raw: bytes, *, log_key: Key, cosigners: Collection[Key] = ()) -> Proved:
    """A proof from its file; ``proves`` says of which leaf. Raises BadInput, as ``read``, and for its form."""
    above, parted, note = raw.partition(b"\n\n")
    if not parted or len(raw) > LONGEST:
        raise BadInput("This is not a proof: no checkpoint stands below its first empty line.")
    signed = read(note, log_key=log_key, cosigners=cosigners)
    try:
        first, *lines = above.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise _no_proof() from None
    extra = decoded(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else None
    if first != PROOF or extra == b"" or not lines or not lines[0].startswith("index "):
        raise _no_proof()
    index, path = _number(lines[0].removeprefix("index ")), tuple(_hash(line) for line in lines[1:])
    if index >= signed.checkpoint.head.size or len(path) > _DEEPEST:
        raise _no_proof()
    return Proved(index=index, path=path, signed=signed, extra=extra or b"")


def _checkpoint(text: str) -> Checkpoint:
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < _TEXT_LINES or not all(lines):
        raise BadInput("This is not a checkpoint: it has a name, a size and a root, a line each.")
    name, size, root, *more = lines
    return Checkpoint(origin=name, head=Head(_number(size), _hash(root)), more=tuple(more))


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text) or (number := int(text)) > log.MOST:
        raise BadInput("A place or a size in a log is a whole number, written in its one form.")
    return number


def _hash(line: str) -> bytes:
    found = decoded(line)
    if len(found) != canon.HASH_BYTES:
        raise BadInput("A hash of a log has 32 bytes.")
    return found


def _no_proof() -> BadInput:
    return BadInput("This is not a proof that a record is in a log.")
