"""``doctor``: whether this installation can serve, one line a check.

Decides what is looked at beside the checks of the start (``consent.startup``), which are the same here.

Invariants:
- One line a check: ``ok``, ``look`` (worth a thought) or ``STOP`` with what is wrong and the next step. A STOP: exit 1.
- A check that fails ends no other; without a store the checks that need none go on.
- As the start does, it closes files of ours to others, and brings an older schema up.

Refuses to make a store, and to tell a patient's name: records are named by their stream.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from consent import machine, options
from consent.cli.console import Arguments, Subparsers, command, open_desk
from consent.errors import Busy, ConsentError, SealRefused, SettingRefused, StoreRefused
from consent.ports import EVERYTHING
from consent.ports.sealing import warning
from consent.settings import ROOT, Settings, read
from consent.startup import before_opening, before_serving
from consent.words import say
from consent.workflow import health, keyring, publish
from consent.workflow.desk import Desk

_GB = 1_000_000_000
_DELIVERED = re.compile(r"(e-[a-z0-9]+)_[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found that is no trouble; ``look``: somebody should think about it all the same."""

    text: str
    look: bool = False


Checks = Mapping[str, Callable[[], Found]]


def add(commands: Subparsers) -> None:
    """The command of this file."""
    command(commands, "doctor", _doctor, sentence="Check whether this installation can serve.")


def _doctor(_: Arguments) -> None:
    chosen = read()
    stops = _told(_of_machine(chosen))
    opening = _told({name: partial(_held, name, check) for name, check in before_opening(chosen).items()})
    stops += opening + _of_store(chosen, fit=not opening)
    if stops:
        raise SettingRefused(f"Checks that say STOP: {stops}.", "Do what their lines say, and run this again.")


def _told(checks: Checks) -> int:
    """Print a line for each check; gives how many say STOP."""
    stops = 0
    for name, check in checks.items():
        try:
            found = check()
            mark, text = "look" if found.look else "ok", found.text
        except ConsentError as error:
            mark, text = "STOP", str(error)
            stops += 1
        print(f"{mark:4}  {name.replace('_', ' ')}: {text}")
    return stops


def _held(name: str, check: Callable[[], object]) -> Found:
    """A check of the start, which says nothing when it holds."""
    check()
    return Found(say(f"doctor.{name}"))


def _of_machine(chosen: Settings) -> Checks:
    written = partial(options.written, (Path.home(), Path.cwd(), ROOT), os.environ)
    serving = before_serving(chosen, lambda option: written().get(option))
    return {name: partial(_held, name, check) for name, check in serving.items()} | {
        "room": partial(_room, chosen),
        "kind_of_disk": partial(_kind_of_disk, chosen),
        "keys": partial(_keys, chosen),
        "server": partial(_server, chosen),
    }


def _room(chosen: Settings) -> Found:
    folder = chosen.records.resolve()
    free = machine.free_bytes(next(place for place in (folder, *folder.parents) if place.exists()))
    if free < health.LEAST_FREE:
        raise StoreRefused("Less than 1 GB is free on the disk of the data folder.", "Make room.")
    return Found(say("doctor.room", free=str(free // _GB)))


def _kind_of_disk(chosen: Settings) -> Found:
    file = chosen.database_file
    kind = machine.kind_of_disk(file.resolve(), mounts=machine.mounts()) if file else "PostgreSQL"
    return Found(say("doctor.kind_of_disk", kind=kind)) if kind else Found(say("doctor.unknown_disk"), look=True)


def _keys(chosen: Settings) -> Found:
    file = chosen.pepper_file
    inside = file is not None and file.resolve().is_relative_to(chosen.records.resolve())
    return Found(say("doctor.key_inside" if inside else "doctor.key_apart"), look=inside)


def _server(chosen: Settings) -> Found:
    file = chosen.database_file
    if file is None:
        return Found(say("doctor.many_servers"))
    process = machine.server_of(file.parent)
    return Found(say("doctor.server", process=process) if process else say("doctor.no_server"))


def _of_store(chosen: Settings, *, fit: bool) -> int:
    """What needs the store; gives how many say STOP."""
    file = chosen.database_file
    if not fit or (file and not file.exists()):
        return _told({"store": lambda: Found(say("doctor.no_store" if fit else "doctor.not_opened"), look=True)})
    try:
        with open_desk(chosen) as desk:
            return _told(_of_desk(chosen, desk))
    except ConsentError as error:
        print(f"STOP  store: {error}")
        return 1


def _of_desk(chosen: Settings, desk: Desk) -> Checks:
    return {
        "store": lambda: Found(say("doctor.store")),
        "accounts": lambda: _accounts(desk),
        "templates": lambda: Found(say("doctor.templates", count=str(len(desk.templates.all())))),
        "chart": lambda: _chart(chosen.chart_folder, desk),
        "chains": lambda: _chains(desk),
        "seals": lambda: _in_time(desk, "seals", health.is_seal_late),
        "seal_key": lambda: _seal_key(desk),
        "deliveries": lambda: _in_time(desk, "deliveries", health.is_delivery_late),
        "checkpoints": lambda: _checkpoints(chosen, desk),
        "eraser": lambda: _eraser(chosen, desk),
        "clock": lambda: _clock(desk),
    }


def _accounts(desk: Desk) -> Found:
    count = len(desk.people.all())
    return Found(say("doctor.accounts", count=str(count))) if count else Found(say("doctor.no_accounts"), look=True)


def _chart(folder: Path, desk: Desk) -> Found:
    """Whether it takes files, and holds none that the store knows nothing of (catalogue E16)."""
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        raise StoreRefused(
            "The chart folder is missing, or cannot be written to.", "Check CONSENT_CHART and its mount."
        )
    ahead = [file.name for file in sorted(folder.glob("*.pdf")) if _is_unknown(file, desk)]
    if ahead:
        return Found(say("doctor.chart_ahead", count=str(len(ahead)), first=ahead[0]), look=True)
    return Found(say("doctor.chart"))


def _is_unknown(file: Path, desk: Desk) -> bool:
    """Whether a file has a name of ours, and its record has no document, or is not there."""
    named = _DELIVERED.fullmatch(file.stem)
    row = desk.ledger.row(EVERYTHING, named[1]) if named else None
    return named is not None and (row is None or not (row.document or row.outcome))


def _chains(desk: Desk) -> Found:
    return Found(say("doctor.chains", count=str(health.check_streams(desk))))


def _in_time(desk: Desk, name: str, is_late: Callable[[Desk], bool]) -> Found:
    if is_late(desk):
        raise Busy("Something has waited for too long.", "See today's list for why, or run `python -m consent work`.")
    return Found(say(f"doctor.{name}"))


def _seal_key(desk: Desk) -> Found:
    if not keyring.taken(desk):
        return Found(say("doctor.no_seal_key"))
    days = keyring.days_left(desk)
    if days < 0:
        raise SealRefused("The certificate of the sealing key does not count now.", "Put another in its place.")
    return Found(say("doctor.seal_key", days=str(days)), look=warning(days) is not None)


def _checkpoints(chosen: Settings, desk: Desk) -> Found:
    """Whether checkpoints leave the database, and lie where whoever may write to it may not."""
    folder = chosen.checkpoints
    if not desk.targets:
        return Found(say("doctor.no_checkpoints"), look=chosen.mode == "production")
    publish.check_outside(desk)
    late = publish.late(desk) or (() if folder is None or folder.is_dir() else ("checkpoint-folder",))
    if late:
        raise Busy(
            f"The newest checkpoint of the log has not reached {', '.join(late)}.",
            "Run `python -m consent checkpoint`, which says why, and check its setting.",
        )
    if folder is None:
        return Found(say("doctor.checkpoints"))
    beside = chosen.database_file is not None and folder.stat().st_dev == chosen.database_file.stat().st_dev
    return Found(say("doctor.checkpoints_beside" if beside else "doctor.checkpoints"), look=beside)


def _eraser(chosen: Settings, desk: Desk) -> Found:
    """Whether this program can erase here; where it need not, whether drafts wait for somebody who can."""
    try:
        desk.ledger.check_may_erase()
    except StoreRefused:
        if chosen.eraser_database:
            raise
        return Found(say("doctor.no_eraser"), look=bool(chosen.draft_kept_days))
    return Found(say("doctor.eraser"))


def _clock(desk: Desk) -> Found:
    if health.is_clock_back(desk):
        raise StoreRefused("This machine's clock is before the last event.", "Set the clock before the app starts.")
    if health.is_clock_another(desk):
        raise StoreRefused("The clock of the database's machine is another one.", "Set both by one time service (NTP).")
    return Found(say("doctor.clock"))
