"""A folder of keys that appears with all its files, or not at all.

Invariants:
- Files are on the disk before they have their name; nothing is ever overwritten.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path


def place(folder: Path, files: Mapping[str, tuple[bytes, int]]) -> bool:
    """Make a folder with files in it.

    Args:
        folder: The folder above it has to be there.
        files: Content and rights by name.

    Returns:
        False when there is a folder with something in it: it stays as it is.

    Raises:
        OSError: It cannot be made.
    """
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, (content, mode) in files.items():
            _write(made / name, content, mode=mode)
        _force_names(made)
        made.rename(folder)
        _force_names(folder.parent)
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        if folder.exists():
            return False
        raise
    return True


def _write(file: Path, content: bytes, *, mode: int) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _force_names(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
