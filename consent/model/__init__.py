"""The law: what is true without a computer. No I/O, no clock, no randomness, no Streamlit."""
