"""One clock for all records, the app's; that of the database's machine is only looked at (E19)."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from consent.model import entry
from consent.model.events_beside import RecordViewed
from consent.settings import Settings
from consent.wiring import SystemClock, opened
from consent.workflow import health
from consent.workflow.desk import note
from consent.workflow.health import Code
from tests.house.sources import under

ROOM = 10 * health.LEAST_FREE


class AnotherClock(SystemClock):
    """A machine's clock that is off."""

    def __init__(self, seconds: float) -> None:
        self._off = timedelta(seconds=seconds)

    def now(self) -> datetime:
        return super().now() + self._off


@pytest.mark.parametrize(("seconds", "codes"), [(0, ()), (1, ()), (3, (Code.CLOCK,)), (-3, (Code.CLOCK,))])
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_e19_a_database_whose_machine_has_another_time_is_an_alarm(
    url: str, *, tmp_path: Path, seconds: int, codes: tuple[Code, ...]
) -> None:
    desk, store = opened(Settings(mode="demo", records=tmp_path, database=url), clock=AnotherClock(seconds))
    first = health.first_look(desk, steady=monotonic())
    assert health.look(desk, first, steady=monotonic(), free=ROOM, worker=monotonic()).codes == codes
    store.close()


def test_e19_records_bear_the_apps_time_whatever_the_database_thinks(url: str, tmp_path: Path) -> None:
    desk, store = opened(Settings(mode="demo", records=tmp_path, database=url), clock=AnotherClock(-86_400))
    note(desk, desk.stamp(actor="system"), stream="access:e-1", events=[RecordViewed()])
    (kept,) = desk.ledger.entries("access:e-1")
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()  # noqa: TID251 - the real one is the point
    assert entry.at(kept.header).startswith(yesterday)
    store.close()


def test_e19_no_statement_lets_the_database_write_a_time() -> None:
    asks = re.compile(r"\bnow\(\)|current_timestamp|clock_timestamp|localtime", re.IGNORECASE)
    found = [
        f"{path.name}: {line.strip()}"
        for path in under("consent/store", suffix=".py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if asks.search(line)
    ]
    assert found == ["ledger.py: _moment = select(func.clock_timestamp())"]
