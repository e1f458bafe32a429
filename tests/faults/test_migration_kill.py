"""A store of the first version is brought to this one by a process that is killed on the way, and by the next."""

from __future__ import annotations

import shutil
import signal
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from alembic import command
from sqlalchemy import create_engine, make_url, text

from consent.ports import EVERYTHING
from consent.settings import Settings
from consent.store.engine import open_store
from consent.store.ledger import SqlLedger
from consent.store.upgrade import _scripts, newest
from tests.adapters.store.conftest import Make
from tests.adapters.store.test_migration import DRIVERS, fill
from tests.faults.test_any_kill import environment
from tests.warm import warm

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine


def engine_of(chosen: Settings) -> Engine:
    address = make_url(chosen.database_url)
    return create_engine(address.set(drivername=DRIVERS[address.get_backend_name()]))


def of_the_first_version(chosen: Settings) -> None:
    """A store as the program's first version left it, with a row in each table that changed."""
    chosen.records.mkdir(parents=True)
    engine = engine_of(chosen)
    with engine.begin() as connection:
        config, _ = _scripts(connection)
        command.upgrade(config, "0001")
        fill(connection, Make())
    engine.dispose()


def revision(chosen: Settings) -> str:
    engine = engine_of(chosen)
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    engine.dispose()
    return str(found)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("every", [17, pytest.param(1, marks=pytest.mark.soak)])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_e17_a_migration_that_is_killed_has_done_nothing_and_the_next_does_all_of_it(
    kind: str, every: int, *, new_database: Callable[[str], str], tmp_path: Path
) -> None:
    killed = 0
    for point in range(2, 2000, every):
        chosen = Settings(mode="demo", records=tmp_path / "records", database=new_database(kind))
        of_the_first_version(chosen)
        child = warm().run("tests.faults.migrates", str(point), environment=environment(chosen))
        if child.returncode == 0:
            break
        assert child.returncode == -signal.SIGKILL, child.stderr
        assert revision(chosen) == "0001"
        with closing(open_store(chosen.database_url, mode="demo")) as store:
            ledger = SqlLedger(store)
            assert ledger.entries("episode:e-1") == Make().entries("episode:e-1", [Make().event()])
            assert ledger.row(EVERYTHING, "e-1") == Make().row()
        assert revision(chosen) == newest()
        killed += 1
        shutil.rmtree(chosen.records)
    else:
        pytest.fail("the migration never ended")
    print(f"{killed} kills")
    assert killed > 50 // every
