"""Sessions that sleep, wake, go on under a new token, change hands or end, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from consent.errors import WrongState

if TYPE_CHECKING:
    from consent.ports import Sessions
    from tests.adapters.store.conftest import Make

NOW = "2026-03-02T09:00:00.000000Z"
SOON = "2026-03-02T09:00:00.000001Z"
LATER = "2026-03-02T10:00:00.000000Z"
FRESH = "f" * 64


def test_a_touch_does_not_wake_a_session_that_fell_asleep(sessions: Sessions, make: Make) -> None:
    sessions.add(make.session())
    sessions.touch("s-1", now=LATER, asleep_before=SOON)
    assert sessions.by_id("s-1") == make.session()
    sessions.touch("s-1", now=LATER, asleep_before=NOW)
    assert sessions.by_id("s-1") == make.session(last_seen=LATER)


def test_a_touch_is_of_one_session(sessions: Sessions, make: Make) -> None:
    for name in ("s-1", "s-2"):
        sessions.add(make.session(name))
    sessions.touch("s-1", now=LATER, asleep_before=NOW)
    assert sessions.by_id("s-2") == make.session("s-2")


def test_a_session_is_woken_however_long_it_slept(sessions: Sessions, make: Make) -> None:
    for name in ("s-1", "s-2"):
        sessions.add(make.session(name))
    sessions.wake("s-1", now=LATER)
    assert sessions.by_id("s-1") == make.session(last_seen=LATER)
    assert sessions.by_id("s-2") == make.session("s-2")


def test_a_session_goes_on_under_another_token_alone(sessions: Sessions, make: Make) -> None:
    sessions.add(make.session())
    sessions.renew("s-1", token=FRESH, now=LATER)
    assert sessions.by_token(FRESH) == make.session(token=FRESH, last_seen=LATER)
    assert sessions.by_token("token of s-1") is None


@pytest.mark.parametrize("state", ["locked", "ended"])
def test_a_session_that_was_locked_or_has_ended_does_not_go_on(sessions: Sessions, make: Make, state: str) -> None:
    sessions.add(replace(make.session(), locked=state == "locked", ended=state == "ended"))
    with pytest.raises(WrongState):
        sessions.renew("s-1", token=FRESH, now=LATER)
    with pytest.raises(WrongState):
        sessions.renew("s-none", token=FRESH, now=LATER)
    assert sessions.by_token(FRESH) is None


def test_some_of_the_sessions_are_found_at_once(sessions: Sessions, make: Make) -> None:
    rows = [make.session("s-1"), make.session("s-2", ended=True), make.session("s-3")]
    for row in rows:
        sessions.add(row)
    assert {row.id: row for row in sessions.some(["s-2", "s-1", "s-none"])} == {"s-1": rows[0], "s-2": rows[1]}
    assert sessions.some([]) == ()


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        ({"person": "p-1", "device": "tablet 9", "opened": "e-2", "opened_at": LATER}, True),
        ({"person": "p-9", "device": "tablet 1", "opened": "e-2", "opened_at": LATER}, True),
        ({"person": "p-9", "device": "tablet 9", "opened": "e-2", "opened_at": LATER}, False),
        ({"opened": "e-1", "opened_at": LATER}, False),
        ({"opened": "e-2", "opened_at": NOW}, False),
        ({}, False),
    ],
)
def test_another_record_was_opened_since_by_that_person_or_on_that_device(
    sessions: Sessions, make: Make, *, row: dict[str, str], counts: bool
) -> None:
    sessions.add(make.session(**row))
    assert sessions.opened_since(NOW, person="p-1", device="tablet 1", other_than="e-1") is counts


def test_the_record_that_was_opened_last_is_kept_with_its_time(sessions: Sessions, make: Make) -> None:
    sessions.add(make.session())
    for episode in ("e-1", "e-2"):
        sessions.note_opened("s-1", episode=episode, now=LATER)
    assert sessions.by_id("s-1") == make.session(opened="e-2", opened_at=LATER)


def test_somebody_else_takes_over_and_both_sessions_end(sessions: Sessions, make: Make) -> None:
    sessions.add(make.session())
    sessions.add(make.session("s-3"))
    sessions.hand_over(locked="s-1", opened=make.session("s-2", parent="s-1", episode="e-1"))
    theirs = make.session("s-4", person="p-2", token=FRESH)
    sessions.take_over(ended="s-2", parent="s-1", opened=theirs)
    ended = {row.id for row in sessions.some(["s-1", "s-2", "s-3", "s-4"]) if row.ended}
    assert ended == {"s-1", "s-2"}
    assert sessions.by_token(FRESH) == theirs


def test_of_two_who_take_over_at_once_one_gets_a_session(sessions: Sessions, make: Make) -> None:
    sessions.add(make.session("s-2", parent="s-1", episode="e-1"))

    def take_over(number: int) -> bool:
        try:
            sessions.take_over(ended="s-2", parent="s-1", opened=make.session(f"s-{number}"))
        except WrongState:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take_over, range(10, 18))) == 1
    assert len(sessions.some([f"s-{number}" for number in range(10, 18)])) == 1


def test_ending_a_session_ends_the_patients_that_it_opened(sessions: Sessions, make: Make) -> None:
    for name, parent in (("s-1", ""), ("s-2", "s-1"), ("s-3", "s-9")):
        sessions.add(make.session(name, parent=parent))
    sessions.end("s-1")
    assert {row.id for row in sessions.some(["s-1", "s-2", "s-3"]) if row.ended} == {"s-1", "s-2"}


def test_ending_all_on_a_device_leaves_the_others(sessions: Sessions, make: Make) -> None:
    rows = [make.session(f"s-{number}", device=device) for number, device in enumerate(("d-1", "d-1", "d-2", "d-11"))]
    for row in rows:
        sessions.add(row)
    sessions.end_on("d-1")
    assert [sessions.by_id(row.id) for row in rows] == [
        *(replace(row, ended=True) for row in rows[:2]),
        *rows[2:],
    ]
