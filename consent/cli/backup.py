"""``backup`` and ``restore``: a store as a folder of files, and back from there.

Decides how they are told, and names what a store needs besides.

Invariants:
- What is no part of the database is named, and never copied: secrets belong in another place than the records.
- The address of a database is never printed: it may hold a password.
- Ctrl-C ends either with nothing kept. Exit status 130.

Refuses to take a store for good before all of it was read through its chains.
"""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

from consent.cli import audit
from consent.cli.console import Arguments, Progress, Subparsers, command, open_desk, sha256, table_line
from consent.settings import Settings, read
from consent.wiring import backed_up, restored
from consent.workflow import health

_BACKUP = """\
The app may go on meanwhile: the backup is of the moment at which it begins. The folder is new, and appears when all of
it is written and read back; when it is interrupted, or the disk is full, there is none. It holds patients' records as
they are, not encrypted: keep it where nobody else can read it. Write down the SHA-256 that is told last, somewhere
else: `restore --sha256` proves by it that this very backup is brought back.
"""
_RESTORE = """\
Stop every server and command first. The store that CONSENT_RECORDS or CONSENT_DATABASE names has to be empty: a SQLite
file that is not there yet, or a database that nobody uses. Everything is brought back in one transaction and read back
before it counts; then every stream is read through its chain, every document by its digest, and all of the log is
verified against checkpoints that lay outside: a backup older than the newest of them is told. What a backup leaves
out: who was signed in, and how often somebody mistyped a secret lately.
"""


def add(commands: Subparsers) -> None:
    """The commands of this file."""
    backup = command(commands, "backup", _backup, sentence="Take a backup of the store, while the app runs.")
    backup.formatter_class = argparse.RawDescriptionHelpFormatter
    backup.epilog = _BACKUP
    backup.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="a folder that is not there yet")
    restore = command(commands, "restore", _restore, sentence="Bring a backup back into an empty store.")
    restore.formatter_class = argparse.RawDescriptionHelpFormatter
    restore.epilog = _RESTORE
    restore.add_argument("--from", dest="folder", type=Path, required=True, metavar="FOLDER", help="the backup")
    restore.add_argument("--sha256", type=sha256, metavar="SHA256", help="what was told when the backup was taken")
    audit.add_checkpoint(restore)
    restore.add_argument("--log-key", type=audit.key_of, metavar="KEY", help="key of the log, from outside")


def _backup(arguments: Arguments) -> None:
    chosen = read()
    try:
        made = backed_up(chosen, arguments.to, Progress().rows)
    except KeyboardInterrupt:
        print("Stopped. No backup was kept, and the store is as it was.")
        raise SystemExit(130) from None
    for one in made.tables:
        print(table_line(one.table, one.rows, digest=one.digest))
    print("\nNot in the backup, and needed beside it:")
    print("\n".join(_needed(chosen)))
    print(f"\nBacked up, as of {made.at}: {sum(one.rows for one in made.tables)} rows. SHA-256 {made.whole}")


def _restore(arguments: Arguments) -> None:
    chosen = read()
    try:
        made = restored(chosen, arguments.folder, Progress().rows, whole=arguments.sha256)
    except KeyboardInterrupt:
        print("Stopped. Nothing was restored. Run it again when there is time.")
        raise SystemExit(130) from None
    for one in made.tables:
        print(table_line(one.table, one.rows, digest=one.digest))
    rows = sum(one.rows for one in made.tables)
    print(f"\nRestored as it was at {made.at}: {rows} rows, none of which differs. SHA-256 {made.whole}")
    print("\nNot in the backup; put each in its place, and run `python -m consent doctor`, before the app starts:")
    print("\n".join(_needed(chosen)))
    print("What happened after that moment is not in it. Everybody signs in again.\n")
    try:
        _verify(chosen, arguments)
    except KeyboardInterrupt:
        print("Stopped. The store is restored, but not verified yet: run `python -m consent doctor`.")
        raise SystemExit(130) from None


def _verify(chosen: Settings, arguments: Arguments) -> None:
    """The full verification of a store that was brought back, also whether a newer checkpoint is known outside.

    It stays, also when something in it was broken before.
    """
    progress = Progress()
    with open_desk(chosen) as desk:
        count = health.check_streams(desk, lambda done, of: progress.tell(f"{done} of {of} streams verified"))
    print(f"All {count} streams read through their chains, and each document is the one that was sealed.")
    audit.tell_all(chosen, checkpoints=arguments.checkpoint, log_key=arguments.log_key)


def _needed(chosen: Settings) -> Iterator[str]:
    yield (
        f"- Pepper (CONSENT_PEPPER_FILE: {chosen.pepper_file or 'not set'}): without it no password and no PIN works. "
        "Keep a copy, apart from the backup."
    )
    yield (
        f"- Sealing key (CONSENT_SEAL: {chosen.seal_folder}; CONSENT_SEAL_PASSPHRASE_FILE: "
        f"{chosen.seal_passphrase_file or 'not set'}): without it no document is sealed by the key that the clinic is "
        "known by. Keep a copy of both, apart from each other and from the backup."
    )
    yield f"- Key of the log (CONSENT_LOG: {chosen.log_folder}): without it no checkpoint is signed in this log's name."
    yield (
        f"- Chart folder ({chosen.chart_folder}): the backup holds every document, but what was delivered is not "
        "delivered again. Copy the folder when the chart system has not collected everything yet."
    )
    yield (
        f"- Templates ({chosen.templates}): each record holds the text that it used. Copy the folder when some in it "
        "are your own."
    )
    named = sorted(name for name in os.environ if name.startswith("CONSENT_") and "PASSWORD" not in name)
    yield f"- Settings, to be written down with their values: {', '.join(named) or 'none is set'}."
