"""The port for what is in fields and not saved yet.

Decides nothing.
"""

from typing import Protocol

from consent.ports.rows import Unsaved


class UnsavedInput(Protocol):
    """What is in fields and not saved yet, one row a record and person. Saving forgets it (``Commit.saved``)."""

    def of(self, episode: str) -> tuple[Unsaved, ...]:
        """Everybody's of a record, the latest first."""
        ...

    def keep(self, one: Unsaved) -> None:
        """Keep this in place of what the same person had there before."""
        ...
