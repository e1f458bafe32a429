"""The queries that find entries by what their headers say.

Decides how a header is searched: as the bytes that it is, so that one which somebody damaged stops nothing.

Invariants:
- A header is canonical JSON, in which a quotation mark inside a text is escaped: what is looked for is found where it
  stands as a field, and nowhere else.
- Nothing is kept beside the entries for it: what a list shows cannot differ from what a verification reads.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, LargeBinary, Select, func, literal, select

from consent.model import canon
from consent.ports.log import Sought
from consent.store import tables

_leaf, _event = tables.leaf.c, tables.event.c
_AT = b'"at":"'


def lines(sought: Sought, *, most: int, below: int, dialect: str) -> Select[tuple[int, int | None, str, int, bytes]]:
    """The newest entries that fit, the newest first."""
    query = select(_event.id, _leaf.place, _event.stream, _event.number, _event.header)
    query = query.outerjoin(tables.leaf, _leaf.event == _event.id).where(*_conditions(sought, dialect))
    if below:
        query = query.where(_event.id < below)
    return query.order_by(_event.id.desc()).limit(most)


def _conditions(sought: Sought, dialect: str) -> Iterator[ColumnElement[bool]]:
    if sought.streams:
        yield _event.stream.in_(sought.streams)
    for field, value in (("actor", sought.actor), ("kind", sought.kind)):
        if value:
            yield _found(f'"{field}":{canon.canonical(value).decode()}'.encode(), dialect) > 0
    begins = _found(_AT, dialect) + len(_AT)
    if sought.since:
        yield _part(begins, len(sought.since)) >= _raw(sought.since.encode())
    if sought.until:
        yield _part(begins, len(sought.until)) < _raw(sought.until.encode())


def _found(sought: bytes, dialect: str) -> ColumnElement[int]:
    """Where it stands in a header, from 1; 0: nowhere."""
    if dialect == "sqlite":
        return func.instr(_event.header, _raw(sought))
    return func.position(_raw(sought).op("IN")(_event.header))


def _part(begins: ColumnElement[int], length: int) -> ColumnElement[bytes]:
    return func.substr(_event.header, begins, length)


def _raw(value: bytes) -> ColumnElement[bytes]:
    return literal(value, LargeBinary)
