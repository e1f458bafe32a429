"""What people read outside templates, by key; one file a room, so that another language is another set of files.

Decides nothing. ``say`` looks a sentence up and fills its parts in; a missing key or part is a bug that tests find.
"""

from consent.words import (
    audit_en,
    clinician_en,
    day_en,
    doctor_en,
    document_en,
    draft_en,
    drawings_en,
    en,
    keeping_en,
    needs_en,
    notices_en,
    pad_en,
    paper_en,
    people_en,
    register_en,
    replay_en,
    screens_en,
    tablet_en,
    verify_en,
)

_WORDS: dict[str, str] = {
    **en.WORDS,
    **document_en.WORDS,
    **doctor_en.WORDS,
    **screens_en.WORDS,
    **people_en.WORDS,
    **pad_en.WORDS,
    **clinician_en.WORDS,
    **day_en.WORDS,
    **tablet_en.WORDS,
    **register_en.WORDS,
    **replay_en.WORDS,
    **paper_en.WORDS,
    **draft_en.WORDS,
    **drawings_en.WORDS,
    **needs_en.WORDS,
    **verify_en.WORDS,
    **notices_en.WORDS,
    **keeping_en.WORDS,
    **audit_en.WORDS,
}


def say(key: str, **parts: str) -> str:
    """The sentence of a key with its parts filled in.

    Raises:
        KeyError: There is no such key, or a part is missing.
    """
    return _WORDS[key].format(**parts) if parts else _WORDS[key]


def keys() -> frozenset[str]:
    """Every key that there is."""
    return frozenset(_WORDS)
