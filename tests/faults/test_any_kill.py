"""Kill the process again and again, anywhere in the whole story, and go on each time with a new one.

From planning to the filed notice of a withdrawal, the checkpoint outside and the backup (catalogue E3, E7, E8).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from consent.settings import Settings
from consent.wiring import opened
from consent.workflow import rehearsal
from tests.faults.whole import check_finished, check_kept
from tests.warm import warm

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOLD = 4
"""So many words has a line that was not cut."""
REACHES = (30, 120, 500)
"""How many points a process comes by at most before it is killed: a few at the next steps, some far on."""


def new_clinic(folder: Path, database: str) -> Settings:
    """An empty clinic with its staff."""
    outside = folder / "checkpoints"
    outside.mkdir(parents=True)
    chosen = Settings(mode="demo", records=folder / "records", database=database, checkpoints=outside)
    desk, store = opened(chosen)
    with closing(store):
        rehearsal.hire(desk)
    return chosen


def environment(chosen: Settings) -> dict[str, str]:
    """What a process on that clinic is started with."""
    named = {"MODE": chosen.mode, "RECORDS": chosen.records, "DATABASE": chosen.database}
    named |= {"CHECKPOINTS": chosen.checkpoints or ""}
    return {**os.environ, **{f"CONSENT_{name}": str(value) for name, value in named.items()}}


def somewhere(moments: random.Random) -> list[str]:
    """At one of the next points; each fifth time at a moment of the clock."""
    if moments.random() < 0.2:
        return ["0", str(moments.uniform(0, 1.5))]
    return [str(moments.randint(1, moments.choice(REACHES)))]


def killed_until_finished(chosen: Settings, moments: random.Random, *, died: Counter[str], most: int) -> None:
    """Kill whoever goes on with the story, until somebody comes to its end; look after each."""
    told: set[tuple[str, int, str]] = set()
    while True:
        asked = somewhere(moments) if died.total() < most else ["0"]
        child = warm().run("tests.faults.onward", *asked, environment=environment(chosen))
        lines = [line.split() for line in child.stdout.splitlines(keepends=True) if line.endswith("\n")]
        told |= {(one[1], int(one[2]), one[3]) for one in lines if len(one) == TOLD and one[0] == "kept"}
        check_kept(chosen, told)
        if child.returncode == 0:
            return
        assert child.returncode == -signal.SIGKILL, child.stderr
        died[" ".join(lines[-1][1:]) if lines and lines[-1][:1] == ["died"] else "at a moment"] += 1


@pytest.mark.timeout(7200)
@pytest.mark.parametrize(
    ("kind", "kills"),
    [
        ("sqlite", 12),
        ("postgresql", 6),
        pytest.param("sqlite", 400, marks=pytest.mark.soak),
        pytest.param("postgresql", 100, marks=pytest.mark.soak),
    ],
)
def test_e03_e07_e08_whoever_is_killed_wherever_nothing_is_lost_and_nothing_is_there_twice(
    kind: str, kills: int, *, new_database: Callable[[str], str], tmp_path: Path
) -> None:
    seed = int(os.environ.get("CONSENT_SOAK_SEED", "20261127"))
    moments = random.Random(seed)  # noqa: S311 - where to kill, printed with its seed
    died: Counter[str] = Counter()
    print(f"seed {seed}")
    while died.total() < kills:
        folder = tmp_path / "clinic"
        chosen = new_clinic(folder, new_database(kind))
        killed_until_finished(chosen, moments, died=died, most=kills)
        check_finished(chosen, spare=Settings(mode="demo", records=folder / "spare"))
        shutil.rmtree(folder)
    print(f"{died.total()} kills: {dict(died.most_common())}")
