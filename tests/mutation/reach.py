"""Which tests reach which line of a module, and how long each takes: what to try first against a mutant.

Decides the order alone. What a fixture of many tests or the import itself reached is found by any test, so the whole
set stays the last word there (``Reach.all_count``).
"""

import json
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import coverage
import pytest


@dataclass
class Reach:
    """Per line of the module the tests that ran it; ``shared``: lines that ran outside the body of a test."""

    tests: dict[int, list[str]] = field(default_factory=dict)
    shared: list[int] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def first(self, line: int) -> list[str]:
        """The tests to try: those that ran the line, or all, the quickest first.

        A line inside a statement counts as the one that begins it.
        """
        return sorted(self.tests.get(self._counted(line)) or self.seconds, key=lambda test: self.seconds.get(test, 0.0))

    def all_count(self, line: int) -> bool:
        """Whether tests that never ran the line may still find a change in it."""
        return self._counted(line) in self.shared and bool(self.tests.get(self._counted(line)))

    def _counted(self, line: int) -> int:
        known = self.tests.keys() | set(self.shared)
        return line if line in known else max((one for one in known if one < line), default=line)


class _Watch:
    """Says at each moment on whose account a line runs."""

    def __init__(self, watched: coverage.Coverage, reach: Reach) -> None:
        self._watched, self._reach = watched, reach

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        self._watched.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self._watched.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        seconds = self._reach.seconds
        seconds[report.nodeid] = seconds.get(report.nodeid, 0.0) + report.duration


def watch(file: Path, tests: Sequence[str], kept: Path) -> bool:
    """Run the tests on the module as it is and keep what reaches what; no: one of them failed."""
    reach = Reach()
    watched = coverage.Coverage(data_file=None, include=[str(file)], config_file=False)
    watched.start()
    watched.switch_context("")
    status = pytest.main([*tests], plugins=[_Watch(watched, reach)])
    watched.stop()
    for line, names in watched.get_data().contexts_by_lineno(str(file)).items():
        if "" in names:
            reach.shared.append(line)
        reach.tests[line] = [name for name in names if name]
    kept.write_text(json.dumps(asdict(reach)), encoding="utf-8")
    return status == pytest.ExitCode.OK


def kept_reach(kept: Path) -> Reach:
    """What ``watch`` kept."""
    told = json.loads(kept.read_text(encoding="utf-8"))
    return Reach({int(line): tests for line, tests in told["tests"].items()}, told["shared"], told["seconds"])
