"""Takes a backup of a store, and brings a store back from one.

Decides what a backup is: a folder that holds a SQLite store and a manifest, which says what that store has to hold.

Invariants:
- It is of one moment: all that was kept before the instant that it names is in it.
- Backup and SQLite store appear under their name whole or not at all: made beside it, forced to the disk, then named.
  Both are for their owner alone.
- Nothing is brought back but into an empty place, in one transaction, and only what the manifest says: the file's own
  bytes before, each table's rows after.

Refuses a backup in which a byte is another, one of another schema or mode, and to put anything in place of anything.
"""

import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from errno import ENOSPC
from hashlib import file_digest
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from consent.disk import force_names, half_made, write_new
from consent.errors import Broken, StoreRefused
from consent.model import canon
from consent.store.engine import Store, open_file_to_read, open_store
from consent.store.moving import Move, Tell, Told, silent
from consent.store.upgrade import Mode, newest

STORE, MANIFEST = "store.sqlite", "manifest.json"
_CHANGED = "Nothing was restored. Do not use this backup; take another one, and find out who could change it."


class Manifest(BaseModel):
    """What a backup holds.

    Args:
        at: The moment; what was kept before is in it.
        schema_revision: Which schema its store has.
        program: The version of the program that took it.
        store: SHA-256 of the store's file.
        tables: Its tables with their rows and digests, as ``move`` tells them.
        whole: One digest over everything else that stands here.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    form: Literal["bedside-consent-backup-1"] = "bedside-consent-backup-1"
    at: str
    mode: Mode
    schema_revision: str
    program: str
    store: str
    tables: tuple[Told, ...]
    whole: str = ""

    def digest(self) -> str:
        """What ``whole`` has to be."""
        return canon.backup_digest(self.model_dump(mode="json", exclude={"whole"}))

    def written(self) -> bytes:
        """The one way to write it."""
        return json.dumps(self.model_dump(mode="json"), indent=1).encode() + b"\n"


def back_up(source: Store, folder: Path, *, mode: Mode, at: str, program: str, tell: Tell = silent) -> Manifest:
    """Copy a store, which others may go on writing to, into a new folder.

    Args:
        source: Opened to be read.
        folder: Where; the folder above has to be there, since one that is missing is a disk that is not mounted.
        mode: What the store is for.
        at: The moment now.
        program: The version of this program.
        tell: Told how far it is.

    Raises:
        StoreRefused: Something is there already, or the disk does not take it.
        Broken: What was read back differs.
    """
    if os.path.lexists(folder):
        raise StoreRefused("There is something of that name already.", "Name a new folder. Nothing was changed.")
    with _half_made(folder.parent) as new:
        with closing(open_store(f"sqlite:///{STORE}", mode=mode, folder=new, alone=True)) as target:
            tables = Move(source=source, target=target).copy(tell)
        manifest = Manifest(
            at=at,
            mode=mode,
            schema_revision=newest(),
            program=program,
            store=_sha256(new / STORE),
            tables=tables,
        )
        manifest = manifest.model_copy(update={"whole": manifest.digest()})
        write_new(new / MANIFEST, manifest.written(), mode=0o600)
        force_names(new)
        new.rename(folder)
        force_names(folder.parent)
    return manifest


def restore(folder: Path, into: str | Path, *, mode: Mode, whole: str | None = None, tell: Tell = silent) -> Manifest:
    """Bring a store back from a backup.

    Args:
        folder: The backup.
        into: The address of an empty PostgreSQL database, or the SQLite file to make.
        mode: What the store is for.
        whole: The digest that was told when the backup was taken, where somebody kept it.
        tell: Told how far it is.

    Raises:
        StoreRefused: This is no backup that this program can bring back, or the place is not empty.
        WrongMode: It is for the other mode.
        Broken: The backup is not as it was taken.
    """
    manifest = _checked(folder, whole=whole)
    with closing(open_file_to_read(folder / STORE, mode=mode, still=True)) as source:
        if isinstance(into, str):
            with closing(open_store(into, mode=mode)) as target:
                Move(source=source, target=target).copy(tell, expected=manifest.tables)
            return manifest
        _check_free(into)
        with _half_made(into.parent) as new:
            with closing(open_store(f"sqlite:///{STORE}", mode=mode, folder=new, alone=True)) as target:
                Move(source=source, target=target).copy(tell, expected=manifest.tables)
            os.link(new / STORE, into)
            force_names(into.parent)
    return manifest


def _checked(folder: Path, *, whole: str | None) -> Manifest:
    """The manifest of a backup whose bytes are as they were when it was taken."""
    try:
        manifest = _manifest((folder / MANIFEST).read_bytes())
        if manifest.schema_revision != newest():
            raise StoreRefused(
                f"This backup has schema {manifest.schema_revision}, this program {newest()}.",
                f"Restore it with version {manifest.program} of the program, and start this one on that store.",
            )
        found = _sha256(folder / STORE)
    except OSError:
        raise StoreRefused(
            f"This is no whole backup: {MANIFEST} or {STORE} is missing, or may not be read.",
            "Name the folder of a backup. Nothing was restored.",
        ) from None
    if found != manifest.store:
        raise Broken(f"The {STORE} of this backup is not the one that its manifest names.", _CHANGED)
    if whole and whole != manifest.whole:
        raise Broken("This is another backup than the one of that SHA-256.", _CHANGED)
    return manifest


def _manifest(written: bytes) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(written)
    except ValueError:
        raise Broken("The manifest of this backup cannot be read.", _CHANGED) from None
    if manifest.whole != manifest.digest() or manifest.written() != written:
        raise Broken("The manifest of this backup was changed.", _CHANGED)
    return manifest


def _check_free(file: Path) -> None:
    """A log that is left of another store would be played into this one: it is in the way, too."""
    for ending in ("", "-wal", "-shm", "-journal"):
        if os.path.lexists(f"{file}{ending}"):
            raise StoreRefused(
                f"The target is not empty: there is a file {file.name}{ending} in the data folder.",
                "Name another folder in CONSENT_RECORDS, or put that file elsewhere. Nothing was changed.",
            )


@contextmanager
def _half_made(folder: Path) -> Iterator[Path]:
    """As ``half_made``. Raises StoreRefused for every fault of a file in the block."""
    try:
        with half_made(folder) as new:
            yield new
    except OSError as error:
        raise _refusal(error) from None


def _refusal(error: OSError) -> StoreRefused:
    if error.errno == ENOSPC:
        return StoreRefused("The disk is full; nothing was kept.", "Make room, or name another place.")
    if isinstance(error, FileNotFoundError | NotADirectoryError | PermissionError):
        return StoreRefused(
            "The folder that it would lie in is missing, or may not be written to.",
            "Check that it is mounted and who may write there. Nothing was kept.",
        )
    return StoreRefused("The disk did not take it; nothing was kept.", "Check the disk, or name another place.")


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()
