"""An outlet without a folder: remembers what it got, and can fail."""

from consent.ports import StoredDocument


class FolderlessOutlet:
    """The port ``Outlet``. ``faults`` are raised, one a delivery."""

    def __init__(self, name: str = "chart-folder") -> None:
        self.name = name
        self.got: dict[str, tuple[StoredDocument, bytes]] = {}
        self.calls = 0
        self.faults: list[Exception] = []

    def deliver(self, document: StoredDocument, *, metadata: bytes) -> str:
        self.calls += 1
        if self.faults:
            raise self.faults.pop(0)
        self.got[document.digest] = (document, metadata)
        return f"{document.episode}_{document.digest[:16]}.pdf"
