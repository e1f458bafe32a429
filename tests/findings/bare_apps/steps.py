"""A page that signs in three steps inside the script, and one that does so in a callback (F8, F9)."""

import os
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


if st.button("Seal"):
    note("inserted")
    wait()
    st.text("The page is built.")
    note("sealed")
st.button("Sign", on_click=sign)
st.button("Look")
