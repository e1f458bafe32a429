"""English words of looking a document up: what stands on it, and the public page."""

WORDS: dict[str, str] = {
    "document.code": "Check this document",
    "document.code.scan": (
        "Whoever holds this document can ask the clinic whether it knows it, and whether it still stands. "
        "Scan the square with a phone. Or open {address} and type this code:"
    ),
    "document.code.type": (
        "Whoever holds this document can ask the clinic whether it knows it, and whether it still stands. "
        "Ask the clinic for the web address of its consent system, open the page /verify there, and type this code:"
    ),
    "document.code.alt": "Square to scan with a phone. It opens {address} with the code of this document.",
}
