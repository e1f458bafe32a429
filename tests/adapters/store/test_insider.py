"""Somebody with full write access to the database changes history; whoever has one checkpoint finds it, by its name."""

# ruff: noqa: S608 - every statement is this file's own

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, insert, text

import verify as by_itself
from consent.model.audit import Fault
from consent.model.checkpoint import Checkpoint, SignedCheckpoint, read
from consent.model.entry import Entry, Stamp, enter
from consent.model.events import MattersNoted
from consent.model.log import Frontier
from consent.ports.log import KeptCheckpoint
from consent.store import tables
from consent.store.audit import SqlArchive
from consent.store.ledger import SqlLedger
from consent.store.log import SqlLog
from consent.workflow import segment
from consent.workflow.audit import Report, in_turn, verify_all
from tests.adapters.store.conftest import NOW
from tests.fakes.log import FakeLogKey

if TYPE_CHECKING:
    from consent.store.engine import Store
    from tests.adapters.store.conftest import Make

KEY = FakeLogKey()
TRIGGERS = {"event": "ud", "event_payload": "u", "document": "ud", "leaf": "ud", "node": "ud", "checkpoint": "ud"}
ACTIONS = {"u": "update", "d": "delete"}
PATIENTS, EACH = 5, 3


@dataclass
class Archive:
    """A filled archive, its checkpoints outside, and an insider's way in."""

    store: Store
    make: Make

    def write(self, *streams: str, events: int = EACH) -> None:
        ledger = SqlLedger(self.store)
        for stream in streams:
            number, last = ledger.head(stream)
            said = [self.make.event(f"hope {number + more} of {stream}") for more in range(events)]
            entries = self.make.entries(stream, said, after=number, previous=last)
            ledger.append(self.make.commit(stream, expected=number, entries=entries))

    def sign(self) -> SignedCheckpoint:
        """Sequence, sign, and keep: what the app does; the note is what lies outside."""
        log = SqlLog(self.store)
        while log.sequence(most=99, whole=True):
            pass
        head = Frontier.stored(log.size(), log.hash_at).head
        note = Checkpoint(origin=KEY.name, head=head).signed(KEY.public(), KEY.sign)
        log.keep(KeptCheckpoint(size=head.size, at=NOW, note=note.written))
        return read(note.written, log_key=KEY.public())

    def insider(self, change: Callable[[Connection], object]) -> None:
        """Change whatever, with the triggers out of the way."""
        with self.store.writing() as connection:
            for table, actions in TRIGGERS.items():
                if self.store.dialect == "postgresql":
                    connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
                    continue
                for action in actions:
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuses_{ACTIONS[action]}"))
            if self.store.dialect == "sqlite":
                connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            change(connection)

    def verify(self, *outside: SignedCheckpoint) -> Report:
        """What ours says of the store; ``verify.py`` has to say the same of all of it as a segment."""
        archive = SqlArchive(self.store)
        ours = verify_all(archive, SqlLedger(self.store), outside=outside, keys=[KEY.public()], look=in_turn(archive))
        theirs = self.exported(*outside)
        assert [one for one in ours.faults if not _is_told(one, theirs)] == []
        assert bool(ours.faults) == bool(theirs.faults), theirs.faults
        parts = ("entries", "waiting", "anchored", "unanchored", "since", "documents")
        assert [getattr(ours, part) for part in parts] == [getattr(theirs, part) for part in parts]
        return ours

    def exported(
        self, *outside: SignedCheckpoint, first: int = 0, until: int | None = None, episode: str = ""
    ) -> by_itself.LogReport:
        """What ``verify.py`` says of a segment, by the log's key and checkpoints alone."""
        over = [one.checkpoint.head.size for one in outside]
        archive, ledger, log = SqlArchive(self.store), SqlLedger(self.store), SqlLog(self.store)
        if episode:
            lines = segment.record(archive, ledger, log, episode=episode, over=next(iter(over), None))
        else:
            lines = segment.stretch(archive, first=first, until=until, over=over)
        heads = [by_itself.Head(one.checkpoint.head.size, one.checkpoint.head.root) for one in outside]
        keys = [by_itself.read_key(str(KEY.public()))]
        return by_itself.judge_segment(map(segment.written, lines), keys=keys, outside=heads)

    def found(self, *outside: SignedCheckpoint) -> str:
        return "\n".join(f"{one.place}: {one.what}" for one in self.verify(*outside).faults)


def _is_told(one: Fault, theirs: by_itself.LogReport) -> bool:
    """Whether the other verifier names it; ours may say more of a stream that was erased."""
    return any(place == one.place and one.what.startswith(what) for place, what in theirs.faults)


@pytest.fixture
def archive(store: Store, make: Make) -> Archive:
    made = Archive(store, make)
    for _ in range(2):
        made.write(*(f"episode:e-{patient}" for patient in range(PATIENTS)))
    return made


def sql(*statements: str) -> Callable[[Connection], object]:
    return lambda connection: [connection.execute(text(one)) for one in statements]


def test_what_nobody_touched_is_proved_against_a_checkpoint_and_unanchored_without(archive: Archive) -> None:
    outside = archive.sign()
    proved, alone = archive.verify(outside), archive.verify()
    assert (proved.faults, proved.entries, proved.anchored, proved.unanchored) == ([], 30, 30, 0)
    assert (alone.faults, alone.anchored, alone.unanchored, alone.since) == ([], 0, 30, NOW)


def test_what_came_after_the_checkpoint_is_unanchored_and_told_since_when(archive: Archive) -> None:
    outside = archive.sign()
    archive.write("episode:e-9", events=2)
    archive.sign()
    archive.write("episode:e-9", events=4)
    report = archive.verify(outside)
    assert (report.faults, report.anchored, report.waiting, report.unanchored) == ([], 30, 4, 6)
    assert report.since == NOW


EDITS = {
    "a word in a payload": (
        "UPDATE event_payload SET payload = salt WHERE stream = 'episode:e-2' AND number = 2",
        "7: episode:e-2 2: what it says was changed",
    ),
    "a salt": (
        "UPDATE event_payload SET salt = payload WHERE stream = 'episode:e-2' AND number = 2",
        "7: episode:e-2 2: what it says was changed",
    ),
    "a header": (
        "UPDATE event SET header = (SELECT header FROM event WHERE id = 9) WHERE id = 8",
        "7: episode:e-2 2: its header was changed",
    ),
    "a header that is none": ("UPDATE event SET header = leaf_of WHERE id = 8", "7: episode:e-2 2: its header was"),
    "a leaf": ("UPDATE event SET leaf = 'x' WHERE id = 8", "7: episode:e-2 2: its header was changed"),
    "who it is about": (
        "UPDATE event SET stream = 'episode:e-77' WHERE id = 8",
        "7: episode:e-77 2: it stands in another place than it was written for",
    ),
    "its number": (
        "UPDATE event SET number = 77 WHERE id = 8",
        "7: episode:e-2 77: it stands in another place than it was written for",
    ),
    "a payload gone": (
        "DELETE FROM event_payload WHERE stream = 'episode:e-2' AND number = 2",
        "episode:e-2: what it said is gone, and may not be",
    ),
    "a place gone": ("DELETE FROM leaf WHERE place = 7", "7: its entry is gone"),
    "two places swapped": (
        "DELETE FROM leaf WHERE place IN (7, 20)",
        "INSERT INTO leaf (place, event) VALUES (7, 21), (20, 8)",
        "something between place 0 and place 29 was changed",
    ),
    "a hash of the tree": ("UPDATE node SET hash = :other WHERE level = 1 AND place = 3", "6: the stored hash above"),
    "a hash of the tree gone": ("DELETE FROM node WHERE level = 2", "0: the stored hash above it, on level 2"),
    "a checkpoint in the database": (
        "UPDATE checkpoint SET note = :other",
        "-1: the checkpoint in the database over 30 entries is not the log's",
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_g01_an_edit_is_named(archive: Archive, name: str) -> None:
    outside = archive.sign()
    *statements, named = EDITS[name]

    def change(connection: Connection) -> None:
        bytes_of = "decode(leaf, 'hex')" if connection.dialect.name == "postgresql" else "CAST(leaf AS BLOB)"
        other = "decode('00', 'hex')" if connection.dialect.name == "postgresql" else "x'00'"
        if connection.dialect.name == "postgresql":
            sql("ALTER TABLE event_payload DROP CONSTRAINT event_payload_event")(connection)
        else:
            sql("PRAGMA defer_foreign_keys = ON")(connection)
        for one in statements:
            connection.execute(text(one.replace("leaf_of", bytes_of).replace(":other", other)))
        if connection.dialect.name == "sqlite" and name in {"who it is about", "its number"}:
            where = "stream = 'episode:e-2' AND number = 2"
            new = "stream = 'episode:e-77'" if name == "who it is about" else "number = 77"
            sql(f"UPDATE event_payload SET {new} WHERE {where}")(connection)

    archive.insider(change)
    assert named in archive.found(outside)
    stretch = archive.exported(outside, first=3, until=23)
    assert [one for one in stretch.faults if named in f"{one[0]}: {one[1]}"]
    assert (archive.exported().anchored, stretch.entries) == (0, 20)
    one = archive.exported(outside, episode="e-2")
    assert bool(one.faults or one.unanchored) == (name != "a hash of the tree"), "which no proof of its entries needs"


def test_g02_an_entry_that_was_deleted_is_named(archive: Archive) -> None:
    outside = archive.sign()
    here = "stream = 'episode:e-2' AND number = 2"
    archive.insider(
        sql(
            "DELETE FROM leaf WHERE place = 7",
            f"DELETE FROM event_payload WHERE {here}",
            f"DELETE FROM event WHERE {here}",
        )
    )
    found = archive.found(outside)
    assert "7: its entry is gone" in found
    assert "8: episode:e-2 3: it does not follow the entry before it" in found


@pytest.mark.parametrize("entries", [1, 7])
def test_g03_a_log_that_was_cut_off_is_named(archive: Archive, entries: int) -> None:
    outside = archive.sign()
    archive.insider(lambda connection: _cut(connection, entries))
    assert f"covers 30 entries, and there are {30 - entries}: some are gone" in archive.found(outside)
    assert "from outside" not in archive.found()


def _cut(connection: Connection, entries: int) -> None:
    """The last entries never were: nothing is left of them, in the tree either."""
    for table in ("leaf", "node", "checkpoint"):
        sql(f"DELETE FROM {table}")(connection)
    (last,) = connection.execute(text("SELECT max(id) FROM event")).one()
    rows = connection.execute(text("SELECT stream, number FROM event WHERE id > :id"), {"id": last - entries}).all()
    for table in ("event_payload", "event"):
        for row in rows:
            there = {"stream": row.stream, "number": row.number}
            connection.execute(text(f"DELETE FROM {table} WHERE stream = :stream AND number = :number"), there)
    _sequence_again(connection)


def _sequence_again(connection: Connection) -> None:
    """The log anew over what is there, as the sequencer would."""
    rows = connection.execute(text("SELECT id, leaf FROM event ORDER BY id")).all()
    nodes: list[dict[str, object]] = []
    Frontier().grown(
        (bytes.fromhex(row.leaf) for row in rows),
        keep=lambda level, place, made: nodes.append({"level": level, "place": place, "hash": made}) if level else None,
    )
    connection.execute(insert(tables.leaf), [{"place": place, "event": row.id} for place, row in enumerate(rows)])
    connection.execute(insert(tables.node), nodes)


def _rewritten(connection: Connection, *, patient: str, hope: str) -> None:
    """One record written anew from its first entry on, its chain and the whole tree recomputed."""
    for table in ("leaf", "node", "checkpoint"):
        sql(f"DELETE FROM {table}")(connection)
    here = {"stream": patient}
    count = connection.scalar(text("SELECT count(*) FROM event WHERE stream = :stream"), here) or 0
    stamp, previous = Stamp(actor="p-nurse", at=NOW, device="tablet 1", sign_in="s-1"), None
    for number in range(1, count + 1):
        said = MattersNoted(hope=f"{hope} {number}")
        made: Entry = enter(said, stamp, stream=patient, number=number, previous=previous, salt=bytes(32))[0]
        previous = made.leaf
        values = {"stream": patient, "number": number, "header": made.header, "leaf": made.leaf}
        sql_ = "UPDATE event SET header = :header, leaf = :leaf WHERE stream = :stream AND number = :number"
        connection.execute(text(sql_), values)
        values = {"stream": patient, "number": number, "payload": made.payload, "salt": made.salt}
        sql_ = "UPDATE event_payload SET payload = :payload, salt = :salt WHERE stream = :stream AND number = :number"
        connection.execute(text(sql_), values)
    _sequence_again(connection)


def test_g04_a_record_that_was_rewritten_with_its_chain_and_the_tree_is_found_by_a_checkpoint_alone(
    archive: Archive,
) -> None:
    early = archive.sign()
    archive.write("episode:e-9")
    late = archive.sign()
    archive.insider(lambda connection: _rewritten(connection, patient="episode:e-9", hope="nothing"))
    archive.sign()
    assert archive.found() == "", "inside the database nothing tells"
    assert "something between place 30 and place 32 was changed" in archive.found(early, late)
    assert archive.verify(early).anchored == 30
    report = archive.verify()
    assert (report.anchored, report.unanchored) == (0, 33), "and so it is unanchored"


def test_g05_a_database_that_was_rolled_back_is_named(archive: Archive) -> None:
    archive.sign()
    archive.write("episode:e-9")
    outside = archive.sign()
    archive.insider(lambda connection: _cut(connection, EACH))
    archive.write("episode:e-8", events=5)
    archive.sign()
    assert "something between place 0 and place 32 was changed" in archive.found(outside)
    assert (archive.found(), archive.verify().unanchored) == ("", 35), "without it nothing tells, and nothing is proved"


def test_g02_an_entry_that_was_put_between_is_named(archive: Archive) -> None:
    outside = archive.sign()

    def change(connection: Connection) -> None:
        _rewritten(connection, patient="episode:e-4", hope="another")
        for table in ("leaf", "node"):
            sql(f"DELETE FROM {table}")(connection)
        sql("UPDATE event SET id = id + 1000 WHERE id > 12")(connection)
        (one,) = archive.make.entries("episode:e-99", [archive.make.event()])
        values = {"id": 13, "stream": one.stream, "number": 1, "leaf": one.leaf, "header": one.header}
        connection.execute(insert(tables.event), values)
        values = {"stream": one.stream, "number": 1, "salt": one.salt, "payload": one.payload}
        connection.execute(insert(tables.event_payload), values)
        _sequence_again(connection)

    archive.insider(change)
    assert "something between place 0 and place 29 was changed" in archive.found(outside)
    assert (archive.found(), archive.verify().unanchored) == ("", 31), "without it nothing tells, and nothing is proved"


def test_g06_an_archive_that_was_emptied_is_named_and_a_new_one_holds(archive: Archive, store: Store) -> None:
    outside = archive.sign()
    every = ("leaf", "node", "checkpoint", "event_payload", "event")
    archive.insider(sql(*(f"DELETE FROM {table}" for table in every)))
    assert "covers 30 entries, and there are 0: some are gone" in archive.found(outside)
    report = Archive(store, archive.make).verify()
    assert (report.faults, report.entries, report.unanchored) == ([], 0, 0)


@pytest.mark.parametrize("place", [0, 29])
def test_g06_the_first_and_the_last_entry_are_as_safe_as_any(archive: Archive, place: int) -> None:
    outside = archive.sign()
    archive.insider(sql(f"UPDATE event SET header = (SELECT header FROM event WHERE id = 9) WHERE id = {place + 1}"))
    assert f"{place}: episode:" in archive.found(outside)


def test_a_record_that_was_moved_to_another_patient_is_named(archive: Archive) -> None:
    outside = archive.sign()
    swap = "UPDATE {0} SET stream = CASE stream WHEN 'episode:e-1' THEN 'x' WHEN 'episode:e-2' THEN 'episode:e-1' END "
    swap += "WHERE stream IN ('episode:e-1', 'episode:e-2')"

    def change(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            sql("ALTER TABLE event_payload DROP CONSTRAINT event_payload_event")(connection)
            sql("ALTER TABLE event DROP CONSTRAINT event_place")(connection)
        else:
            sql("UPDATE event SET number = number + 100 WHERE stream = 'episode:e-2'")(connection)
            sql("UPDATE event_payload SET number = number + 100 WHERE stream = 'episode:e-2'")(connection)
        for table in ("event", "event_payload"):
            sql(swap.format(table), f"UPDATE {table} SET stream = 'episode:e-2' WHERE stream = 'x'")(connection)
        if connection.dialect.name == "sqlite":
            for table in ("event", "event_payload"):
                sql(f"UPDATE {table} SET number = number - 100 WHERE number > 100")(connection)

    archive.insider(change)
    found = archive.found(outside)
    assert "3: episode:e-2 1: it stands in another place than it was written for" in found
    assert "6: episode:e-1 1: it stands in another place than it was written for" in found


def test_g10_the_evidence_for_one_record_is_of_a_checkpoint_from_outside_or_unanchored(archive: Archive) -> None:
    early = archive.sign()
    archive.write("episode:e-2")
    late = archive.sign()
    archive.write("episode:e-2", events=1)
    for outside, anchored in ((late, 9), (early, 6)):
        told = archive.exported(outside, episode="e-2")
        assert (told.faults, told.entries, told.anchored, told.unanchored) == ([], 10, anchored, 10 - anchored)
    assert archive.exported(episode="e-2").anchored == 0
    archive.insider(lambda connection: _rewritten(connection, patient="episode:e-2", hope="nothing"))
    assert archive.exported(episode="e-2").faults == [], "inside the database nothing tells"
    assert "it is not what a checkpoint from outside covers" in str(archive.exported(late, episode="e-2").faults)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_two_entries_with_one_number_are_named(archive: Archive) -> None:
    def change(connection: Connection) -> None:
        sql("ALTER TABLE event_payload DROP CONSTRAINT event_payload_event")(connection)
        sql("ALTER TABLE event DROP CONSTRAINT event_place")(connection)
        (one,) = archive.make.entries("episode:e-2", [archive.make.event("another")])
        values = {"stream": one.stream, "number": 1, "leaf": one.leaf, "header": one.header}
        connection.execute(insert(tables.event), values)

    archive.insider(change)
    assert "episode:e-2 1: there are two of it" in archive.found(archive.sign())


def test_g08_a_document_that_was_changed_is_named(archive: Archive) -> None:
    made = archive.make.document()
    stream = "episode:e-1"
    number, last = SqlLedger(archive.store).head(stream)
    entries = archive.make.entries(stream, [archive.make.event()], after=number, previous=last)
    commit = archive.make.commit(stream, expected=number, entries=entries, document=made)
    SqlLedger(archive.store).append(commit)
    outside = archive.sign()
    assert archive.verify(outside).documents == 1
    archive.insider(lambda connection: connection.execute(tables.document.update().values(content=b"other")))
    assert f"-1: the document {made.digest[:16]}… was changed" in archive.found(outside)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # PostgreSQL keeps no text in place of bytes
@pytest.mark.parametrize("stored", ["event.header", "event_payload.payload", "event_payload.salt", "checkpoint.note"])
def test_a_text_that_stands_in_place_of_the_same_bytes_is_named(archive: Archive, stored: str) -> None:
    outside = archive.sign()
    table, column = stored.split(".")
    archive.insider(sql(f"UPDATE {table} SET {column} = CAST(hex({column}) AS TEXT)"))
    assert archive.verify(outside).faults


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)  # SQLite holds the reference for as long as it is on
def test_a_payload_without_an_entry_is_named(archive: Archive) -> None:
    def change(connection: Connection) -> None:
        sql("ALTER TABLE event_payload DROP CONSTRAINT event_payload_event")(connection)
        values = {"stream": "episode:e-99", "number": 1, "salt": bytes(32), "payload": b"{}"}
        connection.execute(insert(tables.event_payload), values)

    archive.insider(change)
    assert "episode:e-99 1: there is what it says, but no entry" in archive.found(archive.sign())


def test_a_checkpoint_over_another_number_of_entries_does_not_hold(archive: Archive) -> None:
    outside = archive.sign()
    other = replace(outside, checkpoint=replace(outside.checkpoint, head=replace(outside.checkpoint.head, size=29)))
    assert "something between place 0 and place 28 was changed" in archive.found(other)
