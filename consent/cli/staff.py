"""Commands of staff before, around and after the patient's reading."""

import os
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from consent.cli.console import Arguments, Subparsers, person_of, signed_in, staff_command
from consent.errors import BadInput
from consent.model import canon
from consent.model.erasure import check_not_erased
from consent.model.values import Site
from consent.workflow import deliver, prepare, proof, rehearsal
from consent.workflow.desk import Desk, load
from consent.workflow.visitor import Visit


def add(commands: Subparsers) -> None:
    """The commands of this file."""
    today = staff_command(commands, "today", _today, sentence="Print the day's list.")
    today.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD")
    new = staff_command(commands, "add-patient", _add_patient, sentence="Plan a procedure for a patient.")
    for name in ("--name", "--mrn", "--clinician"):
        new.add_argument(name, required=True)
    new.add_argument("--born", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    new.add_argument("--at", type=datetime.fromisoformat, required=True, metavar="YYYY-MM-DDTHH:MM")
    new.add_argument(
        "--age-confirmed", action="store_true", help="somebody over 120 years old; compared with the chart"
    )
    new.add_argument("--procedure", default=rehearsal.PROCEDURE)
    ready = staff_command(commands, "prepare", _prepare, sentence="Set what is particular to a patient.")
    ready.add_argument("episode")
    ready.add_argument("--site", required=True, help="PLACE:SIDE, as 'knee:left'", action="append")
    ready.add_argument("--why", required=True)
    ready.add_argument("--performer", required=True, metavar="LOGIN")
    ready.add_argument("--fact", action="append", default=[], metavar="ID=VALUE")
    document = staff_command(commands, "document", _document, sentence="Write a finished document to a file.")
    document.add_argument("episode")
    document.add_argument("--out", type=Path, required=True, metavar="FILE")
    bundle = staff_command(
        commands, "bundle", _bundle, sentence="Write a document with its events, to be checked anywhere."
    )
    bundle.add_argument("episode")
    bundle.add_argument("--out", type=Path, required=True, metavar="DIR")


def _today(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        zone = ZoneInfo(desk.clinic.zone)
        day = arguments.day or desk.clock.now().astimezone(zone).date()
        start = datetime.combine(day, time(), tzinfo=zone)
        since, until = canon.instant(start), canon.instant(start + timedelta(days=1))
        for row in deliver.today(desk, staff, since=since, until=until):
            at = canon.parse_instant(row.appointment).astimezone(zone)
            print(f"{at:%H:%M}  {row.episode}  {row.patient_name}, {row.birth_date}  {row.sites}  {row.status}")


def _add_patient(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        made = prepare.open_episode(
            desk,
            staff,
            name=arguments.name,
            birth_date=arguments.born,
            mrn=arguments.mrn,
            procedure=arguments.procedure,
            appointment=arguments.at.replace(tzinfo=arguments.at.tzinfo or ZoneInfo(desk.clinic.zone)),
            clinician=person_of(desk, arguments.clinician),
            age_confirmed=arguments.age_confirmed,
        )
        print(made.id)


def _prepare(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        now = prepare.prepare(
            desk,
            staff,
            episode=arguments.episode,
            sites=[_site(text) for text in arguments.site],
            why=arguments.why,
            performer=person_of(desk, arguments.performer),
            facts=dict(_pair(text) for text in arguments.fact),
        )
        print(now.status.value)


def _site(text: str) -> Site:
    place, _, side = text.rpartition(":")
    try:
        return Site.model_validate({"place": place, "side": side})
    except ValueError:
        raise BadInput(
            "A site is PLACE:SIDE.", "The side is left, right, both, midline or not_applicable, as 'knee:left'."
        ) from None


def _pair(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    return key, value


def _document(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        _write(arguments.out, deliver.export(desk, staff, document=_finished(desk, staff, arguments.episode)))


def _finished(desk: Desk, staff: Visit, episode: str) -> str:
    """SHA-256 of the finished document of a record within reach; empty when there is none. Raises NotFound."""
    row = desk.ledger.row(staff.scope, episode)
    if row:
        check_not_erased(load(desk, episode))
    return row.document if row else ""


def _bundle(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        pdf = deliver.export(desk, staff, document=_finished(desk, staff, arguments.episode))
        _, events = proof.bundle(desk, episode=arguments.episode)
        arguments.out.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(arguments.out / "consent.pdf", pdf)
        _write(arguments.out / "episode.json", events)
        for told in load(desk, arguments.episode).notices:
            if told.sealed:
                notice = deliver.export(desk, staff, document=told.document)
                _write(arguments.out / f"{told.of}-{told.entry}.pdf", notice)
        print(f"Check it: python -m consent check {arguments.out}")


def _write(file: Path, content: bytes) -> None:
    """A patient's file is for whoever asked for it alone."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)
