"""A store moves from SQLite to a real PostgreSQL; what differs by one byte is found and named."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from consent.cli import main
from consent.errors import Broken, StoreRefused, WrongMode
from consent.machine import sole_server
from consent.settings import Settings
from consent.store import tables
from consent.store.engine import open_store
from consent.store.ledger import SqlLedger
from consent.store.moving import LEFT, MOVED, moving
from consent.wiring import opened, staging
from consent.workflow import health, seeding
from tests.adapters.store.rows import run

CHANGES = {
    "a header": ("event", "UPDATE event SET header = 'x' WHERE id = 9", "event "),
    "a payload": (
        "event_payload",
        "UPDATE event_payload SET payload = '{}' WHERE number = 2",
        "event_payload episode:",
    ),
    "a payload erased": ("event_payload", "DELETE FROM event_payload WHERE number = 3", "event_payload episode:"),
    "one event more": (
        "event",
        "INSERT INTO event (stream, number, leaf, header) VALUES ('z:1', 1, 'l', 'h')",
        "z:1 1",
    ),
    "another place in the order": ("event", "UPDATE event SET id = 1000007 WHERE id = 7", "event "),
    "an account": ("account", "UPDATE account SET secret_hash = 'x' WHERE login = 'stone'", "account u-"),
    "the list": ("worklist", "UPDATE worklist SET filed = true", "worklist e-"),
    "a document": ("document", "UPDATE document SET content = 'x'", "document "),
    "an answer gone": ("answer", "DELETE FROM answer", "differ: answer. Was"),
}


def test_everything_moves_and_the_old_file_stays_as_it_was(file: Path, target: str) -> None:
    before = file.read_bytes()
    with moving(file, target, mode="demo") as both:
        told = both.copy()
        assert both.compare() == told
        with pytest.raises(StoreRefused, match="cannot be written to"), both.source.writing() as connection:
            connection.execute(delete(tables.answer))
    assert file.read_bytes() == before
    assert {one.table for one in told if one.rows} == {table.name for table in MOVED}
    with closing(open_store(target, mode="demo")) as store, store.reading() as connection:
        assert not any(connection.scalar(select(func.count()).select_from(table)) for table in LEFT)


def test_the_moved_store_reads_as_the_old_one_and_takes_new_events(file: Path, target: str) -> None:
    with moving(file, target, mode="demo") as both:
        both.copy()
    desk, store = opened(Settings(mode="demo", records=file.parent, database=target))
    with closing(store):
        episodes = desk.ledger.streams("episode:")
        assert all(health.holds(desk, name) for name in episodes)
        *_, kept = seeding.fill(desk, staging(store), episodes=2, seed="7")
        assert desk.ledger.streams("episode:")[:-kept] == episodes


def test_a_target_that_holds_anything_is_refused(file: Path, target: str) -> None:
    with moving(file, target, mode="demo") as both:
        both.copy()
        with pytest.raises(StoreRefused, match=r"not empty.*Name an empty database"):
            both.copy()


def test_stopped_on_its_way_it_leaves_an_empty_target_that_can_be_used_again(file: Path, target: str) -> None:
    def stop(what: str, _: int) -> None:
        if what == "event_payload copied":
            raise KeyboardInterrupt

    with moving(file, target, mode="demo") as both:
        with pytest.raises(KeyboardInterrupt):
            both.copy(stop)
        assert SqlLedger(both.target).streams("") == ()
        both.copy()


def test_what_a_database_keeps_otherwise_than_it_was_given_is_found_and_nothing_is_kept(
    file: Path, target: str
) -> None:
    with moving(file, target, mode="demo") as both:
        run(
            target,
            "CREATE FUNCTION turned() RETURNS trigger AS 'BEGIN NEW.leaf := upper(NEW.leaf); RETURN NEW; END'"
            " LANGUAGE plpgsql",
            "CREATE TRIGGER turned BEFORE INSERT ON event FOR EACH ROW WHEN (NEW.id = 5) EXECUTE FUNCTION turned()",
        )
        with pytest.raises(Broken, match=r"The two stores differ: event \S+ \d+\. Nothing was kept"):
            both.copy()
        assert SqlLedger(both.target).streams("") == ()


def test_each_change_of_the_target_is_found_and_named(file: Path, target: str) -> None:
    every = ", ".join(table.name for table in tables.metadata.sorted_tables if table is not tables.meta)
    with moving(file, target, mode="demo") as both:
        written_once = [
            f"ALTER TABLE {table} DISABLE TRIGGER ALL"
            for table in {"leaf", "node", "checkpoint", "published", *(change[0] for change in CHANGES.values())}
        ]
        run(target, *written_once)
        for change, (_, statement, named) in CHANGES.items():
            run(target, f"TRUNCATE {every}")
            both.copy()
            run(target, statement)
            with pytest.raises(Broken) as found:
                both.compare()
            assert named in str(found.value), change


def test_stores_of_another_mode_or_kind_or_in_use_are_refused(file: Path, target: str, tmp_path: Path) -> None:
    with pytest.raises(WrongMode), moving(file, target, mode="production"):
        pass
    open_store(target, mode="production").close()
    with pytest.raises(WrongMode), moving(file, target, mode="demo"):
        pass
    for address in (f"sqlite:///{tmp_path / 'other.sqlite'}", "mysql://x/y"):
        with pytest.raises(StoreRefused), moving(file, address, mode="demo"):
            pass
    with pytest.raises(StoreRefused, match="no store to read"), moving(tmp_path / "none", target, mode="demo"):
        pass
    (tmp_path / "notes.txt").write_text("no database, but longer than the head of one" * 9, encoding="utf-8")
    with pytest.raises(StoreRefused), moving(tmp_path / "notes.txt", target, mode="demo"):
        pass


def test_a_store_of_an_older_schema_is_refused_and_left_as_it_is(file: Path, target: str) -> None:
    with closing(open_store(f"sqlite:///{file}", mode="demo")) as store, store.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(StoreRefused, match="schema"), moving(file, target, mode="demo"):
        pass


@pytest.fixture
def settings(file: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of a command on the source; it can be changed."""
    monkeypatch.setenv("CONSENT_MODE", "demo")
    monkeypatch.setenv("CONSENT_RECORDS", str(file.parent))
    monkeypatch.delenv("CONSENT_DATABASE", raising=False)
    return monkeypatch


def test_the_command_tells_what_moved_and_never_the_address(
    target: str, settings: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with sole_server(Path(os.environ["CONSENT_RECORDS"])):
        assert main(["move", "--to", target]) == 1
    assert main(["move", "--to", target]) == 0
    moved = capsys.readouterr().out
    assert main(["move", "--to", target, "--check"]) == 0
    checked = capsys.readouterr().out
    assert moved.splitlines()[:-1] == checked.splitlines()
    assert "Nothing differs: " in checked
    run(target, "DELETE FROM answer")
    assert main(["move", "--to", target, "--check"]) == 1
    settings.setenv("CONSENT_DATABASE", target)
    assert main(["move", "--to", target]) == 1
    said = capsys.readouterr()
    assert "The two stores differ: answer" in said.err
    assert target not in said.err + moved


def test_every_table_is_either_moved_or_named_as_left() -> None:
    assert {table.name for table in (*MOVED, *LEFT)} == set(tables.metadata.tables)
    assert {table.name for table in LEFT} == {"session", "ticket", "lease", "attempt"}
