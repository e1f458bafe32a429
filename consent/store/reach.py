"""Whose records a query may find, as a condition on the worklist.

Decides nothing: the scope says it (``ports.Scope``). Need to know is part of the query, so that a record out of reach
is not read, and cannot be told from one that is not there (catalogue H8, H10).
"""

from sqlalchemy import ColumnElement, exists, or_, true

from consent.ports import Scope
from consent.store import tables


def within(scope: Scope) -> ColumnElement[bool]:
    """The rows within reach."""
    if scope.everything:
        return true()
    row, glass = tables.worklist.c, tables.glass.c
    if scope.episode:
        return row.episode == scope.episode
    mine = glass.session == scope.session
    broken = exists().where(glass.episode == row.episode, mine, glass.until > scope.at)
    return or_(row.unit.in_(scope.units), row.clinician == scope.person, row.performer == scope.person, broken)
