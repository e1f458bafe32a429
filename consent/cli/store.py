"""Commands for whoever runs the system: the worker's round, and the lists made again."""

import json

from consent.cli.console import Arguments, Subparsers, command, open_desk
from consent.workflow import seal


def add(commands: Subparsers) -> None:
    """The commands of this file."""
    command(commands, "work", _work, sentence="Seal what waits and deliver what is owed, once.")
    command(commands, "rebuild", _rebuild, sentence="Make the lists again from the events.")


def _work(_: Arguments) -> None:
    with open_desk() as desk:
        print(json.dumps({"done": seal.work_once(desk), "waiting": len(seal.waiting(desk))}))


def _rebuild(_: Arguments) -> None:
    with open_desk() as desk:
        print(seal.rebuild(desk))
