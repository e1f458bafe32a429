"""A folder outside the database, on another volume or another machine's, that takes the log's checkpoints.

Decides their names there: how many entries a checkpoint covers, in ten digits or more. What others say of one lies
beside it under the same number.

Invariants:
- A checkpoint appears under its name whole or not at all, and is never overwritten: another one of the same size is a
  log that was rewritten.
- What was half written more than an hour ago is removed when the program starts.

Refuses to make the folder itself: a folder that is missing is a disk that is not mounted.
"""

import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from consent.disk import force_names, remove_left, write_new
from consent.errors import Broken, Busy
from consent.ports.log import KeptCheckpoint, ProofFrom

_ENDING, _HALF_WRITTEN = ".checkpoint", ".half-"


class CheckpointFolder:
    """The target "checkpoint-folder"."""

    name = "checkpoint-folder"
    every = timedelta()

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        remove_left(folder, f"{_HALF_WRITTEN}*")

    def held(self) -> int:
        """How many entries its largest checkpoint covers."""
        with suppress(OSError):
            return max((int(one.stem) for one in self._folder.glob(f"*{_ENDING}") if one.stem.isdecimal()), default=0)
        return 0

    def all(self) -> tuple[bytes, ...]:
        """Every checkpoint that it has, the smallest first. Raises Busy."""
        try:
            return tuple(one.read_bytes() for one in sorted(self._folder.glob(f"*{_ENDING}")))
        except OSError:
            raise Busy(
                "The folder for checkpoints cannot be read.", "Check that it is mounted and may be read."
            ) from None

    def send(self, checkpoint: KeptCheckpoint, *, before: int, proof: ProofFrom) -> bytes:  # noqa: ARG002 - a folder asks nothing
        """Write a checkpoint, or find that it is there. Raises Broken, Busy."""
        if self._put(f"{checkpoint.size:010}{_ENDING}", checkpoint.note) != checkpoint.note:
            raise Broken(
                "Another checkpoint of the same size left the database before: the log was rewritten.",
                "Stop the app and keep both: that one, and the database as it is.",
            )
        return b""

    def keep(self, size: int, ending: str, content: bytes) -> None:
        """Keep what somebody says of a checkpoint beside it; the first of its kind stays. Raises Busy."""
        self._put(f"{size:010}.{ending}", content)

    def last(self, ending: str) -> bytes | None:
        """What was kept of that kind beside the largest checkpoint; None: there is none, or it cannot be read now."""
        with suppress(OSError):
            if kept := max(self._folder.glob(f"*.{ending}"), default=None):
                return kept.read_bytes()
        return None

    def _put(self, name: str, content: bytes) -> bytes:
        """Write a new file; gives what lies there under its name."""
        target = self._folder / name
        half = self._folder / f"{_HALF_WRITTEN}{name}-{os.getpid()}"
        try:
            half.unlink(missing_ok=True)
            try:
                write_new(half, content, mode=0o444)
                with suppress(FileExistsError):
                    target.hardlink_to(half)
            finally:
                half.unlink(missing_ok=True)
            force_names(self._folder)
            return target.read_bytes()
        except OSError:
            raise Busy(
                "The folder for checkpoints did not take one.",
                "Check that it is mounted, has room, and may be written to.",
            ) from None
