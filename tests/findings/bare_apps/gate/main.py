"""A main script that stops whoever has not signed in, beside a folder of pages (F4)."""

import streamlit as st

st.text("Please sign in.")
st.stop()
