"""``hold`` and ``erase``: how long records are kept, for compliance.

Decides how it is told.

Invariants:
- Each command is one person's, who signs in; what takes two persons takes two commands.
- No patient's data is printed: a record is its id.
"""

from pathlib import Path
from typing import get_args

from consent.cli.console import Arguments, Subparsers, command, open_desk, signed_in, staff_command
from consent.disk import write_new
from consent.errors import BadInput
from consent.model.certificate import certificate
from consent.model.episode import Episode
from consent.model.events_keeping import AGREE_WITHIN, Reason, Why
from consent.settings import read
from consent.wiring import exporting
from consent.workflow import deliver, drafts, keeping, log, segment

_REASONS = "retention: its time is over; law: the law asks for it, as GDPR article 17; error: made in error or to test"
_ELSEWHERE = "Not erased by this: what the chart collected, backups, prints and copies, PostgreSQL's own log."


def add(commands: Subparsers) -> None:
    """The commands of this file."""
    hold = commands.add_parser("hold", help="Keep a record from being erased, for a legal matter.")
    verbs = hold.add_subparsers(required=True, metavar="VERB")
    put = staff_command(verbs, "set", _hold, sentence="Set a legal hold: nothing of the record may be erased.")
    lift = staff_command(verbs, "lift", _lift, sentence="Lift the legal hold for a matter that is over.")
    for one in (put, lift):
        one.add_argument("episode", metavar="EPISODE")
        one.add_argument("--matter", required=True, metavar="NUMBER", help="number of the matter; no patient's data")
    put.add_argument("--why", required=True, choices=get_args(Why), help="what the matter is")
    _add_erase(commands)


def _add_erase(commands: Subparsers) -> None:
    erase = commands.add_parser("erase", help="Erase what a record says, by two persons.")
    verbs = erase.add_subparsers(required=True, metavar="VERB")
    staff_command(verbs, "due", _due, sentence="List the records that the clinic need not keep any longer.")
    propose = staff_command(verbs, "propose", _propose, sentence="Propose to erase what a record says.")
    propose.add_argument("--reason", required=True, choices=get_args(Reason), help=_REASONS)
    drop = staff_command(verbs, "drop", _drop, sentence="Take a proposal back.")
    agree = staff_command(
        verbs, "agree", _agree, sentence="Agree to what somebody else proposed: it is erased now, for good."
    )
    agree.epilog = _ELSEWHERE
    kept = staff_command(verbs, "certificate", _certificate, sentence="Write the certificate of an erasure.")
    kept.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a folder that is not there yet")
    for one in (propose, drop, agree, kept):
        one.add_argument("episode", metavar="EPISODE")
    command(
        verbs,
        "drafts",
        _drafts,
        sentence="Close what was left open, and erase it where the clinic has said when, once.",
    )


def _hold(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        now = keeping.set_hold(desk, staff, episode=arguments.episode, why=arguments.why, matter=arguments.matter)
        _tell_holds(now)


def _lift(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        _tell_holds(keeping.lift_hold(desk, staff, episode=arguments.episode, matter=arguments.matter))


def _tell_holds(now: Episode) -> None:
    held = ", ".join(now.keeping.holds)
    print(f"{now.id}: {f'held for {held}. Nothing of it may be erased' if held else 'not held any more'}.")


def _due(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        found = keeping.due(desk, staff)
        for one in found:
            print(f"{one.episode}  kept until {one.until}{f'  proposed by {one.proposed}' if one.proposed else ''}")
        if not desk.retention_years:
            print("The clinic has not said how long it keeps records: set CONSENT_RETENTION_YEARS.")
        else:
            print(f"{len(found)} records are older than {desk.retention_years} years, and nothing holds them.")


def _propose(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        keeping.propose(desk, staff, episode=arguments.episode, reason=arguments.reason)
        print(f"Proposed. Within {AGREE_WITHIN.days} days somebody else of compliance agrees:")
        print(f"python -m consent erase agree {arguments.episode} --as LOGIN")


def _drop(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        keeping.drop(desk, staff, episode=arguments.episode)
        print("Taken back. Nothing is erased.")


def _agree(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        now = keeping.agree(desk, staff, episode=arguments.episode)
        if erased := now.keeping.erased:
            told = erased.event
            print(f"Erased: what {told.events} entries said, and {len(told.documents)} documents. Its chain stays.")
        print(f"{_ELSEWHERE}\nIts certificate: python -m consent erase certificate {now.id} --out FOLDER --as LOGIN")


def _certificate(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        now = deliver.view(desk, staff, episode=arguments.episode)
        text = certificate(now, facility=desk.clinic.facility)
        signed = log.covered(desk)
    with exporting(read()) as (archive, ledger, kept):
        over = signed.checkpoint.head.size
        lines = segment.record(archive, ledger, kept, episode=arguments.episode, over=over)
        proof = b"".join(map(segment.written, lines))
    files = {
        "certificate.txt": text.encode(),
        "certificate.segment": proof,
        "certificate.checkpoint": signed.note.written,
    }
    try:
        arguments.out.mkdir(mode=0o700)
        for name, content in files.items():
            write_new(arguments.out / name, content, mode=0o600)
    except OSError:
        raise BadInput("The certificate cannot be written there.", "Name a folder that is not there yet.") from None
    print(text)


def _drafts(_: Arguments) -> None:
    with open_desk() as desk:
        if desk.draft_kept_days:
            desk.ledger.check_may_erase()
        print(f"{drafts.tidy(desk)} records that were left open were closed or erased.")
