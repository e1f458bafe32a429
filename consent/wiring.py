"""The composition root: chooses the implementations behind the ports, and is the only place that knows them all.

Decides which database, press, outlets, clock and randomness one process has.

Invariants:
- One desk a process; everything else gets it from here.
- A demo store is filled with an invented clinic the first time; a production store never is.

Refuses to open a store of the other mode.
"""

import gc
import hashlib
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from consent.chart.checkpoints import CheckpointFolder
from consent.chart.folder import ChartFolder
from consent.errors import StoreRefused
from consent.machine import sole_server
from consent.model import canon
from consent.model.audit import STRETCH, Part
from consent.model.template import Template
from consent.model.values import Clinic
from consent.outside import keepers
from consent.paper.press import FpdfPress
from consent.ports import Press, Sealer, Staging
from consent.seal.clinic import ClinicSealer
from consent.seal.container import LIMIT
from consent.seal.log_key import LogKeyFiles
from consent.settings import Settings, settings
from consent.startup import before_opening, hold, pepper
from consent.store import roles, template_file
from consent.store.audit import SELDOM, SqlArchive, seldom_collected
from consent.store.backup import Manifest, back_up, restore
from consent.store.devices import SqlAttempts, SqlDevices
from consent.store.efforts import SqlEfforts
from consent.store.engine import Store, open_store, open_to_read
from consent.store.hasher import Argon2Hasher
from consent.store.ledger import SqlLedger
from consent.store.library import TemplateLibrary
from consent.store.log import SqlLog
from consent.store.moving import Move, Tell, Told, moving, whole
from consent.store.people import SqlPeople
from consent.store.sessions import SqlSessions
from consent.store.staging import StagingLedger
from consent.store.unsaved import SqlUnsaved
from consent.store.upgrade import Mode
from consent.store.verifying import OneVerification
from consent.workflow import audit, proof, rehearsal
from consent.workflow.audit import Look
from consent.workflow.desk import Desk
from consent.workflow.luck import SeededEntropy

if TYPE_CHECKING:
    from consent.seal.verdict import Verdict

MOST_JUDGED = LIMIT
PATIENCE = 10.0
"""Seconds for which the server waits for an answer of PostgreSQL; commands wait for as long as it takes."""
DEMO_PASSWORD = rehearsal.PASSWORD
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_NAME_LETTERS = 26


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place where the clock is read


class SystemEntropy:
    """The operating system's randomness."""

    def salt(self) -> bytes:
        """32 random bytes."""
        return secrets.token_bytes(32)

    def token(self) -> str:
        """256 random bits as 64 hexadecimal digits: the console's commands would take a leading dash for an option."""
        return secrets.token_hex(32)

    def name(self, prefix: str) -> str:
        """``prefix-`` and 26 letters and digits: 130 random bits."""
        return f"{prefix}-{''.join(secrets.choice(_ALPHABET) for _ in range(_NAME_LETTERS))}"


class SteppingClock:
    """A clock for rehearsals: starts at a fixed moment and goes on by one second each time it is read."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """One second later than the last time."""
        self._now += timedelta(seconds=1)
        return self._now


def clinic(chosen: Settings) -> Clinic:
    """The clinic as records print it; the demo has an invented one."""
    demo = chosen.mode == "demo"
    return Clinic(
        facility=chosen.facility or (rehearsal.FACILITY if demo else ""),
        zone=chosen.zone,
        phone_day=chosen.phone_day or (rehearsal.PHONE_DAY if demo else ""),
        phone_night=chosen.phone_night or (rehearsal.PHONE_NIGHT if demo else ""),
        page=chosen.page,
        adult_age=chosen.adult_age,
        public_url=chosen.public_url,
        mode=chosen.mode,
    )


def press() -> Press:
    """The press alone: what a check of a finished document needs."""
    return FpdfPress()


def judge(
    pdf: bytes, *, pinned: frozenset[str], episode: str = "", pages: bool = False, lists: tuple[bytes, ...] = ()
) -> "Verdict":
    """The verdict on a sealed document, by the machine's clock.

    Args:
        pdf: All its bytes; more than ``MOST_JUDGED`` are refused.
        pinned: SHA-256 of certificates that may have sealed it.
        episode: Whose record it has to be; empty: whichever it names.
        pages: Whether the pages are made again of the record inside, as this version of the program lays them out.
        lists: CRLs by who issued the certificate; without one, revocation is not judged.
    """
    from consent.seal.verdict import verify  # pyHanko takes half a second to load, and few processes judge

    again = partial(proof.rebuilt, press()) if pages else None
    return verify(pdf, pinned=pinned, at=SystemClock().now(), episode=episode, rebuild=again, lists=lists)


def stamped(token: bytes, content: bytes, *, roots: Path) -> datetime:
    """When a time-stamp authority saw these bytes. Raises Broken; SealRefused when the roots cannot be read."""
    from consent.seal import certificates, stamp  # pyHanko, as above

    return stamp.when(token, content, roots=certificates.read(roots))


def sealer(chosen: Settings) -> Sealer:
    """What seals with the key that the settings name; the key is looked at when it is first needed."""
    installation = hashlib.sha256(b"consent installation\n" + pepper(chosen)).hexdigest()[:32]
    return ClinicSealer(
        chosen.seal_folder,
        installation=installation,
        passphrase_file=chosen.seal_passphrase_file,
        level=chosen.seal_level,
        timestamp_url=chosen.timestamp_url,
        timestamp_roots=chosen.timestamp_roots,
    )


def load_template(path: Path) -> Template:
    """One template file, checked. Raises TemplateRefused."""
    return template_file.load(path)


def opened(
    chosen: Settings,
    *,
    clock: SystemClock | SteppingClock | None = None,
    entropy: SystemEntropy | SeededEntropy | None = None,
    step: Callable[[str], None] = lambda _: None,
    patience: float | None = None,
) -> tuple[Desk, Store]:
    """A desk on the store that the settings name, and that store, to be closed by whoever opened it.

    Args:
        chosen: The settings.
        clock: Another clock than the machine's, for rehearsals.
        entropy: Other randomness than the machine's, for rehearsals.
        step: Told each step of a delivery.
        patience: How long PostgreSQL may take for an answer; None: as long as it takes.

    Raises:
        StoreRefused: The data folder or database cannot be used; WrongMode when it is of the other mode.
        SettingRefused: A setting is missing, or what it names is not fit (``consent.startup``).
    """
    hold(before_opening(chosen))
    store = open_store(chosen.database_url, mode=chosen.mode, folder=chosen.records, patience=patience)
    _make_folders(chosen)
    desk = Desk(
        ledger=SqlLedger(store, eraser=chosen.eraser_database),
        people=SqlPeople(store),
        sessions=SqlSessions(store),
        devices=SqlDevices(store),
        attempts=SqlAttempts(store),
        efforts=SqlEfforts(store),
        unsaved=SqlUnsaved(store),
        templates=TemplateLibrary(chosen.templates),
        press=press(),
        sealer=sealer(chosen),
        log=SqlLog(store),
        log_key=LogKeyFiles(chosen.log_folder),
        **keepers(chosen),
        outlets=(ChartFolder(chosen.chart_folder, step=step),),
        hasher=Argon2Hasher(pepper=pepper(chosen)),
        clock=clock or SystemClock(),
        entropy=entropy or SystemEntropy(),
        clinic=clinic(chosen),
        mrn_check=chosen.mrn_check,
        witnesses=chosen.witnesses,
        draft_days=chosen.draft_days,
        draft_kept_days=chosen.draft_kept_days,
        retention_years=chosen.retention_years,
    )
    return desk, store


@contextmanager
def moved(chosen: Settings, to: str) -> Iterator[Move]:
    """The store that the settings name, to be read, and the PostgreSQL database that it moves to.

    No server runs on the store meanwhile.

    Raises:
        StoreRefused: One of them cannot be used, or a server runs; WrongMode when one is of the other mode.
    """
    file = chosen.database_file
    if file is None:
        raise StoreRefused(
            "The store is no SQLite file.", "Name the one to move in CONSENT_RECORDS or CONSENT_DATABASE."
        )
    with sole_server(file.parent), moving(file, to, mode=chosen.mode) as both:
        yield both


@contextmanager
def auditing(chosen: Settings, *, alone: int = 32 * STRETCH) -> Iterator[tuple[SqlArchive, Look]]:
    """The bytes of the store, to be read alone, and what looks at them: as many processes as there are processors.

    Args:
        chosen: The settings.
        alone: Up to how many entries this process looks at by itself, which takes less time than starting others.

    Raises:
        StoreRefused: The database cannot be used; WrongMode when it is of the other mode.
    """
    where = (chosen.database_url, chosen.mode, chosen.records)
    with closing(_to_read(*where)) as store, seldom_collected():
        archive = SqlArchive(store)
        if archive.size() <= alone:
            yield archive, audit.in_turn(archive)
            return
        with ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=_open_archive, initargs=where) as pool:
            try:
                yield archive, lambda stretches: pool.map(_look, stretches)
            finally:
                pool.shutdown(cancel_futures=True)


def outside(chosen: Settings) -> tuple[bytes, ...]:
    """The checkpoints that lie in the folder outside the database. Raises Busy."""
    return CheckpointFolder(chosen.checkpoints).all() if chosen.checkpoints else ()


@contextmanager
def exporting(chosen: Settings) -> Iterator[tuple[SqlArchive, SqlLedger, SqlLog]]:
    """The store that the settings name, to be read alone, as others may go on writing to it.

    Raises:
        StoreRefused: There is none, or it cannot be used; WrongMode when it is of the other mode.
    """
    with closing(_to_read(chosen.database_url, chosen.mode, chosen.records)) as store:
        yield SqlArchive(store), SqlLedger(store), SqlLog(store)


def _to_read(url: str, mode: Mode, folder: Path) -> Store:
    return open_to_read(url, mode=mode, folder=folder)


_archives: list[SqlArchive] = []


def _open_archive(url: str, mode: Mode, folder: Path) -> None:
    gc.set_threshold(SELDOM)
    _archives.append(SqlArchive(_to_read(url, mode, folder)))


def _look(stretch: audit.Stretch) -> Part:
    return audit.looked_at(_archives[0], stretch)


def backed_up(chosen: Settings, folder: Path, tell: Tell) -> Manifest:
    """Take a backup of the store that the settings name into a new folder; a server may go on meanwhile.

    Raises:
        StoreRefused: The store cannot be used, or the folder is there; WrongMode when the store is of the other mode.
        Broken: What was written reads otherwise.
    """
    at = canon.instant(SystemClock().now())
    with closing(open_to_read(chosen.database_url, mode=chosen.mode, folder=chosen.records)) as source:
        return back_up(source, folder, mode=chosen.mode, at=at, program=version("consent"), tell=tell)


def restored(chosen: Settings, folder: Path, tell: Tell, *, whole: str | None = None) -> Manifest:
    """Bring a backup back into the store that the settings name, which is empty; no server runs on it meanwhile.

    Raises:
        StoreRefused: The store is not empty, or there is no backup; WrongMode when one is of the other mode.
        SettingRefused: A setting is missing, or what it names is not fit (``consent.startup``).
        Broken: The backup is not as it was taken.
    """
    hold(before_opening(chosen))
    file = chosen.database_file
    with sole_server(file.parent) if file else nullcontext():
        return restore(folder, file or chosen.database_url, mode=chosen.mode, whole=whole, tell=tell)


def migrate(chosen: Settings) -> None:
    """Bring the store that the settings name to this program's schema, and do nothing else.

    The owner of a PostgreSQL store may be another user, without the app's data folder and pepper: they are not needed.

    Raises:
        StoreRefused: The data folder or database cannot be used; WrongMode when it is of the other mode.
    """
    if chosen.database_file:
        hold(before_opening(chosen))
    open_store(chosen.database_url, mode=chosen.mode, folder=chosen.records).close()


def role_grants(prefix: str) -> str:
    """What makes the roles of a PostgreSQL store, for psql. Raises BadInput."""
    return roles.sql(prefix)


def digest_of(told: tuple[Told, ...]) -> str:
    """One digest for all tables of a store."""
    return whole(told)


def staging(store: Store) -> Staging:
    """A ledger on that store that holds new records back, for rehearsals."""
    return StagingLedger(store)


def _make_folders(chosen: Settings) -> None:
    """The data folder, with PostgreSQL too (its disk is watched); the chart's, where the settings name none."""
    own = {"data": chosen.records} | ({} if chosen.chart_folder == chosen.chart else {"chart": chosen.chart_folder})
    for what, folder in own.items():
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            raise StoreRefused(
                f"The {what} folder cannot be made.", "Check CONSENT_RECORDS and who may write there."
            ) from None


@cache
def this_start() -> str:
    """A name for this start of the program: a page that another one drew has to be drawn anew."""
    return SystemEntropy().name("start")


@cache
def desk() -> Desk:
    """The desk of this process; a new demo store is filled with the invented clinic."""
    made, _ = opened(settings(), patience=PATIENCE)
    if made.clinic.mode == "demo":
        rehearsal.populate(made)
    return made


@cache
def verifier() -> OneVerification:
    """What verifies everything beside this process, once at a time."""
    here = settings()
    return OneVerification(here.database_url, here.mode, folder=here.records)
