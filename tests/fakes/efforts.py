"""What records have taken, in memory."""

from collections.abc import Callable

from consent.ports import Effort


class MemoryEfforts:
    """The port ``Efforts``."""

    def __init__(self) -> None:
        self.kept: dict[str, Effort] = {}

    def of(self, episode: str) -> Effort | None:
        return self.kept.get(episode)

    def change(self, episode: str, step: Callable[[Effort], Effort]) -> None:
        self.kept[episode] = step(self.kept.get(episode) or Effort(episode=episode))
