"""The command for whoever runs the system and its log: which key signs it, how far it is, and who has what of it.

Refuses to print a key that signs, or to take one by itself that is not the one in use.
"""

from pathlib import Path

from consent.cli.console import Arguments, Subparsers, command, open_desk
from consent.errors import BadInput
from consent.workflow import log


def add(commands: Subparsers) -> None:
    """The commands of this file."""
    show = command(commands, "log", _log, sentence="Show the key of the log, and which checkpoint left the database.")
    show.add_argument("--take", action="store_true", help="use the key that lies in the folder now from here on")
    made = command(commands, "checkpoint", _checkpoint, sentence="Sign the log as it is now, and send it out.")
    made.add_argument("--to", type=Path, metavar="FILE", help="write it there as well; the file must not be there")


def _log(arguments: Arguments) -> None:
    with open_desk() as desk:
        key = log.take(desk) if arguments.take and log.taken(desk) else log.key(desk)
        print(f"Key of the log, to be given to whoever verifies: {key}")
        for before in log.taken(desk)[:-1]:
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


def _checkpoint(arguments: Arguments) -> None:
    with open_desk() as desk:
        signed = log.covered(desk)
        log.publish(desk)
    if arguments.to:
        try:
            with arguments.to.open("xb") as file:
                file.write(signed.note.written)
        except OSError:
            raise BadInput("The checkpoint cannot be written there.", "Name a file that is not there yet.") from None
    print(signed.note.written.decode(), end="")
