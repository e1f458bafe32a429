"""A drawing of our own on a page, from its own address, with words in its place for who cannot see it.

Decides nothing: which drawings there are is said in ``consent.drawings``.
"""

import streamlit as st

from consent.ui.parts.plain import plain
from consent.words import say


def address(name: str, *, mark: str = "") -> str:
    """Where a drawing is, with what is marked in it."""
    return f"/drawings/{name}-{mark}.svg" if mark else f"/drawings/{name}.svg"


def drawn(name: str, *, mark: str = "", says: str = "") -> None:
    """Draw it as large as it says itself, or as the room allows.

    Args:
        name: The drawing's name.
        mark: What is marked in it, by a name of the closed set; empty: nothing.
        says: What it shows, in words; by default the drawing's own.
    """
    st.markdown(f"![{plain(says or say(f'drawing.{name}.words'))}]({address(name, mark=mark)})")
