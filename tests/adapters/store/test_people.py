from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consent.ports import Ledger, People
    from tests.adapters.store.conftest import Make

LATER = "2026-03-02T10:00:00.000000Z"


def test_an_account_is_found_by_person_and_by_name_letter_case_aside(
    ledger: Ledger, people: People, make: Make
) -> None:
    ledger.append(make.commit("person:p-1", account=make.account(login="Ada.Ö")))
    assert people.by_id("p-1") == people.by_login("ADA.ö") == make.account(login="Ada.Ö")
    assert people.by_id("p-2") is None
    assert people.by_login("ad") is None


def test_an_account_changes_with_its_event(ledger: Ledger, people: People, make: Make) -> None:
    ledger.append(make.commit("person:p-1", account=make.account()))
    changed = make.account(login="byron", name="Lord Byron")
    entries = make.entries("person:p-1", [make.event()], after=1)
    ledger.append(make.commit("person:p-1", expected=1, entries=entries, account=changed))
    assert people.all() == (changed,)
    assert people.by_login("ada") is None


def test_all_accounts_come_by_name(ledger: Ledger, people: People, make: Make) -> None:
    for number, name in enumerate(["de Boer", "Zuse", "Abel"]):
        account = make.account(f"p-{number}", login=name, name=name)
        ledger.append(make.commit(f"person:p-{number}", account=account))
    assert [account.person.name for account in people.all()] == ["Abel", "de Boer", "Zuse"]


def test_wrong_secrets_are_counted_even_in_parallel(ledger: Ledger, people: People, make: Make) -> None:
    ledger.append(make.commit("person:p-1", account=make.account()))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: people.count_failure("p-1", every=25, locked_until=LATER), range(24)))
    account = people.by_id("p-1")
    assert account
    assert (account.failures, account.locked_until) == (24, "")


def test_guesses_at_once_lock_the_account_all_the_same(ledger: Ledger, people: People, make: Make) -> None:
    ledger.append(make.commit("person:p-1", account=make.account()))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: people.count_failure("p-1", every=5, locked_until=LATER), range(7)))
    account = people.by_id("p-1")
    assert account
    assert (account.failures, account.locked_until) == (7, LATER)


def test_the_right_secret_clears_the_count(ledger: Ledger, people: People, make: Make) -> None:
    ledger.append(make.commit("person:p-1", account=make.account()))
    people.count_failure("p-1", every=1, locked_until=LATER)
    people.clear_failures("p-1")
    assert people.by_id("p-1") == make.account()
