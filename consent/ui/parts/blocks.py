"""Draws the blocks of the document on the screen, with Streamlit's own elements.

Decides how each block looks on a screen; what stands in it is decided in ``consent.model.document``.

Invariants:
- Every block is drawn, in its order; texts are shown letter by letter.
- A number has its words beside its picture.
- No level of headings is left out below the page's own title: who listens to the page finds the way by them.
"""

from collections.abc import Sequence

import streamlit as st

from consent.model import blocks as b
from consent.ui.parts.dots import dots
from consent.ui.parts.plain import plain

SECTION = 2
"""The level of the headings that a document's sections begin with."""


def draw(blocks: Sequence[b.Block], *, within: str = "", lift: int = 0) -> None:
    """Draw all of them.

    Args:
        blocks: In reading order.
        within: Tells apart what is drawn in several parts.
        lift: By how many levels headings come nearer to the page's title than they are to the document's.
    """
    for place, block in enumerate(blocks):
        if isinstance(block, b.IconArray):
            st.text(block.alt)
            dots(block.filled, block.total, words="", key=f"{within}-{place}")
        elif isinstance(block, b.Heading):
            _heading(block.level - lift, block.text)
        else:
            _draw(block)


def folded(blocks: Sequence[b.Block], *, closed: frozenset[str], lift: int = 0) -> None:
    """Draw all of them by section, each to be opened and closed; those of these titles begin closed."""
    sections: list[tuple[str, list[b.Block]]] = []
    for block in blocks:
        if isinstance(block, b.Heading) and block.level == SECTION:
            sections.append((block.text, []))
        elif sections:
            sections[-1][1].append(block)
        else:
            _draw(block)
    for title, inside in sections:
        with st.expander(f"**{plain(title)}**", expanded=title not in closed):
            draw(inside, within=title, lift=lift)


def _draw(block: b.Block) -> None:
    match block:
        case b.Heading():
            _heading(block.level, block.text)
        case b.Paragraph(text=text, strong=True):
            st.markdown(f"**{plain(text)}**")
        case b.Paragraph(text=text):
            st.text(text)
        case b.ListBlock(items=items, ordered=ordered):
            st.markdown("\n".join(f"{'1.' if ordered else '-'} {plain(item)}" for item in items))
        case b.Table():
            _table(block)
        case b.SignatureBlock() | b.CodeBlock() | b.WritingLines() | b.BlankSignature():
            st.text(_told(block))
        case b.PageBreak():
            st.divider()


def _told(block: b.SignatureBlock | b.CodeBlock | b.WritingLines | b.BlankSignature) -> str:
    match block:
        case b.SignatureBlock():
            return f"{block.title}: {block.printed_name}. {block.meaning} {block.signed_at}"
        case b.CodeBlock():
            return f"{block.title}: {block.how}\n{block.letters}"
        case b.WritingLines():
            return block.label
        case b.BlankSignature():
            return f"{block.title}: {block.meaning}"


def _heading(level: int, text: str) -> None:
    """One below the page's own title, or two."""
    (st.header if level <= SECTION else st.subheader)(plain(text), anchor=False)


def _table(block: b.Table) -> None:
    cells = {plain(name): [plain(row[place]) for row in block.rows] for place, name in enumerate(block.header)}
    st.table(cells, border="horizontal", hide_index=True, alt=block.caption or None)
