"""Catalogue D20 on both databases: an erasure is one commit with its event; headers and leaves stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from consent.errors import StaleEpisode
from consent.model.events import EpisodeEvent, IdentityConfirmed
from consent.model.events_draft import DraftClosed, DraftErased
from consent.ports import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from consent.ports import Ledger
    from consent.store.engine import Store
    from tests.adapters.store.conftest import Make

STREAM, OTHER = "episode:e-1", "episode:e-2"
SAID = "Zwetschgenröster-71"
NOW = "2026-03-02T09:00:00.000000Z"


def closed(ledger: Ledger, make: Make) -> str:
    """A record that was closed, and another one; gives the last leaf of the first."""
    events: list[EpisodeEvent] = [make.event(SAID), IdentityConfirmed(), DraftClosed(days=30)]
    entries = make.entries(STREAM, events)
    ledger.append(make.commit(entries=entries, answer=Answer(key="open:1", request="r", body="e-1")))
    ledger.append(make.commit(OTHER, answer=Answer(key="open:2", request="r", body="e-2")))
    return entries[-1].leaf


def test_d20_what_a_draft_said_goes_and_headers_leaves_and_every_other_record_stay(ledger: Ledger, make: Make) -> None:
    before = [(one.header, one.leaf) for one in ledger.entries(STREAM)] if closed(ledger, make) else []
    event = DraftErased(closed=NOW, days=365, events=3)
    entries = make.entries(STREAM, [event], after=3, previous=before[-1][1])
    ledger.append(make.commit(expected=3, entries=entries, erase=True))
    kept = ledger.entries(STREAM)
    assert [(one.header, one.leaf) for one in kept[:3]] == before
    assert [one.payload is None and one.salt is None for one in kept] == [True, True, True, False]
    assert [one.event for one in ledger.read(STREAM)] == [event]
    assert ledger.head(STREAM) == (4, entries[0].leaf)
    assert (ledger.answer("open:1"), ledger.answer("open:2") is not None) == (None, True)
    assert len(ledger.read(OTHER)) == 1


def test_d20_an_erasure_that_comes_too_late_erases_nothing(ledger: Ledger, make: Make) -> None:
    leaf = closed(ledger, make)
    entries = make.entries(STREAM, [DraftErased(closed=NOW, days=1, events=2)], after=2, previous=leaf)
    with pytest.raises(StaleEpisode):
        ledger.append(make.commit(expected=2, entries=entries, erase=True))
    assert len(ledger.read(STREAM)) == 3
    assert ledger.answer("open:1")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_d20_its_words_are_in_no_file_of_the_database_afterwards(
    ledger: Ledger, *, store: Store, make: Make, tmp_path: Path
) -> None:
    leaf = closed(ledger, make)
    entries = make.entries(STREAM, [DraftErased(closed=NOW, days=365, events=3)], after=3, previous=leaf)
    ledger.append(make.commit(expected=3, entries=entries, erase=True))
    with store.reading() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    files = [one for one in (tmp_path / "data").iterdir() if one.is_file()]
    assert files
    assert [one.name for one in files if SAID.encode() in one.read_bytes()] == []
