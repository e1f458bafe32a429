"""Known devices, and wrong secrets by the place that they came from, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from consent.errors import ConsentError
from consent.ports import Device
from consent.store.devices import SqlAttempts, SqlDevices

if TYPE_CHECKING:
    from consent.ports import Attempts, Devices, Ledger
    from consent.store.engine import Store
    from tests.adapters.store.conftest import Make

T0, T1, T2 = (f"2026-03-02T09:{minute:02d}:00.000000Z" for minute in (0, 15, 30))
BAY = Device(id="d-1", token="t-1", label="Bay 2", enrolled=T0)  # noqa: S106 - stands for a digest


@pytest.fixture
def devices(store: Store) -> Devices:
    return SqlDevices(store)


@pytest.fixture
def attempts(store: Store) -> Attempts:
    return SqlAttempts(store)


def keep(ledger: Ledger, make: Make, device: Device) -> None:
    stream = f"device:{device.id}"
    number, leaf = ledger.head(stream)
    entries = make.entries(stream, [make.event()], after=number, previous=leaf)
    ledger.append(make.commit(stream, expected=number, entries=entries, device=device))


def test_a_device_is_found_by_token_and_by_name_also_when_it_was_revoked(
    ledger: Ledger, devices: Devices, make: Make
) -> None:
    keep(ledger, make, BAY)
    assert devices.by_token("t-1") == devices.by_id("d-1") == BAY
    assert devices.by_token("d-1") is devices.by_token("") is devices.by_id("t-1") is None
    keep(ledger, make, replace(BAY, revoked=True))
    assert devices.by_token("t-1") == devices.by_id("d-1") == replace(BAY, revoked=True)


def test_devices_come_by_label(ledger: Ledger, devices: Devices, make: Make) -> None:
    labels = {"d-1": "Bay 3", "d-2": "Bay 1", "d-3": "Bay 3"}
    for name, label in labels.items():
        keep(ledger, make, replace(BAY, id=name, token=f"t of {name}", label=label))
    assert [one.id for one in devices.all()] == ["d-2", "d-1", "d-3"]


def test_two_devices_never_share_a_token(ledger: Ledger, devices: Devices, make: Make) -> None:
    keep(ledger, make, BAY)
    with pytest.raises(ConsentError):
        keep(ledger, make, replace(BAY, id="d-2"))
    assert devices.all() == (BAY,)
    assert ledger.head("device:d-2") == (0, None)


def count(attempts: Attempts, times: int, *, bucket: str = "device:d-1", now: str = T0, most: int = 3) -> list[bool]:
    since, until = ("2026-03-02T08:45:00.000000Z", T1) if now == T0 else (T0, T2)
    return [attempts.count(bucket, now=now, since=since, most=most, until=until) for _ in range(times)]


def test_a_place_closes_at_so_many_and_says_so_once(attempts: Attempts) -> None:
    assert count(attempts, 2) == [False, False]
    assert not attempts.closed(["device:d-1"], now=T0)
    assert count(attempts, 3) == [True, False, False]
    assert attempts.closed(["address:x", "device:d-1"], now=T0)
    assert not attempts.closed(["device:d-2", "everywhere"], now=T0)
    assert not attempts.closed([], now=T0)


def test_a_place_opens_again_when_its_time_is_over(attempts: Attempts) -> None:
    count(attempts, 3)
    assert attempts.closed(["device:d-1"], now="2026-03-02T09:14:59.999999Z")
    assert not attempts.closed(["device:d-1"], now=T1)


def test_what_is_older_than_the_window_does_not_count(attempts: Attempts) -> None:
    assert count(attempts, 2) == [False, False]
    later = "2026-03-02T09:15:00.000001Z"
    args = {"now": later, "since": "2026-03-02T09:00:00.000001Z", "most": 3, "until": T2}
    assert [attempts.count("device:d-1", **args) for _ in range(3)] == [False, False, True]  # type: ignore[arg-type]  # text and a number


def test_the_first_wrong_secret_closes_a_place_that_stands_none(attempts: Attempts) -> None:
    assert count(attempts, 1, most=1) == [True]
    assert attempts.closed(["device:d-1"], now=T0)


def test_guesses_at_once_all_count_and_one_of_them_closes(attempts: Attempts) -> None:
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: count(attempts, 1, most=10)[0], range(16)))
    assert said.count(True) == 1
    assert attempts.closed(["device:d-1"], now=T0)
