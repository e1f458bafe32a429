"""Goes on with a whole story from wherever it stands, by the settings of the environment, until it is killed.

``python -m tests.faults.onward POINT [MOMENT]``: by SIGKILL at that point of those that ``points`` tells, 0: at none;
or after so many seconds. Tells what it was told to be kept, as soon as it was: ``kept STREAM NUMBER LEAF``.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from threading import Timer
from typing import Any

from consent.model.status import Status
from consent.ports import Commit
from consent.settings import read
from consent.store.moving import silent
from consent.wiring import backed_up, opened
from consent.workflow import discuss, log, publish, rehearsal
from consent.workflow.desk import Desk, load
from tests.faults.around import Call, around
from tests.faults.finish import finish, withdraw
from tests.faults.points import Profiled, tell_points

BORN, AT = date(1948, 3, 7), datetime(2027, 3, 2, 15, tzinfo=UTC)
TURNS = 6
SEAL = "sealer.seal"


def die() -> None:
    """Die as by a cut of the power."""
    os.kill(os.getpid(), signal.SIGKILL)


def dying_at(point: int) -> Callable[[str], None]:
    """Counts points, and dies at one of them."""
    passed = count(1)

    def step(name: str) -> None:
        if next(passed) == point:
            print(f"died {name}", flush=True)
            die()

    return step


def telling(step: Callable[[str], None]) -> Callable[[str, Call, tuple[Any, ...]], Any]:
    """Tells what the ledger has kept, once it says so; the work of the sealer is cut into steps."""

    def hands(name: str, call: Call, given: tuple[Any, ...]) -> Any:
        if name == SEAL:
            with Profiled(step):
                return call()
        answer = call()
        for commit in given:
            if isinstance(commit, Commit):
                for one in commit.entries:
                    print(f"kept {one.stream} {one.number} {one.leaf}", flush=True)
                step("kept")
        return answer

    return hands


def onward(desk: Desk) -> None:
    """To the filed notice of a withdrawal."""
    desk.ledger.lease("seal", holder="the next", now="9998", until="")  # a dead worker's ends by itself
    for _ in range(TURNS):
        _one_step(desk, episode=_booked(desk))


def _booked(desk: Desk) -> str:
    """The record, planned again as long as nobody can know whether it was: that opens no other."""
    known = [name.removeprefix("episode:") for name in desk.ledger.streams("episode:")]
    if known and load(desk, known[0]).status is not Status.OPENED:
        return known[0]
    clerk = rehearsal.signed_in(desk, "desk")
    return rehearsal._book(desk, clerk, name="Eleanor Whitfield", born=BORN, mrn="0004417", at=AT).id


def _one_step(desk: Desk, *, episode: str) -> None:
    match load(desk, episode).status:
        case Status.OPENED:
            rehearsal.prepare_it(desk, rehearsal.signed_in(desk, "stone"), episode=episode)
        case Status.PREPARED | Status.READING:
            rehearsal.patient_reads(desk, rehearsal.signed_in(desk, "stone"), episode=episode)
        case Status.READ:
            _talk(desk, episode=episode)
        case Status.FILED:
            withdraw(desk, episode)
        case _:
            finish(desk, episode)


def _talk(desk: Desk, *, episode: str) -> None:
    """A patient who was interrupted has missed one thing once more: the clinician hears what it is in their words."""
    stone = rehearsal.signed_in(desk, "stone")
    for one in discuss.what_is_missing(load(desk, episode)):
        if one.code == "not_understood":
            discuss.judge(desk, stone, episode=episode, concept=one.about, result="understood", said="My left knee.")
    rehearsal.talk(desk, stone, episode=episode)


def main(point: str, moment: str = "") -> None:
    """The story, its checkpoint outside, and a backup of it."""
    if moment:
        Timer(float(moment), die).start()
    chosen, step = read(), dying_at(int(point))
    tell_points(chosen.records.parent, step)
    desk, store = opened(chosen)
    desk = around(desk, telling(step))
    onward(desk)
    log.covered(desk)
    publish.publish(desk)
    backup = chosen.records.parent / "backup"
    if not backup.exists():
        backed_up(chosen, backup, silent)
    store.close()
    print("done", flush=True)
    os._exit(0)  # without waiting for the moment


if __name__ == "__main__":
    main(*sys.argv[1:])
