"""New records held back in memory, and kept all at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from consent.errors import AlreadyDone, Broken, SameInk, StaleEpisode
from consent.ports import EVERYTHING, Answer
from consent.store.staging import StagingLedger

if TYPE_CHECKING:
    from consent.ports import Commit, Ledger
    from consent.store.engine import Store
    from tests.adapters.store.conftest import Make

STREAM = "episode:e-1"


@pytest.fixture
def held(store: Store) -> StagingLedger:
    return StagingLedger(store)


def story(make: Make) -> list[Commit]:
    """One record in three commits, each with ink; the second and the third answer a request, too."""
    entries = make.entries(STREAM, [make.event(str(number)) for number in range(3)])
    commits = [
        make.commit(expected=number, entries=entries[number : number + 1], row=make.row(version=number + 1))
        for number in range(3)
    ]
    return [replace(commits[0], ink=("f" * 64,))] + [
        replace(one, answer=Answer(key=f"k-{number}", request="r" * 64, body="b"), ink=(f"{number}" * 64,))
        for number, one in enumerate(commits[1:])
    ]


def test_nothing_is_in_the_store_until_all_of_it_is(held: StagingLedger, ledger: Ledger, make: Make) -> None:
    commits = story(make)
    for commit in commits:
        held.append(commit)
    assert ledger.streams("") == ()
    assert [one.header.number for one in held.read(STREAM)] == [1, 2, 3]
    assert held.row(EVERYTHING, "e-1") == commits[-1].row
    assert held.in_status(EVERYTHING, "reading") == (commits[-1].row,)
    assert held.rows_of(mrn="", birth_date="") == (commits[-1].row,)
    held.keep()
    assert ledger.entries(STREAM) == tuple(one for commit in commits for one in commit.entries)
    assert ledger.row(EVERYTHING, "e-1") == commits[-1].row
    assert [ledger.answer(f"k-{number}") for number in (0, 1)] == [one.answer for one in commits[1:]]
    with pytest.raises(AlreadyDone):
        ledger.append(make.commit("episode:e-2", answer=commits[1].answer))
    for used in ("f", "0", "1"):
        with pytest.raises(SameInk):
            ledger.append(make.commit("episode:e-2", ink=(used * 64,)))
    assert held.read(STREAM) == ledger.read(STREAM)


def test_one_record_that_cannot_be_kept_keeps_back_all_and_is_forgotten(
    held: StagingLedger, ledger: Ledger, make: Make
) -> None:
    held.append(make.commit("episode:e-2"))
    held.append(make.commit(ink=("a" * 64,)))
    ledger.append(make.commit("episode:e-3", ink=("a" * 64,)))
    with pytest.raises(AlreadyDone):
        held.keep()
    held.keep()
    assert ledger.streams("") == ("episode:e-3",)


def test_what_the_ledger_refuses_is_refused_when_it_is_held_back(held: StagingLedger, make: Make) -> None:
    first, second, third = story(make)
    held.append(first)
    with pytest.raises(StaleEpisode):
        held.append(third)
    held.append(second)
    with pytest.raises(AlreadyDone):
        held.append(make.commit("episode:e-2", answer=second.answer))
    with pytest.raises(Broken):
        held.append(replace(third, entries=(replace(third.entries[0], payload=b"{}"),)))


def test_records_that_are_kept_are_not_touched(held: StagingLedger, ledger: Ledger, make: Make) -> None:
    first, second, _ = story(make)
    ledger.append(first)
    with pytest.raises(Broken, match="record that is kept"):
        held.append(second)
    with pytest.raises(Broken, match="record that is kept"):
        held.append(make.commit("episode:e-2", erase=True))


def test_other_streams_are_let_go(held: StagingLedger, ledger: Ledger, make: Make) -> None:
    held.append(make.commit("person:p-1"))
    held.keep()
    assert ledger.streams("") == ()
