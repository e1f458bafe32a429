"""A patient's page of questions and the page after it with the same widgets, as Streamlit alone has them."""

# ruff: noqa: TID251 - bare Streamlit keeps an answer nowhere else

import streamlit as st

ASKED = int(st.query_params.get("asked", "4"))
WORDS = {"yes": "Yes", "no": "No", "not_sure": "Not sure"}


def chosen(question: int, value: str) -> None:
    st.session_state[question] = value


def turn(page: int) -> None:
    st.session_state["page"] = page


page = st.session_state.get("page", 0)
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.button("Back", key=f"back-{page}", on_click=turn, args=(0,), icon=":material/arrow_back:", type="tertiary")
    st.text("About you")
st.title(f"Page {page}", anchor=False)
for question in range(ASKED):
    st.text(f"Question {question} of this page?")
    for column, (value, label) in zip(st.columns(3), WORDS.items(), strict=True):
        marked = f":green[**✓ {label}**]" if st.session_state.get(question) == value else label
        key = f"ask-{page}-{question}-{value}"
        column.button(marked, key=key, on_click=chosen, args=(question, value), width="stretch")
    st.space("small")
with st.bottom, st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
    with st.container(horizontal=True, vertical_alignment="center", width="content", gap="xsmall"):
        with st.popover("Help", key=f"help-{page}"):
            st.button("Larger", key=f"larger-{page}")
        st.button("I'd rather not", key=f"no-{page}", type="tertiary")
        with st.popover("I have a question", key=f"question-{page}"):
            st.text_area("Your question", key=f"asked-{page}")
            st.button("Keep my question", key=f"keep-{page}")
    with st.container(horizontal=True, horizontal_alignment="right", width="stretch"):
        st.button("Go on", key=f"main-{page}", on_click=turn, args=(1 - page,), type="primary")
