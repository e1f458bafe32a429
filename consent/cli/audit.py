"""``verify --all``: the whole archive, against checkpoints that lay outside the database.

Decides how it is told, and how an interrupted verification goes on.

Invariants:
- Whole stretches that were looked at are kept in a file of the data folder until the verification ends; ``--resume``
  takes them as they are, and looks at the rest.
- Exit status: 0 all holds and a checkpoint from outside covers it, 1 something does not hold, 3 it holds as it is here,
  and no checkpoint from outside covers it (all or the latest of it is unanchored).

Refuses to take the word of the database for the log's key where ``--log-key`` names one.
"""

import argparse
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from consent.cli.console import Arguments, Progress
from consent.errors import BadInput, Broken
from consent.model import canon
from consent.model.audit import STRETCH, Part
from consent.model.checkpoint import SignedCheckpoint, read_any
from consent.model.events_keeping import RecordErased
from consent.model.note import Key
from consent.outside import keepers
from consent.ports.log import COSIGNED, STAMP
from consent.settings import Settings, read
from consent.wiring import auditing, exporting, stamped
from consent.workflow import log
from consent.workflow.audit import Look, Report, Stretch, verify_all, verify_episode

UNANCHORED = 3
NAMED = 20
_PARTS = "verification.part"
_part = TypeAdapter(Part)


def add(verify: argparse.ArgumentParser) -> None:
    """What ``verify`` takes for the archive."""
    verify.add_argument("--all", action="store_true", help="every entry, hash and document of the archive")
    add_checkpoint(verify)
    verify.add_argument("--resume", action="store_true", help="go on where --all was stopped")


def add_checkpoint(parser: argparse.ArgumentParser) -> None:
    """What the archive is held against."""
    parser.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="for the archive: checkpoint from outside the database, or a folder of them; default: CONSENT_CHECKPOINTS",
    )


def key_of(given: str) -> Key:
    """The key of a log, as an argument."""
    try:
        return Key.read(given)
    except BadInput:
        raise argparse.ArgumentTypeError("a key of a log is name+id+key, as `python -m consent log` shows it") from None


def verify(arguments: Arguments) -> None:
    """Verify everything or one record, and tell.

    Raises:
        BadInput: Neither was asked for.
        Broken: Something does not hold.
        SystemExit: 3, it is unanchored.
    """
    if arguments.all:
        _verify_all(arguments)
    elif arguments.episode:
        _verify_one(arguments)
    else:
        raise BadInput("Nothing to verify was named.", "Name a PDF, --all, or --episode ID.")


def _verify_one(arguments: Arguments) -> None:
    chosen = read()
    with exporting(chosen) as (archive, ledger, kept):
        keys = (arguments.log_key,) if arguments.log_key else log.taken(ledger)
        files = _files(arguments.checkpoint, chosen)
        outside = list(_outside(files, keys, cosigners=keepers(chosen)["cosigners"]))
        report = verify_episode(archive, ledger, kept, episode=arguments.episode, outside=outside)
    _tell(report, outside)
    _tell_stamps(files, outside, chosen)
    if report.unanchored:
        raise SystemExit(UNANCHORED)


def _verify_all(arguments: Arguments) -> None:
    told = tell_all(read(), checkpoints=arguments.checkpoint, log_key=arguments.log_key, resume=arguments.resume)
    if told.unanchored:
        raise SystemExit(UNANCHORED)


def tell_all(chosen: Settings, *, checkpoints: list[Path], log_key: Key | None, resume: bool = False) -> Report:
    """Verify everything, and tell.

    Args:
        chosen: The settings.
        checkpoints: Files or folders of them; none: the folder of the settings.
        log_key: The key of the log; None: as the database says.
        resume: Take what was looked at before it was stopped.

    Raises:
        Broken: Something does not hold.
        SystemExit: 130, it was stopped.
    """
    progress = Progress()
    with exporting(chosen) as (_, ledger, _), auditing(chosen) as (archive, look):
        keys = (log_key,) if log_key else log.taken(ledger)
        files = _files(checkpoints, chosen)
        outside = list(_outside(files, keys, cosigners=keepers(chosen)["cosigners"]))
        kept = chosen.records / _PARTS
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # an auditor's machine may have none
        if not resume:
            kept.unlink(missing_ok=True)
        try:
            report = verify_all(
                archive, ledger, outside=outside, keys=keys, look=_going_on(look, kept), tell=progress.tell
            )
        except KeyboardInterrupt:
            print("Stopped. What was looked at is kept: go on with `python -m consent verify --all --resume`.")
            raise SystemExit(130) from None
    kept.unlink(missing_ok=True)
    _tell(report, outside)
    _tell_stamps(files, outside, chosen)
    return report


def _tell(report: Report, outside: list[SignedCheckpoint]) -> None:
    for fault in report.faults[:NAMED]:
        print(fault.words)
    if len(report.faults) > NAMED:
        print(f"… and {len(report.faults) - NAMED} more.")
    print(f"{report.entries} entries in the log, {report.waiting} not in it yet, {report.documents} documents.")
    for line in _erased(report):
        print(line)
    if report.faults:
        raise Broken(
            f"NOT PROVED: {len(report.faults)} things do not hold.",
            "Stop the app, keep the database as it is, and call whoever runs it.",
        )
    if not outside:
        print("Each is what it was when it was written, as far as the database tells. UNANCHORED: no checkpoint from")
        print("outside the database was given, so that somebody who may write all of it could have written it anew.")
    elif report.unanchored:
        since = f", since {report.since}" if report.since else ""
        print(f"The first {report.anchored} are what they were when a checkpoint from outside was signed.")
        print(f"UNANCHORED: {report.unanchored} later ones{since}. No checkpoint from outside covers them yet.")
    else:
        print("PROVED: all of them are what they were when a checkpoint from outside was signed.")
    for line in cosigned(outside):
        print(line)


def cosigned(outside: Iterable[SignedCheckpoint]) -> Iterator[str]:
    """Who cosigned, each with what it saw last."""
    newest = {seen.cosigner: (one.checkpoint.head.size, seen.moment) for one in _by_size(outside) for seen in one.seen}
    if newest:
        yield f"Cosigned by {len(newest)}:"
    for cosigner, (size, moment) in newest.items():
        at = canon.instant(datetime.fromtimestamp(moment, UTC))[:19]
        yield f"  {cosigner.name} saw the log continue up to {size} entries, on {at}Z."


def _tell_stamps(files: list[Path], outside: list[SignedCheckpoint], chosen: Settings) -> None:
    """What a time-stamp authority saw of these checkpoints. Raises Broken: a token beside one does not hold."""
    tokens = ((file.with_suffix(f".{STAMP}"), one) for file, one in zip(files, outside, strict=True))
    beside = [(token, one) for token, one in tokens if token.exists()]
    if beside and chosen.timestamp_roots is None:
        print(f"Time stamps that were not judged: {len(beside)}. Name their roots in CONSENT_TIMESTAMP_ROOTS.")
    elif beside and chosen.timestamp_roots is not None:
        roots = chosen.timestamp_roots
        at, size = max((_stamped(token, one, roots), one.checkpoint.head.size) for token, one in beside)
        when = canon.instant(at)[:19]
        print(f"Time stamps: {len(beside)}. By the last the log had {size} entries on {when}Z.")


def _stamped(token: Path, checkpoint: SignedCheckpoint, roots: Path) -> datetime:
    try:
        return stamped(token.read_bytes(), checkpoint.note.written, roots=roots)
    except OSError:
        raise BadInput(f"The time stamp {token.name} cannot be read.", "Check the path.") from None
    except Broken as error:
        raise Broken(f"{token.name}: {error.what}", error.next_step) from None


def _by_size(outside: Iterable[SignedCheckpoint]) -> list[SignedCheckpoint]:
    return sorted(outside, key=lambda one: one.checkpoint.head.size)


def _erased(report: Report) -> Iterator[str]:
    """What was erased as it may be: one record in full, many as a number."""
    if len(report.erased) > 1:
        by_two = sum(isinstance(one.event, RecordErased) for one in report.erased)
        yield f"What {by_two} records said was erased by two persons, and {len(report.erased) - by_two} drafts."
        return
    for one in report.erased:
        day = one.header.at[:10]
        if isinstance(event := one.event, RecordErased):
            named = f"{event.proposed.name} and {event.agreed.name}"
            yield f"{one.header.stream}: erased on {day}, by two persons, {named} ({event.reason})."
        else:
            yield f"{one.header.stream}: a draft that nobody had signed, erased on {day}."


def _files(named: list[Path], chosen: Settings) -> list[Path]:
    """The checkpoints that were named, or else those in the folder of the settings."""
    named = named or ([chosen.checkpoints] if chosen.checkpoints else [])
    return [file for one in named for file in (_lying_in(one) if one.is_dir() else [one])]


def _lying_in(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.checkpoint"), *folder.glob(f"*.{COSIGNED}")])


def _outside(files: Iterable[Path], keys: tuple[Key, ...], *, cosigners: tuple[Key, ...]) -> Iterator[SignedCheckpoint]:
    for file in files:
        try:
            signed = read_any(file.read_bytes(), keys, cosigners=cosigners)
        except OSError:
            raise BadInput(f"The checkpoint {file.name} cannot be read.", "Check the path.") from None
        if signed is None:
            raise BadInput(
                f"{file.name} is no checkpoint of this log, or somebody's signature on it is wrong.",
                "Was it signed with another key? Name it with --log-key.",
            )
        yield signed


def _going_on(look: Look, kept: Path) -> Look:
    """Take the stretches that are kept in a file, look at the others, and keep them there."""

    def go_on(stretches: Iterable[Stretch]) -> Iterator[Part]:
        wanted = list(stretches)
        known = {part.first: part for part in _read(kept)}
        done = {one[0] for one in wanted if one[0] in known and known[one[0]].marks.keys() >= {*one[2]} - {one[0]}}
        rest = look([one for one in wanted if one[0] not in done])
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600), "ab") as file:
            for first, _, _ in wanted:
                if first in done:
                    yield known[first]
                    continue
                part = next(rest)
                if part.count == STRETCH:
                    file.write(_part.dump_json(part) + b"\n")
                    file.flush()
                yield part

    return go_on


def _read(kept: Path) -> Iterator[Part]:
    try:
        lines = kept.read_bytes().splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            yield _part.validate_json(line)
        except ValidationError:  # cut off when the program was
            continue
