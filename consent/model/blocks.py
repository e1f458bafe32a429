"""The words a document is made of: a closed set of blocks, each with one role.

Decides what a consent document can hold at all. The review screen and the PDF draw these and nothing else, and
a signature covers their canonical bytes.

Invariants:
- Blocks are frozen values; text is plain text, never markup.
- Every block has a role that a tagged PDF needs (heading, paragraph, list, table, figure).

Refuses free positioning, colour and fonts: how a block looks is the business of the press and of the screen.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from consent.model import canon
from consent.model.signature import Stroke


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    lang: str | None = None
    """BCP 47 language of this passage when it differs from the document's."""


class Heading(_Block):
    """A heading; level 1 is the document's title and stands once."""

    role: Literal["heading"] = "heading"
    level: Literal[1, 2, 3]
    text: str


class Paragraph(_Block):
    """One paragraph. ``strong`` is for the few sentences that must not be missed."""

    role: Literal["paragraph"] = "paragraph"
    text: str
    strong: bool = False
    note: bool = False
    """A source line or footnote: smaller, still at least 8 pt."""


class ListBlock(_Block):
    """A list of short items."""

    role: Literal["list"] = "list"
    items: tuple[str, ...] = Field(min_length=1)
    ordered: bool = False
    small: bool = False
    """As a note: smaller, still at least 8 pt."""


class Table(_Block):
    """A table with one header row; every row has as many cells as the header."""

    role: Literal["table"] = "table"
    caption: str = ""
    """Empty when the heading right before it says the same."""
    header: tuple[str, ...] = Field(min_length=1)
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    """Relative column widths; empty means equal."""

    @model_validator(mode="after")
    def _is_even(self) -> Self:
        lengths = {len(row) for row in self.rows} | ({len(self.widths)} if self.widths else set())
        if lengths - {len(self.header)}:
            raise ValueError("every row has as many cells as the header")
        return self


class IconArray(_Block):
    """``filled`` of ``total`` people drawn as small figures, with the sentence that says it in words."""

    role: Literal["figure"] = "figure"
    filled: int = Field(ge=0)
    total: int = Field(ge=1, le=1000)
    alt: str


class SignatureBlock(_Block):
    """One signature: the ink or the typed name, and what it means (21 CFR 11.50).

    Never stands alone at the top of a page: the press keeps it with the block before it.
    """

    role: Literal["signature"] = "signature"
    title: str
    printed_name: str
    signer_role: str
    meaning: str
    signed_at: str
    """Date, time and zone in words, as printed."""
    covers: str
    """The digest of the body blocks that was signed, in full."""
    strokes: tuple[Stroke, ...] = ()
    aspect: int = Field(default=300, ge=100, le=1000)
    """Width of the pad over its height, times 100, as in ``signature.Drawn``."""
    typed: str | None = None


class CodeBlock(_Block):
    """What a document is looked up by: a square to scan, and the same code in letters to type."""

    role: Literal["code"] = "code"
    title: str
    how: str
    """What to do with it, with the address."""
    letters: str
    scanned: str = Field(default="", max_length=400)
    """What the square holds; empty: there is none, since no address is known."""
    alt: str = ""
    """What the square is, for who cannot see it."""

    @model_validator(mode="after")
    def _is_told(self) -> Self:
        if bool(self.scanned) != bool(self.alt):
            raise ValueError("a square says in words what it is")
        return self


class WritingLines(_Block):
    """Empty lines to write on by hand, below the words that say what for. On paper only."""

    role: Literal["writing"] = "writing"
    label: str
    count: int = Field(ge=1, le=8)


class BlankSignature(_Block):
    """A place for a signature by hand, with printed name, date and time, and what it means. On paper only.

    Never stands alone at the top of a page, as a signature.
    """

    role: Literal["blank_signature"] = "blank_signature"
    title: str
    meaning: str


class PageBreak(_Block):
    """The next block starts on a new page."""

    role: Literal["page_break"] = "page_break"


Block = Annotated[
    Heading
    | Paragraph
    | ListBlock
    | Table
    | IconArray
    | SignatureBlock
    | CodeBlock
    | WritingLines
    | BlankSignature
    | PageBreak,
    Field(discriminator="role"),
]


class RunningHead(BaseModel):
    """What stands on every page: both identifiers, episode and version (page x of y is the press's)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    patient: str
    birth_date: str
    mrn: str
    episode: str
    version: str
    facility: str
    banner: str = ""
    """A standing warning, as "Demo. Not for patients"; empty in production."""
    foot: str = ""
    """A sentence of its own at the foot of every page, as on paper packets; empty in documents."""


class Document(BaseModel):
    """A whole document: what every page carries, and its blocks in reading order."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    title: str
    """Title of the file; holds no patient name."""
    lang: str
    page: Literal["letter", "a4"]
    head: RunningHead
    blocks: tuple[Block, ...]
    created: str
    """RFC 3339 instant fixed when sealing began, so that a second try gives the same bytes."""


def digest(blocks: Sequence[Block]) -> str:
    """The digest of blocks in reading order: what a signature covers."""
    return canon.blocks_digest([block.model_dump(mode="json") for block in blocks])
