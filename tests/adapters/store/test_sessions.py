from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from consent.errors import Broken, NotFound, WrongState

if TYPE_CHECKING:
    from consent.ports import Sessions
    from tests.adapters.store.conftest import Make

NOW = "2026-03-02T09:00:00.000000Z"
FRESH = "f" * 64
LATER = "2026-03-02T10:00:00.000000Z"


def test_a_session_is_found_by_token_and_by_name(sessions: Sessions, make: Make) -> None:
    sessions.add(make.session())
    assert sessions.by_token("token of s-1") == sessions.by_id("s-1") == make.session()
    assert sessions.by_token("another") is None
    assert sessions.by_id("s-2") is None


def test_two_sessions_never_share_a_token(sessions: Sessions, make: Make) -> None:
    sessions.add(make.session())
    with pytest.raises(Broken):
        sessions.add(make.session("s-2", token=make.session().token))


def test_a_touch_moves_the_last_time_seen(sessions: Sessions, make: Make) -> None:
    sessions.add(make.session())
    sessions.touch("s-1", now=LATER, asleep_before=NOW)
    assert sessions.by_id("s-1") == make.session(last_seen=LATER)


def test_a_hand_over_locks_the_staff_and_opens_the_patient(sessions: Sessions, make: Make) -> None:
    sessions.add(make.session())
    patient = make.session("s-2", parent="s-1", episode="e-1")
    sessions.hand_over(locked="s-1", opened=patient)
    assert sessions.by_id("s-1") == make.session(locked=True)
    assert sessions.by_id("s-2") == patient


def test_a_hand_over_ends_every_other_session_of_that_episode_alone(sessions: Sessions, make: Make) -> None:
    for name in ("s-1", "s-2"):
        sessions.add(make.session(name))
    for name, episode in (("s-3", "e-1"), ("s-4", "e-2")):
        sessions.add(make.session(name, parent="s-9", episode=episode))
    sessions.hand_over(locked="s-1", opened=make.session("s-5", parent="s-1", episode="e-1"))
    ended = [name for name in ("s-2", "s-3", "s-4", "s-5") if (row := sessions.by_id(name)) and row.ended]
    assert ended == ["s-3"]


def test_of_two_hand_overs_at_once_one_opens_a_session(sessions: Sessions, make: Make) -> None:
    sessions.add(make.session())

    def hand_over(number: int) -> bool:
        try:
            sessions.hand_over(locked="s-1", opened=make.session(f"s-{number}", parent="s-1"))
        except WrongState:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(hand_over, range(2, 10))) == 1
    assert sum(sessions.by_id(f"s-{number}") is not None for number in range(2, 10)) == 1


def test_an_ended_session_is_not_handed_over(sessions: Sessions, make: Make) -> None:
    sessions.add(make.session())
    sessions.end("s-1")
    with pytest.raises(WrongState):
        sessions.hand_over(locked="s-1", opened=make.session("s-2"))
    assert sessions.by_id("s-2") is None


def test_taking_back_ends_the_patient_and_gives_the_staff_a_new_token(sessions: Sessions, make: Make) -> None:
    sessions.add(make.session())
    patient = make.session("s-2", parent="s-1")
    sessions.hand_over(locked="s-1", opened=patient)
    sessions.take_back(ended="s-2", unlocked="s-1", token=FRESH, now=LATER)
    assert sessions.by_id("s-2") == replace(patient, ended=True)
    assert sessions.by_token(FRESH) == make.session(token=FRESH, last_seen=LATER)
    assert sessions.by_token("token of s-1") is None


def test_a_session_of_somebody_else_is_not_unlocked(sessions: Sessions, make: Make) -> None:
    for name in ("s-1", "s-9"):
        sessions.add(make.session(name))
    sessions.hand_over(locked="s-1", opened=make.session("s-2", parent="s-1"))
    sessions.hand_over(locked="s-9", opened=make.session("s-8", parent="s-9"))
    with pytest.raises(NotFound):
        sessions.take_back(ended="s-2", unlocked="s-9", token=FRESH, now=LATER)
    found = sessions.by_id("s-9")
    assert found
    assert found.locked


def test_a_staff_session_that_has_ended_stays_ended(sessions: Sessions, make: Make) -> None:
    sessions.add(make.session())
    sessions.hand_over(locked="s-1", opened=make.session("s-2", parent="s-1"))
    sessions.end("s-1")
    with pytest.raises(WrongState):
        sessions.take_back(ended="s-2", unlocked="s-1", token=FRESH, now=LATER)
    patient = sessions.by_id("s-2")
    assert patient
    assert patient.ended


def test_ending_all_sessions_of_a_person_leaves_the_others(sessions: Sessions, make: Make) -> None:
    for name, person in (("s-1", "p-1"), ("s-2", "p-1"), ("s-3", "p-2")):
        sessions.add(make.session(name, person=person))
    sessions.end_all("p-1")
    ended = {name: found.ended for name in ("s-1", "s-2", "s-3") if (found := sessions.by_id(name))}
    assert ended == {"s-1": True, "s-2": True, "s-3": False}


def test_a_ticket_is_used_once_even_by_many_at_once(sessions: Sessions) -> None:
    sessions.put_ticket("t", session="s-1", purpose="sign_out", until=LATER)

    def use(_: int) -> bool:
        return sessions.use_ticket("t", session="s-1", purpose="sign_out", now=NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(8))) == 1


@pytest.mark.parametrize(
    ("ticket", "session", "purpose", "now"),
    [
        ("other", "s-1", "sign_out", NOW),
        ("t", "s-2", "sign_out", NOW),
        ("t", "s-1", "hand_over", NOW),
        ("t", "s-1", "sign_out", LATER),
    ],
)
def test_a_ticket_serves_its_session_purpose_and_time_only(
    *, sessions: Sessions, ticket: str, session: str, purpose: str, now: str
) -> None:
    sessions.put_ticket("t", session="s-1", purpose="sign_out", until=LATER)
    assert not sessions.use_ticket(ticket, session=session, purpose=purpose, now=now)
