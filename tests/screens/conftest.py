"""A demo clinic for each test, screens as one person or one patient sees them, and the running server."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from consent import wiring
from consent.ports import EVERYTHING
from consent.settings import settings
from consent.wiring import DEMO_PASSWORD
from consent.workflow import handover, rehearsal, visit
from consent.workflow.desk import Desk
from tests.running_app import ROOT, RunningApp, running

SHELL = ROOT / "consent" / "ui" / "shell.py"
DAY = ("2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z")


@pytest.fixture
def desk(records: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The desk that the screens of this process use."""
    monkeypatch.setenv("CONSENT_MODE", "demo")
    monkeypatch.setenv("CONSENT_RECORDS", str(records))
    for kept in (settings, wiring.desk, wiring.verifier):
        kept.cache_clear()
    yield wiring.desk()
    for kept in (settings, wiring.desk, wiring.verifier):
        kept.cache_clear()


@pytest.fixture
def prepared(desk: Desk) -> str:
    """The episode of the first patient of the day, ready to be handed over."""
    stone = rehearsal.signed_in(desk, "stone")
    first = desk.ledger.worklist(EVERYTHING, since=DAY[0], until=DAY[1])[0]
    return rehearsal.prepare_it(desk, stone, episode=first.episode).id


def _screen(desk: Desk, token: str) -> AppTest:
    known = visit.look_up(desk, token)
    assert known is not None
    screen = AppTest.from_file(SHELL, default_timeout=30)
    screen.user = {"sid": known.session.id}
    return screen


@pytest.fixture
def as_staff(desk: Desk) -> Callable[[str], AppTest]:
    """The screens as somebody of the demo's staff sees them, by sign-in name; call ``.run()``."""

    def sign_in(login: str) -> AppTest:
        return _screen(desk, visit.sign_in(desk, login=login, secret=DEMO_PASSWORD, device="test"))

    return sign_in


@pytest.fixture
def as_patient(desk: Desk) -> Callable[[str], AppTest]:
    """The screens as the patient of a prepared episode sees them, after a hand-over by the nurse; call ``.run()``."""

    def hand_over(episode: str) -> AppTest:
        nurse = rehearsal.signed_in(desk, "okafor")
        ticket = visit.new_ticket(desk, nurse, purpose=f"hand_over:{episode}")
        return _screen(desk, handover.hand_over(desk, nurse, episode=episode, ticket=ticket))

    return hand_over


@pytest.fixture(scope="session")
def server(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The real server on a folder of its own."""
    folder = tmp_path_factory.mktemp("server") / "records"
    shutil.copytree(furnished, folder)
    with running(folder) as app:
        yield app
