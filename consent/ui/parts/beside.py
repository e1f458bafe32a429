"""Another way beside the one of this page: the same rows for both, for a patient who wants to compare.

Decides which texts stand side by side.

Invariants:
- It shows only what pages of their own say, and none is chosen before; nobody has to look at it.
- The procedure that is proposed comes first, where the template says how it is told in these rows.
- Which one stands beside is a pointer in the address.
"""

import streamlit as st

from consent.model.comparing import proposed_rows, rows_of
from consent.model.episode import Episode
from consent.model.presentation import Page, reading
from consent.ui import gate, session
from consent.ui.parts.plain import plain
from consent.words import say

PROPOSED = "proposed"
Rows = tuple[str, ...]


def draw(episode: Episode, page: Page) -> None:
    """A button for each other way, and the two side by side once one was chosen."""
    proposed = proposed_rows(episode.case)
    ways = {PROPOSED: proposed} if proposed else {}
    others = [one for one in reading(episode.case) if one.key.startswith("way-") and one.key != page.key]
    ways |= {one.key: rows_of(one) for one in others}
    if not ways:
        return
    chosen = ways.get(session.pointer("beside"))
    with st.expander(say("way.compare"), icon=":material/compare_arrows:", expanded=chosen is not None):
        with st.container(horizontal=True, gap="xsmall"):
            for key, (name, *_) in ways.items():
                mark = f":green[**✓ {plain(name)}**]" if ways[key] is chosen else plain(name)
                st.button(
                    mark,
                    key=f"beside-{page.key}-{key}",
                    on_click=gate.go("read", step=page.key, beside=key),
                    wrap=True,
                )
        if chosen:
            _both(rows_of(page), chosen)


def _both(here: Rows, there: Rows) -> None:
    for column, (name, *rows) in zip(st.columns(2, border=True), (here, there), strict=True):
        with column:
            st.subheader(plain(name), anchor=False)
            way(tuple(rows))


def way(rows: Rows) -> None:
    """The rows of one way, each line of several as one of a list; its name is a title above them."""
    for row in rows:
        label, _, text = row.partition(": ")
        first, *more = map(plain, text.split("\n"))
        told = "\n".join(f"- {line}" for line in (first, *more)) if more else first
        st.markdown(f"**{plain(label)}**{'  ' if not more else ''}\n{told}")
