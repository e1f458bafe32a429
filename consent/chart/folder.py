"""The chart folder: a directory that another system collects documents from.

Decides the names, and when a delivery counts as complete.

Invariants:
- A file appears under its name whole or not at all: written beside it, forced to the disk, renamed (catalogue E6).
- The PDF comes first and its JSON last: where the JSON is, the delivery is complete.
- Delivering again finds what is there, by the document's own digest, and changes nothing.
- The folder's group may read a file, nobody else: the system that collects them is another user.
- Names hold the episode and sixteen digits of the digest, nothing of the patient.

Refuses to make the folder itself: a folder that is missing is a disk that is not mounted.
"""

import os
import re
import tempfile
from collections.abc import Callable
from errno import ENOSPC
from pathlib import Path

from consent.disk import force_names, remove_left
from consent.errors import Broken, Busy, StoreRefused
from consent.model import canon
from consent.ports import StoredDocument

_HALF_WRITTEN = ".consent-"
_READABLE_BY_GROUP = 0o640
_SAFE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


class ChartFolder:
    """The outlet "chart-folder".

    Args:
        folder: Where the documents go. What was half written more than an hour ago is removed from it, and a
            document's own leftovers when it is delivered again.
        step: Told the name of each step as it is done (for a log, and for tests that kill).
    """

    name = "chart-folder"

    def __init__(self, folder: Path, *, step: Callable[[str], None] = lambda _: None) -> None:
        self._folder = folder
        self._step = step
        remove_left(folder, f"{_HALF_WRITTEN}*")

    def deliver(self, document: StoredDocument, *, metadata: bytes) -> str:
        """Deliver once or find that it was delivered; returns the PDF's name.

        Raises:
            StoreRefused: The folder is missing or may not be written to.
            Busy: The disk is full or did not take it.
            Broken: The bytes are not the document's.
        """
        if canon.sha256_hex(document.content) != document.digest or not _SAFE.fullmatch(document.episode):
            raise Broken("A document for the chart is not the one that was sealed.")
        stem = f"{document.episode}_{document.digest[:16]}"
        pdf, described = self._folder / f"{stem}.pdf", self._folder / f"{stem}.json"
        try:
            for left in self._folder.glob(f"{_HALF_WRITTEN}{stem}-*"):
                left.unlink()
            if not (described.exists() and _holds(pdf, document.digest)):
                self._place(pdf, document.content, kind="pdf")
                self._place(described, metadata, kind="json")
        except OSError as error:
            raise _refusal(error) from None
        return pdf.name

    def _place(self, target: Path, content: bytes, *, kind: str) -> None:
        handle, name = tempfile.mkstemp(prefix=f"{_HALF_WRITTEN}{target.stem}-", dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                os.fchmod(file.fileno(), _READABLE_BY_GROUP)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            self._step(f"chart.{kind}_written")
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        force_names(self._folder)
        self._step(f"chart.{kind}_renamed")


def _holds(path: Path, digest: str) -> bool:
    return path.exists() and canon.sha256_hex(path.read_bytes()) == digest


def _refusal(error: OSError) -> StoreRefused | Busy:
    if isinstance(error, FileNotFoundError | NotADirectoryError | PermissionError):
        return StoreRefused(
            "The chart folder is missing, or may not be written to.",
            "Check that it is mounted and who may write to it. The delivery is tried again by itself.",
        )
    what = "The disk of the chart folder is full." if error.errno == ENOSPC else "The chart folder did not take a file."
    return Busy(what, "Nothing to do now: the delivery is tried again by itself.")
