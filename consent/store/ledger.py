"""The ledger on SQL: appends one commit whole, and reads streams, lists, documents and deliveries.

Decides the order in which the parts of a commit are written, and with it which refusal a lost race ends in.

Invariants:
- An append is one transaction. A stream has no gap and no fork: the last number is read and the next one inserted,
  and (stream, number) is unique; on PostgreSQL the loser of a race meets that and is stale. There is no other lock.
- Keys, ink and documents are claimed before the events, in the same order every time: a request that was answered
  before is ``AlreadyDone`` even when it is stale as well, and two commits cannot wait for each other.
- A settled delivery stays in the outbox, marked: the same delivery is never owed twice.

Refuses to hand out bytes that do not match their digest.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields

from sqlalchemy import Connection, Select, bindparam, delete, exc, func, insert, select, text, update

from consent.errors import AlreadyDone, Broken, NotFound, Refused, SameInk, StaleEpisode
from consent.model import canon, entry
from consent.model.entry import Entry, Recorded
from consent.model.register import sought
from consent.ports import Answer, Commit, Glass, OutboxItem, Place, Scope, StoredDocument, Wanted, WorklistRow
from consent.store import register, tables
from consent.store.engine import Store
from consent.store.erasing import Eraser, erase
from consent.store.people import account_values
from consent.store.reach import within
from consent.store.upsert import keep_first, replace, replace_where

_ROW = tuple(field.name for field in fields(WorklistRow))
_ITEM = tuple(field.name for field in fields(OutboxItem))
_BEYOND = "\U0010ffff"

_length = select(func.max(tables.event.c.number)).where(tables.event.c.stream == bindparam("stream"))
_moment = select(func.clock_timestamp())
_add_event = insert(tables.event).inline()  # nobody asks for its id, which an eraser may not read
_add_payload = insert(tables.event_payload)
_settle = update(tables.outbox).where(tables.outbox.c.id == bindparam("owed")).values(settled=True)
_entries = (
    select(*tables.event.c["stream", "number", "header", "leaf"], *tables.event_payload.c["payload", "salt"])
    .select_from(
        tables.event.outerjoin(
            tables.event_payload,
            (tables.event.c.stream == tables.event_payload.c.stream)
            & (tables.event.c.number == tables.event_payload.c.number),
        )
    )
    .where(tables.event.c.stream == bindparam("stream"))
    .order_by(tables.event.c.number)
)
_rows = select(*tables.worklist.c[_ROW]).order_by(*tables.worklist.c["appointment", "patient_name", "episode"])
_GLASS = tuple(field.name for field in fields(Glass))


class SqlLedger:
    """The port ``Ledger`` on a store."""

    def __init__(self, store: Store, *, eraser: str = "") -> None:
        self._store = store
        self._eraser = Eraser(store, eraser)
        self._put_row = replace(tables.worklist, dialect=store.dialect)
        self._put_account = replace(tables.account, dialect=store.dialect)
        self._put_device = replace(tables.device, dialect=store.dialect)
        self._put_glass = replace(tables.glass, dialect=store.dialect)
        self._owe = keep_first(tables.outbox, dialect=store.dialect)

    def append(self, commit: Commit) -> None:
        """Keep a commit, all or nothing. Raises StaleEpisode, AlreadyDone, Busy; one that erases also StoreRefused."""
        if not commit.erase:
            self.append_all([commit])
            return
        _check_places(commit)
        with self._eraser.writing() as connection:
            _extend(connection, commit)
            erase(connection, commit, row=_row_values(commit.row) if commit.row else None)

    def check_may_erase(self) -> None:
        """Whether a commit that erases can be kept here. Raises StoreRefused."""
        self._eraser.check()

    def append_all(self, commits: Iterable[Commit]) -> None:
        """Keep several, all of them or none. Raises as :meth:`append`."""
        with self._store.writing() as connection:
            for commit in commits:
                self._append(connection, commit)

    def _append(self, connection: Connection, commit: Commit) -> None:
        _check_places(commit)
        _claim(connection, commit)
        _extend(connection, commit)
        self._keep(connection, commit)
        _forget(connection, commit)

    def _keep(self, connection: Connection, commit: Commit) -> None:
        if commit.row is not None:
            connection.execute(self._put_row, _row_values(commit.row))
        if commit.outbox:
            connection.execute(self._owe, [_item_values(item) for item in commit.outbox])
        if commit.settled:
            connection.execute(_settle, [{"owed": owed} for owed in commit.settled])
        if commit.account is not None:
            with _refusing(AlreadyDone("This sign-in name belongs to somebody else.", "Choose another one.")):
                connection.execute(self._put_account, account_values(commit.account))
        if commit.device is not None:
            connection.execute(self._put_device, asdict(commit.device))
        if commit.glass is not None:
            connection.execute(self._put_glass, asdict(commit.glass))

    def read(self, stream: str) -> tuple[Recorded, ...]:
        """The checked events of a stream; empty when there is none. Raises Broken."""
        return entry.read(self.entries(stream))

    def entries(self, stream: str) -> tuple[Entry, ...]:
        """The stored bytes of a stream, unchecked."""
        with self._store.reading() as connection:
            rows = connection.execute(_entries, {"stream": stream}).mappings().all()
        if any(isinstance(row[part], str) for row in rows for part in ("header", "payload", "salt")):
            raise Broken("An entry of a record is not bytes.")
        return tuple(Entry(**row) for row in rows)

    def head(self, stream: str) -> tuple[int, str | None]:
        """How many entries a stream has, and the leaf of the last."""
        kept = tables.event.c
        query = select(kept.number, kept.leaf).where(kept.stream == stream).order_by(kept.number.desc()).limit(1)
        with self._store.reading() as connection:
            row = connection.execute(query).first()
        return (row.number, row.leaf) if row else (0, None)

    def streams(self, prefix: str) -> tuple[str, ...]:
        """Names of the streams that begin so, in order of their first event."""
        stream = tables.event.c.stream
        query = (
            select(stream)
            .where(tables.event.c.number == 1, stream >= prefix, stream < prefix + _BEYOND)
            .order_by(tables.event.c.id)
        )
        with self._store.reading() as connection:
            return tuple(connection.scalars(query))

    def newest(self) -> str:
        """When the event that was kept last happened, in any stream; empty when there is none."""
        query = select(tables.event.c.header).order_by(tables.event.c.id.desc()).limit(1)
        with self._store.reading() as connection:
            header = connection.scalar(query)
        return entry.at(header) if header else ""

    def moment(self) -> str:
        """What time it is where the database runs; empty when that is this machine. No record ever bears it."""
        if self._store.dialect == "sqlite":
            return ""
        with self._store.reading() as connection:
            return canon.instant(connection.execute(_moment).scalar_one())

    def answer(self, key: str) -> Answer | None:
        """The answer kept for an idempotency key."""
        with self._store.reading() as connection:
            query = select(tables.answer).where(tables.answer.c.key == key)
            row = connection.execute(query).mappings().one_or_none()
        return Answer(**row) if row else None

    def worklist(self, scope: Scope, *, since: str, until: str) -> tuple[WorklistRow, ...]:
        """Rows within reach with an appointment in [since, until), by time, then name."""
        appointment = tables.worklist.c.appointment
        return self._found(_rows.where(within(scope), appointment >= since, appointment < until))

    def row(self, scope: Scope, episode: str) -> WorklistRow | None:
        """One episode's row, when it is within reach."""
        found = self._found(_rows.where(within(scope), tables.worklist.c.episode == episode))
        return found[0] if found else None

    def rows_of(self, *, mrn: str, birth_date: str) -> tuple[WorklistRow, ...]:
        """All rows of a patient by both identifiers, in nobody's reach: for a broken glass only."""
        kept = tables.worklist.c
        return self._found(_rows.where(kept.mrn == mrn, kept.birth_date == birth_date))

    def in_status(self, scope: Scope, *statuses: str) -> tuple[WorklistRow, ...]:
        """All rows within reach in one of the statuses, oldest appointment first."""
        return self._found(_rows.where(within(scope), tables.worklist.c.status.in_(statuses)))

    def unmade(self) -> tuple[WorklistRow, ...]:
        """All rows with a notice that could be made and is not, the one that has waited longest first."""
        since = tables.worklist.c.unmade_since
        return self._found(select(*tables.worklist.c[_ROW]).where(since > "").order_by(since))

    def found(
        self, scope: Scope, wanted: Wanted, *, most: int, below: Place | None = None, above: Place | None = None
    ) -> tuple[WorklistRow, ...]:
        """The first rows within reach that fit, newest first: from the top, below a place, or above one."""
        fits = register.conditions(scope, wanted, dialect=self._store.dialect)
        rows = self._found(
            register.page(select(*tables.worklist.c[_ROW]).where(*fits), below=below, above=above, most=most)
        )
        return rows[::-1] if above else rows

    def count(self, scope: Scope, wanted: Wanted) -> int:
        """How many rows within reach fit."""
        fits = register.conditions(scope, wanted, dialect=self._store.dialect)
        with self._store.reading() as connection:
            return connection.scalar(select(func.count()).select_from(tables.worklist).where(*fits)) or 0

    def _found(self, query: Select[*tuple[object, ...]]) -> tuple[WorklistRow, ...]:
        with self._store.reading() as connection:
            return tuple(WorklistRow(**row) for row in connection.execute(query).mappings())

    def document(self, scope: Scope, digest: str) -> StoredDocument:
        """A document within reach by its digest, its bytes checked against it. Raises NotFound, Broken."""
        reached = select(tables.worklist.c.episode).where(within(scope))
        kept = tables.document.c
        query = select(tables.document).where(kept.digest == digest)
        if not scope.everything:
            query = query.where(kept.episode.in_(reached))
        with self._store.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFound("There is no such document, or it is not yours to see.")
        found = StoredDocument(**row)
        if canon.sha256_hex(found.content) != digest:
            raise Broken("A stored document is not the one that was sealed.")
        return found

    def glasses(self) -> tuple[Glass, ...]:
        """Broken glasses that nobody has reviewed yet, oldest first."""
        kept = tables.glass.c
        query = select(*kept[_GLASS]).where(kept.reviewed.is_(False)).order_by(kept.at, kept.id)
        with self._store.reading() as connection:
            return tuple(Glass(**row) for row in connection.execute(query).mappings())

    def owed(self, *, now: str) -> tuple[OutboxItem, ...]:
        """Deliveries whose time has come and that are not settled, oldest first."""
        box = tables.outbox.c
        query = select(*box[_ITEM]).where(box.settled.is_(False), box.due <= now).order_by(box.due, box.id)
        with self._store.reading() as connection:
            return tuple(OutboxItem(**row) for row in connection.execute(query).mappings())

    def postpone(self, item: OutboxItem, *, due: str) -> None:
        """Count one more attempt and set the time of the next."""
        box = tables.outbox
        with self._store.writing() as connection:
            connection.execute(update(box).where(box.c.id == item.id).values(attempts=box.c.attempts + 1, due=due))

    def lease(self, name: str, *, holder: str, now: str, until: str) -> bool:
        """Take or renew a lease; False while another holder has it."""
        kept = tables.lease.c
        free = (kept.holder == holder) | (kept.until <= now)
        take = replace_where(tables.lease, free, dialect=self._store.dialect).returning(kept.name)
        with self._store.writing() as connection:
            return connection.execute(take, {"name": name, "holder": holder, "until": until}).first() is not None

    def replace_rows(self, rows: Sequence[WorklistRow]) -> None:
        """Put the given rows in place of the whole worklist, in one transaction (rebuild)."""
        with self._store.writing() as connection:
            if self._store.dialect == "postgresql":
                connection.execute(text("LOCK TABLE worklist IN SHARE ROW EXCLUSIVE MODE"))
            connection.execute(delete(tables.worklist))
            if rows:
                connection.execute(insert(tables.worklist), [_row_values(row) for row in rows])


@contextmanager
def _refusing(refusal: Refused) -> Iterator[None]:
    try:
        yield
    except exc.IntegrityError:
        raise refusal from None


def _check_places(commit: Commit) -> None:
    numbers = [(one.stream, one.number) for one in commit.entries]
    if numbers != [(commit.stream, commit.expected + place) for place in range(1, len(numbers) + 1)]:
        raise Broken("The entries of a change do not follow its stream.")


def _claim(connection: Connection, commit: Commit) -> None:
    if commit.answer is not None:
        kept = commit.answer
        with _refusing(AlreadyDone("This request was answered before.")):
            connection.execute(insert(tables.answer), {"key": kept.key, "request": kept.request, "body": kept.body})
    if commit.ink:
        with _refusing(SameInk("This drawing has signed before.")):
            connection.execute(insert(tables.ink), [{"digest": digest} for digest in sorted(commit.ink)])
    if commit.document is not None:
        made = commit.document
        values = {"digest": made.digest, "episode": made.episode, "kind": made.kind, "content": made.content}
        with _refusing(AlreadyDone("This document was made before.")):
            connection.execute(insert(tables.document), values)


def _extend(connection: Connection, commit: Commit) -> None:
    stale = StaleEpisode("Somebody else changed this record in between.")
    if (connection.scalar(_length, {"stream": commit.stream}) or 0) != commit.expected:
        raise stale
    if not commit.entries:
        return
    headers = [
        {"stream": one.stream, "number": one.number, "leaf": one.leaf, "header": one.header} for one in commit.entries
    ]
    payloads = [
        {"stream": one.stream, "number": one.number, "salt": one.salt, "payload": one.payload} for one in commit.entries
    ]
    with _refusing(stale):
        connection.execute(_add_event, headers)
    connection.execute(_add_payload, payloads)


def _forget(connection: Connection, commit: Commit) -> None:
    """Unsaved input that this commit saves; anybody's, once the record has an outcome."""
    kept = tables.unsaved.c
    over = bool(commit.row and commit.row.outcome)
    if over or commit.saved:
        here = kept.episode == commit.stream.partition(":")[2]
        connection.execute(delete(tables.unsaved).where(here if over else here & (kept.by == commit.saved)))


def _row_values(row: WorklistRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in _ROW} | {"sought": sought(row.patient_name, row.mrn)}


def _item_values(item: OutboxItem) -> dict[str, object]:
    return {name: getattr(item, name) for name in _ITEM} | {"settled": False}
