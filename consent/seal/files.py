"""A folder of keys that appears with all its files, or not at all.

Invariants:
- Files are on the disk before they have their name; nothing is ever overwritten.
"""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from consent.disk import force_names, write_new


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
            write_new(made / name, content, mode=mode)
        force_names(made)
        made.rename(folder)
        force_names(folder.parent)
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        if folder.exists():
            return False
        raise
    return True
