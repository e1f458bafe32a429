"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy keeps apart by dialect.

Decides nothing but the statement: the conflict is always on the primary key.

Refuses other databases, as ``consent.store.engine`` does.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = postgresql.Insert | sqlite.Insert


def replace(table: Table, *, dialect: str) -> Insert:
    """Insert a row, or put it in place of the one with its key."""
    return replace_where(table, None, dialect=dialect)


def replace_where(table: Table, condition: ColumnElement[bool] | None, *, dialect: str) -> Insert:
    """The same, but a row that is there is replaced only if the condition holds for it."""
    statement = _insert(table, dialect)
    others = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=table.primary_key, set_=others, where=condition)


def keep_first(table: Table, *, dialect: str) -> Insert:
    """Insert a row unless there is one with its key."""
    return _insert(table, dialect).on_conflict_do_nothing(index_elements=table.primary_key)


def counting(table: Table, changes: Mapping[str, object], *, dialect: str) -> Insert:
    """Insert a row, or change the one with its key by what it holds."""
    return _insert(table, dialect).on_conflict_do_update(index_elements=table.primary_key, set_=dict(changes))


def _insert(table: Table, dialect: str) -> Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
