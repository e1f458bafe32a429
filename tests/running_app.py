"""The real program as a process: started on a free port, stopped by its id."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import httpx

ROOT = Path(__file__).parents[1]
PATIENCE = 60


@dataclass
class RunningApp:
    """One running server: its process, its address, and what it has logged."""

    process: subprocess.Popen[bytes]
    base_url: str
    log: Path

    @property
    def stream(self) -> str:
        """The address of Streamlit's socket."""
        return self.base_url.replace("http://", "ws://") + "/_stcore/stream"

    def sign_in(self, login: str) -> str:
        """Sign in as somebody of the demo; gives the cookie's value."""
        from consent.wiring import DEMO_PASSWORD

        answer = httpx.post(
            f"{self.base_url}/sign-in",
            data={"login": login, "password": DEMO_PASSWORD},
            headers={"Origin": self.base_url},
        )
        assert answer.status_code == 303, answer.text
        return answer.cookies["consent_session"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_ready(app: RunningApp) -> None:
    pause = Event()
    for _ in range(PATIENCE * 5):
        assert app.process.poll() is None, app.log.read_text()
        with suppress(httpx.TransportError):
            if httpx.get(f"{app.base_url}/healthz").is_success:
                return
        pause.wait(0.2)
    raise AssertionError(app.log.read_text())


@contextmanager
def running(
    records: Path, *flags: str, script: str = "app.py", environment: Mapping[str, str] | None = None
) -> Iterator[RunningApp]:
    """The demo on a data folder, until the end of the block; ``environment`` adds to this process's own."""
    port = _free_port()
    log = records.parent / f"server-{port}.log"
    settings = {"CONSENT_MODE": "demo", "CONSENT_RECORDS": str(records)}
    started_in = os.environ | settings | dict(environment or {})
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port), *flags]
    with log.open("wb") as sink:
        process = subprocess.Popen(command, cwd=ROOT, env=started_in, stdout=sink, stderr=subprocess.STDOUT)
    app = RunningApp(process, f"http://localhost:{port}", log)
    try:
        _wait_until_ready(app)
        yield app
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
