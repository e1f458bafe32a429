"""How PostgreSQL is spoken to: whichever of several servers takes writes, and none for ever.

Decides when a server is given up: what waits for its answer is told so, and the next try looks for a server anew.

Invariants:
- A server's answer is waited for no longer than ``patience``: one that froze, and one whose commits wait for a replica
  that is gone, look alike from here. The connection is closed; whether its commit was kept stays unknown.
- A server that has become read-only is left: its connections are closed, and the next ones ask the address anew.

Refuses to tell a lost commit from a kept one: who does it again is told by version, key and digest (catalogue E10).
"""

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import URL, Engine, ExceptionContext, create_engine, event

V = TypeVar("V")

CONNECTIONS = 8
_READ_ONLY = "25006"


class Unreachable(psycopg.OperationalError):
    """No server of the address let this program in."""


class _Patient(psycopg.Connection[Any]):
    """A connection that gives up its server when an answer takes too long."""

    patience: float | None = None

    def wait(self, gen: PQGen[V], interval: float = 0.1, timeout: float | None = None) -> V:
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.errors._WaitTimeout:  # noqa: SLF001 - what ``wait`` says that it raises; there is no other name
            self.pgconn.finish()
            raise psycopg.OperationalError("no answer in time") from None


def open_postgres(address: URL, *, busy_seconds: float, patience: float | None = None) -> Engine:
    """An engine on a PostgreSQL database.

    Args:
        address: Of one server, or of several in the way of libpq.
        busy_seconds: How long to wait for a lock, a free connection or to be let in.
        patience: How long to wait for any answer; None: as long as it takes.
    """
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS,
        pool_timeout=busy_seconds,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": max(2, round(busy_seconds)),
            "options": f"-c lock_timeout={round(busy_seconds * 1000)}",
        },
    )

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: object, _record: object, given: list[Any], named: dict[str, Any]) -> _Patient:
        try:
            connection = _Patient.connect(*given, **named)
        except psycopg.OperationalError as error:
            raise Unreachable(*error.args) if error.sqlstate is None else error from None
        connection.patience = patience
        return connection

    @event.listens_for(engine, "handle_error")
    def _leave(context: ExceptionContext) -> None:
        if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
            context.is_disconnect = True

    return engine
