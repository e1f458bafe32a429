"""The bytes of a sealed file before anything of it is parsed: where the signature lies, and that it is alone there.

Decides where a file's seal is, and whether the seal covers all of the file but the place that holds it (ISO 32000-2,
12.8.1; ETSI EN 319 142-1, 5.1).

Invariants:
- The place is found by what it looks like, a long run of hexadecimal digits, and what the file says of it has to agree:
  ``verify.py`` goes the other way round.
- It holds hexadecimal digits of one case, one DER value, and zeros.

Refuses to look into anything else: nothing of a stranger's file is unpacked.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Final

from asn1crypto import parser

Check = tuple[str, bool]
"""The code of a check, and whether it holds; whoever asks stops at the first that does not."""

LIMIT: Final = 50_000_000
"""Bytes."""
_LARGEST: Final = 0x10000
"""Bytes of a signature with its certificates and a timestamp: values inside values cost no more than that."""
_MOST_BEHIND: Final = 0x40000
"""Bytes of a timestamp of the whole file with answers about certificates."""
_RUN: Final = re.compile(rb"/Contents ?(<[0-9A-Fa-f]{512,}>)")
_ONE_CASE: Final = re.compile(rb"(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+")
_END: Final = b"%%EOF"


@dataclass(frozen=True, slots=True)
class Container:
    """Where a signature lies, angle brackets included, and the DER value that it is."""

    start: int
    end: int
    der: bytes

    def rest(self, pdf: bytes) -> bytes:
        """What is signed: the file without the place that holds the signature."""
        return pdf[: self.start] + pdf[self.end :]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the seal lies, how far it reaches, and where a timestamp of the whole file lies behind that."""

    seal: Container
    until: int
    stamp: Container | None = None


def found(pdf: bytes, *, limit: int) -> Generator[Check, None, Places]:
    """The seal of a file, and a timestamp behind it.

    Args:
        pdf: The whole file.
        limit: Bytes; a larger file is refused.
    """
    yield "size", len(pdf) <= limit
    yield "form", _is_whole(pdf)
    runs = [one.span(1) for one in _RUN.finditer(pdf)]
    yield "seal", bool(runs)
    if len(runs) == 1:
        return Places((yield from _container(pdf, *runs[0])), len(pdf))
    yield "coverage", len(runs) == 2  # noqa: PLR2004 - seal and timestamp
    until = _until(pdf, *runs[0])
    yield "coverage", until <= runs[1][0] and len(pdf) - until <= _MOST_BEHIND and _is_whole(pdf[:until])
    seal = yield from _container(pdf[:until], *runs[0])
    return Places(seal, until, (yield from _container(pdf, *runs[1])))


def _is_whole(pdf: bytes) -> bool:
    return pdf.startswith(b"%PDF-") and pdf[-8:].rstrip(b"\r\n").endswith(_END)


def _until(pdf: bytes, start: int, end: int) -> int:
    """How far a signature reaches by its own word; to the end where it says nothing."""
    told = re.search(rb"/ByteRange \[0 %d %d (\d{1,9})\]" % (start, end), pdf)
    return end + int(told[1]) if told else len(pdf)


def _container(pdf: bytes, start: int, end: int) -> Generator[Check, None, Container]:
    yield "coverage", b"/ByteRange [0 %d %d %d]" % (start, end, len(pdf) - end) in pdf
    digits = pdf[start + 1 : end - 1]
    yield "container", bool(_ONE_CASE.fullmatch(digits))
    held = bytes.fromhex(digits.decode())
    length = _length(held)
    yield "container", length <= _LARGEST and not held[length:].strip(b"\x00")
    der = held[:length]
    yield "container", b"".join(written_anew(der)) == der
    return Container(start, end, der)


def first_revision(pdf: bytes, container: Container) -> bytes:
    """The document before the seal, up to its end mark; a line break after that belongs to either."""
    return pdf[: pdf.rfind(_END, 0, container.start) + len(_END)]


def _length(held: bytes) -> int:
    """How long the first DER value is, as its own head says (X.690, 8.1.3)."""
    _, _, _, head, content, _ = parser.parse(held)
    return len(head) + len(content)


def written_anew(der: bytes) -> Iterator[bytes]:
    """The values in these bytes, each written anew in the one way that DER allows."""
    while der:
        kind, constructed, tag, head, content, end = parser.parse(der)
        inner = b"".join(written_anew(content)) if constructed else content
        yield parser.emit(kind, constructed, tag, inner)
        der = der[len(head) + len(content) + len(end) :]
