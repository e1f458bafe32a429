"""Runs the tests against each mutant: ``python -m tests.mutation.run [--every N] [MODULE ...]``.

Each mutant gets a forked process of its own, with the heavy libraries loaded and what lies beneath its module; the
tests that reach its line are tried first, and the first that fails ends it. A mutant that runs for too long counts as
found: somebody would notice. What survives is printed.
"""

import argparse
import gc
import json
import os
import pkgutil
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from itertools import islice
from multiprocessing import cpu_count
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, TemporaryFile, gettempdir

import pytest

from tests.mutation.mutants import ROOT, file_of, lines, mutant, put_in
from tests.mutation.quick import Quick
from tests.mutation.reach import Reach, kept_reach, watch

SECONDS = 150
"""Of a processor, after which a mutant counts as found; one that waits for nothing is ended by pytest's own limit."""
LEAST = 0.9
_ARGUMENTS = ("-q", "-x", "-p", "no:cacheprovider", "--benchmark-skip")
_HEAVY = (
    *("alembic.context", "certomancer.integrations.animator", "fpdf", "numpy", "pikepdf", "pydantic"),
    *("pyhanko.cli", "pyhanko.sign.validation", "pytest", "sqlalchemy", "structlog"),
)
_SEAL = ("tests/adapters/seal", "-m", "not soak")
TARGETS: dict[str, tuple[str, ...]] = {
    "consent.model.canon": ("tests/model/test_canon.py", "tests/model/test_entry.py", "tests/model/test_log.py"),
    "consent.model.log": ("tests/model/test_log.py",),
    "consent.model.note": ("tests/model/test_note.py", "tests/model/test_checkpoint.py"),
    "consent.model.checkpoint": ("tests/model/test_checkpoint.py",),
    "consent.model.audit": ("tests/workflow/test_both_logs.py", "tests/workflow/test_bad_segments.py"),
    "consent.workflow.audit": ("tests/adapters/store/test_insider.py", "tests/commands/test_audit.py"),
    "consent.workflow.log": ("tests/workflow/test_log.py",),
    "consent.store.log": ("tests/adapters/store/test_log.py",),
    "consent.workflow.finish": ("tests/workflow/test_seal.py", "tests/workflow/test_upgrade.py"),
    "consent.workflow.keyring": ("tests/workflow/test_keyring.py",),
    "consent.workflow.seal": ("tests/workflow",),
    "consent.workflow.upgrade": ("tests/workflow/test_upgrade.py", "tests/workflow/test_notices.py"),
    "consent.seal.certificates": _SEAL,
    "consent.seal.files": _SEAL,
    "consent.seal.keys": _SEAL,
    "consent.seal.log_key": _SEAL,
    "consent.seal.token": _SEAL,
    "consent.seal.pades": _SEAL,
    "consent.seal.readback": _SEAL,
    "consent.seal.authority": _SEAL,
    "consent.seal.container": _SEAL,
    "consent.seal.signature": _SEAL,
    "consent.seal.revision": _SEAL,
    "consent.seal.revoked": _SEAL,
    "consent.seal.later": _SEAL,
    "consent.seal.inside": _SEAL,
    "consent.seal.verdict": _SEAL,
    "verify": (
        *(f"tests/workflow/test_{name}.py" for name in ("bad_segments", "both_logs", "verify_command")),
        *_SEAL,
    ),
}
"""Modules, and the tests that have to find each of their mutants."""


@dataclass
class Told:
    """How the mutants of one module fared."""

    module: str
    found: int = 0
    survived: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """How many of them were found, from 0 to 1."""
        return self.found / max(1, self.found + len(self.survived))


def run(module: str, *, numbers: Sequence[int]) -> Told:
    """Try those mutants of a module, as many at once as there are processors."""
    _beneath(module)
    reach, at = _reach(module), lines(module)
    fared, left = _quick(module, numbers, reach)
    slow = ((number, partial(_is_missed, module, number, line=at[number], reach=reach)) for number in left)
    fared.update(_several(slow, module))
    survived = [mutant(module, number)[1] for number, missed in sorted(fared.items()) if missed]
    return Told(module, len(fared) - len(survived), survived)


def _quick(module: str, numbers: Sequence[int], reach: Reach) -> tuple[dict[int, bool], list[int]]:
    """How the mutants fared for which the tests are collected once, and the others' numbers."""
    with TemporaryDirectory() as folder:
        quick = Quick(module, numbers, reach, Path(folder, "fared"), lambda tries: _several(tries, module))
        process = os.fork()
        if not process:
            arguments = [*_ARGUMENTS, "-s", "--no-header", "--timeout", str(SECONDS), *TARGETS[module]]
            os._exit(pytest.main(arguments, plugins=[quick]))
        os.waitpid(process, 0)
        told = json.loads(quick.kept.read_text(encoding="utf-8"))
    return dict(told["fared"]), told["left"]


def _several(tries: Iterator[tuple[int, Callable[[], bool]]], module: str) -> Iterator[tuple[int, bool]]:
    """Try as many at once as there are processors; each number with whether it was missed."""
    under_way = dict[int, int]()
    while True:
        for number, missed in islice(tries, cpu_count() - len(under_way)):
            under_way[_apart(missed)] = number
        if not under_way:
            return
        process, status = os.wait()
        number = under_way.pop(process)
        with suppress(ProcessLookupError):
            os.killpg(process, signal.SIGKILL)  # what it started, and left behind
        rmtree(_rooms(process), ignore_errors=True)
        if status == 0 and number >= 0:
            print(f"  {number}: {mutant(module, number)[1]}", flush=True)
        yield number, status == 0


def _rooms(process: int) -> Path:
    """Where the tests of that process have their folders."""
    return Path(gettempdir(), f"mutants-{process}")


def _apart(work: Callable[[], bool]) -> int:
    """Start work in a process of its own that says nothing and ends with 0 when the work gives yes; its id."""
    process = os.fork()
    if process:
        return process
    os.setpgid(0, 0)
    rooms = _rooms(os.getpid())
    rooms.mkdir()
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(rooms)
    with TemporaryFile() as nowhere:
        for stream in (1, 2):
            os.dup2(nowhere.fileno(), stream)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        try:
            status = 0 if work() else 1
        except BaseException:  # noqa: BLE001 - a mutant may raise anything
            status = 2
    os._exit(status)


def _is_missed(module: str, number: int, *, line: int, reach: Reach) -> bool:
    """Whether no test finds the mutant. That a chosen test can't be asked for by its name is no finding."""
    put_in(module, number)
    said = pytest.main([*_ARGUMENTS, *reach.first(line)])
    if said in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        return False
    if said == pytest.ExitCode.OK and not reach.all_count(line):
        return True
    return pytest.main([*_ARGUMENTS, *TARGETS[module]]) == pytest.ExitCode.OK


def _reach(module: str) -> Reach:
    with TemporaryDirectory() as folder:
        kept = Path(folder, "reach")
        whole = [(-1, lambda: watch(file_of(module), [*_ARGUMENTS, *TARGETS[module]], kept))]
        if not dict(_several(iter(whole), module))[-1]:
            raise RuntimeError(f"the tests of {module} fail without any mutant")
        return kept_reach(kept)


def main(given: Sequence[str]) -> int:
    """Run, print what survived, and give the exit status: 1 when fewer than nine of ten were found."""
    parser = argparse.ArgumentParser(description="Mutants of the seal, the verdict, the canon and the log.")
    parser.add_argument("modules", nargs="*", default=list(TARGETS))
    parser.add_argument("--every", type=int, default=1, help="each so-manieth mutant alone")
    parser.add_argument("--number", type=int, action="append", help="this mutant alone (repeatable)")
    arguments = parser.parse_args(given)
    os.chdir(ROOT)
    sys.dont_write_bytecode = False  # tests that were made ready once are taken as they are
    _load()
    poor = 0
    for module in arguments.modules:
        told = run(module, numbers=arguments.number or range(0, len(lines(module)), arguments.every))
        poor += told.share < LEAST
        print(f"{module}: {told.found} of {told.found + len(told.survived)} found, {told.share:.0%}", flush=True)
    return int(bool(poor))


def _load() -> None:
    """What takes long to load and is not ours."""
    for name in _HEAVY:
        import_module(name)


def _beneath(module: str) -> None:
    """Load what knows nothing of the module: the layers beneath it, and its strangers (the contracts of imports)."""
    if module.startswith("consent.model"):
        return
    packages = ["model", "ports", "words"]
    if not module.startswith("consent.workflow"):
        packages += ["workflow", "store", "paper", "chart"]
    if not module.startswith("consent."):
        packages += ["seal", "wiring"]
    for package in packages:
        top = import_module(f"consent.{package}")
        for one in pkgutil.walk_packages(getattr(top, "__path__", ()), f"consent.{package}."):
            import_module(one.name)
    gc.freeze()  # a process that is about to end need not look through it


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
