"""The command for whoever runs the system and its log: which key signs it, how far it is, and who has what of it.

Refuses to print a key that signs, or to take one by itself that is not the one in use.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from consent.cli.audit import cosigned
from consent.cli.console import Arguments, Progress, Subparsers, command, open_desk
from consent.errors import BadInput
from consent.settings import read
from consent.wiring import exporting
from consent.workflow import log, publish, segment

_SEGMENT = """\
The file is for `verify.py`, which needs neither this program nor the store (docs/segment.md). It holds what patients
and staff said, unless it is without contents: keep it as you would keep the records. The store is only read, as it is:
what is broken or missing in it is so in the file. Stopped, it leaves no file.
"""


def add(commands: Subparsers) -> None:
    """The commands of this file."""
    show = command(commands, "log", _log, sentence="Show the key of the log, and which checkpoint left the database.")
    show.add_argument("--take", action="store_true", help="use the key that lies in the folder now from here on")
    made = command(commands, "checkpoint", _checkpoint, sentence="Sign the log as it is now, and send it out.")
    made.add_argument("--to", type=Path, metavar="FILE", help="write it there as well; the file must not be there")
    made.add_argument("--take", type=Path, metavar="FILE", help="take in one that others cosigned, and sign nothing")
    out = command(commands, "segment", _segment, sentence="Write a stretch of the log, or one record, for verify.py.")
    out.epilog = _SEGMENT
    out.add_argument("--to", type=Path, required=True, metavar="FILE", help="a file that is not there yet")
    out.add_argument("--from", dest="first", type=int, metavar="N", help="the first place; default: 0")
    out.add_argument("--until", type=int, metavar="M", help="the place behind the last; default: to the end")
    out.add_argument("--without-contents", action="store_true", help="headers alone: nothing that anybody said")
    out.add_argument("--episode", metavar="ID", help="one record instead, each entry with its own proof")
    out.add_argument(
        "--over",
        type=int,
        action="append",
        default=[],
        metavar="SIZE",
        help="a checkpoint outside covers so many entries (its second line): reach up to it; may be repeated",
    )


def _log(arguments: Arguments) -> None:
    with open_desk() as desk:
        key = log.take(desk) if arguments.take and log.taken(desk.ledger) else log.key(desk)
        print(f"Key of the log, to be given to whoever verifies: {key}")
        for before in log.taken(desk.ledger)[:-1]:
            print(f"In use before: {before}")
        log.sequence(desk)
        newest = desk.log.newest()
        signed = f"Newest checkpoint: over {newest.size}, of {newest.at}." if newest else "There is no checkpoint yet."
        print(f"Entries: {desk.log.size()}. {signed}")
        for target in desk.targets:
            sent = desk.log.sent(target.name)
            print(f"{target.name}: {f'over {sent.size}, of {sent.at}' if sent else 'has none yet'}")
        if not desk.targets:
            print("Nobody outside gets checkpoints: set CONSENT_CHECKPOINTS to a folder on another volume.")
        for cosigner in desk.cosigners:
            print(f"Cosigner: {cosigner}")


def _checkpoint(arguments: Arguments) -> None:
    if arguments.take:
        _take(arguments.take)
        return
    with open_desk() as desk:
        signed = log.covered(desk)
        publish.publish(desk, at_once=True)
    if arguments.to:
        try:
            with arguments.to.open("xb") as file:
                file.write(signed.note.written)
        except OSError:
            raise BadInput("The checkpoint cannot be written there.", "Name a file that is not there yet.") from None
    print(signed.note.written.decode(), end="")


def _take(file: Path) -> None:
    """Take in a cosigned checkpoint, and tell who cosigned it."""
    try:
        raw = file.read_bytes()
    except OSError:
        raise BadInput(f"The checkpoint {file.name} cannot be read.", "Check the path.") from None
    with open_desk() as desk:
        signed = publish.take(desk, raw)
    for line in cosigned([signed]):
        print(line)


def _segment(arguments: Arguments) -> None:
    whole = (arguments.first, arguments.until, arguments.without_contents) == (None, None, False)
    if arguments.episode and (not whole or len(arguments.over) > 1):
        raise BadInput("One record is written whole, under one checkpoint.", "Leave the other options out.")
    with exporting(read()) as (archive, ledger, kept):
        if arguments.episode:
            over = next(iter(arguments.over), None)
            lines = segment.record(archive, ledger, kept, episode=arguments.episode, over=over)
        else:
            lines = segment.stretch(
                archive,
                first=arguments.first or 0,
                until=arguments.until,
                over=arguments.over,
                contents=not arguments.without_contents,
            )
        _write(arguments.to, lines)


def _write(to: Path, lines: Iterator[segment.Line]) -> None:
    """Write a new file that nobody else may read; what does not come to its end is taken away."""
    unwritten = BadInput("The file cannot be written there.", "Name a file that is not there yet, on a disk with room.")
    progress, count = Progress(), 0
    try:
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError:
        raise unwritten from None
    try:
        with os.fdopen(handle, "wb") as file:
            for count, line in enumerate(lines, start=1):
                file.write(segment.written(line))
                progress.tell(f"{count} lines")
    except BaseException as fault:
        to.unlink(missing_ok=True)
        if isinstance(fault, OSError):
            raise unwritten from None
        raise
    print(f"{count} lines. Give it to whoever verifies, with verify.py; the key of the log comes from elsewhere.")
