from __future__ import annotations

import os
import sqlite3
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from consent.errors import Broken, Busy, ConsentError, StoreRefused, WrongMode
from consent.ports.log import KeptCheckpoint, Sent
from consent.store.engine import open_store
from consent.store.ledger import SqlLedger
from consent.store.log import SqlLog
from consent.store.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consent.store.engine import Store
    from tests.adapters.store.conftest import Make, Started


def test_the_migrations_make_the_tables_that_the_code_knows(store: Store) -> None:
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_store_that_is_opened_again_holds_what_it_held(url: str, store: Store, make: Make) -> None:
    SqlLedger(store).append(make.commit())
    store.close()
    again = open_store(url, mode="demo")
    assert len(SqlLedger(again).read("episode:e-1")) == 1
    again.close()


def test_a_demo_store_is_refused_in_production(url: str, store: Store) -> None:
    with pytest.raises(WrongMode, match="for demo, and the program was started for production"):
        open_store(url, mode="production")
    store.close()


def test_a_production_store_is_refused_in_the_demo(url: str) -> None:
    open_store(url, mode="production").close()
    with pytest.raises(WrongMode):
        open_store(url, mode="demo")


def test_e17_a_store_of_a_newer_program_is_refused(url: str, store: Store) -> None:
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreRefused, match="newer version"):
        open_store(url, mode="demo")


WRITTEN_ONCE = ("event", "event_payload", "document", "leaf", "node", "checkpoint", "published")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET leaf = 'x'",
        "DELETE FROM event",
        "UPDATE event_payload SET payload = salt",
        "UPDATE document SET kind = 'x'",
        "DELETE FROM document",
        "UPDATE leaf SET place = 7",
        "DELETE FROM leaf",
        "UPDATE node SET place = 7",
        "DELETE FROM node",
        "UPDATE checkpoint SET size = 7",
        "DELETE FROM checkpoint",
        "UPDATE published SET size = 7",
        "DELETE FROM published",
    ],
)
def test_what_is_written_once_refuses_a_change(store: Store, make: Make, change: str) -> None:
    SqlLedger(store).append(make.commit(document=make.document()))
    SqlLedger(store).append(make.commit("episode:e-2"))
    log = SqlLog(store)
    log.sequence(most=9, whole=True)
    log.keep(KeptCheckpoint(size=1, at=make.row().appointment, note=b"note"))
    log.note_sent("folder", Sent(1, make.row().appointment))
    with pytest.raises(Broken), store.writing() as connection:
        connection.execute(text(change))
    assert len(SqlLedger(store).read("episode:e-1")) == 1


def test_no_sentence_holds_sql_or_values(store: Store, make: Make) -> None:
    SqlLedger(store).append(make.commit(row=make.row()))
    with pytest.raises(ConsentError) as caught, store.writing() as connection:
        connection.execute(text("INSERT INTO worklist (episode, mrn) VALUES ('e-1', :name)"), {"name": "Öhlund"})
    assert "Öhlund" not in str(caught.value)
    assert "worklist" not in str(caught.value)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_e11_a_database_that_takes_no_writes_is_refused_at_start(url: str, store: Store) -> None:
    store.close()
    with psycopg.connect(url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
    with pytest.raises(StoreRefused, match="cannot be written to"):
        open_store(url, mode="demo")


@contextmanager
def without_rights() -> Iterator[None]:
    """As a user whom the rights of a file stop: root is not, so that root is somebody else meanwhile."""
    before = os.geteuid()
    os.seteuid(before or 65534)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.mark.parametrize("rights", [(0o555, 0o666), (0o755, 0o444)])
def test_e11_a_file_that_takes_no_writes_is_refused_at_start(rights: tuple[int, int]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        open_store("sqlite:///consent.db", mode="demo", folder=folder).close()
        (folder / "consent.db").chmod(rights[1])
        folder.chmod(rights[0])
        with without_rights(), pytest.raises(StoreRefused, match=r"cannot be (opened|made or opened|written to)"):
            open_store("sqlite:///consent.db", mode="demo", folder=folder)
        folder.chmod(0o700)


def test_many_processes_that_start_at_once_all_open_a_new_store(url: str, started: Started) -> None:
    with (
        started("opens_the_store.py", url) as one,
        started("opens_the_store.py", url) as two,
        started("opens_the_store.py", url) as three,
    ):
        programs = (one, two, three)
        assert [program.line() for program in programs] == ["ready"] * 3
        for program in programs:
            program.go_on()
        assert [program.line() for program in programs] == ["open"] * 3


def test_e10_a_database_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(Busy, match="can be reached"):
        open_store(f"postgresql://nobody@/none?host={tmp_path}", mode="demo", busy_seconds=0.2)


@pytest.mark.parametrize("url", ["", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "sqlite:///a.db?mode=ro"])
def test_an_address_that_is_no_store_is_refused(url: str) -> None:
    with pytest.raises(StoreRefused):
        open_store(url, mode="demo")


def test_a_sqlite_store_is_for_its_owner_alone(tmp_path: Path, make: Make) -> None:
    store = open_store("sqlite:///consent.db", mode="demo", folder=tmp_path / "records")
    SqlLedger(store).append(make.commit())
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "records").iterdir()}
    assert modes == {"consent.db": 0o600, "consent.db-wal": 0o600, "consent.db-shm": 0o600}
    assert stat.S_IMODE((tmp_path / "records").stat().st_mode) == 0o700
    store.close()


def test_a_sqlite_store_forces_commits_to_the_disk(tmp_path: Path) -> None:
    store = open_store("sqlite:///consent.db", mode="demo", folder=tmp_path)
    with store.reading() as connection:
        found = [connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert found == ["wal", 2, 1]
    store.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "consent.db").write_bytes(b"these are not the pages you look for" * 100)
    with pytest.raises(StoreRefused, match="not a database"):
        open_store("sqlite:///consent.db", mode="demo", folder=tmp_path)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreRefused, match="cannot be made"):
        open_store("sqlite:///consent.db", mode="demo", folder=tmp_path / "file")


def test_a_full_disk_is_said_and_what_was_stored_can_be_read(tmp_path: Path, make: Make) -> None:
    store = open_store("sqlite:///consent.db", mode="demo", folder=tmp_path)
    ledger = SqlLedger(store)
    ledger.append(make.commit())
    with store.writing() as connection:
        connection.execute(text("PRAGMA max_page_count = 1"))
    with pytest.raises(StoreRefused, match="disk is full"):
        ledger.append(make.commit("episode:e-2", document=make.document(os.urandom(100_000))))
    assert (len(ledger.read("episode:e-1")), ledger.read("episode:e-2")) == (1, ())
    store.close()


def test_e14_a_damaged_database_is_broken(tmp_path: Path, make: Make) -> None:
    store = open_store("sqlite:///consent.db", mode="demo", folder=tmp_path)
    SqlLedger(store).append(make.commit())
    store.close()
    with (tmp_path / "consent.db").open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 2000)
    with pytest.raises(Broken, match="damaged"):
        open_store("sqlite:///consent.db", mode="demo", folder=tmp_path)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_e02_a_write_does_not_begin_as_a_read(store: Store, url: str) -> None:
    other = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=0)
    with store.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("change", [f"TRUNCATE {name} CASCADE" for name in WRITTEN_ONCE])
def test_what_is_written_once_refuses_to_be_emptied(store: Store, make: Make, change: str) -> None:
    SqlLedger(store).append(make.commit())
    with pytest.raises(Broken), store.writing() as connection:
        connection.execute(text(change))
    assert len(SqlLedger(store).read("episode:e-1")) == 1


def cut_every_connection(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_connection_that_was_cut_is_made_again(store: Store, url: str, make: Make) -> None:
    cut_every_connection(url)
    SqlLedger(store).append(make.commit())
    assert len(SqlLedger(store).read("episode:e-1")) == 1


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_connection_cut_in_the_middle_is_busy_and_does_not_claim_the_outcome(store: Store, url: str) -> None:
    caught = pytest.raises(Busy, match="never done twice")
    with caught, store.writing() as connection:
        cut_every_connection(url)
        connection.execute(text("SELECT 1"))
