"""The sequencer on both databases: every entry gets one place, whoever else writes or sequences meanwhile."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import text

from consent.errors import Broken, Busy
from consent.model.log import Frontier, Head, inclusion_proof, is_included
from consent.ports.log import KeptCheckpoint, Sent
from consent.store import log as store_log
from consent.store.engine import Store, open_store
from consent.store.ledger import SqlLedger
from consent.store.log import SqlLog
from tests.adapters.store.conftest import NOW, Make


@pytest.fixture
def log(store: Store) -> SqlLog:
    return SqlLog(store)


def fill(store: Store, make: Make, *, streams: int, first: int = 1, events: int = 3) -> None:
    ledger = SqlLedger(store)
    for number in range(first, first + streams):
        stream = f"episode:e-{number}"
        ledger.append(make.commit(stream, entries=make.entries(stream, [make.event()] * events)))


def head(log: SqlLog) -> Head:
    return Frontier.stored(log.size(), log.hash_at).head


def in_order(store: Store) -> list[str]:
    """The leaves as they were written."""
    with store.reading() as connection:
        return list(connection.scalars(text("SELECT leaf FROM event ORDER BY id")))


@pytest.mark.parametrize("most", [1, 2, 7, 100])
def test_every_entry_gets_its_place_and_the_tree_is_that_of_its_leaves(store: Store, make: Make, most: int) -> None:
    log = SqlLog(store)
    fill(store, make, streams=5)
    while log.sequence(most=most, whole=False):
        pass
    leaves = [bytes.fromhex(leaf) for leaf in in_order(store)]
    assert head(log) == Frontier().grown(leaves).head
    for place, leaf in enumerate(leaves):
        path = inclusion_proof(place, size=len(leaves), hash_at=log.hash_at)
        assert is_included(leaf, index=place, head=head(log), proof=path)
    assert log.place("episode:e-2", 1) == 3
    assert log.place("episode:e-2", 4) is None


def test_an_empty_archive_has_an_empty_log(log: SqlLog) -> None:
    assert (log.sequence(most=9, whole=True), log.size(), log.newest(), log.sent("folder")) == (0, 0, None, None)
    with pytest.raises(Broken):
        log.hash_at(0, 0)


def test_what_is_written_later_comes_behind_and_changes_no_place(store: Store, log: SqlLog, make: Make) -> None:
    fill(store, make, streams=2)
    log.sequence(most=99, whole=False)
    before = [log.place(f"episode:e-{number}", 1) for number in (1, 2)]
    fill(store, make, streams=2, first=3)
    assert log.sequence(most=99, whole=False) == 6
    assert [log.place(f"episode:e-{number}", 1) for number in (1, 2, 3, 4)] == [*before, 6, 9]


def test_g14_several_at_once_give_each_entry_one_place(store: Store, url: str, make: Make) -> None:
    others = [open_store(url, mode="demo") for _ in range(2)]
    stores = [store, *others]

    def work(number: int) -> int:
        fill(stores[number], make, streams=12, first=1 + 100 * number)
        return sum(iter(lambda: SqlLog(stores[number]).sequence(most=4, whole=True), 0))

    with ThreadPoolExecutor() as pool:
        done = sum(pool.map(work, range(3)))
    assert done == 3 * 12 * 3
    with store.reading() as connection:
        places = list(connection.scalars(text("SELECT place FROM leaf ORDER BY place")))
        query = text("SELECT leaf FROM event JOIN leaf ON leaf.event = event.id ORDER BY place")
        leaves = [bytes.fromhex(leaf) for leaf in connection.scalars(query)]
    assert places == list(range(done))
    assert head(SqlLog(store)) == Frontier().grown(leaves).head
    for other in others:
        other.close()


@contextmanager
def writing_slowly(url: str, make: Make, stream: str) -> Iterator[psycopg.Connection]:
    """A commit that took its id, and is not there yet."""
    (entry,) = make.entries(stream, [make.event()])
    with psycopg.connect(url) as slow:
        values = (entry.stream, entry.number, entry.leaf, entry.header)
        slow.execute("INSERT INTO event (stream, number, leaf, header) VALUES (%s, %s, %s, %s)", values)
        yield slow


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_g15_a_commit_with_an_earlier_id_that_comes_later_is_not_passed_over(
    store: Store, url: str, make: Make
) -> None:
    log = SqlLog(store)
    with writing_slowly(url, make, "episode:slow") as slow:
        fill(store, make, streams=2)
        assert log.sequence(most=99, whole=False) == 6
        slow.commit()
        assert log.sequence(most=99, whole=False) == 1
    assert log.place("episode:slow", 1) == 6


@pytest.fixture
def _short_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_log, "_BACK", 3)


@pytest.mark.usefixtures("_short_look")
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_commit_that_took_very_long_is_found_by_the_look_at_all(store: Store, url: str, make: Make) -> None:
    log = SqlLog(store)
    with writing_slowly(url, make, "episode:slow") as slow:
        fill(store, make, streams=2)
        log.sequence(most=99, whole=False)
        slow.commit()
        assert log.sequence(most=99, whole=False) == 0
        assert log.sequence(most=99, whole=True) == 1


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_one_that_sequences_for_too_long_makes_another_give_up(url: str, make: Make) -> None:
    impatient = open_store(url, mode="demo", busy_seconds=0.3)
    fill(impatient, make, streams=1)
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [store_log.LOCK])
        with pytest.raises(Busy):
            SqlLog(impatient).sequence(most=9, whole=True)
    assert SqlLog(impatient).sequence(most=9, whole=True) == 3
    impatient.close()


def test_a_hash_that_is_missing_at_the_edge_stops_the_log(store: Store, log: SqlLog, make: Make) -> None:
    fill(store, make, streams=2)
    log.sequence(most=99, whole=False)
    with store.writing() as connection:
        statement = "DROP TRIGGER node_refuses_delete"
        connection.execute(text(statement + " ON node" if store.dialect == "postgresql" else statement))
        connection.execute(text("DELETE FROM node WHERE level = 2"))
    fill(store, make, streams=1, first=9)
    with pytest.raises(Broken, match="missing"):
        log.sequence(most=99, whole=False)
    assert log.size() == 6


def test_checkpoints_and_who_has_them_are_kept_and_the_first_of_a_size_stays(log: SqlLog) -> None:
    for size, note in ((3, b"three"), (9, b"nine"), (9, b"another"), (5, b"five")):
        log.keep(KeptCheckpoint(size=size, at=NOW, note=note))
    assert log.newest() == KeptCheckpoint(size=9, at=NOW, note=b"nine")
    for size in (3, 9, 9, 5):
        log.note_sent("folder", Sent(size, NOW))
    assert log.sent("folder") == Sent(9, NOW)
    assert log.sent("mail") is None
