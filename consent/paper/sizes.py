"""The sizes of type: one set for the document, one for its copy in large print.

Decides size, leading and weight of every kind of text, and what a page can no longer hold side by side.

Invariants:
- Nothing in large print is smaller than 18 points, head and foot included.
- The document's own sizes never change what stands on a page but its look: same blocks in both.

Refuses a set in between: whoever needs more than that gets another set of its own, looked at page by page.
"""

from dataclasses import dataclass
from typing import Final

from consent.paper.marks import Style


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """One set of type.

    Args:
        body: Paragraphs and items.
        strong: The few sentences that must not be missed.
        note: Source lines and small lists.
        small: Digests under a signature.
        cell: Cells of tables, and the words of a figure.
        caption: Heads of tables and boxes.
        typed: A typed signature.
        headings: By level.
        name: The patient's name in the running head.
        field: Everything else in head and foot.
        banner: The standing warning.
        roomy: Too large for columns: rows are told one below the other, and the foot has lines of its own.
    """

    body: Style
    strong: Style
    note: Style
    small: Style
    cell: Style
    caption: Style
    typed: Style
    headings: tuple[Style, Style, Style]
    name: Style
    field: Style
    banner: Style
    roomy: bool = False


NORMAL: Final = Sizes(
    body=Style(11, 14.85),
    strong=Style(11, 14.85, bold=True),
    note=Style(9, 12.15),
    small=Style(8, 10.8),
    cell=Style(10, 13.5),
    caption=Style(10, 13.5, bold=True),
    typed=Style(16, 22),
    headings=(Style(20, 26, bold=True), Style(14, 19, bold=True), Style(12, 16.2, bold=True)),
    name=Style(10, 13.5, bold=True),
    field=Style(8, 11),
    banner=Style(8, 11, bold=True),
)
LARGE: Final = Sizes(
    body=Style(18, 25),
    strong=Style(18, 25, bold=True),
    note=Style(18, 25),
    small=Style(18, 25),
    cell=Style(18, 25),
    caption=Style(18, 25, bold=True),
    typed=Style(24, 32),
    headings=(Style(28, 36, bold=True), Style(24, 31, bold=True), Style(20, 27, bold=True)),
    name=Style(20, 26, bold=True),
    field=Style(18, 23),
    banner=Style(18, 23, bold=True),
    roomy=True,
)
HEADING_SPACE: Final = (24.0, 22.0, 15.0)
"""White above, by level."""
