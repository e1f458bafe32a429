"""What went wrong in a database, said in the house's own errors.

Decides which fault is a matter of waiting (``Busy``), of the installation (``StoreRefused``), of the input
(``BadInput``) or of a broken promise (``Broken``).

Invariants:
- No SQL, value, path or driver's message is in a sentence: they hold patients' names (threats: F17).
- A connection that was lost during a commit leaves its outcome unknown; the words do not claim that nothing was
  changed. Doing it again is safe all the same: versions, keys and digests are unique.

Refuses to retry: the desk decides that.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import exc

from consent.errors import BadInput, Broken, Busy, ConsentError, StoreRefused
from consent.store.postgres import Unreachable

_ONCE = "What was saved before is safe. Wait a moment and try again: it is never done twice."
_UNSAVED = "What was saved before is safe. Wait a moment and try again."
_UNKEPT = "This text holds a character that cannot be kept."
_RUNNER = "Tell whoever runs this system. What was stored before is safe."

_SQLITE: dict[int, ConsentError] = {
    sqlite3.SQLITE_FULL: StoreRefused("The disk is full; nothing was saved.", _RUNNER),
    sqlite3.SQLITE_READONLY: StoreRefused("The database cannot be written to.", _RUNNER),
    sqlite3.SQLITE_PERM: StoreRefused("The database may not be opened.", _RUNNER),
    sqlite3.SQLITE_CANTOPEN: StoreRefused("The database cannot be opened.", _RUNNER),
    sqlite3.SQLITE_NOTADB: StoreRefused("The file is not a database.", _RUNNER),
    sqlite3.SQLITE_IOERR: StoreRefused("The disk of the database has a fault.", _RUNNER),
    sqlite3.SQLITE_CORRUPT: Broken("The database is damaged."),
}
_POSTGRES: dict[str, ConsentError] = {
    "53100": StoreRefused("The disk of the database is full; nothing was saved.", _RUNNER),
    "25006": StoreRefused("The database cannot be written to.", _RUNNER),
    "42501": StoreRefused("The database does not let this program do that.", _RUNNER),
    "28000": StoreRefused("The database does not know this program.", _RUNNER),
    "28P01": StoreRefused("The database does not accept this program's password.", _RUNNER),
    "3D000": StoreRefused("There is no such database.", _RUNNER),
}
_WAIT = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_WAIT_STATES = frozenset({"40001", "40P01", "55P03", "57014", "53300"})
"""Serialization, deadlock, lock time-out, statement time-out, too many connections."""
_WITHOUT_RIGHT = frozenset({"42501", "3F000"})
"""It may not, or reaches no schema."""


@contextmanager
def housed() -> Iterator[None]:
    """Turn every exception of database and driver into one of ``consent.errors``."""
    try:
        yield
    except (exc.SQLAlchemyError, UnicodeError) as error:
        raise said(error) from None


def check_keepable(parameters: Sequence[object]) -> None:
    """No text holds a NUL: PostgreSQL keeps none, and what one database refuses the other does too (catalogue A5).

    Raises:
        BadInput: One does.
    """
    if any(isinstance(one, str) and "\0" in one for one in parameters):
        raise BadInput(_UNKEPT)


def is_without_right(error: exc.DBAPIError) -> bool:
    """Whether PostgreSQL does not let this role do that."""
    return getattr(error.orig, "sqlstate", None) in _WITHOUT_RIGHT


def said(error: Exception) -> ConsentError:
    """The house's error for one of SQLAlchemy's, without a word of the original."""
    if isinstance(error, exc.TimeoutError):
        return Busy("The database had no free connection in time.")
    if isinstance(error, UnicodeError | exc.DataError):
        return BadInput(_UNKEPT)
    cause = error.orig if isinstance(error, exc.DBAPIError) else None
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    if isinstance(cause, Unreachable):
        return Busy("No database that takes writes can be reached; nothing was saved just now.", _UNSAVED)
    if isinstance(error, exc.DBAPIError):
        return _of_postgres(getattr(cause, "sqlstate", None), lost=isinstance(error, exc.OperationalError))
    return Broken("The database refused what it was asked.")


def _of_sqlite(code: int) -> ConsentError:
    if code in _WAIT:
        return Busy("The database is in use and did not answer in time.")
    return _again(_SQLITE.get(code, Broken("The database refused what it was asked.")))


def _of_postgres(state: str | None, *, lost: bool) -> ConsentError:
    if state in _WAIT_STATES:
        return Busy("The database is in use and did not answer in time.")
    if state in _POSTGRES:
        return _again(_POSTGRES[state])
    if lost:
        return Busy("The database did not answer.", _ONCE)
    return Broken("The database refused what it was asked.")


def _again(error: ConsentError) -> ConsentError:
    """A new exception of the same words: one that is raised twice would carry two histories."""
    return type(error)(error.what, error.next_step)
