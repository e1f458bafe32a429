"""No connection is free, or none comes back (E20)."""

from contextlib import ExitStack
from random import Random

import pytest
from sqlalchemy import text

from consent.errors import Busy, ConsentError, StaleEpisode
from consent.store.engine import Store, open_store
from consent.store.ledger import SqlLedger
from consent.store.postgres import CONNECTIONS
from tests.adapters.store.conftest import Make

MOST = 2 * CONNECTIONS


def test_e20_when_every_connection_is_taken_the_next_one_is_told_so_in_words(url: str) -> None:
    store = open_store(url, mode="demo", busy_seconds=0.3)
    with ExitStack() as held:
        for _ in range(MOST):
            held.enter_context(store.reading())
        with pytest.raises(Busy, match="no free connection in time"), store.reading():
            pass
    with store.reading() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    assert store.taken == 0
    store.close()


def test_e20_a_thousand_requests_that_end_in_every_way_leave_no_connection_behind(store: Store, make: Make) -> None:
    ledger, luck = SqlLedger(store), Random(20)  # noqa: S311 - which way each one ends, alike in every run
    ledger.append(make.commit())

    def stale() -> None:
        ledger.append(make.commit())

    def refused() -> None:
        with store.writing() as connection:
            connection.execute(text("SELECT no_such_column FROM event"))

    def broken_off() -> None:
        with store.writing():
            raise StaleEpisode("The script was stopped here.")

    def left_half_read() -> None:
        with store.reading() as connection:
            next(iter(connection.execute(text("SELECT number FROM event"))))

    ways = (stale, refused, broken_off, left_half_read, lambda: ledger.read("episode:e-1"))
    for _ in range(1000):
        try:
            luck.choice(ways)()
        except ConsentError:
            continue
    assert store.taken == 0
