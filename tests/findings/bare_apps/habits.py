"""A page with the habits that Streamlit's tutorials teach, one at a time, by ``show`` in the address (F14 to F26)."""
# ruff: noqa: TID251 - the findings are about just these

import os
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component


def note(line: str) -> None:
    """Keep one line."""
    with Path(os.environ["NOTES"]).open("a", encoding="utf-8") as kept:
        kept.write(f"{line}\n")


@st.cache_resource
def engine() -> object:
    """What a whole process is meant to share."""
    note("engine made")
    return object()


@st.cache_data
def my_patients() -> list[str]:
    """A list that depends on who asks, though no argument says so."""
    return [f"Patients of {st.context.headers.get('X-Who')}"]


def fail() -> None:
    """As a store does that could not keep something."""
    message = "could not store consent of JANE DOE MRN 12345"
    raise ValueError(message)


match st.query_params.get("show", ""):
    case "engine":
        engine()
    case "list":
        st.text(my_patients()[0])
    case "error":
        fail()
    case "user":
        st.text(f"signed in: {st.user.get('is_logged_in', False)}, {st.user.get('email')}")
    case "address":
        st.text(f"from {st.context.ip_address}")
    case "inline":
        js = "export default function ({ parentElement }) { parentElement.querySelector('p').textContent = 'it ran'; }"
        component("inline", html="<p>it did not run</p>", js=js)()
    case "picture":
        st.markdown(f"![]({st.query_params['of']})")
    case "html":
        st.markdown(f"Patient: {st.query_params['name']}", unsafe_allow_html=True)
st.text("The page is whole.")
