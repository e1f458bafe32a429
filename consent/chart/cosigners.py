"""The file of those whose cosignatures on checkpoints count: one key a line, as it is passed on.

Refuses the whole file for one line that is no cosigner's key.
"""

from pathlib import Path

from consent.errors import BadInput, SettingRefused
from consent.model.note import Key, KeyKind


def read(file: Path) -> tuple[Key, ...]:
    """The keys; an empty line or one with # says nothing. Raises SettingRefused."""
    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
        keys = tuple(Key.read(line) for line in lines if line and not line.startswith("#"))
    except (OSError, UnicodeDecodeError, BadInput):
        keys = None
    if keys is None or any(one.kind is not KeyKind.COSIGNATURE for one in keys):
        raise SettingRefused(
            "The file of CONSENT_COSIGNERS cannot be used.", "It has one key a line, name+id+key, of cosigners alone."
        )
    return keys
