"""Streamlit as it is, without our door: a small script in a process of its own, to see what a hazard really is.

Decides nothing. A failing test on bare Streamlit is to be read: the hazard that our rules answer may be gone.

Invariants:
- Loopback only, stopped by its id; nothing of this project's configuration is read.
- What a script does is noted in a file, line by line; a script waits until a test lets it go on, never for a time.
"""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic

import httpx

from tests.running_app import started
from tests.warm import Server

APPS = Path(__file__).parent / "bare_apps"
PATIENCE = 30.0


def gone(finding: str) -> str:
    """What a test says when bare Streamlit no longer does what was found."""
    return f"Bare Streamlit no longer shows {finding}. Read docs/threats.md: can the rule that answers it be simpler?"


def until(holds: Callable[[], object], *, within: float = PATIENCE) -> bool:
    """Ask again until this holds; whether it did in time."""
    end, pause = monotonic() + within, Event()
    while not holds():
        if monotonic() > end:
            return False
        pause.wait(0.02)
    return True


@dataclass
class Bare:
    """One running bare server."""

    process: subprocess.Popen[bytes] | Server
    base_url: str
    port: int
    folder: Path

    def noted(self) -> list[str]:
        """What its script has noted."""
        notes = self.folder / "notes"
        return notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []

    def go_on(self) -> None:
        """Let a script that waits go on."""
        (self.folder / "go").touch()

    def begin_again(self) -> None:
        """Forget what was noted, and let scripts wait again."""
        for name in ("notes", "go"):
            (self.folder / name).unlink(missing_ok=True)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def bare(script: str, folder: Path, *flags: str, port: int = 0) -> Iterator[Bare]:
    """Run a script of ``bare_apps``, until the end of the block.

    Args:
        script: Its name, as ``media.py``.
        folder: For its notes and its log.
        flags: Options of Streamlit.
        port: A port of its own; a free one otherwise.
    """
    port = port or free_port()
    options = {"port": port, "address": "127.0.0.1", "headless": "true", "fileWatcherType": "none"}
    command = ["run", str(APPS / script), "--browser.gatherUsageStats=false"]
    command += [f"--server.{name}={value}" for name, value in options.items()] + list(flags)
    environment = os.environ | {"NOTES": str(folder / "notes"), "GO": str(folder / "go"), "HOME": str(folder)}
    log = folder / f"bare-{port}.log"
    process = started(command, folder=folder, environment=environment, log=log)
    here = Bare(process, f"http://localhost:{port}", port, folder)
    try:
        assert until(lambda: _is_ready(here)), log.read_text()
        yield here
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
        process.kill()
        process.wait()


def _is_ready(here: Bare) -> bool:
    assert here.process.poll() is None, "the bare server ended"
    with suppress(httpx.TransportError):
        return httpx.get(f"{here.base_url}/_stcore/health").is_success
    return False
