"""Which slab falls on which page.

Decides page breaks and nothing else: it knows heights and bonds, not words.

Invariants:
- A slab is never split, and a glued slab never leaves the slab before it (headings, widows, signatures).
- Glue is stronger than a wish for a new page.
- A slab that opens a page below others of its kind brings its head along (table headers, "continued").

Refuses a slab that is taller than a page: clipping it would lose words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consent.errors import TooLarge
from consent.paper.marks import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Slab:
    """A horizontal piece of the page with its marks.

    Attributes:
        height: Points, without the white above.
        marks: What lies on it, in reading order.
        space: White above in points; none at the top of a page.
        glued: It stays on the page of the slab before it.
        fresh: It starts a new page.
        head: What is repeated above it when it opens a page.
    """

    height: float
    marks: tuple[Mark, ...]
    space: float = 0
    glued: bool = False
    fresh: bool = False
    head: "Slab | None" = None


Placed = tuple[float, Slab]
"""A slab and its top, measured from the top of the page's body."""


def pages(slabs: Sequence[Slab], *, room: float) -> list[list[Placed]]:
    """Slabs laid out on pages whose body is ``room`` points high.

    Raises:
        TooLarge: One piece that can't be split is taller than a page.
    """
    done: list[list[Placed]] = [[]]
    below = 0.0
    for chain in _chains(slabs, room):
        fits = below + _height(chain, opens=not done[-1]) <= room
        if done[-1] and (chain[0].fresh or not fits):
            done.append([])
        for slab in chain:
            if done[-1] and below + slab.space + slab.height > room:
                done.append([])
            below = _place(slab, done[-1], below)
            if below > room:
                raise TooLarge("One piece of the document is taller than a page.", "Make the text shorter.")
    return done


def _place(slab: Slab, page: list[Placed], below: float) -> float:
    """Put a slab on the page; the position below it."""
    if not page:
        below = 0.0
        if slab.head is not None:
            page.append((below, slab.head))
            below += slab.head.height
    else:
        below += slab.space
    page.append((below, slab))
    return below + slab.height


def _height(chain: Sequence[Slab], *, opens: bool) -> float:
    """Height of a chain, with the head and without the white above when it opens a page."""
    first = chain[0]
    extra = (first.head.height if first.head else 0.0) - first.space if opens else 0.0
    return sum(slab.space + slab.height for slab in chain) + extra


def _chains(slabs: Sequence[Slab], room: float) -> Iterator[Sequence[Slab]]:
    """Runs of slabs that belong on one page."""
    chain: list[Slab] = []
    for slab in slabs:
        if not slab.glued and chain:
            yield from _cut(chain, room)
            chain = []
        chain.append(slab)
    if chain:
        yield from _cut(chain, room)


def _cut(chain: list[Slab], room: float) -> Iterator[Sequence[Slab]]:
    """A chain as it is, or, when it is taller than a page, cut wherever a head can introduce the rest."""
    if _height(chain, opens=True) <= room:
        yield chain
        return
    start = 0
    for at in range(1, len(chain)):
        if chain[at].head is not None:
            yield chain[start:at]
            start = at
    yield chain[start:]
