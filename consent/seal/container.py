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
_RUN: Final = re.compile(rb"/Contents ?(<[0-9A-Fa-f]{512,}>)")
_ONE_CASE: Final = re.compile(rb"(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+")
_END: Final = b"%%EOF"


@dataclass(frozen=True, slots=True)
class Container:
    """Where the seal lies, angle brackets included, and the DER value that it is."""

    start: int
    end: int
    der: bytes


def found(pdf: bytes, *, limit: int) -> Generator[Check, None, Container]:
    """The seal of a file.

    Args:
        pdf: The whole file.
        limit: Bytes; a larger file is refused.
    """
    yield "size", len(pdf) <= limit
    yield "form", pdf.startswith(b"%PDF-") and pdf[-8:].rstrip(b"\r\n").endswith(_END)
    runs = list(_RUN.finditer(pdf))
    yield "seal", bool(runs)
    yield "coverage", len(runs) == 1
    start, end = runs[0].span(1)
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
