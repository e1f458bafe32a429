"""A careless page behind our real door: what the door alone holds back, whatever a page does (F1, F2, F3).

The page is a bare one that hands documents out by Streamlit's media; door, routes and options are those of ``app.py``.
"""

from pathlib import Path

import streamlit as st

import app as front
from consent.ui.gate import on_script_error

app = st.App(
    Path(__file__).parent / "bare_apps" / "media.py",
    routes=front.app._user_routes,
    middleware=front.app._user_middleware,
    lifespan=front.lifespan,
    on_script_error=on_script_error,
)
