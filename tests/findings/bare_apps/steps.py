"""A page that signs in three steps inside the script, and callbacks that take their time (F8, F9)."""
# ruff: noqa: TID251 - the finding is about just this

import os
from collections.abc import Callable
from pathlib import Path
from threading import Event

import streamlit as st


def note(line: str) -> None:
    """Keep one line."""
    with Path(os.environ["NOTES"]).open("a", encoding="utf-8") as kept:
        kept.write(f"{line}\n")


def wait() -> None:
    """Until the test lets it go on; half a minute at most."""
    pause = Event()
    for _ in range(1500):
        if Path(os.environ["GO"]).exists():
            return
        pause.wait(0.02)


def sign() -> None:
    """A callback that takes its time."""
    note("start")
    wait()
    note("end")


def keep(look_up: Callable[[], object]) -> None:
    """A callback that looks something up in the session state before it keeps anything."""
    note("begun")
    wait()
    try:
        look_up()
        note("kept")
    finally:
        note("ended")


if st.button("Seal"):
    note("inserted")
    wait()
    st.text("The page is built.")
    note("sealed")
st.button("Sign", on_click=sign)
st.button("Touch", on_click=keep, args=(lambda: st.session_state.get("held"),))
st.button("Copy", on_click=keep, args=(lambda: st.session_state.to_dict().get("held"),))
st.button("Look")
