"""The real program as a process: started on a free port, stopped by its id."""

import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import httpx

from tests.warm import Server, warm

ROOT = Path(__file__).parents[1]
PATIENCE = 60
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For requests without TLS: httpx otherwise reads all known certificates for each, which takes 50 ms."""
_PATH = os.environ.get("PYTHONPATH")  # as the warm process has it, also when a test sets another one


@dataclass
class RunningApp:
    """One running server: its process, its address, and what it has logged."""

    process: subprocess.Popen[bytes] | Server
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
            verify=NO_TLS,
        )
        assert answer.status_code == 303, answer.text
        return answer.cookies["consent_session"]


def free_port() -> int:
    """A port that the system has just given and nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_ready(app: RunningApp) -> None:
    pause = Event()
    for _ in range(PATIENCE * 50):
        assert app.process.poll() is None, app.log.read_text()
        with suppress(httpx.TransportError):
            if httpx.get(f"{app.base_url}/healthz", verify=NO_TLS).is_success:
                return
        pause.wait(0.02)
    raise AssertionError(app.log.read_text())


def started(
    arguments: list[str], *, folder: Path, environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes] | Server:
    """Run ``streamlit``, from the warm process; in a fresh one when the environment changes Python itself."""
    if environment.get("PYTHONPATH") == _PATH:
        return warm().start(arguments, folder=folder, environment=environment, log=log)
    with log.open("ab") as sink:
        command = [sys.executable, "-m", "streamlit", *arguments]
        return subprocess.Popen(command, cwd=folder, env=dict(environment), stdout=sink, stderr=subprocess.STDOUT)


@contextmanager
def running(
    records: Path, *flags: str, script: str = "app.py", environment: Mapping[str, str] | None = None, port: int = 0
) -> Iterator[RunningApp]:
    """The demo on a data folder, until the end of the block; ``environment`` adds to this process's own."""
    port = port or free_port()
    log = records.parent / f"server-{port}.log"
    settings = {"CONSENT_MODE": "demo", "CONSENT_RECORDS": str(records)}
    started_in = os.environ | settings | dict(environment or {})
    app = RunningApp(
        started(["run", script, "--server.port", str(port), *flags], folder=ROOT, environment=started_in, log=log),
        f"http://localhost:{port}",
        log,
    )
    try:
        _wait_until_ready(app)
        yield app
    finally:
        app.process.terminate()
        try:
            app.process.wait(30)
        except subprocess.TimeoutExpired:
            app.process.kill()
            app.process.wait()
