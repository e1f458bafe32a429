"""Entries found by what their headers say, on both databases."""

import pytest
from sqlalchemy import text

from consent.ports.log import Line, Sought
from consent.store.engine import Store
from consent.store.ledger import SqlLedger
from consent.store.log import SqlLog
from tests.adapters.store.conftest import NOW, Make


@pytest.fixture
def log(store: Store, make: Make) -> SqlLog:
    """Three records of two entries each; of the first two, entries have their place."""
    ledger, found = SqlLedger(store), SqlLog(store)
    for number in (1, 2, 3):
        stream = f"episode:e-{number}"
        ledger.append(make.commit(stream, entries=make.entries(stream, [make.event()] * 2)))
        if number == 2:
            found.sequence(most=9, whole=True)
    return found


def places(lines: tuple[Line, ...]) -> list[tuple[str, int, int | None]]:
    return [(one.stream.removeprefix("episode:"), one.number, one.place) for one in lines]


def test_the_newest_stand_first_and_pages_follow_each_other(log: SqlLog) -> None:
    first = log.lines(Sought(), most=4, below=0)
    assert places(first) == [("e-3", 2, None), ("e-3", 1, None), ("e-2", 2, 3), ("e-2", 1, 2)]
    assert places(log.lines(Sought(), most=4, below=first[-1].id)) == [("e-1", 2, 1), ("e-1", 1, 0)]
    assert log.lines(Sought(), most=4, below=1) == ()


def test_one_record_one_person_and_one_kind_are_found(log: SqlLog) -> None:
    streams = ("episode:e-2", "access:e-2")
    assert places(log.lines(Sought(streams=streams), most=9, below=0)) == [("e-2", 2, 3), ("e-2", 1, 2)]
    every = log.lines(Sought(), most=9, below=0)
    head = every[0].header.decode()
    actor, kind = (head.partition(f'"{field}":"')[2].partition('"')[0] for field in ("actor", "kind"))
    assert log.lines(Sought(actor=actor, kind=kind), most=9, below=0) == every
    for none in (actor[:-1], f'{actor}","', kind):
        assert log.lines(Sought(actor=none), most=9, below=0) == ()
        assert log.lines(Sought(kind=none if none != kind else kind[:-1]), most=9, below=0) == ()


def test_times_are_from_the_first_instant_to_before_the_last(log: SqlLog) -> None:
    every = log.lines(Sought(), most=9, below=0)
    at = NOW
    later = at[:-2] + chr(ord(at[-2]) + 1) + at[-1]
    assert log.lines(Sought(since=at), most=9, below=0) == every
    assert log.lines(Sought(since=later), most=9, below=0) == ()
    assert log.lines(Sought(until=later), most=9, below=0) == every
    assert log.lines(Sought(until=at), most=9, below=0) == ()


def test_a_header_that_was_damaged_stands_in_the_list_and_stops_nothing(store: Store, log: SqlLog) -> None:
    with store.writing() as connection:
        if store.dialect == "sqlite":
            connection.execute(text("DROP TRIGGER event_refuses_update"))
        else:
            connection.execute(text("ALTER TABLE event DISABLE TRIGGER ALL"))
        connection.execute(text("UPDATE event SET header = :bad WHERE id = 6"), {"bad": b"\xff{"})
    assert log.lines(Sought(), most=1, below=0)[0].header == b"\xff{"
    log.sequence(most=9, whole=True)
    assert (log.at(0), log.at(5), log.at(6)) == (NOW, "", "")
    assert len(log.lines(Sought(since="2000-01-01T00:00:00.000000Z"), most=9, below=0)) == 5
