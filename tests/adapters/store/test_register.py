"""The register's queries on both databases: what fits, in which order, page by page, and nothing out of reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from consent.errors import BadInput
from consent.model.text import matching_form
from consent.ports import EVERYTHING, Scope, Wanted

if TYPE_CHECKING:
    from consent.ports import Ledger, WorklistRow
    from tests.adapters.store.conftest import Make

NAMES = {
    "e-1": ("José Müller", "0004417", "2026-03-02T09:00:00.000000Z"),
    "e-2": ("100% Ann_Lee", "A-1", "2026-03-02T09:00:00.000000Z"),
    "e-3": ("STRASSE Åse", "0009120", "2026-03-01T09:00:00.000000Z"),
    "e-4": ("Null", "44", "2025-03-01T09:00:00.000000Z"),
    "e-5": ("Ann Lee", "%", "2026-03-04T09:00:00.000000Z"),
    "e-6": ("Annie 'O' -- Lee", "_", "2026-03-04T09:00:00.000000Z"),
}
FOUND = {
    "": ["e-6", "e-5", "e-2", "e-1", "e-3", "e-4"],
    "jose\u0301 mu\u0308ller": ["e-1"],
    "straße": ["e-3"],
    "ÅSE": ["e-3"],
    "ann": ["e-6", "e-5", "e-2"],
    "ann lee": ["e-5"],
    "44": ["e-1", "e-4"],
    "0004417": ["e-1"],
    "%": ["e-5", "e-2"],
    "_": ["e-6", "e-2"],
    "%_": [],
    "n_l": ["e-2"],
    "\\": [],
    "' OR 1=1 --": [],
    "'o' -- lee": ["e-6"],
    "null": ["e-4"],
    "müller0004417": [],
    "müller 0004417": [],
}


@pytest.fixture
def kept(ledger: Ledger, make: Make) -> Ledger:
    """Six records of which some look like each other, and some like a query."""
    for name, (patient, mrn, at) in NAMES.items():
        row = make.row(name, patient_name=patient, mrn=mrn, appointment=at)
        ledger.append(make.commit(f"episode:{name}", row=row))
    return ledger


def episodes(rows: tuple[WorklistRow, ...]) -> list[str]:
    return [row.episode for row in rows]


@pytest.mark.parametrize("text", list(FOUND))
def test_a11_every_sign_of_a_search_stands_for_itself(kept: Ledger, text: str) -> None:
    wanted = Wanted(text=matching_form(text))
    assert episodes(kept.found(EVERYTHING, wanted, most=100)) == FOUND[text]
    assert kept.count(EVERYTHING, wanted) == len(FOUND[text])


def test_a_nul_is_refused_and_finds_nothing(kept: Ledger) -> None:
    with pytest.raises(BadInput):
        kept.found(EVERYTHING, Wanted(text="ann\0"), most=10)


FILTERS = {
    "open": (Wanted(state="open"), {"e-1", "e-2"}),
    "consented": (Wanted(state="consented"), {"e-3", "e-4"}),
    "refused": (Wanted(state="refused"), {"e-5"}),
    "withdrawn": (Wanted(state="withdrawn"), {"e-6"}),
    "closed": (Wanted(state="closed"), {"e-7", "e-8"}),
    "unfiled": (Wanted(state="unfiled"), {"e-4", "e-5"}),
    "from that very moment": (Wanted(since="2026-03-03T09:00:00.000000Z"), {"e-3", "e-4", "e-7", "e-8"}),
    "before that very moment": (Wanted(until="2026-03-02T09:00:00.000000Z"), set()),
    "since": (Wanted(since="2026-03-03T00:00:00.000000Z"), {"e-3", "e-4", "e-7", "e-8"}),
    "until": (Wanted(until="2026-03-03T00:00:00.000000Z"), {"e-1", "e-2", "e-5", "e-6"}),
    "procedure": (Wanted(procedure="freeze"), {"e-2", "e-3"}),
    "clinician": (Wanted(clinician="p-2"), {"e-3", "e-5"}),
    "together": (Wanted(state="consented", procedure="freeze", clinician="p-2", text="ann"), {"e-3"}),
    "nothing": (Wanted(procedure="freeze", clinician="p-9"), set()),
}


@pytest.mark.parametrize("name", list(FILTERS))
def test_each_filter_finds_just_what_fits(ledger: Ledger, make: Make, name: str) -> None:
    early, late = "2026-03-02T09:00:00.000000Z", "2026-03-03T09:00:00.000000Z"
    rows = (
        make.row("e-1", appointment=early),
        make.row("e-2", appointment=early, procedure="freeze"),
        make.row(
            "e-3", appointment=late, outcome="consented", filed=True, procedure="freeze", clinician="p-2",
            patient_name="Ann",
        ),
        make.row("e-4", appointment=late, outcome="consented"),
        make.row("e-5", appointment=early, outcome="refused", clinician="p-2"),
        make.row("e-6", appointment=early, outcome="withdrawn", filed=True),
        make.row("e-7", appointment=late, outcome="closed", status="closed"),
        make.row("e-8", appointment=late, outcome="erased", status="erased", patient_name="", mrn=""),
    )  # fmt: skip
    for row in rows:
        ledger.append(make.commit(f"episode:{row.episode}", row=row))
    wanted, fit = FILTERS[name]
    assert set(episodes(ledger.found(EVERYTHING, wanted, most=100))) == fit
    assert ledger.count(EVERYTHING, wanted) == len(fit)


def place(row: WorklistRow) -> tuple[str, str]:
    return row.appointment, row.episode


def test_pages_by_place_show_each_record_once_down_and_up(kept: Ledger) -> None:
    down: list[WorklistRow] = []
    while rows := kept.found(EVERYTHING, Wanted(), most=2, below=place(down[-1]) if down else None):
        down.extend(rows)
    assert episodes(tuple(down)) == FOUND[""]
    up = [down[-1]]
    while rows := kept.found(EVERYTHING, Wanted(), most=2, above=place(up[0])):
        up = [*rows, *up]
    assert up == down


def test_a_record_that_comes_meanwhile_repeats_and_hides_none(kept: Ledger, make: Make) -> None:
    first = kept.found(EVERYTHING, Wanted(), most=2)
    late = make.row("e-0", patient_name="New", mrn="9", appointment="2027-01-01T09:00:00.000000Z")
    kept.append(make.commit("episode:e-0", row=late))
    second = kept.found(EVERYTHING, Wanted(), most=2, below=place(first[-1]))
    assert episodes((*first, *second)) == FOUND[""][:4]


def test_the_register_finds_nothing_out_of_reach(ledger: Ledger, make: Make) -> None:
    for name, unit in (("e-1", "South"), ("e-2", "North")):
        ledger.append(make.commit(f"episode:{name}", row=make.row(name, unit=unit, patient_name=f"Ann {unit}")))
    south = Scope(person="p-9", units=("South",))
    assert episodes(ledger.found(south, Wanted(text="ann"), most=10)) == ["e-1"]
    assert ledger.count(south, Wanted(text="ann")) == 1
    assert ledger.found(south, Wanted(text="ann north"), most=10) == ()
    assert episodes(ledger.found(EVERYTHING, Wanted(text="ann"), most=10)) == ["e-2", "e-1"]


def test_a_list_that_is_made_again_can_be_searched(kept: Ledger) -> None:
    rows = kept.found(EVERYTHING, Wanted(), most=100)
    kept.replace_rows(rows)
    assert episodes(kept.found(EVERYTHING, Wanted(text="ann lee"), most=10)) == ["e-5"]
