"""A process that has loaded the program, waits, and becomes a server or a command when it is asked: no imports again.

Most of a start is Python reading and compiling modules, the same ones for each of the hundreds of processes that the
tests start. Here that happens once: the warm process forks, and the child runs ``streamlit run``, or another module,
with a folder, an environment and a log of its own, as a fresh one would.

Invariants:
- Before a fork nothing is read of any environment, folder or option, no thread runs, and no file or store is open.
- What a start says, refuses or reads is tested with fresh processes (``tests/start``, ``test_doctor``), never here; so
  is whatever changes Python itself (a ``PYTHONPATH`` of its own).
"""

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock
from time import monotonic
from typing import cast

ROOT = Path(__file__).parents[1]
PACKAGES = ("consent.web", "consent.ui", "consent.wiring", "consent.cli")
BESIDE = (
    "anyio._backends._asyncio",
    "consent.seal.pades",
    "encodings.idna",
    "packaging.tags",
    "pandas",
    "pyarrow",
    "starlette.applications",
    "starlette.middleware.sessions",
    "starlette.staticfiles",
    "streamlit.components.v2.manifest_scanner",
    "streamlit.runtime.agent.mcp",
    "streamlit.web.bootstrap",
    "streamlit.web.cli",
    "streamlit.web.server.app_discovery",
    "streamlit.web.server.starlette.starlette_agent_routes",
    "uvicorn.lifespan.on",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)


class Server:
    """A forked process, as ``subprocess.Popen`` would show it."""

    def __init__(self, warm: "Warm", pid: int) -> None:
        self._warm, self.pid = warm, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, or nothing while it runs."""
        if self.returncode is None:
            self.returncode = self._warm.ended(self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended."""
        end, pause = monotonic() + (timeout or 86_400), Event()
        while (code := self.poll()) is None:
            if monotonic() > end:
                raise subprocess.TimeoutExpired("streamlit", timeout or 0)
            pause.wait(0.01)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to stop."""
        self.send_signal(15)

    def kill(self) -> None:
        """Stop it at once."""
        self.send_signal(9)


class Warm:
    """The one process that waits."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.warm import serve; serve()"],
            cwd=ROOT,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # no thread before a fork
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._one_at_a_time = Lock()
        atexit.register(self.close)

    def close(self) -> None:
        """Let it end: nobody will ask any more."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def _ask(self, question: object) -> object:
        to, answers = self._process.stdin, self._process.stdout
        assert to is not None
        assert answers is not None
        with self._one_at_a_time:
            to.write(json.dumps(question) + "\n")
            to.flush()
            return json.loads(answers.readline())

    def start(self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], log: Path) -> Server:
        """Run ``streamlit`` with these arguments in a folder, with its output added to a log."""
        return self._fork("streamlit", arguments, folder=folder, environment=environment, logs=(log, log))

    def run(
        self, module: str, *arguments: str, environment: Mapping[str, str], timeout: float = 120
    ) -> "subprocess.CompletedProcess[str]":
        """Run a module to its end, as ``python -m`` would, with what it said. Raises TimeoutExpired."""
        with TemporaryDirectory() as folder:
            said = (Path(folder, "out"), Path(folder, "err"))
            child = self._fork(module, arguments, folder=ROOT, environment=environment, logs=said)
            try:
                code = child.wait(timeout)
            finally:
                child.kill()
            out, err = (file.read_text(encoding="utf-8") for file in said)
        return subprocess.CompletedProcess([module, *arguments], code, out, err)

    def _fork(
        self,
        module: str,
        arguments: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        logs: tuple[Path, Path],
    ) -> Server:
        asked = {
            "start": [module, *arguments],
            "folder": str(folder),
            "env": dict(environment),
            "logs": [str(log) for log in logs],
        }
        return Server(self, cast("int", self._ask(asked)))

    def ended(self, pid: int) -> int | None:
        """The exit code of a server that has ended, as ``Popen`` counts."""
        return cast("int | None", self._ask({"ended": pid}))


@cache
def warm() -> Warm:
    """The warm process of this run of the tests; it ends with the run."""
    return Warm()


def _load() -> None:
    """Load what a server loads by the end of its first pages."""
    import gc
    from importlib import import_module
    from pkgutil import walk_packages

    for name in (*PACKAGES, *BESIDE):
        module = import_module(name)
        if name in PACKAGES and hasattr(module, "__path__"):
            for found in walk_packages(module.__path__, f"{name}."):
                if found.name != "consent.ui.shell":  # Streamlit's main script
                    import_module(found.name)
    import pytest

    from consent.store.library import TemplateLibrary
    from tests.light import hash_lightly

    hash_lightly(pytest.MonkeyPatch())  # for as long as this process and its children live
    TemplateLibrary(ROOT / "consent_templates")  # what these bytes say is kept (``template_file.parse``)
    gc.collect()
    gc.freeze()


def _become(asked: dict[str, object]) -> None:
    """In the child: take the place of a fresh process, and run until it ends."""
    import runpy

    os.chdir(cast("str", asked["folder"]))
    os.environ.clear()
    os.environ.update(cast("dict[str, str]", asked["env"]))
    silence = os.open(os.devnull, os.O_RDONLY)
    os.dup2(silence, 0)
    for to, log in enumerate(cast("list[str]", asked["logs"]), start=1):
        os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), to)
    sys.path[0] = cast("str", asked["folder"])
    module, *arguments = cast("list[str]", asked["start"])
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def serve() -> None:
    """In the warm process: load, then fork for each who asks, until nobody can ask any more."""
    _load()
    ended: dict[int, int] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if "start" in asked:
            pid = os.fork()
            if not pid:
                return _become(asked)
            answer: int | None = pid
        else:
            pid = asked["ended"]
            if pid not in ended and (done := os.waitpid(pid, os.WNOHANG))[0]:
                ended[pid] = os.waitstatus_to_exitcode(done[1])
            answer = ended.get(pid)
        print(json.dumps(answer), flush=True)
    return None
