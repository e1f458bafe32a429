"""A folder of keys that appears with all its files, or not at all.

Invariants:
- Files are on the disk before they have their name; nothing is ever overwritten.
- What a killed process left half made is removed by the next that makes something there.
"""

from collections.abc import Mapping
from pathlib import Path

from consent.disk import force_names, half_made, write_new


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
    try:
        with half_made(folder.parent) as new:
            for name, (content, mode) in files.items():
                write_new(new / name, content, mode=mode)
            force_names(new)
            new.rename(folder)
            force_names(folder.parent)
    except OSError:
        if folder.exists():
            return False
        raise
    return True
