"""Commands for whoever runs the system: the schema, the database's roles, the worker's round, the lists made again."""

import json

from consent.cli.console import Arguments, Subparsers, command, open_desk
from consent.settings import read
from consent.wiring import migrate, role_grants
from consent.workflow import seal


def add(commands: Subparsers) -> None:
    """The commands of this file."""
    command(
        commands, "migrate", _migrate, sentence="Bring the store to this program's schema; as the database's owner."
    )
    roles = command(
        commands, "roles", _roles, sentence="Print the roles of a PostgreSQL store and their rights, for psql."
    )
    roles.add_argument("--prefix", default="consent_", metavar="TEXT", help="what their names begin with: %(default)s")
    command(commands, "work", _work, sentence="Seal what waits and deliver what is owed, once.")
    command(commands, "rebuild", _rebuild, sentence="Make the lists again from the events.")


def _migrate(_: Arguments) -> None:
    migrate(read())
    print("The store has the schema of this program.")


def _roles(arguments: Arguments) -> None:
    print(role_grants(arguments.prefix), end="")


def _work(_: Arguments) -> None:
    with open_desk() as desk:
        print(json.dumps({"done": seal.work_once(desk), "waiting": len(seal.waiting(desk))}))


def _rebuild(_: Arguments) -> None:
    with open_desk() as desk:
        print(seal.rebuild(desk))
