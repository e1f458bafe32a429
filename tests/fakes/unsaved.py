"""What is in fields and not saved yet, in memory."""

from consent.ports import Unsaved


class MemoryUnsaved:
    """The port ``UnsavedInput``."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Unsaved] = {}

    def of(self, episode: str) -> tuple[Unsaved, ...]:
        here = [one for one in self.kept.values() if one.episode == episode]
        return tuple(sorted(here, key=lambda one: (one.at, one.by), reverse=True))

    def keep(self, one: Unsaved) -> None:
        self.kept[one.episode, one.by] = one
