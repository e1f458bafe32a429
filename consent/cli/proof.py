"""Commands for whoever holds a document: is it unchanged, and what does a listener hear of it?

Refuse to open a store: the files alone are enough.
"""

from pathlib import Path

from consent.cli.console import Arguments, Subparsers, command
from consent.errors import BadInput
from consent.wiring import press
from consent.workflow import proof


def add(commands: Subparsers) -> None:
    """The commands of this file."""
    check = command(commands, "check", _check, sentence="Check consent.pdf against episode.json, from the bytes alone.")
    check.add_argument("folder", type=Path, metavar="DIR")
    read = command(commands, "read", _read, sentence="Print what a listener hears of a PDF, in the order of its tags.")
    read.add_argument("file", type=Path, metavar="FILE.pdf")


def _check(arguments: Arguments) -> None:
    try:
        pdf = (arguments.folder / "consent.pdf").read_bytes()
        events = (arguments.folder / "episode.json").read_bytes()
    except OSError:
        raise BadInput("There is no consent.pdf with episode.json there.", "Name the folder that holds both.") from None
    _, said = proof.check(press(), pdf=pdf, events=events)
    print("\n".join(said))


def _read(arguments: Arguments) -> None:
    try:
        pdf = arguments.file.read_bytes()
    except OSError:
        raise BadInput("There is no such file.", "Name a PDF that may be read.") from None
    print("\n".join(press().spoken(pdf)))
