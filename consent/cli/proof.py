"""Commands for whoever holds a document: is it unchanged, who sealed it, and what does a listener hear of it?

Refuse to open a store, or a connection: the files alone are enough. ``verify`` without a file is ``cli.audit``'s.
"""

from pathlib import Path
from typing import get_args

from consent.cli import audit
from consent.cli.console import Arguments, Subparsers, command, sha256
from consent.errors import BadInput, Broken
from consent.model.events_notices import Kind
from consent.wiring import MOST_JUDGED, judge, press
from consent.workflow import proof


def add(commands: Subparsers) -> None:
    """The commands of this file."""
    check = command(
        commands,
        "check",
        _check,
        sentence="Check consent.pdf against episode.json, and its notices.",
    )
    check.add_argument("folder", type=Path, metavar="DIR")
    verify = command(
        commands, "verify", _verify, sentence="Judge a sealed PDF, or all of the archive, from the bytes alone."
    )
    verify.epilog = "Exit status: 0 proved, 1 not proved or not readable, 2 wrong usage, 3 unanchored (archive)."
    verify.add_argument("file", type=Path, metavar="FILE.pdf", nargs="?")
    verify.add_argument(
        "--pin",
        type=sha256,
        action="append",
        default=[],
        metavar="SHA256",
        help="fingerprint of the clinic's certificate; may be repeated",
    )
    verify.add_argument("--episode", default="", metavar="ID", help="the episode that it has to be the record of")
    verify.add_argument(
        "--pages", action="store_true", help="make the pages again of the record inside, by this version's layout"
    )
    verify.add_argument(
        "--crl",
        type=Path,
        action="append",
        default=[],
        metavar="FILE.crl",
        help="list of revoked certificates by who issued the clinic's; may be repeated",
    )
    verify.add_argument(
        "--log-key",
        type=audit.key_of,
        metavar="KEY",
        help="key of the log: the record has to have stood in it; for the archive the default is the database's word",
    )
    audit.add(verify)
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
    for notice in sorted(file for kind in get_args(Kind) for file in arguments.folder.glob(f"{kind}-*.pdf")):
        _, said = proof.check(press(), pdf=notice.read_bytes(), events=events)
        print(f"{notice.name}:", *said[1:], sep="\n")


def _verify(arguments: Arguments) -> None:
    if arguments.file is None:
        audit.verify(arguments)
        return
    try:
        with arguments.file.open("rb") as opened:
            pdf = opened.read(MOST_JUDGED + 1)
        lists = tuple(file.read_bytes() for file in arguments.crl)
    except OSError:
        raise BadInput("There is no such file.", "Name a PDF, and lists, that may be read.") from None
    pinned = frozenset(arguments.pin)
    verdict = judge(pdf, pinned=pinned, episode=arguments.episode, pages=arguments.pages, lists=lists)
    for reason in verdict.checked:
        print(reason.sentence)
    if verdict.certificate:
        print(f"SHA-256 of the certificate that sealed it: {verdict.certificate}")
    if verdict.level:
        print(f"Level of the seal (PAdES): {verdict.level}")
    if not verdict.proved:
        raise Broken(
            f"Not proved. {verdict.failed[0].sentence}", "Do not rely on this file; ask the clinic for its own."
        )
    print(f"Proved: the record of episode {verdict.episode}, as it was sealed.")
    if arguments.log_key:
        number, proved = proof.in_log(press().attached(pdf), arguments.log_key)
        head = proved.signed.checkpoint.head
        print(f"In the log: its entries up to {number}, the last at place {proved.index} of {head.size} entries.")


def _read(arguments: Arguments) -> None:
    try:
        pdf = arguments.file.read_bytes()
    except OSError:
        raise BadInput("There is no such file.", "Name a PDF that may be read.") from None
    print("\n".join(press().spoken(pdf)))
