"""Opens the database and hands out transactions, for reading and for writing.

Decides how SQLite and PostgreSQL are spoken to; the adapters see connections only.

Invariants:
- A write on SQLite begins with BEGIN IMMEDIATE: a read that turns into a write would fail at once (catalogue E2).
  Reads begin deferred and never wait for a writer (WAL).
- A commit is on the disk when it returns: synchronous=FULL; PostgreSQL's own default.
- A store that is opened to be read is not changed, and each transaction on it sees one moment, in both databases.
- SQLite's file is for its owner alone (0600), in a folder that is made 0700.
- Only house errors come out; parameters never enter a message (``hide_parameters``).

Refuses databases in memory and other kinds of database: a consent that does not outlive the process is none.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url

from consent.errors import Busy, StoreRefused
from consent.store.faults import check_keepable, housed
from consent.store.postgres import CONNECTIONS, open_postgres
from consent.store.upgrade import Mode, bring_up, check_current


class Store:
    """An open database. Made by :func:`open_store`; the adapters share it.

    Writers of one process queue in a lock when the database is SQLite: its own way is to sleep and look again.
    """

    def __init__(self, engine: Engine, *, busy_seconds: float) -> None:
        self._reader = engine
        self._writer = engine.execution_options(writes=True)
        self._busy_seconds = busy_seconds
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else None

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._reader.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with housed(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write: kept when the block ends well, undone otherwise. Raises Busy."""
        with housed(), self._turn_taken(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def _turn_taken(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=self._busy_seconds):
            raise Busy("The database is in use and did not answer in time.")
        try:
            yield
        finally:
            self._turn.release()

    @property
    def taken(self) -> int:
        """How many connections are in use at this moment."""
        return self._reader.pool.checkedout()  # type: ignore[attr-defined, no-any-return]  # both engines have a queue

    def close(self) -> None:
        """Close every connection."""
        self._reader.dispose()


def open_store(
    url: str,
    *,
    mode: Mode,
    folder: Path | None = None,
    busy_seconds: float = 5.0,
    alone: bool = False,
    patience: float | None = None,
) -> Store:
    """Open a store, making or migrating it if need be.

    Args:
        url: ``sqlite:///file.db`` or ``postgresql://…``.
        mode: What the store is for; it must be what it was made for.
        folder: Where a relative SQLite file lies.
        busy_seconds: How long to wait for a lock, a connection or the server.
        alone: Nobody else has the file: it needs no log beside it (WAL), and is whole in itself after each commit.
        patience: How long PostgreSQL may take for an answer once the store is open; None: as long as it takes.

    Raises:
        StoreRefused: The database cannot be used: its address, file, rights, or a schema newer than this program.
        WrongMode: The store is for the other mode.
        Busy: The database did not answer in time.
    """
    with housed():
        address = _address(url)
        if address.get_backend_name() != "sqlite":
            engine = open_postgres(address, busy_seconds=busy_seconds)
            made = _brought_up(engine, mode=mode, busy_seconds=busy_seconds)
            if patience is None:
                return made
            made.close()
            engine = open_postgres(address, busy_seconds=busy_seconds, patience=patience)
            return Store(engine, busy_seconds=busy_seconds)
        path = _made_file(address, folder)
        with nullcontext() if alone else _one_opens(path.parent):
            engine = _open_sqlite(path, busy_seconds=busy_seconds, journal="DELETE" if alone else "WAL")
            return _brought_up(engine, mode=mode, busy_seconds=busy_seconds)


def open_to_read(url: str, *, mode: Mode, folder: Path | None = None, busy_seconds: float = 5.0) -> Store:
    """Open a store that is there, to be read only, as others may go on writing to it. Takes what ``open_store`` does.

    Raises:
        StoreRefused: There is none, it cannot be used, or its schema is not this program's.
        WrongMode: The store is for the other mode.
        Busy: The database did not answer in time.
    """
    with housed():
        address = _address(url)
        if address.get_backend_name() == "sqlite":
            return open_file_to_read(_file_of(address, folder), mode=mode)
        engine = open_postgres(address, busy_seconds=busy_seconds)
        snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return _as_it_is(snapshot, mode=mode)


def open_to_erase(url: str, *, busy_seconds: float = 5.0) -> Store:
    """Open a PostgreSQL database as its eraser, who changes nothing of it but what an erasure does.

    Raises:
        StoreRefused: It cannot be reached, or is no PostgreSQL.
        Busy: It did not answer in time.
    """
    with housed():
        address = _address(url)
        if address.get_backend_name() != "postgresql":
            raise StoreRefused("CONSENT_ERASER_DATABASE is no PostgreSQL database.", "SQLite needs none: unset it.")
        return Store(open_postgres(address, busy_seconds=busy_seconds), busy_seconds=busy_seconds)


def open_file_to_read(file: Path, *, mode: Mode, still: bool = False) -> Store:
    """Open a SQLite file to be read only; ``still``: nobody writes to it, and what lies beside it is no part of it.

    Raises:
        StoreRefused, WrongMode: As ``open_to_read``.
    """
    if not file.is_file():
        raise StoreRefused("There is no store to read.", "Check CONSENT_RECORDS and CONSENT_DATABASE.")
    address = f"{file.resolve().as_uri()}?mode=ro{'&immutable=1' if still else ''}"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True, isolation_level=None))

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return _as_it_is(engine, mode=mode)


def _as_it_is(engine: Engine, *, mode: Mode) -> Store:
    store = Store(engine, busy_seconds=0)
    try:
        with store.reading() as connection:
            check_current(connection, mode=mode)
    except BaseException:
        store.close()
        raise
    return store


def _brought_up(engine: Engine, *, mode: Mode, busy_seconds: float) -> Store:
    store = Store(engine, busy_seconds=busy_seconds)
    try:
        with store.writing() as connection:
            bring_up(connection, mode=mode)
    except BaseException:
        store.close()
        raise
    return store


@contextmanager
def _one_opens(folder: Path) -> Iterator[None]:
    """One process opens at a time: a file's change to WAL does not wait for others, as everything else does."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except exc.ArgumentError:
        raise StoreRefused("The address of the database cannot be read.", "Write it as sqlite:///file.db.") from None
    if address.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreRefused("This kind of database is not known.", "Use SQLite or PostgreSQL.")
    return address


def _file_of(address: URL, folder: Path | None) -> Path:
    if not address.database or address.database == ":memory:" or address.query:
        raise StoreRefused("A store needs a file of its own.", "Write its address as sqlite:///file.db.")
    return (folder or Path()) / address.database


def _made_file(address: URL, folder: Path | None) -> Path:
    path = _file_of(address, folder)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(handle, 0o600)
        finally:
            os.close(handle)
    except OSError:
        raise StoreRefused(
            "The database file cannot be made or opened.", "Check the data folder and who may write to it."
        ) from None
    return path


def _open_sqlite(path: Path, *, busy_seconds: float, journal: str) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS,
        pool_timeout=busy_seconds,
        connect_args={"isolation_level": None, "timeout": busy_seconds},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: object) -> None:
        for pragma in (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    @event.listens_for(engine, "before_cursor_execute")
    def _check(*told: Any) -> None:  # noqa: ANN401 - what SQLAlchemy tells before each statement
        _connection, _cursor, _statement, parameters, _context, many = told
        for row in parameters if many else [parameters]:
            check_keepable(row)

    return engine
