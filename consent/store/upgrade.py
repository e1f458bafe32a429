"""Brings the schema of a store to this program's, and checks what the store is for.

Decides whether a store may be used: by the version of its schema and by its mode.

Invariants:
- Everything happens in one transaction of the caller, under one lock: two processes may start at once.
- A store is for demo or for production from its first moment, and never changes sides.
- A write that changes nothing is tried: what cannot be written to is found at start (catalogue E11).
- A role that is not the owner of a PostgreSQL store opens it when the owner has migrated it and given it its rights.

Refuses a store that a newer program made: writing into what one does not understand loses records. Refuses an older one
to a role that may not change it (catalogue E17).
"""

from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, exc, false, insert, select, text, update

from consent.errors import StoreRefused, WrongMode
from consent.store.faults import is_without_right
from consent.store.roles import check_rights, unprepared
from consent.store.tables import lease, meta

Mode = Literal["demo", "production"]

_LOCK = 0x636F6E73656E74  # "consent"
_mode = select(meta.c.value).where(meta.c.key == "mode")
_write = update(lease).where(false()).values(holder=lease.c.holder)
_PATIENCE = "SET LOCAL lock_timeout = '60s'"  # another process may be in the middle of a migration


def bring_up(connection: Connection, *, mode: Mode) -> None:
    """Migrate the store and hold it to its mode; runs in the caller's write transaction.

    Raises:
        StoreRefused: The schema is newer than this program, or older and this role may not change it; the role lacks a
            right; nothing can be written.
        WrongMode: The store is for the other mode.
    """
    is_postgres = connection.dialect.name == "postgresql"
    if is_postgres:
        connection.execute(text(_PATIENCE))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    try:
        _migrate(connection)
        if is_postgres:
            check_rights(connection)
        _hold_to(connection, mode=mode)
    except exc.DBAPIError as error:
        if is_without_right(error):
            raise unprepared() from None
        raise


def _hold_to(connection: Connection, *, mode: Mode) -> None:
    connection.execute(_write)
    kept = connection.scalar(_mode)
    if kept is None:
        connection.execute(insert(meta), {"key": "mode", "value": mode})
    else:
        _check_mode(kept, mode=mode)


def check_current(connection: Connection, *, mode: Mode) -> None:
    """Hold a store that is only read to this program's schema and to its mode.

    Raises:
        StoreRefused: It has another schema, or is no store.
        WrongMode: The store is for the other mode.
    """
    _, script = _scripts(connection)
    if set(MigrationContext.configure(connection).get_current_heads()) != set(script.get_heads()):
        raise StoreRefused(
            "The schema of this store is not that of this program.", "Start this version of the program on it once."
        )
    _check_mode(connection.scalar(_mode), mode=mode)


def _check_mode(kept: str | None, *, mode: Mode) -> None:
    if kept != mode:
        raise WrongMode(
            f"This store is for {kept}, and the program was started for {mode}.",
            f"Set CONSENT_MODE={kept}, or name another store in CONSENT_RECORDS or CONSENT_DATABASE.",
        )


def newest() -> str:
    """The revision of the schema that this program works with."""
    _, script = _scripts()
    return script.get_heads()[0]


def _scripts(connection: Connection | None = None) -> tuple[Config, ScriptDirectory]:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config, ScriptDirectory.from_config(config)


def _migrate(connection: Connection) -> None:
    config, script = _scripts(connection)
    known = {revision.revision for revision in script.walk_revisions()}
    present = set(MigrationContext.configure(connection).get_current_heads())
    if not present <= known:
        raise StoreRefused(
            "The schema of this store is of a newer version of the program.",
            "Start that version, or a later one; this one has changed nothing.",
        )
    if present != set(script.get_heads()):
        command.upgrade(config, "head")
