"""The reception: the only room that knows Streamlit."""
