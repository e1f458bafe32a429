"""The signature pad on a page of its own, for its tests; not a test itself."""

import streamlit as st

from consent.ui.pad import PATIENT, pad

signed = pad(
    url=PATIENT,
    presentation="p-1",
    covers="0" * 64,
    printed_name="Eleanor Whitfield",
    intent="I have read this and want this procedure.",
    reauth="secret" in st.query_params,
    witnesses=int(st.query_params.get("witnesses", "2")),
)
st.text("The page knows." if signed else "Not signed.")
