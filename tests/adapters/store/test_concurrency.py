from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from consent.errors import AlreadyDone, Busy, StaleEpisode
from consent.ports import Answer
from consent.store.engine import open_store
from consent.store.ledger import SqlLedger

if TYPE_CHECKING:
    from pathlib import Path

    from consent.ports import Ledger
    from consent.store.engine import Store
    from tests.adapters.store.conftest import Make, Started

WRITERS = 8
EACH = 20


def test_writers_of_different_streams_lose_nothing(ledger: Ledger, make: Make) -> None:
    def write(writer: int) -> None:
        stream, previous = f"episode:e-{writer}", None
        for number in range(EACH):
            entries = make.entries(stream, [make.event()], after=number, previous=previous)
            ledger.append(make.commit(stream, expected=number, entries=entries, row=make.row(stream)))
            previous = entries[0].leaf

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert [len(ledger.read(f"episode:e-{writer}")) for writer in range(WRITERS)] == [EACH] * WRITERS


def test_writers_of_one_stream_take_turns_without_gap_or_fork(ledger: Ledger, make: Make) -> None:
    stream = "episode:e-1"

    def write(writer: int) -> int:
        stale, kept = 0, 0
        while kept < EACH:
            before = ledger.read(stream)
            previous = before[-1].leaf if before else None
            entries = make.entries(stream, [make.event(f"writer {writer}")], after=len(before), previous=previous)
            try:
                ledger.append(make.commit(expected=len(before), entries=entries))
            except StaleEpisode:
                stale += 1
            else:
                kept += 1
        return stale

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    recorded = ledger.read(stream)
    assert [one.header.number for one in recorded] == list(range(1, WRITERS * EACH + 1))
    hopes = [getattr(one.event, "hope", "") for one in recorded]
    assert {hope: hopes.count(hope) for hope in hopes} == {f"writer {writer}": EACH for writer in range(WRITERS)}


def test_of_many_appends_at_the_same_place_one_is_kept(ledger: Ledger, make: Make) -> None:
    def write(writer: int) -> str:
        entries = make.entries("episode:e-1", [make.event(f"writer {writer}")])
        try:
            ledger.append(make.commit(entries=entries))
        except StaleEpisode:
            return "stale"
        return "kept"

    with ThreadPoolExecutor(WRITERS) as pool:
        outcomes = sorted(pool.map(write, range(WRITERS)))
    assert outcomes == ["kept"] + ["stale"] * (WRITERS - 1)


def test_of_many_requests_with_one_key_one_is_kept(ledger: Ledger, make: Make) -> None:
    def ask(writer: int) -> str:
        answer = Answer(key="k-1", request="r", body=f"{writer}")
        try:
            ledger.append(make.commit(f"episode:e-{writer}", answer=answer))
        except AlreadyDone:
            return "already"
        return "kept"

    with ThreadPoolExecutor(WRITERS) as pool:
        outcomes = sorted(pool.map(ask, range(WRITERS)))
    assert outcomes == ["already"] * (WRITERS - 1) + ["kept"]
    assert len(ledger.streams("episode:")) == 1


def test_e01_a_lock_held_by_another_process_is_busy(*, url: str, store: Store, started: Started, make: Make) -> None:
    impatient = open_store(url, mode="demo", busy_seconds=0.3)
    with started("holds_the_lock.py", url) as holder:
        assert holder.line() == "held"
        with pytest.raises(Busy, match="did not answer in time"):
            SqlLedger(impatient).append(make.commit())
    impatient.close()
    SqlLedger(store).append(make.commit())
    assert len(SqlLedger(store).read("episode:e-1")) == 1


def test_readers_do_not_wait_for_a_writer(ledger: Ledger, store: Store, make: Make) -> None:
    ledger.append(make.commit())
    with store.writing() as connection:
        connection.execute(text("DELETE FROM outbox"))
        assert len(ledger.read("episode:e-1")) == 1


def test_e01_the_wait_for_another_writer_of_this_process_ends_in_busy(tmp_path: Path, make: Make) -> None:
    store = open_store("sqlite:///consent.db", mode="demo", folder=tmp_path, busy_seconds=0.1)
    with store.writing(), pytest.raises(Busy):
        SqlLedger(store).append(make.commit())
    store.close()


@pytest.mark.parametrize("after", [1, 2, 3, 5, 8, 11, 14, 17, 23, 31])
def test_e03_a_writer_killed_at_any_moment_leaves_a_whole_record(tmp_path: Path, started: Started, after: int) -> None:
    url = f"sqlite:///{tmp_path / 'consent.db'}"
    for _ in range(2):
        with started("writes_until_killed.py", url) as writer:
            said = [int(writer.line()) for _ in range(after)][-1]
            writer.kill()
    store = open_store(url, mode="demo")
    ledger = SqlLedger(store)
    recorded = ledger.read("episode:killed")
    assert len(recorded) >= said
    assert len(recorded) % 2 == 0
    assert all(ledger.answer(f"key-{number}") for number in range(2, len(recorded) + 1, 2))
    assert ledger.answer(f"key-{len(recorded) + 2}") is None
    with store.reading() as connection:
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    store.close()
