"""What is in fields and not saved yet, on both databases."""

from dataclasses import replace

from consent.ports import Unsaved
from consent.store.engine import Store
from consent.store.unsaved import SqlUnsaved

MINE = Unsaved(episode="e-1", by="u-1", at="2026-11-26T01:00:00.000000Z", fields='{"why":"It \\u0000 hurts"}')


def test_the_last_of_each_person_is_kept_and_the_latest_comes_first(store: Store) -> None:
    unsaved = SqlUnsaved(store)
    hers = replace(MINE, by="u-2", at="2026-11-26T01:00:01.000000Z")
    for one in (replace(MINE, fields="{}"), MINE, hers, replace(MINE, episode="e-2")):
        unsaved.keep(one)
    assert unsaved.of("e-1") == (hers, MINE)
    assert unsaved.of("e-3") == ()
