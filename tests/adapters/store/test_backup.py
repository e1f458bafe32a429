"""A backup of either store comes back into either; what was changed, killed or did not fit leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from consent.cli import main
from consent.errors import Broken, StoreRefused, WrongMode
from consent.machine import sole_server
from consent.model.canon import sha256_hex
from consent.ports import EVERYTHING
from consent.settings import Settings
from consent.store.backup import MANIFEST, STORE, Manifest, back_up, restore
from consent.store.engine import open_file_to_read, open_store, open_to_read
from consent.store.ledger import SqlLedger
from consent.store.moving import LEFT, MOVED, Move, moving, silent
from consent.wiring import backed_up, opened, restored, staging
from consent.workflow import health, seeding
from tests.adapters.store.conftest import Make
from tests.adapters.store.rows import run
from tests.warm import warm

DIES = "tests.adapters.store.dies_at_work"
_numbers = count(1)


def settings_of(records: Path, database: str = "") -> Settings:
    return Settings(mode="demo", records=records, database=database)


@pytest.fixture(params=["sqlite", "postgresql"])
def source(request: pytest.FixtureRequest, furnished_file: Path, tmp_path: Path) -> Settings:
    """A store with a row in every table."""
    file = Path(shutil.copytree(furnished_file.parent, tmp_path / "source")) / furnished_file.name
    if request.param == "sqlite":
        return settings_of(file.parent)
    address: str = request.getfixturevalue("target")
    with moving(file, address, mode="demo") as both:
        both.copy()
    return settings_of(file.parent, address)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, postgres: str, tmp_path: Path) -> Settings:
    """Where nothing is yet."""
    if request.param == "sqlite":
        return settings_of(tmp_path / "place")
    name = f"restored_{os.getpid()}_{next(_numbers)}"
    run(postgres, f"CREATE DATABASE {name}")
    return settings_of(tmp_path / "place", postgres.replace("/postgres?", f"/{name}?"))


@pytest.fixture
def backup(furnished_file: Path, tmp_path: Path) -> Path:
    """A backup of the furnished store."""
    backed_up(settings_of(furnished_file.parent), tmp_path / "backup", silent)
    return tmp_path / "backup"


def names(folder: Path) -> list[str]:
    return sorted(found.name for found in folder.iterdir())


def environment(chosen: Settings) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CONSENT_")}
    named = {"CONSENT_MODE": "demo", "CONSENT_RECORDS": str(chosen.records), "CONSENT_DATABASE": chosen.database}
    return clean | {name: value for name, value in named.items() if value}


def kept_in(place: Settings) -> list[str]:
    """What is in a place: files of the folder, but for what a killed process left; streams of the database."""
    if place.database:
        with closing(open_store(place.database, mode="demo")) as store:
            return list(SqlLedger(store).streams(""))
    return [name for name in names(place.records) if not name.startswith((".consent-half-", "server.lock"))]


def test_a_backup_of_either_store_comes_back_into_either(source: Settings, place: Settings, tmp_path: Path) -> None:
    made = backed_up(source, tmp_path / "backup", silent)
    assert restored(place, tmp_path / "backup", silent, whole=made.whole) == made
    assert {one.table for one in made.tables if one.rows} == {table.name for table in MOVED}
    one, other = (open_to_read(each.database_url, mode="demo", folder=each.records) for each in (source, place))
    with closing(one), closing(other):
        assert Move(source=one, target=other).compare() == made.tables
        with other.reading() as connection:
            assert not any(connection.scalar(select(func.count()).select_from(table)) for table in LEFT)


def test_what_came_back_reads_through_its_chains_and_takes_new_events(backup: Path, place: Settings) -> None:
    restored(place, backup, silent)
    desk, store = opened(place)
    with closing(store):
        before = desk.ledger.streams("episode:")
        *_, kept = seeding.fill(desk, staging(store), episodes=2, seed="7")
        assert health.check_streams(desk) >= len(before) + kept


def test_both_are_for_their_owner_alone_and_nothing_lies_beside_them(
    source: Settings, place: Settings, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    backed_up(source, disk / "backup", silent)
    assert names(disk) == ["backup"]
    assert names(disk / "backup") == [MANIFEST, STORE]
    made = [disk / "backup", *(disk / "backup").iterdir()]
    restored(place, disk / "backup", silent)
    if not place.database:
        assert names(place.records) == ["consent.sqlite", "server.lock"]
        made += place.records.iterdir()
    assert {path.stat().st_mode & 0o077 for path in made} == {0}


def test_e13_while_somebody_writes_the_backup_is_of_one_moment_and_whole(url: str, make: Make, tmp_path: Path) -> None:
    """Each append is an event, its payload and the row with their number: at every moment the three agree."""
    wrote, over = Event(), Event()

    def write() -> None:
        previous = None
        for number in count(1):
            (entry,) = make.entries("episode:e-1", [make.event()], after=number - 1, previous=previous)
            ledger.append(make.commit(expected=number - 1, entries=(entry,), row=make.row(version=number)))
            previous = entry.leaf
            wrote.set()
            if over.is_set():
                return

    def tell(_what: str, _rows: int) -> None:
        wrote.clear()
        assert wrote.wait(30), "the writer stands still"

    with closing(open_store(url, mode="demo")) as store:
        ledger = SqlLedger(store)
        writer = Thread(target=write)
        writer.start()
        try:
            assert wrote.wait(30)
            with closing(open_to_read(url, mode="demo")) as source:
                back_up(source, tmp_path / "backup", mode="demo", at="2026", program="1", tell=tell)
        finally:
            over.set()
            writer.join()
        last = len(ledger.read("episode:e-1"))
    with closing(open_file_to_read(tmp_path / "backup" / STORE, mode="demo", still=True)) as copy:
        row = SqlLedger(copy).row(EVERYTHING, "e-1")
        assert row is not None
        assert len(SqlLedger(copy).read("episode:e-1")) == row.version < last


@pytest.mark.parametrize("step", ["event copied", "unsaved compared", "fsync 1", "fsync 2"])
def test_a_backup_that_is_killed_is_not_there_and_the_next_clears_what_it_left(
    step: str, source: Settings, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    killed = warm().run(DIES, "backup", str(disk / "backup"), step, environment=environment(source))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    (left,) = names(disk)
    assert left.startswith(".consent-half-")
    backed_up(source, disk / "backup", silent)
    assert names(disk) == ["backup"]


@pytest.mark.parametrize("step", ["event copied", "unsaved compared"])
def test_a_restore_that_is_killed_leaves_an_empty_place_and_can_begin_again(
    step: str, backup: Path, place: Settings
) -> None:
    killed = warm().run(DIES, "restore", str(backup), step, environment=environment(place))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert kept_in(place) == []
    restored(place, backup, silent)
    assert kept_in(place)
    assert not [name for name in names(backup.parent) if name.startswith(".consent-half-")]


def test_what_another_process_is_making_is_left_alone(source: Settings, tmp_path: Path) -> None:
    seen: list[str] = []

    def tell(what: str, _rows: int) -> None:
        if what == "event copied":
            backed_up(source, tmp_path / "other", silent)
            seen.extend(name for name in names(tmp_path) if name.startswith(".consent-half-"))

    backed_up(source, tmp_path / "backup", tell)
    assert len(seen) == 1
    assert (tmp_path / "backup" / STORE).exists()


def flip(file: Path, place: int) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)


def test_one_byte_of_a_backup_that_is_another_is_refused(backup: Path, tmp_path: Path) -> None:
    for name, every in ((STORE, 9_973), (MANIFEST, 7)):
        for place in range(0, (backup / name).stat().st_size, every):
            flip(backup / name, place)
            with pytest.raises((Broken, StoreRefused)):
                restore(backup, tmp_path / "consent.sqlite", mode="demo")
            flip(backup / name, place)
    assert not (tmp_path / "consent.sqlite").exists()
    restore(backup, tmp_path / "consent.sqlite", mode="demo")


def sign_again(backup: Path, **changes: object) -> None:
    """Make the manifest fit what the folder holds now, as far as somebody would who has read nothing of it."""
    manifest = Manifest.model_validate_json((backup / MANIFEST).read_bytes())
    store = sha256_hex((backup / STORE).read_bytes())
    manifest = manifest.model_copy(update={"store": store, **changes})
    manifest = manifest.model_copy(update={"whole": manifest.digest()})
    (backup / MANIFEST).write_bytes(manifest.written())


@pytest.mark.parametrize(
    "statement", ["UPDATE account SET secret_hash = 'x'", "DELETE FROM answer", "INSERT INTO ink VALUES ('x')"]
)
def test_a_row_that_the_manifest_does_not_know_is_found_although_the_file_is_the_one_it_names(
    statement: str, backup: Path, place: Settings
) -> None:
    with closing(sqlite3.connect(backup / STORE)) as connection, connection:
        connection.execute(statement)
    sign_again(backup)
    with pytest.raises(Broken, match="Nothing was kept"):
        restored(place, backup, silent)
    assert kept_in(place) == []


def test_a_forged_backup_is_told_from_the_one_whose_digest_was_written_down(backup: Path, place: Settings) -> None:
    whole = Manifest.model_validate_json((backup / MANIFEST).read_bytes()).whole
    sign_again(backup, at="2026-01-01T00:00:00.000000Z")
    with pytest.raises(Broken, match="another backup"):
        restored(place, backup, silent, whole=whole)
    restored(place, backup, silent)


@pytest.mark.parametrize("name", [STORE, MANIFEST])
def test_a_backup_that_lacks_a_file_is_refused(name: str, backup: Path, tmp_path: Path) -> None:
    (backup / name).unlink()
    with pytest.raises(StoreRefused, match="no whole backup"):
        restore(backup, tmp_path / "consent.sqlite", mode="demo")


def test_a_manifest_of_another_backup_is_refused(backup: Path, records: Path, tmp_path: Path) -> None:
    backed_up(settings_of(records), tmp_path / "other", silent)
    shutil.copy(tmp_path / "other" / MANIFEST, backup / MANIFEST)
    with pytest.raises(Broken, match="not the one that its manifest names"):
        restore(backup, tmp_path / "consent.sqlite", mode="demo")


def test_a_backup_of_another_schema_or_mode_is_refused(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongMode, match="CONSENT_MODE=demo"):
        restore(backup, tmp_path / "consent.sqlite", mode="production")
    sign_again(backup, schema_revision="0001", program="0.0.9")
    with pytest.raises(StoreRefused, match=r"schema 0001.*version 0\.0\.9"):
        restore(backup, tmp_path / "consent.sqlite", mode="demo")


def test_nothing_takes_the_place_of_anything(backup: Path, place: Settings, source: Settings) -> None:
    with pytest.raises(StoreRefused, match="of that name already"):
        backed_up(source, backup, silent)
    with pytest.raises(StoreRefused, match="missing"):
        backed_up(source, backup.parent / "not mounted" / "backup", silent)
    restored(place, backup, silent)
    with pytest.raises(StoreRefused, match="not empty"):
        restored(place, backup, silent)


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_what_is_left_of_another_store_is_in_the_way(ending: str, backup: Path, tmp_path: Path) -> None:
    (tmp_path / f"consent.sqlite{ending}").write_bytes(b"")
    with pytest.raises(StoreRefused, match=f"a file consent.sqlite{ending}"):
        restore(backup, tmp_path / "consent.sqlite", mode="demo")


def test_a_log_that_was_laid_beside_the_store_of_a_backup_is_not_read(backup: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(shutil.copy(backup / STORE, tmp_path / "copy.sqlite"))) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("UPDATE account SET secret_hash = 'x'")
        connection.commit()
        shutil.copy(tmp_path / "copy.sqlite-wal", backup / f"{STORE}-wal")
    restore(backup, tmp_path / "consent.sqlite", mode="demo")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with 256 KiB."""
    disk = tmp_path / "small"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a small disk here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_keeps_no_backup_and_no_store(source: Settings, backup: Path, small_disk: Path) -> None:
    with pytest.raises(StoreRefused, match="disk is full"):
        backed_up(source, small_disk / "backup", silent)
    assert names(small_disk) == []
    with pytest.raises(StoreRefused, match="disk is full"):
        restored(settings_of(small_disk), backup, silent)
    assert names(small_disk) == ["server.lock"]


def test_the_commands_tell_what_was_kept_what_is_needed_beside_it_and_never_the_address(
    source: Settings,
    place: Settings,
    tmp_path: Path,
    *,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = str(tmp_path / "backup")
    use(monkeypatch, source)
    with sole_server(source.records):
        assert main(["backup", "--to", folder]) == 0
    backed = capsys.readouterr()
    for name in ("CONSENT_PEPPER_FILE", "CONSENT_SEAL", "Chart folder", "CONSENT_MODE, CONSENT_RECORDS"):
        assert name in backed.out
    whole = backed.out.rsplit(maxsplit=1)[-1]
    use(monkeypatch, place)
    assert main(["restore", "--from", folder, "--sha256", "ab" * 32]) == 1
    assert main(["restore", "--from", folder, "--sha256", whole]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(backed.out.partition("\n\n")[0])
    assert "streams read through their chains" in told.out
    for chosen in (source, place):
        assert not chosen.database or chosen.database not in backed.out + backed.err + told.out + told.err


def use(monkeypatch: pytest.MonkeyPatch, chosen: Settings) -> None:
    for name in [name for name in os.environ if name.startswith("CONSENT_")]:
        monkeypatch.delenv(name)
    for name, value in environment(chosen).items():
        if name.startswith("CONSENT_"):
            monkeypatch.setenv(name, value)


def test_a_stream_that_was_broken_before_the_backup_comes_back_and_is_told(
    file: Path, tmp_path: Path, *, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        (stream,) = connection.execute("SELECT stream FROM event WHERE stream LIKE 'episode:%' LIMIT 1").fetchone()
        connection.execute("DROP TRIGGER event_payload_refuses_update")
        connection.execute("UPDATE event_payload SET payload = x'7b7d' WHERE stream = ?", (stream,))
    backed_up(settings_of(file.parent), tmp_path / "backup", silent)
    use(monkeypatch, settings_of(tmp_path / "place"))
    assert main(["restore", "--from", str(tmp_path / "backup")]) == 1
    told = capsys.readouterr()
    assert "Restored as it was" in told.out
    assert f"do not hold: {stream}." in told.err
    assert (tmp_path / "place/consent.sqlite").exists()


@pytest.mark.parametrize("command", [["backup", "--to"], ["restore", "--from"]])
def test_stopped_by_hand_nothing_is_kept(
    command: list[str], backup: Path, place: Settings, *, monkeypatch: pytest.MonkeyPatch, furnished_file: Path
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("consent.cli.backup.Progress.rows", stop)
    is_restore = command[0] == "restore"
    use(monkeypatch, place if is_restore else settings_of(furnished_file.parent))
    folder = backup if is_restore else backup.parent / "second"
    with pytest.raises(SystemExit) as ended:
        main([*command, str(folder)])
    assert ended.value.code == 130
    assert kept_in(place) == [] if is_restore else not folder.exists()
