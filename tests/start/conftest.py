"""The server as a real process: in production behind a made-up proxy, or a start that is refused."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.findings.bare import until
from tests.running_app import ROOT, RunningApp, free_port

PUBLIC = "https://consent.example"
THROUGH_TLS = {"Host": "consent.example", "X-Forwarded-Proto": "https"}
"""What the proxy says of a request that it took over TLS."""


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    """The settings that production needs, on a data folder that is not there yet."""
    pepper = tmp_path / "pepper"
    pepper.write_bytes(bytes(range(32)))
    pepper.chmod(0o600)
    return {
        "CONSENT_MODE": "production",
        "CONSENT_RECORDS": str(tmp_path / "records"),
        "CONSENT_FACILITY": "A clinic",
        "CONSENT_PUBLIC_URL": PUBLIC,
        "CONSENT_PEPPER_FILE": str(pepper),
    }


def clean(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment with these settings and none of this process's own."""
    ours = ("CONSENT_", "STREAMLIT_")
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)} | dict(settings)


def command(*flags: str) -> list[str]:
    return [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(free_port()), *flags]


def refused(settings: Mapping[str, str], *flags: str, before: tuple[str, ...] = ()) -> str:
    """Start, and give what a start that ends by itself says to people; it must end, and not well."""
    done = subprocess.run(
        [*before, *command(*flags)], cwd=ROOT, env=clean(settings), capture_output=True, timeout=120, check=False
    )
    text = (done.stdout + done.stderr).decode()
    assert done.returncode not in {0, None}, text
    assert "Traceback" not in text
    return "\n".join(line for line in text.splitlines() if not line.startswith("{"))


@contextmanager
def served(settings: Mapping[str, str], folder: Path) -> Iterator[RunningApp]:
    """The server under these settings, from the moment it answers; well or not is not asked."""
    asked = command()
    log = folder / f"server-{asked[-1]}.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(asked, cwd=ROOT, env=clean(settings), stdout=sink, stderr=subprocess.STDOUT)
    app = RunningApp(process, f"http://127.0.0.1:{asked[-1]}", log)
    try:
        assert until(lambda: answers(app), within=90), log.read_text()
        yield app
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait()


def answers(app: RunningApp) -> bool:
    """Whether the server takes requests."""
    assert app.process.poll() is None, app.log.read_text()
    with suppress(httpx.TransportError):
        return bool(httpx.get(f"{app.base_url}/healthz", headers={"Host": "consent.example"}).status_code)
    return False


def token_in(log: Path) -> str:
    """The one-time token that a first start prints."""
    found = re.search(r"--token (\S+)", log.read_text())
    assert found, log.read_text()
    return found[1]
