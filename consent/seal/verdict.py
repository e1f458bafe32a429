"""The verdict on a sealed document, from its bytes alone: proved or not, with what was checked and what failed.

Decides when a file counts as the document that the clinic sealed. ``verify.py``, written apart from this, has to come
to the same verdicts (docs/adr/0007-verification.md).

Invariants:
- The order: bytes, signature, certificate; only then is the file opened as a PDF, and only then the record inside. What
  a stranger made reaches no parser of PDF.
- The first check that fails ends it; what was not checked is never told as if it held.
- A verdict quotes nothing of the file; without a pin, nothing is proved.

Refuses to raise, whatever the bytes are.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from asn1crypto import x509

from consent.model import canon
from consent.ports.sealing import SealLevel
from consent.seal.container import LIMIT, Check, first_revision, found
from consent.seal.inside import record
from consent.seal.later import added
from consent.seal.revision import certified
from consent.seal.revoked import revoked
from consent.seal.signature import Signature, sealed, stamp

SKEW: Final = timedelta(minutes=5)
"""How far two clocks may differ."""
Rebuild = Callable[[bytes, bytes], bytes]
"""``document.json`` and ``events.json`` to the bytes of the document before its seal."""


class Reason(NamedTuple):
    """A check by its code, and the sentence on how it came out."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file proves.

    Attributes:
        checked: The checks that held, in order.
        failed: The check that did not; empty when the file is proved.
        certificate: SHA-256 of the certificate that sealed it; empty until the signature was found right.
        sealed_at: When the seal claims to have been made; None until that was checked.
        episode: Whose record it is; empty until that was checked.
        level: What the seal carries; None until that was checked. Who answered is not judged.
    """

    checked: tuple[Reason, ...]
    failed: tuple[Reason, ...]
    certificate: str = ""
    sealed_at: datetime | None = None
    episode: str = ""
    level: SealLevel | None = None

    @property
    def proved(self) -> bool:
        """Whether every check was made and held."""
        return not self.failed

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What was checked, and what failed last."""
        return self.checked + self.failed


STAGE: Final = ""
"""The code that ends a stage: only what a whole stage checked is told as held."""

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "size": ("The file is not larger than what is judged.", "The file is larger than what is judged."),
    "form": ("It begins and ends as a PDF.", "It is not a PDF, it was cut, or something was added."),
    "seal": ("It bears a seal.", "It bears no seal."),
    "coverage": (
        "The seal covers every byte of the file but the place that holds it.",
        "The seal does not cover the whole file: something was added, cut or moved.",
    ),
    "container": (
        "That place holds the seal and nothing else.",
        "The place of the seal holds something else beside it.",
    ),
    "cms": ("The seal is one signature by one signer.", "The seal is not one plain signature by one signer."),
    "attributes": (
        "What is signed with the bytes is whole, and names the certificate.",
        "What is signed with the bytes is not what it has to be.",
    ),
    "algorithms": ("Its algorithms are allowed.", "It uses an algorithm or a key that is not allowed."),
    "certificates": (
        "It carries the certificate of who sealed, and none that does not belong there.",
        "Its certificates do not belong together, or that of who sealed is missing.",
    ),
    "digest": (
        "The bytes are those that were sealed.",
        "The bytes are not those that were sealed: something was changed.",
    ),
    "signature": ("The signature is that of the certificate.", "The signature is not that of the certificate."),
    "timestamp": (
        "A timestamp was set upon this seal; who runs its authority was not judged.",
        "What is attached to the seal, or stands behind it, is no right timestamp of it.",
    ),
    "pinned": ("There is a certificate to compare with.", "No certificate was given to compare with."),
    "pin": ("It was sealed with the expected certificate.", "Somebody else sealed it: the certificate is another one."),
    "structure": (
        "There is one seal, and it allows no change.",
        "There is not exactly one seal that allows no change.",
    ),
    "update": (
        "The seal adds nothing but itself to the document, and at most what was known of certificates.",
        "The file is not the document and its seal alone.",
    ),
    "later": (
        "Behind the seal stand a timestamp of the whole file and what was known of certificates, and nothing else.",
        "Behind the seal stands something else than a timestamp of the whole file and what was known of certificates.",
    ),
    "window": (
        "The certificate was valid at the time that the seal claims.",
        "The certificate was not valid at the time that the seal claims, or that time has not come yet.",
    ),
    "list": (
        "The list of revoked certificates is by who issued the certificate, and not older than the seal.",
        "The list of revoked certificates is not by who issued the certificate, is older than the seal, or is none.",
    ),
    "revoked": (
        "The list does not name the certificate.",
        "The certificate was revoked, and nothing shows reliably that the seal was made before that.",
    ),
    "attachments": ("The record is inside.", "The record is not inside, or has a form that is not known."),
    "canonical": ("The record is in its one canonical form.", "The record is not in its one canonical form."),
    "entries": (
        "Its events form one chain up to the sealing, and each matches its commitment.",
        "Its events do not form one chain up to the sealing.",
    ),
    "episode": (
        "Document, events and file are of the same episode.",
        "Document, events and file are of different episodes.",
    ),
    "expected": ("It is the episode that was expected.", "It is the record of another episode than the expected one."),
    "covers": (
        "What was signed is the text that the document inside holds.",
        "What was signed is not the text that the document inside holds.",
    ),
    "belongs": (
        "It is a notice, and names the document that it belongs to as the record does.",
        "It is a notice, and does not name the document that it belongs to as the record does.",
    ),
    "rebuilt": (
        "The pages were made again from the record inside, to the same bytes.",
        "The pages cannot be made again from the record inside.",
    ),
    "readable": ("It can be read.", "A part of it cannot be read."),
}
"""Each check: what it says when it holds, and when it fails."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a file is held against, as ``verify`` takes it."""

    pinned: frozenset[str]
    at: datetime
    episode: str
    rebuild: Rebuild | None
    lists: tuple[bytes, ...]
    limit: int


@dataclass(slots=True)
class _Seen:
    """What came to light on the way."""

    held: dict[str, Reason] = field(default_factory=dict)
    certificate: str = ""
    sealed_at: datetime | None = None
    episode: str = ""
    level: SealLevel | None = None


def verify(
    pdf: bytes,
    *,
    pinned: frozenset[str],
    at: datetime,
    episode: str = "",
    rebuild: Rebuild | None = None,
    lists: tuple[bytes, ...] = (),
    limit: int = LIMIT,
) -> Verdict:
    """Judge a file.

    Args:
        pdf: All its bytes.
        pinned: SHA-256 of certificates (DER) that may have sealed it, in lower-case hexadecimal.
        at: Now, with its zone; a seal from the future is refused.
        episode: The episode that it has to be the record of; empty: whichever it names.
        rebuild: Makes the document before its seal from the record inside; None: the pages are not compared.
        lists: CRLs by who issued the certificate, in DER or PEM; without one, revocation is not judged.
        limit: Bytes; a larger file is refused before anything else.
    """
    seen = _Seen()
    reached: dict[str, Reason] = {}
    failed = ""
    try:
        asked = _Asked(pinned, at, episode, rebuild, lists, limit)
        for code, holds in _checks(pdf, seen, asked):
            if not holds:
                failed = code
                break
            if code == STAGE:
                seen.held |= reached
            else:
                reached[code] = Reason(code, SENTENCES[code][0])
    except Exception:  # noqa: BLE001 - whatever a parser says about a broken file, the answer is that it is not proved
        failed = "readable"
    reasons = (Reason(failed, SENTENCES[failed][1]),) if failed else ()
    return Verdict(tuple(seen.held.values()), reasons, seen.certificate, seen.sealed_at, seen.episode, seen.level)


def _checks(pdf: bytes, seen: _Seen, asked: _Asked) -> Generator[Check, None, None]:
    places = yield from found(pdf, limit=asked.limit)
    whole, pdf = pdf, pdf[: places.until]
    yield STAGE, True
    made = yield from sealed(places.seal.der, places.seal.rest(pdf))
    seen.certificate = canon.sha256_hex(made.certificate.dump())
    yield STAGE, True
    yield "pinned", bool(asked.pinned)
    yield "pin", seen.certificate in asked.pinned
    yield STAGE, True
    over = (yield from stamp(places.stamp.der, places.stamp.rest(whole))) if places.stamp else None
    document = yield from certified(pdf, places.seal)
    stored = document.stored
    if places.stamp:
        stored |= yield from added(whole, places, document.reader)
    claimed = document.claimed
    yield "window", claimed is not None and _is_in_time(made, claimed, asked.at, over=over)
    if claimed is not None:
        until = asked.at + SKEW
        yield from revoked(asked.lists, made, claimed=claimed, until=until)
    seen.sealed_at = claimed
    seen.level = SealLevel.of(stamped=bool(made.stamped or over), stored=stored, over=over is not None)
    yield STAGE, True
    first = first_revision(pdf, places.seal)
    inside = yield from record(document.before, pdf, first, expected=asked.episode)
    seen.episode = inside.episode
    yield STAGE, True
    if asked.rebuild is not None:
        yield "rebuilt", asked.rebuild(inside.document, inside.events).rstrip(b"\r\n") == first
        yield STAGE, True


def _is_in_time(made: Signature, claimed: datetime, at: datetime, *, over: datetime | None) -> bool:
    """Whether the certificate was valid when the seal was made, by its own word and by the first timestamp's."""
    certificate: x509.Certificate = made.certificate
    first, last = certificate.not_valid_before, certificate.not_valid_after
    stamped = made.stamped or over or claimed
    in_order = claimed <= stamped + SKEW and stamped <= (over or stamped) + SKEW and (over or stamped) <= at + SKEW
    return in_order and all(first <= when <= last and when <= at + SKEW for when in (claimed, stamped))
