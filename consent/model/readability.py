"""How hard a text is to read: the Flesch-Kincaid grade (US school years).

Decides the grade of a text, and which texts are long enough to be judged by themselves.

Invariants:
- The same text and the same syllable counter give the same grade.
- A placeholder counts as one short word; a number counts one syllable for each of its digits.

Refuses to count syllables: the counter comes in as an argument, since good ones need a dictionary. A low grade proves
little for a very short text, and nothing about sense: read it aloud too.
"""

import re
from collections.abc import Callable, Iterable, Iterator

FEWEST_WORDS = 10
"""Shorter texts are judged together with their neighbours."""

_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|\"|$)")
_WORD = re.compile(r"[^\W_]+(?:['.,/][^\W_]+)*")


def grade(text: str, syllables: Callable[[str], int]) -> float:
    """0.39 · words / sentences + 11.8 · syllables / words - 15.59 (Kincaid 1975); 0 for a text without words."""
    plain = _PLACEHOLDER.sub("it", text)
    words = _WORD.findall(plain)
    if not words:
        return 0.0
    sentences = sum(bool(_WORD.search(piece)) for piece in _SENTENCE_END.split(plain))
    spoken = sum(_spoken(word, syllables) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * spoken / len(words) - 15.59


def _spoken(word: str, syllables: Callable[[str], int]) -> int:
    digits = sum(char.isdigit() for char in word)
    return digits or syllables(word)


def passages(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What is judged: each text with the id of its part, short ones joined with what stands next to them.

    A text under ten words goes with the texts behind it until there are ten, at the end with the passage before it. The
    id is that of the first text.
    """
    held = list(_joined(texts))
    if len(held) > 1 and _words(held[-1][1]) < FEWEST_WORDS:
        (owner, before), (_, rest) = held[-2:]
        held[-2:] = [(owner, f"{before} {rest}")]
    yield from held


def _joined(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    first, so_far = "", ""
    for owner, text in texts:
        first = first or owner
        so_far = f"{so_far} {_ended(text)}".strip()
        if _words(so_far) >= FEWEST_WORDS:
            yield first, so_far
            first, so_far = "", ""
    if so_far:
        yield first, so_far


def _ended(text: str) -> str:
    return text if text.rstrip('"').endswith((".", "!", "?", ":")) else f"{text}."


def _words(text: str) -> int:
    return len(_WORD.findall(text))
