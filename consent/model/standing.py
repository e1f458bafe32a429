"""Whether what a finished document says still stands, as far as everybody may know it.

Decides the few words for it.

Invariants:
- What is no longer known is said to be, and never taken for a yes.
- What ends a consent counts before what is added to it.

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
    CORRECTED = "corrected"
    """It stands, and a correction was added."""
    ERASED = "erased"
    """Two persons erased what was kept of it: nobody here can say any more whether it stands."""


def standing_of(episode: Episode) -> Standing:
    """How the document of a finished episode stands now."""
    if episode.keeping.erased:
        return Standing.ERASED
    if episode.day.withdrawn:
        return Standing.WITHDRAWN
    if episode.refused:
        return Standing.REFUSED
    corrected = any(notice.of == "correction" for notice in episode.notices)
    return Standing.CORRECTED if corrected else Standing.STANDS
