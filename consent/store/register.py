"""The register's queries: what fits a filter, and one page of it by the place of its last row.

Decides the order (newest appointment first, then the episode) and how a text is looked for.

Invariants:
- A page begins at a place, never after a count of rows: the thousandth page costs what the first costs, and a row that
  comes or goes meanwhile neither repeats nor hides another one.
- A text is found where it stands, by position: there are no wildcards to escape (catalogue A11).
- Both databases compare the same stored form byte by byte.

Refuses to know who asks: the scope says it.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, and_, func, tuple_

from consent.model.register import State
from consent.ports import Place, Scope, Wanted
from consent.store import tables
from consent.store.reach import within

_kept = tables.worklist.c
_place = tuple_(_kept.appointment, _kept.episode)
_STANDS: dict[str, ColumnElement[bool]] = {
    State.OPEN: _kept.outcome == "",
    State.CONSENTED: _kept.outcome == "consented",
    State.REFUSED: _kept.outcome == "refused",
    State.WITHDRAWN: _kept.outcome == "withdrawn",
    State.CLOSED: _kept.outcome.in_(("closed", "erased")),
    State.UNFILED: and_(_kept.outcome.in_(("consented", "refused", "withdrawn")), _kept.filed.is_(False)),
}


def conditions(scope: Scope, wanted: Wanted, *, dialect: str) -> Iterator[ColumnElement[bool]]:
    """What a row within reach has to be."""
    yield within(scope)
    if wanted.text:
        position = func.strpos if dialect == "postgresql" else func.instr
        yield position(_kept.sought, wanted.text) > 0
    if wanted.state:
        yield _STANDS[wanted.state]
    if wanted.since:
        yield _kept.appointment >= wanted.since
    if wanted.until:
        yield _kept.appointment < wanted.until
    if wanted.procedure:
        yield _kept.procedure == wanted.procedure
    if wanted.clinician:
        yield _kept.clinician == wanted.clinician


def page(
    query: Select[*tuple[object, ...]], *, most: int, below: Place | None, above: Place | None
) -> Select[*tuple[object, ...]]:
    """The first rows of a query: from the top, below a place, or (in turned order) above one."""
    if above:
        return query.where(_place > above).order_by(_kept.appointment, _kept.episode).limit(most)
    if below:
        query = query.where(_place < below)
    return query.order_by(_kept.appointment.desc(), _kept.episode.desc()).limit(most)
