"""A list of fields that grows and shrinks: which rows there are stands in the address, what is in them in the widgets.

Decides nothing about what the rows hold.
"""

from typing import TYPE_CHECKING

import streamlit as st

from consent.ui import gate, session
from consent.words import say

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def ids(name: str, *, saved: int) -> tuple[str, ...]:
    """The rows: those in the address, else the saved ones, else one empty row."""
    pointed = tuple(one for one in session.pointer(name).split(".") if one.isdecimal() and len(one) < 3)  # noqa: PLR2004 - two digits
    return tuple(dict.fromkeys(pointed)) or tuple(str(number) for number in range(max(saved, 1)))


def add(name: str, label: str, *, saved: int, page: str, **pointers: str) -> None:
    """The button for one more row."""
    here = ids(name, saved=saved)
    more = ".".join((*here, str(max(map(int, here)) + 1)))
    st.button(
        label,
        key=f"add-{name}",
        on_click=gate.go(page, **pointers, **{name: more}),
        icon=":material/add:",
        type="tertiary",
    )


def drop(where: "DeltaGenerator", name: str, row: str, *, saved: int, page: str, **pointers: str) -> None:
    """The button that takes a row away; the last one stays."""
    here = ids(name, saved=saved)
    fewer = ".".join(one for one in here if one != row)
    where.button(
        say("rows.drop"),
        key=f"drop-{name}-{row}",
        on_click=gate.go(page, **pointers, **{name: fewer}),
        type="tertiary",
        disabled=len(here) == 1,
    )
