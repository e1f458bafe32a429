"""Rows for tests that copy whole stores: one in every table, and statements past the program."""

import psycopg
from sqlalchemy import Boolean, Integer, LargeBinary, Table, func, insert, select

from consent.store.engine import Store


def furnish(store: Store, table: Table) -> None:
    with store.writing() as connection:
        if connection.scalar(select(func.count()).select_from(table)) == 0:
            connection.execute(insert(table), {column.name: _value(column.type) for column in table.c})


def _value(kind: object) -> object:
    if isinstance(kind, LargeBinary):
        return bytes(range(256))
    return True if isinstance(kind, Boolean) else 3 if isinstance(kind, Integer) else "Åse 'Ö' \\ \U0001f600\n"


def run(address: str, *statements: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
