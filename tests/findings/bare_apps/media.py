"""A page that hands a document out as Streamlit's tutorials do (F1, F2, F3)."""

import os
from pathlib import Path

import streamlit as st

MIB = 1024 * 1024


def scan(whose: str) -> bytes:
    """Two MiB that differ by patient at 300 KiB only."""
    page = bytearray(2 * MIB)
    page[300 * 1024 : 300 * 1024 + len(whose)] = whose.encode()
    return bytes(page)


def made_later() -> bytes:
    """Notes that it ran."""
    if notes := os.environ.get("NOTES"):
        with Path(notes).open("a", encoding="utf-8") as kept:
            kept.write(f"made for {who}\n")
    return f"made later for {who}".encode()


who = st.query_params.get("who", "alice")
st.text(f"Document of {who}")
match st.query_params.get("show", "small"):
    case "small":
        st.download_button("Get", f"consent of {who}".encode(), file_name="consent.pdf")
    case "big":
        st.download_button("Get", scan(who), file_name="consent.pdf")
    case "later":
        st.download_button("Get", made_later, file_name="consent.pdf")
