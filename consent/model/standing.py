"""Whether what a finished document says still stands, as far as everybody may know it.

Decides the few words for it.

Invariants:
- The last thing that happened counts.

Refuses to say whose document it is, what it is about, and why.
"""

from enum import StrEnum

from consent.model.episode import Episode


class Standing(StrEnum):
    """What became of a finished document."""

    STANDS = "stands"
    REFUSED = "refused"
    """It is the record of a no."""
    WITHDRAWN = "withdrawn"


def standing_of(episode: Episode) -> Standing:
    """How the document of a finished episode stands now; the last thing that happened counts."""
    if episode.day.withdrawn:
        return Standing.WITHDRAWN
    return Standing.REFUSED if episode.refused else Standing.STANDS
