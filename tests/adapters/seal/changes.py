"""What may befall a sealed file, as functions from bytes to bytes; chance comes from a seed."""

import re
from io import BytesIO
from random import Random

from asn1crypto import parser
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


def flip(pdf: bytes, bit: int) -> bytes:
    """One bit the other way round."""
    changed = bytearray(pdf)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def update(pdf: bytes, *, page: bool) -> bytes:
    """One more revision: of the first page's size, or of nothing in particular."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    if page:
        resize(writer)
    else:
        writer.update_root()
    done = BytesIO()
    writer.write(done)
    return done.getvalue()


def resize(writer: IncrementalPdfFileWriter) -> None:
    """The first page gets another size."""
    first = writer.root["/Pages"]["/Kids"][0]
    box = [generic.NumberObject(side) for side in (0, 0, 90, 90)]
    first["/MediaBox"] = generic.ArrayObject(box)
    writer.update_container(first)


def gap(pdf: bytes) -> tuple[int, int, int]:
    """Where the container of the seal begins and ends, and how many bytes follow it."""
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", pdf)
    assert found
    start, end, rest = map(int, found.groups())
    return start, end, rest


def last_gap(pdf: bytes) -> tuple[int, int]:
    """Where the container of the last signature or timestamp begins and ends."""
    start, end, _ = re.findall(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", pdf)[-1]
    return int(start), int(end)


def contained(pdf: bytes, content: bytes) -> bytes:
    """The file with other digits in the container of its seal, of the same length."""
    start, end, _ = gap(pdf)
    assert len(content) == end - start - 2
    return pdf[: start + 1] + content + pdf[end - 1 :]


def digits(pdf: bytes) -> bytes:
    """The digits in the container of the seal."""
    start, end, _ = gap(pdf)
    return pdf[start + 1 : end - 1]


def der(pdf: bytes) -> bytes:
    """What the container of the seal holds, as long as it says that it is: its last byte may be zero."""
    content = bytes.fromhex(digits(pdf).decode())
    return content[: parser.peek(content)]


def fuzz(pdf: bytes, other: bytes, chance: Random) -> bytes:
    """A file that was changed in one to four ways, most of them in bulk."""
    changed = bytearray(pdf)
    for _ in range(chance.randint(1, 4)):
        at, size = chance.randrange(len(changed) + 1), chance.choice((1, 2, 8, 100, 3000))
        match chance.randrange(8):
            case 0:
                changed[at : at + size] = chance.randbytes(size)
            case 1:
                del changed[at : at + size]
            case 2:
                changed[at:at] = chance.randbytes(size)
            case 3:
                changed[at:at] = changed[at : at + size]
            case 4:
                changed[at : at + size] = other[at : at + size]
            case 5:
                changed = changed[:at] + bytearray(other[at:])
            case 6:
                changed = _reworded(changed, chance)
            case _:
                start, end, _ = gap(pdf)
                changed[start:end] = changed[start:end].swapcase()
    return bytes(changed)


def _reworded(changed: bytearray, chance: Random) -> bytearray:
    """A name or number of PDF's own, where it stands, against another."""
    words = (
        b"/ByteRange",
        b"/Contents",
        b"/Prev",
        b"startxref",
        b"%%EOF",
        b"/Perms",
        b"/Type /Sig",
        b"/P 1",
        b"obj",
        b"0",
    )
    old, new = chance.choice(words), chance.choice(words)
    return changed.replace(old, new, chance.randint(1, 3))
