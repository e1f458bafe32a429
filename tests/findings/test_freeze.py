"""F13: one request of a stranger freezes everybody, where the way out of the house is a black hole; not here.

The black hole is a proxy that takes every connection and never answers, as a hospital's firewall does.
"""

import shutil
import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.findings.bare import bare, gone
from tests.headless import Tab
from tests.running_app import running

FOREIGN = "http://evil.example"
FLOOD = 20
ONE_FREEZE = 2.0
"""Seconds: Streamlit tries two addresses, and waits a second for each."""


class BlackHole:
    """Takes connections, and never answers."""

    def __init__(self) -> None:
        self.line = socket.create_server(("127.0.0.1", 0))
        self.taken: list[socket.socket] = []
        self.swallowed = Event()
        Thread(target=self._take, daemon=True).start()

    @property
    def address(self) -> str:
        """As a proxy's."""
        return f"http://127.0.0.1:{self.line.getsockname()[1]}"

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                self.taken.append(self.line.accept()[0])
                self.swallowed.set()

    def close(self) -> None:
        """Let everything go."""
        self.line.shutdown(socket.SHUT_RDWR)
        self.line.close()
        for one in self.taken:
            one.close()


@pytest.fixture
def hole(monkeypatch: pytest.MonkeyPatch) -> Iterator[BlackHole]:
    """The only way out, for every process that is started meanwhile."""
    made = BlackHole()
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, made.address)
        monkeypatch.setenv(name.upper(), made.address)
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    yield made
    made.close()


def knock(base_url: str) -> None:
    """Ask for a socket from a foreign page."""
    with pytest.raises(InvalidStatus):
        Tab.open(base_url, origin=FOREIGN)


def seconds_to_answer(address: str) -> float:
    """How long a page of somebody else takes meanwhile."""
    start = monotonic()
    assert httpx.get(address, timeout=30).is_success
    return monotonic() - start


def test_f13_a_foreign_origin_freezes_everybody_on_bare_streamlit(hole: BlackHole, tmp_path: Path) -> None:
    with bare("who.py", tmp_path) as here, ThreadPoolExecutor(1) as pool:
        hole.swallowed.clear()
        knocking: Future[None] = pool.submit(knock, here.base_url)
        asked = hole.swallowed.wait(10)
        assert asked, gone("F13: a look-up outside for a foreign Origin")
        assert seconds_to_answer(f"{here.base_url}/_stcore/health") > 0.5, gone("F13: it holds the event loop")
        knocking.result(30)


def test_f13_a_flood_of_foreign_origins_freezes_nobody_here(hole: BlackHole, furnished: Path, tmp_path: Path) -> None:
    with running(shutil.copytree(furnished, tmp_path / "records")) as app, ThreadPoolExecutor(4) as pool:
        before = len(hole.taken)
        knocking = [pool.submit(knock, app.base_url) for _ in range(FLOOD)]
        slowest = max(seconds_to_answer(f"{app.base_url}/healthz") for _ in range(FLOOD))
        for one in knocking:
            one.result(30)
        assert len(hole.taken) == before, "the server asked somebody outside"
        assert slowest < ONE_FREEZE
