"""The running demo behind its door, shared by the findings, and the desk on its store."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.ports import EVERYTHING
from consent.settings import Settings
from consent.wiring import opened
from consent.workflow import handover, rehearsal, visit
from consent.workflow.desk import Desk
from tests.running_app import RunningApp, running

DAY = ("2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z")


@pytest.fixture(scope="session")
def kept(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shared server's data folder."""
    return Path(shutil.copytree(furnished, tmp_path_factory.mktemp("findings") / "records"))


@pytest.fixture(scope="session")
def server(kept: Path) -> Iterator[RunningApp]:
    """The real server on a folder of its own."""
    with running(kept) as app:
        yield app


@pytest.fixture(scope="session")
def desk(kept: Path) -> Iterator[Desk]:
    """The desk on the shared server's store."""
    made, store = opened(Settings(mode="demo", records=kept))
    yield made
    store.close()


def handed_over(desk: Desk, *, nth: int = 0) -> str:
    """The cookie of a patient's tablet: one of the day's patients, prepared and handed over by the nurse."""
    first = desk.ledger.worklist(EVERYTHING, since=DAY[0], until=DAY[1])[nth].episode
    rehearsal.prepare_it(desk, rehearsal.signed_in(desk, "stone"), episode=first)
    nurse = rehearsal.signed_in(desk, "okafor")
    ticket = visit.new_ticket(desk, nurse, purpose=f"hand_over:{first}")
    return handover.hand_over(desk, nurse, episode=first, ticket=ticket)


@pytest.fixture(scope="session")
def patient(desk: Desk) -> str:
    """The cookie of a patient's tablet on the shared server."""
    return handed_over(desk)
