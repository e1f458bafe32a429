"""Whose records a query finds: need to know is part of the query, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from consent.errors import NotFound
from consent.ports import EVERYTHING, Glass, Scope

if TYPE_CHECKING:
    from consent.ports import Ledger
    from tests.adapters.store.conftest import Make

NOW = "2026-03-02T09:00:00.000000Z"
LATER = "2026-03-02T10:00:00.000000Z"
DAY = {"since": "2026-03-02", "until": "2026-03-03"}
ROWS = {
    "e-south": {"unit": "South", "clinician": "p-1", "performer": "p-2", "mrn": "7", "birth_date": "1950-01-01"},
    "e-north": {"unit": "North", "clinician": "p-3", "performer": "p-3", "mrn": "7", "birth_date": "1950-01-01"},
    "e-clinic": {"unit": "", "clinician": "p-3", "performer": "", "mrn": "8", "birth_date": "1950-01-01"},
}
SEEN = [
    (Scope(person="p-9", units=("South",)), {"e-south"}),
    (Scope(person="p-9", units=("South", "North")), {"e-south", "e-north"}),
    (Scope(person="p-9", units=("south",)), set()),
    (Scope(person="p-9", units=("",)), {"e-clinic"}),
    (Scope(person="p-1", units=("West",)), {"e-south"}),
    (Scope(person="p-2", units=("West",)), {"e-south"}),
    (Scope(person="p-3", units=("South",)), {"e-south", "e-north", "e-clinic"}),
    (Scope(person="p-9", units=("West",)), set()),
    (Scope(person="p-9", units=()), set()),
    (Scope(episode="e-north"), {"e-north"}),
    (Scope(episode="e-none"), set()),
    (Scope(episode="e-north", person="p-1", units=("South",)), {"e-north"}),
    (EVERYTHING, set(ROWS)),
]


@pytest.fixture
def kept(ledger: Ledger, make: Make) -> Ledger:
    """Three records of two units and of the clinic as a whole, each with a document."""
    for name, changes in ROWS.items():
        document = make.document(name.encode(), episode=name)
        ledger.append(make.commit(f"episode:{name}", row=make.row(name, **changes), document=document))
    return ledger


def found(ledger: Ledger, scope: Scope) -> list[set[str]]:
    """What each query finds, one after the other."""
    rows = {name: ledger.row(scope, name) for name in ROWS}
    lists = [ledger.worklist(scope, **DAY), ledger.in_status(scope, "reading", "opened")]
    return [{name for name, row in rows.items() if row}, *({row.episode for row in rows} for rows in lists)]


def documents(ledger: Ledger, make: Make, scope: Scope) -> set[str]:
    reached = set()
    for name in ROWS:
        try:
            reached.add(ledger.document(scope, make.document(name.encode()).digest).episode)
        except NotFound:
            continue
    return reached


def glass(name: str = "g-1", **changes: object) -> Glass:
    values: dict[str, object] = {"id": name, "episode": "e-north", "person": "p-9", "session": "s-9", "at": NOW}
    return Glass(**(values | {"until": LATER} | changes))  # type: ignore[arg-type]  # text and bool fields


def note(ledger: Ledger, make: Make, *glasses: Glass) -> None:
    for one in glasses:
        stream = f"access:{one.id}"
        before = ledger.head(stream)
        entries = make.entries(stream, [make.event()], after=before[0], previous=before[1])
        ledger.append(make.commit(stream, expected=before[0], entries=entries, glass=one))


@pytest.mark.parametrize(("scope", "names"), SEEN)
def test_every_query_finds_what_is_within_reach_and_nothing_else(
    kept: Ledger, make: Make, *, scope: Scope, names: set[str]
) -> None:
    assert found(kept, scope) == [names] * 3
    assert documents(kept, make, scope) == names


def test_a_record_out_of_reach_is_told_like_one_that_is_not_there(kept: Ledger, make: Make) -> None:
    scope, said = Scope(person="p-9", units=("South",)), set()
    assert kept.row(scope, "e-north") is kept.row(scope, "e-none") is None
    for digest in (make.document(b"e-north").digest, make.document(b"none").digest):
        with pytest.raises(NotFound) as caught:
            kept.document(scope, digest)
        said.add(str(caught.value))
    assert len(said) == 1


def test_a_broken_glass_reaches_its_record_until_its_time_is_over(kept: Ledger, make: Make) -> None:
    note(kept, make, glass())
    here = Scope(person="p-9", units=("West",), session="s-9", at=NOW)
    assert found(kept, here) == [{"e-north"}] * 3
    assert documents(kept, make, here) == {"e-north"}
    for at in (LATER, "2026-03-03T00:00:00.000000Z"):
        assert found(kept, Scope(person="p-9", units=("West",), session="s-9", at=at)) == [set()] * 3


@pytest.mark.parametrize("other", [Scope(person="p-9", session="s-8", at=NOW), Scope(person="p-9", at=NOW)])
def test_a_broken_glass_is_its_sessions_alone(kept: Ledger, make: Make, other: Scope) -> None:
    note(kept, make, glass())
    assert found(kept, other) == [set()] * 3


def test_glasses_wait_oldest_first_until_they_are_reviewed(kept: Ledger, make: Make) -> None:
    first, second, third = (glass(f"g-{number}", at=at) for number, at in ((1, LATER), (2, NOW), (3, LATER)))
    note(kept, make, third, first, second)
    assert kept.glasses() == (second, first, third)
    note(kept, make, glass("g-1", at=LATER, reviewed=True))
    assert kept.glasses() == (second, third)


def test_a_patients_rows_are_found_by_both_identifiers_together(kept: Ledger) -> None:
    assert [row.episode for row in kept.rows_of(mrn="7", birth_date="1950-01-01")] == ["e-north", "e-south"]
    for mrn, born in (("7", "1950-01-02"), ("07", "1950-01-01"), ("", "1950-01-01"), ("%", "1950-01-01")):
        assert kept.rows_of(mrn=mrn, birth_date=born) == ()
