"""Files and names that are on the disk before anybody counts on them.

Invariants:
- What is written is forced to the disk; a name is, once its folder was forced.
- What is not whole yet has a name that nobody reads, and is removed after its maker died: at once where a lock tells,
  else after an hour.

Refuses to turn a fault into words: each room has its own for that.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

_HALF = ".consent-half-"
_LEFT_SECONDS = 3600
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def write_new(file: Path, content: bytes, *, mode: int) -> None:
    """Write a file that is not there yet, with these rights. Raises OSError."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(handle, "wb") as opened:
        os.fchmod(opened.fileno(), mode)  # whatever the process leaves to others by default
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def force_names(folder: Path) -> None:
    """Force the names in a folder. Raises OSError."""
    handle = os.open(folder, _FOLDER)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def half_made(folder: Path) -> Iterator[Path]:
    """A folder for what is not whole yet, gone with the block. What a killed process left is removed first.

    Raises:
        OSError: It cannot be made there.
    """
    for left in folder.glob(f"{_HALF}*"):
        _remove_dead(left)
    made = Path(mkdtemp(prefix=_HALF, dir=folder))
    handle = os.open(made, _FOLDER)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        new = made / "new"
        new.mkdir(mode=0o700)
        yield new
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(handle)


def _remove_dead(left: Path) -> None:
    """Remove it unless it is locked: then somebody works in it. What is another user's stays."""
    with suppress(OSError):
        handle = os.open(left, _FOLDER | os.O_NOFOLLOW)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left)
        finally:
            os.close(handle)


def remove_left(folder: Path, pattern: str) -> None:
    """Remove files of that pattern which were left more than an hour ago, where no lock tells whether anybody lives."""
    with suppress(OSError):
        for left in folder.glob(pattern):
            if left.stat().st_mtime < time.time() - _LEFT_SECONDS:
                left.unlink()
