"""The command for whoever runs the system and its sealing key.

Refuses to print a key, or to take one by itself that is not the one in use.
"""

from consent.cli.console import Arguments, Subparsers, command, open_desk
from consent.ports.sealing import SealCertificate
from consent.workflow import keyring


def add(commands: Subparsers) -> None:
    """The commands of this file."""
    key = command(commands, "seal-key", _key, sentence="Show the certificate that documents are sealed with.")
    key.add_argument("--take", action="store_true", help="use the key that lies in the folder now from here on")


def _key(arguments: Arguments) -> None:
    with open_desk() as desk:
        here = keyring.take(desk) if arguments.take and keyring.taken(desk) else keyring.ready(desk)
        print(f"SHA-256 of the certificate: {_grouped(here)}")
        print(f"It counts from {here.begins:%Y-%m-%d} to {here.ends:%Y-%m-%d}: {keyring.days_left(desk)} days left.")
        for before in keyring.taken(desk)[:-1]:
            print(f"In use before: {before.certificate}")


def _grouped(certificate: SealCertificate) -> str:
    """As openssl prints a fingerprint."""
    digits = certificate.fingerprint.upper()
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))
