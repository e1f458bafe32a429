"""PostgreSQL dies, freezes or changes places: nothing that was answered is lost, and nothing is there twice (E10)."""

import signal
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from time import monotonic

import pytest

from consent.errors import AlreadyDone, Busy, StaleEpisode, StoreRefused
from consent.ports import Answer, Commit
from consent.settings import Settings
from consent.store.engine import Store, open_store
from consent.store.ledger import SqlLedger
from consent.wiring import opened
from consent.workflow import health
from consent.workflow.health import Code
from tests.adapters.store.conftest import Make
from tests.cluster import Cluster, cluster, until

PATIENCE = 3.0


@pytest.fixture
def both() -> Iterator[Cluster]:
    with cluster() as made:
        yield made


@pytest.fixture
def store(both: Cluster) -> Iterator[Store]:
    with closing(open_store(both.address, mode="demo", patience=PATIENCE)) as made:
        yield made


def signature(make: Make, key: str = "k-1") -> Commit:
    """What a signature writes: an event, and the answer to the key of its request."""
    return make.commit(answer=Answer(key=key, request="r" * 64, body="signed"))


def done(ledger: SqlLedger, commit: Commit) -> bool:
    """Whether it was kept just now; it may have been kept before."""
    try:
        ledger.append(commit)
    except (Busy, AlreadyDone, StaleEpisode):
        return False
    return True


def test_e10_a_commit_whose_outcome_is_unknown_is_found_by_its_key_and_never_done_twice(
    both: Cluster, store: Store, make: Make
) -> None:
    ledger = SqlLedger(store)
    both.replica.send(signal.SIGSTOP)
    with pytest.raises(Busy, match="did not answer"):
        ledger.append(signature(make))
    with pytest.raises(Busy):
        ledger.append(signature(make))  # the same tap again, while the first still waits
    assert ledger.read("episode:e-1") == ()  # nobody has seen what may be lost yet
    both.replica.send(signal.SIGCONT)
    until(lambda: ledger.answer("k-1") is not None, what="the commit went on once the replica was back")
    with pytest.raises(AlreadyDone):
        ledger.append(signature(make))
    assert len(ledger.read("episode:e-1")) == 1


def test_e10_a_commit_that_died_with_the_primary_is_not_there_and_is_done_once_by_the_next_try(
    both: Cluster, store: Store, make: Make
) -> None:
    ledger = SqlLedger(store)
    ledger.append(make.commit("episode:e-0"))
    both.replica.kill()
    with pytest.raises(Busy, match="did not answer"):
        ledger.append(signature(make))
    both.primary.kill()
    with pytest.raises(Busy, match="nothing was saved just now"):
        ledger.append(signature(make))
    both.replica.start()
    with pytest.raises(Busy, match="No database that takes writes"):
        ledger.append(signature(make))
    both.promote()
    until(lambda: done(ledger, signature(make)), what="the app finds the new primary by itself")
    assert ledger.answer("k-1") == Answer(key="k-1", request="r" * 64, body="signed")
    assert [len(ledger.read(stream)) for stream in ("episode:e-0", "episode:e-1")] == [1, 1]


def test_e10_a_server_that_freezes_is_given_up(both: Cluster, store: Store, make: Make) -> None:
    ledger = SqlLedger(store)
    ledger.append(make.commit())
    both.primary.send(signal.SIGSTOP)
    with pytest.raises(Busy):
        ledger.read("episode:e-1")
    both.primary.send(signal.SIGCONT)
    assert len(ledger.read("episode:e-1")) == 1


def test_e11_a_replica_takes_no_writes_and_is_refused_at_start(both: Cluster, store: Store) -> None:
    store.close()
    there = "SELECT to_regclass('meta') IS NOT NULL"
    until(lambda: both.replica.ask(there) == [(True,)], what="the replica has the store")
    with pytest.raises(StoreRefused, match="cannot be written to"):
        open_store(both.replica.address, mode="demo")


def test_e11_a_server_that_becomes_read_only_is_left(both: Cluster, store: Store, make: Make) -> None:
    ledger = SqlLedger(store)
    ledger.append(make.commit())
    both.primary.ask("ALTER SYSTEM SET default_transaction_read_only = on")
    both.primary.ask("SELECT pg_reload_conf()")
    refused: list[str] = []
    numbers = count(2)  # before the server has read its settings again, some are kept

    def is_refused() -> bool:
        try:
            ledger.append(make.commit(f"episode:e-{next(numbers)}"))
        except (StoreRefused, Busy) as error:
            refused.append(error.what)
            return "can be reached" in error.what
        return False

    until(is_refused, what="it is refused, and then not even asked any more")
    assert refused[0] == "The database cannot be written to."
    both.primary.kill()
    both.promote()
    until(lambda: done(ledger, make.commit("episode:e-last")), what="the one that takes writes is found")


def test_e10_a_replica_that_holds_up_every_commit_is_a_trouble_of_the_database(both: Cluster, tmp_path: Path) -> None:
    chosen = Settings(mode="demo", records=tmp_path / "records", database=both.address)
    desk, store = opened(chosen, patience=PATIENCE)

    def codes() -> tuple[Code, ...]:
        first = health.first_look(desk, steady=monotonic())
        return health.look(desk, first, steady=monotonic(), free=10 * health.LEAST_FREE, worker=monotonic()).codes

    assert codes() == ()
    both.replica.kill()
    assert codes() == (Code.DATABASE,)
    assert codes() == (Code.DATABASE,)  # the lock of the first one's row is not waited for either
    both.replica.start()
    until(lambda: codes() == (), what="well again with the replica")
    store.close()
