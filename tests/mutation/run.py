"""Runs the tests against each mutant: ``python -m tests.mutation.run [--every N] [MODULE ...]``.

Each mutant gets a forked process of its own, with the heavy libraries loaded and none of this project; the first test
that fails ends it. A mutant that runs for too long counts as found: somebody would notice. What survives is printed.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import cpu_count
from tempfile import TemporaryFile

from tests.mutation.mutants import ROOT, mutant, numbers, put_in

SECONDS = 300
LEAST = 0.9
_SEAL = ("tests/adapters/seal", "-m", "not soak")
TARGETS: dict[str, tuple[str, ...]] = {
    "consent.model.canon": ("tests/model/test_canon.py", "tests/model/test_entry.py"),
    "consent.workflow.finish": ("tests/workflow/test_seal.py", "tests/workflow/test_upgrade.py"),
    "consent.workflow.keyring": ("tests/workflow/test_keyring.py",),
    "consent.workflow.seal": ("tests/workflow",),
    "consent.workflow.upgrade": ("tests/workflow/test_upgrade.py", "tests/workflow/test_notices.py"),
    "consent.seal.certificates": _SEAL,
    "consent.seal.keys": _SEAL,
    "consent.seal.pades": _SEAL,
    "consent.seal.readback": _SEAL,
    "consent.seal.authority": _SEAL,
    "consent.seal.container": _SEAL,
    "consent.seal.signature": _SEAL,
    "consent.seal.revision": _SEAL,
    "consent.seal.later": _SEAL,
    "consent.seal.inside": _SEAL,
    "consent.seal.verdict": _SEAL,
    "verify": _SEAL,
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


def run(module: str, *, every: int = 1) -> Told:
    """Try each mutant of a module, as many at once as there are processors."""
    told, under_way, left = Told(module), dict[int, int](), list(numbers(module, every=every))
    while left or under_way:
        while left and len(under_way) < cpu_count():
            number = left.pop(0)
            under_way[_tried(module, number)] = number
        process, status = os.wait()
        number = under_way.pop(process)
        if status == 0:
            told.survived.append(mutant(module, number)[1])
        else:
            told.found += 1
    return told


def _tried(module: str, number: int) -> int:
    process = os.fork()
    if process:
        return process
    with TemporaryFile() as nowhere:
        for stream in (1, 2):
            os.dup2(nowhere.fileno(), stream)
        signal.alarm(SECONDS)
        import pytest

        put_in(module, number)
        status = pytest.main(["-q", "-x", "-p", "no:cacheprovider", "--benchmark-skip", *TARGETS[module]])
    os._exit(int(status))


def main(given: Sequence[str]) -> int:
    """Run, print what survived, and give the exit status: 1 when fewer than nine of ten were found."""
    parser = argparse.ArgumentParser(description="Mutants of the seal, the verdict and the canon.")
    parser.add_argument("modules", nargs="*", default=list(TARGETS))
    parser.add_argument("--every", type=int, default=1, help="each so-manieth mutant alone")
    arguments = parser.parse_args(given)
    os.chdir(ROOT)
    _load()
    poor = 0
    for module in arguments.modules:
        told = run(module, every=arguments.every)
        poor += told.share < LEAST
        print(f"{module}: {told.found} of {told.found + len(told.survived)} found, {told.share:.0%}", flush=True)
        for line in told.survived:
            print(f"  {line}", flush=True)
    return int(bool(poor))


def _load() -> None:
    """What takes long to load and is not ours."""
    for name in ("pikepdf", "pydantic", "pyhanko.sign.validation", "pytest", "sqlalchemy"):
        import_module(name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
