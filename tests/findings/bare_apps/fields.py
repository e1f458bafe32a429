"""A page with every kind of fence around a field (F10)."""

import streamlit as st

tapped = st.button("Forbidden", disabled=True)
ticked = st.checkbox("Locked", disabled=True)
name = st.text_input("Name", max_chars=5)
number = st.number_input("Number", 0, 10, 3)
side = st.selectbox("Side", ["left", "right"])
st.text(f"tapped={tapped} ticked={ticked} name={name!r} number={number} side={side}")
