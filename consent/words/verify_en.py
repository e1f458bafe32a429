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
    "verify.title": "Check a consent document",
    "verify.lead": "Do you hold a consent document of {clinic}? See if it is real, and if it still stands.",
    "verify.paper": "If you have it on paper",
    "verify.code": "Code of the document",
    "verify.code.hint": (
        'It stands in the box "Check this document", on one of the last pages. Large or small letters, with or without '
        "spaces: all is fine."
    ),
    "verify.code.button": "Check the code",
    "verify.file": "If you have it as a file",
    "verify.choose": "PDF file",
    "verify.file.hint": "Choose it here, or drop it on this page. It is checked, and not kept.",
    "verify.file.button": "Check the file",
    "verify.too_large": "This file is too large to be a document of ours. Nothing was checked.",
    "verify.too_large_next": "Choose the PDF as the clinic gave it: it has less than {most} MB.",
    "verify.no_file": "No file was chosen.",
    "verify.no_file_next": "Choose the PDF first, then check it.",
    "verify.busy": "Other files are being checked just now.",
    "verify.busy_next": "Wait a moment, then try again.",
    "verify.closed": "Too much from your network led nowhere.",
    "verify.closed_next": "Wait 15 minutes, or ask the clinic.",
    "verify.again": "Check another document",
    "verify.sealed": "This document is unchanged since {clinic} sealed it on {day}.",
    "verify.same": "This document is unchanged. It is the very file that {clinic} finished on {day}.",
    "verify.same.seal": "The clinic compared it with its own copy. Without the clinic it is not proved: {why}",
    "verify.not_proved": "This document is NOT proved.",
    "verify.not_proved_next": "Do not rely on it. Ask the clinic for the document as it keeps it.",
    "verify.no_seal_next": (
        "A scan or a copy in large print has no seal. If you have one, type the code that stands on it instead. "
        "If this is meant to be the document itself, do not rely on it: ask the clinic."
    ),
    "verify.code.known": "{clinic} knows this document. It was finished on {day}.",
    "verify.code.known_next": (
        "Is your paper the same? The code cannot tell. If you can get the PDF, check the file as well."
    ),
    "verify.code.unknown": "No finished document has this code.",
    "verify.code.unknown_next": "Compare each letter and number with the paper. If they are right, ask the clinic.",
    "verify.standing": "Does it still stand?",
    "verify.standing.stands": "Yes. The patient said yes, and has not taken it back here.",
    "verify.standing.refused": "This is no consent. The patient said no.",
    "verify.standing.withdrawn": "This consent no longer stands. The patient took it back.",
    "verify.standing.corrected": "A correction was added to this document later. Ask the clinic for it.",
    "verify.standing.erased": (
        "We cannot tell if it still stands. This clinic had this document. It has erased what it kept of it, as it may."
    ),
    "verify.standing.none": "We cannot say. This file is not in the register of {clinic}.",
    "verify.standing.moment": "As the register of {clinic} has it now, {when}.",
    "verify.checked": "What was checked",
    "verify.register.known": "The register of {clinic} holds this very file.",
    "verify.register.unknown": "The register of {clinic} does not hold this very file.",
    "verify.details": "To compare",
    "verify.sealed_at": "Sealed",
    "verify.certificate": "Certificate of the seal (SHA-256)",
    "verify.digest": "Fingerprint of your file (SHA-256)",
    "verify.kept": "Fingerprint of the file (SHA-256)",
    "verify.what": "What a seal is, and what it is not",
    "verify.what.is": (
        "The clinic puts a seal on each document when it is finished. It is made of the whole file: if one letter is "
        "changed later, the seal no longer fits."
    ),
    "verify.what.when": (
        "It says which clinic finished the file, and when. That time is the clinic's own word, unless a time service "
        "has signed it too."
    ),
    "verify.what.not": (
        "It does not say that what stands there is true, or who held the pen. The document says who signed, when, and "
        "how they were known."
    ),
    "verify.what.here": "This page shows no names. It keeps neither your file nor your code.",
}
