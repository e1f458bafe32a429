"""A store of the program's first version is brought to this one with everything that it holds, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, make_url, text

from consent.model.text import matching_form
from consent.ports import EVERYTHING, Scope, Wanted
from consent.store import upgrade
from consent.store.engine import Store, open_store
from consent.store.ledger import SqlLedger
from consent.store.people import SqlPeople
from consent.store.sessions import SqlSessions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.adapters.store.conftest import Make

HERE = Path(upgrade.__file__).parent
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
NEW = {"performer", "unit", "pin_hash", "opened", "opened_at", "day", "day_at", "flags", "waiting", "unmade_since"}


def put(connection: Connection, table: str, values: dict[str, object]) -> None:
    """Insert a row as the first version did: without the columns that came later."""
    known = {name: value for name, value in values.items() if name not in NEW}
    names = ", ".join(known)
    places = ", ".join(f":{name}" for name in known)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), known)  # noqa: S608 - names of ours


def fill(connection: Connection, make: Make) -> None:
    (entry,) = make.entries("episode:e-1", [make.event()])
    put(connection, "event", {"stream": entry.stream, "number": 1, "leaf": entry.leaf, "header": entry.header})
    payload = {"stream": entry.stream, "number": 1, "salt": entry.salt, "payload": entry.payload}
    put(connection, "event_payload", payload)
    row, session, account = make.row(), make.session(), make.account()
    put(connection, "worklist", {name: getattr(row, name) for name in row.__dataclass_fields__})
    put(connection, "session", {name: getattr(session, name) for name in session.__dataclass_fields__})
    kept = {"id": "p-1", "login": account.login, "login_form": "ada", "person": account.person.model_dump_json()}
    put(connection, "account", kept | {"secret_hash": account.secret_hash, "failures": 3, "locked_until": ""})
    put(connection, "meta", {"key": "mode", "value": "demo"})


@pytest.fixture
def upgraded(url: str, make: Make) -> Iterator[Store]:
    """A store of the first version with a row in each table that changed, opened by this program."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        Path(str(address.database)).parent.mkdir()
    engine = create_engine(address.set(drivername=DRIVERS[address.get_backend_name()]))
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(HERE / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        fill(connection, make)
    engine.dispose()
    store = open_store(url, mode="demo")
    yield store
    store.close()


def test_e17_the_events_of_the_first_version_are_read_as_they_were(upgraded: Store, make: Make) -> None:
    ledger = SqlLedger(upgraded)
    assert ledger.entries("episode:e-1") == make.entries("episode:e-1", [make.event()])
    assert [one.event for one in ledger.read("episode:e-1")] == [make.event()]


def test_a_record_of_the_first_version_is_found_by_its_name(upgraded: Store, make: Make) -> None:
    ledger = SqlLedger(upgraded)
    for typed, found in ((matching_form("åSE o\u0308hl"), (make.row(),)), ("ose", ())):
        assert ledger.found(EVERYTHING, Wanted(text=typed), most=10) == found


def test_a_record_of_the_first_version_belongs_to_the_clinic_as_a_whole(upgraded: Store, make: Make) -> None:
    ledger = SqlLedger(upgraded)
    assert ledger.row(Scope(person="p-9", units=("",)), "e-1") == make.row()
    assert ledger.row(Scope(person="p-9", units=("North",)), "e-1") is None
    assert ledger.glasses() == ()


def test_accounts_and_sessions_of_the_first_version_go_on(upgraded: Store, make: Make) -> None:
    account = SqlPeople(upgraded).by_login("ADA")
    assert account
    assert (account.person, account.failures, account.pin_hash) == (make.account().person, 3, "")
    assert SqlSessions(upgraded).by_token(make.session().token) == make.session()


def test_what_is_written_once_stays_so_after_the_change(upgraded: Store, make: Make) -> None:
    ledger = SqlLedger(upgraded)
    entries = make.entries("episode:e-1", [make.event("more")], after=1, previous=ledger.head("episode:e-1")[1])
    ledger.append(make.commit(expected=1, entries=entries, row=make.row(unit="North", performer="p-2")))
    found = ledger.row(Scope(person="p-2", units=("West",)), "e-1")
    assert found
    assert (found.unit, len(ledger.read("episode:e-1"))) == ("North", 2)
