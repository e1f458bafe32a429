"""Many runs of pages, finished or stopped by the next one, leave no connection to the database behind (E20)."""

from pathlib import Path

import psycopg
import pytest

from consent.store.postgres import CONNECTIONS
from tests.cluster import until
from tests.headless import Tab
from tests.running_app import running

TABS = 4


@pytest.mark.parametrize("runs", [200, pytest.param(1000, marks=pytest.mark.soak)])
def test_e20_runs_of_pages_leave_no_connection_behind(postgres: str, tmp_path: Path, runs: int) -> None:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE reruns")
    address = postgres.replace("/postgres?", "/reruns?")
    with running(tmp_path / "records", environment={"CONSENT_DATABASE": address}) as app:
        cookie = app.sign_in("okafor")
        tabs = [Tab.open(app.base_url, cookie=cookie, path="today").run() for _ in range(TABS)]
        for _ in range(runs // TABS // 2):
            for tab in tabs:
                tab.send(tab.rerun_message())  # stopped by the next one, wherever it is
                tab.run()
        until(lambda: used(address, "state LIKE 'idle in transaction%'") == 0, what="none is kept open")
        assert used(address, "pid <> pg_backend_pid()") <= 2 * CONNECTIONS
        for tab in tabs:
            tab.close()


def used(address: str, which: str) -> int:
    """How many connections to this database there are of which this holds."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
    with psycopg.connect(address) as connection:
        return int(connection.execute((asked + which).encode()).fetchall()[0][0])
