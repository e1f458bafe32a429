"""A page of the reading as bare Streamlit has it: the same widgets, and neither guard, store nor record behind them."""

# ruff: noqa: TID251 - bare Streamlit keeps where one is in its session; ours keeps it in the address

import streamlit as st

from consent.ui.door import speak, top, way

TEXTS = (
    "The doctor puts a thin needle through the skin, close to the nerve that hurts.",
    "The tip gets very cold for a few minutes. A small ball of ice forms around the nerve.",
    "The nerve stops sending pain for some weeks or months. Then it grows back.",
    "You are awake. You feel pressure and some cold. Tell us at once if it hurts.",
)


def turn(step: int) -> None:
    st.session_state["step"] = step


st.set_page_config(page_title="Bare", layout="centered")
step = st.session_state.get("step", 0)
speak("en", "ltr", visit=None)
with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown(":orange-badge[Demo. Not for patients.]", width="content")
    st.space("stretch")
top(str(step))
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.button("Back", key=f"back-{step}", on_click=turn, args=(0,), icon=":material/arrow_back:", type="tertiary")
    st.text("About · 1 of 5")
st.title(f"Page {step}", anchor=False)
for text in TEXTS:
    st.markdown(text)
with st.bottom:
    line = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="xsmall", wrap=False
    )
    with line:
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="xsmall", wrap=False):
            way(label="Staff", goto="/staff", key="staff")
            st.button("I'd rather not", key=f"no-{step}", type="tertiary")
            with st.popover("I have a question", key=f"question-{step}", icon=":material/help:"):
                st.text_area("Your question", key=f"asked-{step}", height=120)
                st.button("Keep my question", key=f"save-{step}")
        st.button("Go on", key=f"main-{step}", on_click=turn, args=(1,), type="primary")
