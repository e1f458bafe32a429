import os
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from consent.settings import Settings
from consent.wiring import opened
from consent.workflow import rehearsal
from consent.workflow.desk import Desk
from tests.adapters.store.rows import run
from tests.faults.finish import finish

_databases = count(1)


def settings_of(folder: Path) -> Settings:
    return Settings(mode="demo", records=folder)


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A demo store with one episode that was discussed and waits for the patient's signature."""
    folder = tmp_path_factory.mktemp("ready") / "records"
    desk, store = opened(settings_of(folder))
    rehearsal.hire(desk)
    episode = _discussed(desk)
    store.close()
    return folder, episode


def _discussed(desk: Desk) -> str:
    clinician = rehearsal.signed_in(desk, "stone")
    episode = rehearsal.book(desk, clinician, patient="Eleanor Whitfield").id
    rehearsal.prepare_it(desk, clinician, episode=episode)
    clinician = rehearsal.patient_reads(desk, clinician, episode=episode)
    rehearsal.talk(desk, clinician, episode=episode)
    return episode


@pytest.fixture(scope="session")
def filed(ready: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same store with its document filed."""
    folder, episode = ready
    target = tmp_path_factory.mktemp("filed") / "records"
    shutil.copytree(folder, target)
    desk, store = opened(settings_of(target))
    finish(desk, episode)
    store.close()
    return target


@pytest.fixture
def copied(ready: tuple[Path, str], tmp_path: Path) -> Callable[[], Path]:
    """Another copy of that store each time."""
    folder, _ = ready
    count = iter(range(10_000))

    def copy() -> Path:
        target = tmp_path / f"records-{next(count)}"
        shutil.copytree(folder, target)
        return target

    return copy


@pytest.fixture
def new_database(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """The address of a new database of a kind, each time; empty: SQLite in the data folder."""

    def made(kind: str) -> str:
        if kind == "sqlite":
            return ""
        server: str = request.getfixturevalue("postgres")
        name = f"faults_{os.getpid()}_{next(_databases)}"
        run(server, f"CREATE DATABASE {name}")
        return server.replace("/postgres?", f"/{name}?")

    return made
