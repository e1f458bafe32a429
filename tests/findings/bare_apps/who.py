"""A page that keeps who signed in where Streamlit keeps state (F5, F6, F7, F12, F13)."""
# ruff: noqa: TID251 - the finding is about just this

import os
from pathlib import Path

import streamlit as st


def sign_in() -> None:
    """Believe it, and note it."""
    st.session_state["who"] = st.session_state["name"]
    with Path(os.environ["NOTES"]).open("a", encoding="utf-8") as kept:
        kept.write(f"signed in {st.session_state['who']}\n")


st.text(f"Signed in: {st.session_state.get('who', 'nobody')}")
st.text(f"Header: {st.user.get('sid')}")
st.text_input("Name", key="name")
st.text_area("Draft", key="draft")
st.text(f"Draft so far: {st.session_state['draft']}")
st.button("Sign in", on_click=sign_in)
