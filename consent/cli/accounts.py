"""Commands for accounts, and the first administrator."""

import argparse

from consent.cli.console import Arguments, Subparsers, command, new_secret, open_desk, signed_in, staff_command
from consent.model.people import Role
from consent.workflow import accounts


def add(commands: Subparsers) -> None:
    """The commands of this file."""
    _person_arguments(staff_command(commands, "add-person", _add_person, sentence="Make an account."))
    sentence = "Print a one-time token for the first administrator."
    command(commands, "first-token", _first_token, sentence=sentence)
    first = command(commands, "first-admin", _first_admin, sentence="Make the first administrator, with the token.")
    first.add_argument("--token", required=True)
    first.add_argument("--new-login", required=True)
    first.add_argument("--name", required=True)


def _person_arguments(person: argparse.ArgumentParser) -> None:
    person.add_argument("--new-login", required=True)
    person.add_argument("--name", required=True)
    person.add_argument("--title", default="")
    person.add_argument("--role", action="append", required=True, choices=[role.value for role in Role])
    person.add_argument("--privilege", action="append", default=[], metavar="TEMPLATE")
    person.add_argument("--unit", action="append", default=[], metavar="NAME", help="whose patients they treat")


def _add_person(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        made = accounts.add_person(
            desk,
            staff,
            login=arguments.new_login,
            name=arguments.name,
            secret=new_secret(arguments.new_login),
            title=arguments.title,
            roles=[Role(role) for role in arguments.role],
            privileges=arguments.privilege,
            units=arguments.unit,
        )
        print(made.id)


def _first_token(_: Arguments) -> None:
    with open_desk() as desk:
        print(accounts.first_token(desk))


def _first_admin(arguments: Arguments) -> None:
    with open_desk() as desk:
        made = accounts.first_admin(
            desk,
            token=arguments.token,
            login=arguments.new_login,
            name=arguments.name,
            secret=new_secret(arguments.new_login),
        )
        print(made.id)
