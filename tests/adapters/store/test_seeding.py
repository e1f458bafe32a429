"""A filled demo store on both databases: real events, whole records, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from consent.cli.console import SEEDED_START
from consent.errors import BadInput, NotAllowed
from consent.model.people import Role
from consent.model.status import Status
from consent.model.text import check_record_number, matching_form
from consent.paper.press import FpdfPress
from consent.ports import EVERYTHING, Staging, Wanted, WorklistRow
from consent.settings import Settings
from consent.store.engine import Store
from consent.wiring import SteppingClock, opened, staging
from consent.workflow import health, rehearsal, seal, seeding
from consent.workflow.desk import Desk
from consent.workflow.invented import PLACES
from consent.workflow.luck import SeededEntropy
from tests.fakes.people import MemoryPeople

Opens = Callable[..., tuple[Desk, Staging]]
MANY = 14


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[Opens]:
    """Opens a demo store with the clock and the ids of ``--seed``: at an address, or a new SQLite file of its own."""
    stores: list[Store] = []

    def one(url: str = "") -> tuple[Desk, Staging]:
        chosen = Settings(mode="demo", records=tmp_path / f"records-{len(stores)}", database=url)
        desk, store = opened(chosen, clock=SteppingClock(SEEDED_START), entropy=SeededEntropy(7))
        stores.append(store)
        return desk, staging(store)

    yield one
    for store in stores:
        store.close()


def fill(desk: Desk, held: Staging, episodes: int, *, seed: str = "7", documents: bool = False) -> None:
    *_, kept = seeding.fill(desk, held, episodes=episodes, seed=seed, documents=documents)
    assert kept == episodes


def rows(desk: Desk) -> tuple[WorklistRow, ...]:
    return desk.ledger.found(EVERYTHING, Wanted(), most=1000)


def told(desk: Desk) -> dict[str, object]:
    return {name: desk.ledger.entries(name) for name in desk.ledger.streams("episode:")}


def test_every_chain_of_a_filled_store_holds_and_its_list_is_what_the_events_say(url: str, opens: Opens) -> None:
    desk, held = opens(url)
    fill(desk, held, MANY)
    before = rows(desk)
    assert len(before) == len(rehearsal.PATIENTS) + MANY
    assert [name for name in desk.ledger.streams("") if not health.holds(desk, name)] == []
    assert seal.rebuild(desk) == len(before)
    assert rows(desk) == before
    assert not seal.waiting(desk)


def test_seeded_records_are_spread_and_the_register_finds_them(url: str, opens: Opens) -> None:
    desk, held = opens(url)
    fill(desk, held, MANY)
    invented = [row for row in rows(desk) if row.mrn.startswith("5")]
    assert len({row.mrn for row in invented}) == MANY
    assert len({row.appointment[:4] for row in invented}) > 3
    assert any(not row.patient_name.isascii() for row in invented)
    assert Status.CLOSED in {row.status for row in invented}
    for row in invented:
        (found,) = desk.ledger.found(EVERYTHING, Wanted(text=matching_form(row.mrn)), most=9)
        assert found == row
        assert row in desk.ledger.found(EVERYTHING, Wanted(text=matching_form(row.patient_name)), most=99)


def test_the_same_seed_gives_the_same_bytes_on_an_empty_store_of_either_kind(url: str, opens: Opens) -> None:
    stores = [opens(url), opens(), opens()]
    for (desk, held), seed in zip(stores, ("7", "7", "8"), strict=True):
        fill(desk, held, 3, seed=seed)
    first, same, other = (told(desk) for desk, _ in stores)
    assert first == same
    assert first != other


def test_stopped_between_it_leaves_whole_records_and_goes_on_where_it_was(
    url: str, opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeding, "BATCH", 2)
    desk, held = opens(url)
    filling = seeding.fill(desk, held, episodes=9, seed="7")
    assert next(filling) == 2
    del filling
    assert len(rows(desk)) == len(rehearsal.PATIENTS) + 2
    assert all(health.holds(desk, name) for name in desk.ledger.streams("episode:"))
    fill(desk, held, 2)
    at_once, beside = opens()
    fill(at_once, beside, 4)
    assert told(at_once) == told(desk)


def test_what_is_told_when_it_breaks_off_is_not_in_the_store(url: str, opens: Opens) -> None:
    desk, held = opens(url)
    rehearsal.populate(desk)
    before = told(desk)

    class Stopped(FpdfPress):
        """The real press; somebody stops the program when it is asked about a reason for the procedure."""

        def unprintable(self, text: str) -> tuple[str, ...]:
            if text in {why for _, why in PLACES}:
                raise KeyboardInterrupt
            return super().unprintable(text)

    with pytest.raises(KeyboardInterrupt):
        fill(replace(desk, press=Stopped()), held, 9)
    assert told(desk) == before


def test_with_documents_records_are_told_to_their_end_and_nothing_waits(opens: Opens) -> None:
    desk, held = opens()
    fill(desk, held, 3, seed="10", documents=True)
    ends = {(row.status, row.outcome) for row in rows(desk)}
    assert {(Status.FILED, "consented"), (Status.FILED, "refused"), (Status.FILED, "withdrawn")} <= ends
    assert not seal.waiting(desk)
    assert desk.ledger.unmade() == ()
    assert not health.is_delivery_late(desk)
    assert [name for name in desk.ledger.streams("") if not health.holds(desk, name)] == []


def test_no_store_in_production_is_filled(opens: Opens) -> None:
    desk, held = opens()
    clinic = desk.clinic.model_copy(update={"mode": "production"})
    with pytest.raises(NotAllowed, match="demo stores only"):
        fill(replace(desk, clinic=clinic), held, 1)
    assert desk.ledger.streams("") == ()


def test_a_store_in_which_nobody_may_do_the_procedure_is_not_filled(opens: Opens) -> None:
    desk, held = opens()
    rehearsal.populate(desk)

    people = MemoryPeople()
    for account in desk.people.all():
        if Role.NURSE not in account.person.roles:
            people.keep(account)
    with pytest.raises(BadInput, match="nurse of the same unit"):
        fill(replace(desk, people=people), held, 1)


@pytest.mark.parametrize("rule", ["none", "luhn", "mod11"])
def test_record_numbers_end_as_the_clinics_do(opens: Opens, rule: str) -> None:
    desk, held = opens()
    rehearsal.populate(desk)
    fill(replace(desk, mrn_check=rule), held, 3)  # type: ignore[arg-type]  # one of the three
    for row in rows(desk):
        if row.mrn.startswith("5"):
            check_record_number(row.mrn, rule=rule)  # type: ignore[arg-type]  # one of the three
