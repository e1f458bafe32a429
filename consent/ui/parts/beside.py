"""Another way beside the one of this page: the same rows for both, for a patient who wants to compare.

Decides which texts stand side by side.

Invariants:
- It shows only what the ways' own pages say, and none is chosen before; nobody has to look at it.
- Which one stands beside is a pointer in the address.
"""

import streamlit as st

from consent.model.episode import Episode
from consent.model.presentation import Page, reading
from consent.ui import gate, session
from consent.ui.parts.plain import plain
from consent.words import say


def draw(episode: Episode, page: Page) -> None:
    """A button for each other way, and the two side by side once one was chosen."""
    ways = {one.key: one for one in reading(episode.case) if one.key.startswith("way-") and one.key != page.key}
    if not ways:
        return
    chosen = ways.get(session.pointer("beside"))
    with st.expander(say("way.compare"), icon=":material/compare_arrows:", expanded=chosen is not None):
        with st.container(horizontal=True, gap="xsmall"):
            for key, one in ways.items():
                mark = f":green[**✓ {plain(one.title)}**]" if one is chosen else plain(one.title)
                st.button(
                    mark,
                    key=f"beside-{page.key}-{key}",
                    on_click=gate.go("read", step=page.key, beside=key),
                    wrap=True,
                )
        if chosen:
            _both(page, chosen)


def _both(here: Page, there: Page) -> None:
    for column, one in zip(st.columns(2, border=True), (here, there), strict=True):
        with column:
            st.subheader(plain(one.title), anchor=False)
            way(one)


def way(page: Page) -> None:
    """The rows of one other way; its name is a title above them."""
    for row in page.passages[0].text.split("\n")[1:]:
        label, _, text = row.partition(": ")
        st.markdown(f"**{plain(label)}**  \n{plain(text)}")
