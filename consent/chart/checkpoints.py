"""A folder outside the database, on another volume or another machine's, that takes the log's checkpoints.

Decides their names there: how many entries a checkpoint covers, in ten digits or more.

Invariants:
- A checkpoint appears under its name whole or not at all, and is never overwritten: another one of the same size is a
  log that was rewritten.
- What was half written more than an hour ago is removed when the program starts.

Refuses to make the folder itself: a folder that is missing is a disk that is not mounted.
"""

import os
from contextlib import suppress
from pathlib import Path

from consent.disk import force_names, remove_left, write_new
from consent.errors import Broken, Busy
from consent.ports.log import KeptCheckpoint

_ENDING, _HALF_WRITTEN = ".checkpoint", ".half-"


class CheckpointFolder:
    """The target "checkpoint-folder"."""

    name = "checkpoint-folder"

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

    def send(self, checkpoint: KeptCheckpoint) -> None:
        """Write a checkpoint, or find that it is there. Raises Broken, Busy."""
        target = self._folder / f"{checkpoint.size:010}{_ENDING}"
        half = self._folder / f"{_HALF_WRITTEN}{target.name}-{os.getpid()}"
        try:
            half.unlink(missing_ok=True)
            try:
                write_new(half, checkpoint.note, mode=0o444)
                self._name(half, target, checkpoint.note)
            finally:
                half.unlink(missing_ok=True)
            force_names(self._folder)
        except OSError:
            raise Busy(
                "The folder for checkpoints did not take one.",
                "Check that it is mounted, has room, and may be written to.",
            ) from None

    @staticmethod
    def _name(half: Path, target: Path, note: bytes) -> None:
        try:
            target.hardlink_to(half)
        except FileExistsError:
            if target.read_bytes() != note:
                raise Broken(
                    "Another checkpoint of the same size left the database before: the log was rewritten.",
                    "Stop the app and keep both: that one, and the database as it is.",
                ) from None
