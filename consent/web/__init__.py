"""The door: who comes in, and the few things that go around Streamlit (sign-in, hand-over, signatures, documents)."""
