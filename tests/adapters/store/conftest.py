"""One contract for both databases: every test that asks for ``store`` runs on SQLite and on a real PostgreSQL."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

from consent.model.canon import sha256_hex
from consent.model.entry import Entry, Stamp, enter
from consent.model.events import Event, MattersNoted
from consent.model.people import Person, Role
from consent.ports import Account, Commit, Ledger, OutboxItem, People, SessionRow, Sessions, StoredDocument, WorklistRow
from consent.settings import Settings
from consent.store.engine import Store, open_store
from consent.store.ledger import SqlLedger
from consent.store.moving import LEFT, MOVED
from consent.store.people import SqlPeople
from consent.store.sessions import SqlSessions
from consent.wiring import opened, staging
from consent.workflow import log, seeding
from tests.adapters.store.rows import furnish, run

ROOT = Path(__file__).parents[3]
NOW = "2026-03-02T09:00:00.000000Z"
HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"
STAMP = Stamp(actor="p-nurse", at=NOW, device="tablet 1", sign_in="s-1")


_databases = count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'consent.db'}"
    server: str = request.getfixturevalue("postgres")
    name = f"consent_{os.getpid()}_{next(_databases)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with closing(open_store(url, mode="demo")) as made:
        yield made


@pytest.fixture(scope="session")
def furnished_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite store with invented records, all in the log, and a row in every other table."""
    folder = tmp_path_factory.mktemp("source")
    desk, store = opened(Settings(mode="demo", records=folder))
    with closing(store):
        *_, _kept = seeding.fill(desk, staging(store), episodes=3, seed="7")
        SqlLedger(store).append(Make().commit("episode:e-drawn", document=Make().document()))
        log.covered(desk)
        for table in (*MOVED, *LEFT):
            furnish(store, table)
    return folder / "consent.sqlite"


@pytest.fixture
def file(furnished_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(furnished_file, tmp_path / "consent.sqlite"))


@pytest.fixture
def target(postgres: str) -> str:
    """The address of an empty database."""
    name = f"moved_{os.getpid()}_{next(_databases)}"
    run(postgres, f"CREATE DATABASE {name}")
    return postgres.replace("/postgres?", f"/{name}?")


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return SqlLedger(store)


@pytest.fixture
def people(store: Store) -> People:
    return SqlPeople(store)


@pytest.fixture
def sessions(store: Store) -> Sessions:
    return SqlSessions(store)


@dataclass(frozen=True)
class Make:
    """Builds what the tests keep, each with a default for everything that does not matter."""

    def event(self, hope: str = "to eat again") -> MattersNoted:
        return MattersNoted(hope=hope)

    def entries(
        self, stream: str, events: Sequence[Event], *, after: int = 0, previous: str | None = None
    ) -> tuple[Entry, ...]:
        made: list[Entry] = []
        for number, event in enumerate(events, start=after + 1):
            one, _ = enter(
                event, STAMP, stream=stream, number=number, previous=previous, salt=bytes([number % 256] * 32)
            )
            previous = one.leaf
            made.append(one)
        return tuple(made)

    def row(self, episode: str = "e-1", **changes: object) -> WorklistRow:
        values: dict[str, object] = dict.fromkeys(WorklistRow.__dataclass_fields__, "")
        values |= {"version": 1, "open_questions": 0, "filed": False, "status": "reading", "appointment": NOW}
        return WorklistRow(**(values | {"episode": episode, "patient_name": "Åse Öhlund"} | changes))  # type: ignore[arg-type]  # the fields of a row have three types

    def document(self, content: bytes = b"%PDF-1.7 consent", episode: str = "e-1") -> StoredDocument:
        return StoredDocument(digest=sha256_hex(content), episode=episode, kind="consent", content=content)

    def item(self, name: str = "chart-folder:d1", due: str = NOW) -> OutboxItem:
        return OutboxItem(id=name, episode="e-1", outlet="chart-folder", document="d" * 64, due=due)

    def account(self, person: str = "p-1", *, login: str = "Ada", name: str = "Ada Byron") -> Account:
        return Account(person=Person(id=person, name=name, roles=(Role.NURSE,)), login=login, secret_hash=HASH)

    def session(self, name: str = "s-1", **changes: object) -> SessionRow:
        values: dict[str, object] = {"id": name, "token": f"token of {name}", "person": "p-1", "device": "tablet 1"}
        return SessionRow(**(values | {"created": NOW, "last_seen": NOW} | changes))  # type: ignore[arg-type]  # text and bool fields

    def commit(self, stream: str = "episode:e-1", **parts: object) -> Commit:
        values: dict[str, object] = {"stream": stream, "expected": 0, "entries": self.entries(stream, [self.event()])}
        return Commit(**(values | parts))  # type: ignore[arg-type]  # parts are of every type that a commit holds


@pytest.fixture
def make() -> Make:
    return Make()


class Program:
    """One of this folder's programs, running: lines come from it, it can be told to go on, and killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def go_on(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()

    def kill(self) -> None:
        self._process.kill()


@contextmanager
def _started(script: str, *arguments: str) -> Iterator[Program]:
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / script), *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Program(process)
        finally:
            process.kill()


Started = Callable[..., AbstractContextManager[Program]]


@pytest.fixture
def started() -> Started:
    """Starts one of this folder's programs; it is killed at the end of the block."""
    return _started
