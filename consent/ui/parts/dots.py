"""So many of so many, as rows of ten dots with a text in their place for who hears them.

Refuses to draw more than a hundred: nobody counts them.
"""

from consent.model.telling import MOST_ICONS
from consent.ui import door


def dots(filled: int, total: int, *, words: str, key: str) -> None:
    """Draw them when they can be counted.

    Args:
        filled: How many of them are full.
        total: All of them.
        words: What a screen reader says instead, as "5 of 20 people"; empty where they stand beside.
        key: Unique on the page.
    """
    if total <= MOST_ICONS:
        door.dots(filled, total, words=words, key=f"dots-{key}")
