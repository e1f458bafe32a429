"""A verification that never ends until it is stopped."""

from collections.abc import Sequence

from consent.workflow.proving import Progress


class FakeVerifier:
    """The port ``Verifier``; ``notes`` and ``keys`` are what it was begun with."""

    def __init__(self) -> None:
        self.notes, self.keys = list[bytes](), list[str]()
        self.now = Progress()

    def begin(self, *, notes: Sequence[bytes], keys: Sequence[str], by: str, at: str) -> None:
        self.notes, self.keys = list(notes), list(keys)
        self.now = Progress(by=by, at=at, running=True, against=len(notes))

    def stop(self) -> None:
        self.now = Progress(by=self.now.by, at=self.now.at, stopped=True)

    def progress(self) -> Progress:
        return self.now
