"""Files and names that are on the disk before anybody counts on them.

Invariants:
- What is written is forced to the disk; a name is, once its folder was forced.

Refuses to turn a fault into words: each room has its own for that.
"""

import os
from pathlib import Path


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
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
