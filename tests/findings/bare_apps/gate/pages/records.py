"""A page that trusts the main script to have stopped everybody else."""

import streamlit as st

st.text("Record of Jane Doe")
