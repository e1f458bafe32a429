"""``seed``: fills a demo store with invented records, for trying how the program bears many.

Decides how far it has come is told, and how it is stopped.

Invariants:
- Progress goes to standard error, at most once in two seconds; what came of it to standard output.
- Ctrl-C ends it between two transactions: what is kept is whole, and running it again adds more. Exit status 130.

Refuses any store but a demo's, before it is opened.
"""

import argparse
import time

from consent.cli.console import Arguments, Progress, Subparsers, command, open_staging
from consent.errors import BadInput, NotAllowed
from consent.settings import read
from consent.workflow import seeding

_LACKS = """\
Every event is made by the verbs that the screens use, held to the same rules and chained as any other. What a seeded
record lacks: sign-ins and proofs of the staff, taps and time of their work, and, without --documents, a document. So
without --documents no record is told to its end: drafts are open or were closed, and some wait for the clinician's
signature. With it, records were refused, signed, withdrawn or carried out as well, and their documents are made, sealed
and delivered now, which takes about a second each.
"""


def add(commands: Subparsers) -> None:
    """The command of this file."""
    seed = command(commands, "seed", _seed, sentence="Demo store only: fill it with invented records.")
    seed.formatter_class = argparse.RawDescriptionHelpFormatter
    seed.epilog = _LACKS
    seed.add_argument("--episodes", type=int, required=True, metavar="N", help="how many records are added")
    seed.add_argument("--seed", type=int, metavar="S", help="fixed clock and luck: an empty store gets the same events")
    seed.add_argument("--documents", action="store_true", help="finished records too, with their sealed documents")


def _seed(arguments: Arguments) -> None:
    chosen, wanted = read(), arguments.episodes
    if chosen.mode != "demo":
        raise NotAllowed(
            "Invented records are for demo stores only.", "Set CONSENT_MODE=demo and another CONSENT_RECORDS."
        )
    if wanted < 1:
        raise BadInput("There is nothing to add.", "Name how many records with --episodes.")
    kept, begun, progress = 0, time.monotonic(), Progress()
    try:
        with open_staging(chosen, seed=arguments.seed) as (desk, staging):
            luck = desk.entropy.token() if arguments.seed is None else str(arguments.seed)
            filling = seeding.fill(desk, staging, episodes=wanted, seed=luck, documents=arguments.documents)
            for kept in filling:
                progress.tell(f"{kept} of {wanted} records, {_pace(kept, time.monotonic() - begun)}")
    except KeyboardInterrupt:
        print(f"Stopped. At least {kept} of {wanted} records are kept, all of them whole. Run it again to add more.")
        raise SystemExit(130) from None
    print(f"{kept} records added, {_pace(kept, time.monotonic() - begun)}.")


def _pace(kept: int, seconds: float) -> str:
    return f"{60 * kept / max(seconds, 0.001):.0f} a minute"
