"""A page with a component, which notes what of its value reached Python (F11)."""

import json
import os
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

pad = component("pad", js="export default function () {}", html="<p></p>")
value = pad(key="pad")
with Path(os.environ["NOTES"]).open("a", encoding="utf-8") as kept:
    kept.write(json.dumps({"seen": repr(value)[:200], "size": len(repr(value))}) + "\n")
st.text("The page is whole.")
