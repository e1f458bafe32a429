"""The press: frozen blocks become a PDF that says the same in fifty years."""
