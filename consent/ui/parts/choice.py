"""A choice of a few big buttons: none chosen before, the chosen one marked by a sign and a word.

Invariants:
- A tap is kept at once; tapping another changes the answer.
- Colour is never the only mark (WCAG 1.4.1).
"""

from collections.abc import Callable, Mapping

import streamlit as st

from consent.ui.parts.plain import plain


def choice(options: Mapping[str, str], *, chosen: str, key: str, press: Callable[[str], Callable[[], None]]) -> None:
    """Draw the options side by side.

    Args:
        options: What is kept, and the words for it.
        chosen: What is kept now; empty while nothing is.
        key: Unique on the page.
        press: Makes the callback of an option.
    """
    for column, (value, label) in zip(st.columns(len(options)), options.items(), strict=True):
        words = plain(label)
        marked = f":green[**✓ {words}**]" if value == chosen else words
        column.button(marked, key=f"{key}-{value}", on_click=press(value), width="stretch")
