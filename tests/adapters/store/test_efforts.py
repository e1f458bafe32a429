"""What records have taken of the staff's work, on both databases."""

from dataclasses import replace
from threading import Thread

from consent.ports import Effort
from consent.store.efforts import SqlEfforts
from consent.store.engine import Store


def one_more(kept: Effort) -> Effort:
    return replace(kept, taps=kept.taps + 1, millis=kept.millis + 3_000_000_000, at="now")


def test_a_count_begins_at_nothing_and_goes_on_after_a_restart(store: Store) -> None:
    assert SqlEfforts(store).of("e-1") is None
    SqlEfforts(store).change("e-1", one_more)
    SqlEfforts(store).change("e-1", one_more)
    assert SqlEfforts(store).of("e-1") == Effort(episode="e-1", taps=2, millis=6_000_000_000, at="now")


def test_taps_at_once_all_count(store: Store) -> None:
    efforts = SqlEfforts(store)

    def tap() -> None:
        for _ in range(10):
            efforts.change("e-1", one_more)

    hands = [Thread(target=tap) for _ in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    kept = efforts.of("e-1")
    assert kept is not None
    assert kept.taps == 40
