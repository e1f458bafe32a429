"""Filters as chips: each says what is chosen, and opens to choose something else.

Decides how a chip looks. What is chosen stands in the address of its page.
"""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from consent.ui import gate
from consent.ui.gate import Typed
from consent.ui.parts import when
from consent.ui.parts.plain import plain
from consent.words import say


def one_of(said: str, label: str, *, options: Mapping[str, str], chosen: Mapping[str, str]) -> None:
    """A chip that opens a list of which one can be chosen.

    Args:
        said: The key of the chip's words, which is its page's name and the filter's.
        label: The key of the list's words.
        options: Words by value.
        chosen: What is chosen on this page.
    """
    page, _, name = said.partition(".")
    words = {"": say("register.any"), **options}
    held = chosen.get(name, "")
    key = f"choose-{name}-{held}"
    press = gate.go(page, **_with(chosen, name, gate.typed(key)))
    with st.popover(say(said, chosen=plain(words.get(held, held)))):
        st.selectbox(
            say(label),
            list(words),
            index=list(words).index(held) if held in words else 0,
            format_func=lambda one: words[one],
            key=key,
            on_change=press,
        )


def _with(chosen: Mapping[str, str], name: str, value: Typed) -> dict[str, str | Typed]:
    return {**chosen, name: value}


def dates(page: str, chosen: Mapping[str, str]) -> None:
    """A chip that opens the two days, both inside, between which something lies."""
    days = {name: _day(chosen.get(name, "")) for name in ("since", "until")}
    said = {name: when.day_words(day) for name, day in days.items() if day}
    if len(said) > 1:
        words = say("register.between", **said)
    else:
        words = next((say(f"register.{name}", day=day) for name, day in said.items()), say("register.any"))
    with st.popover(say("register.dates", chosen=words)):
        for name, label in (("since", "register.from"), ("until", "register.to")):
            key = f"{name}-{chosen.get(name, '')}"
            press = gate.go(page, **_with(chosen, name, gate.typed(key)))
            st.date_input(say(label), days[name], key=key, on_change=press, format="MM/DD/YYYY")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
