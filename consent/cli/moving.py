"""``move``: brings a SQLite store to PostgreSQL, and proves that nothing changed.

Decides how it is told.

Invariants:
- One line a table, with its rows and their digest, once it is proved; progress on standard error.
- The address of the target is never printed: it may hold a password.
- Ctrl-C ends it with nothing kept. Exit status 130.

Refuses to change the old store.
"""

import argparse

from consent.cli.console import Arguments, Progress, Subparsers, command, table_line
from consent.settings import read
from consent.wiring import digest_of, moved

_HOW = """\
Stop every server and command on the store first. The target is an empty database, which nobody uses yet; give its
password in ~/.pgpass or PGPASSWORD rather than in the address, where other users of the machine may see it. Everything
is copied in one transaction and read back before it counts: when it is interrupted, or something differs, the target is
as empty as before. The old store is only read. What stays behind: who is signed in, and how often somebody mistyped a
secret lately. Files do not move: CONSENT_RECORDS stays, with the sealing key and the chart folder in it.
"""


def add(commands: Subparsers) -> None:
    """The command of this file."""
    move = command(
        commands, "move", _move, sentence="Move a SQLite store to PostgreSQL, and prove that nothing changed."
    )
    move.formatter_class = argparse.RawDescriptionHelpFormatter
    move.epilog = _HOW
    move.add_argument("--to", required=True, metavar="URL", help="postgresql://… of an empty database")
    move.add_argument("--check", action="store_true", help="copy nothing: compare again what was moved")


def _move(arguments: Arguments) -> None:
    try:
        with moved(read(), arguments.to) as both:
            told = (both.compare if arguments.check else both.copy)(Progress().rows)
    except KeyboardInterrupt:
        print("Stopped. Nothing was kept, and the old store is as it was. Run it again when there is time.")
        raise SystemExit(130) from None
    for one in told:
        print(table_line(one.table, one.rows, digest=one.digest))
    print(f"Nothing differs: {sum(one.rows for one in told)} rows of {len(told)} tables. SHA-256 {digest_of(told)}")
    if not arguments.check:
        print("Set CONSENT_DATABASE to the new address, and run `python -m consent doctor`. The old file is as it was.")
