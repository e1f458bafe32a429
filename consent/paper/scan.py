"""A text as a square to scan: a QR code (ISO/IEC 18004) as rows of dark and light fields.

Decides how much damage a square survives, and how large a field is on paper.

Invariants:
- The same text gives the same fields.
- A quarter of the square may be lost to a fold or a stain (level Q).

Refuses pictures: a square is drawn as vectors, sharp on every copy.
"""

from typing import Final

import segno

QUIET: Final = 4
"""Light fields around the square (ISO/IEC 18004, 9.1)."""
FIELD: Final = 1.7
"""Points: 0.6 mm, which a phone reads from a copy of a copy."""


def fields(text: str) -> tuple[tuple[bool, ...], ...]:
    """The rows of the square, without the light around it."""
    made = segno.make_qr(text, error="q", encoding="utf-8")
    return tuple(tuple(map(bool, row)) for row in made.matrix)
