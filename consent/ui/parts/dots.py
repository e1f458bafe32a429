"""So many of so many, as rows of ten dots: real text, so that it grows with the text and needs no picture.

Refuses to draw more than a hundred: nobody counts them.
"""

import streamlit as st

from consent.model.telling import MOST_ICONS

A_ROW = 10
FULL, EMPTY = "●", "○"


def rows(filled: int, total: int) -> tuple[str, ...]:
    """The rows, full dots first."""
    all_of_them = FULL * filled + EMPTY * (total - filled)
    return tuple(all_of_them[start : start + A_ROW] for start in range(0, total, A_ROW))


def dots(filled: int, total: int) -> None:
    """Draw them when they can be counted."""
    if total <= MOST_ICONS:
        st.text("\n".join(" ".join(row) for row in rows(filled, total)))
