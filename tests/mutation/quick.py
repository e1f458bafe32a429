"""Mutants tried in copies of a process that has collected its tests already.

A mutant inside a function needs no fresh import: the function that is there gets the changed code, wherever somebody
holds it. What is no such mutant (a constant of the module, a default, a name that closes over another) is left over.
"""

import gc
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from tests.mutation.mutants import file_of, lines, mutant
from tests.mutation.reach import Reach

Swap = list[tuple[FunctionType, CodeType]]


@dataclass
class Quick:
    """A plugin of pytest that tries mutants in place of running the tests, and keeps how they fared."""

    module: str
    numbers: Sequence[int]
    reach: Reach
    kept: Path
    several: Callable[[Iterator[tuple[int, Callable[[], bool]]]], Iterator[tuple[int, bool]]]
    left: list[int] = field(default_factory=list)
    finders: Counter[str] = field(default_factory=Counter)
    """How many mutants each test has found so far: who found many is asked early."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        tests = {item.nodeid: item for item in session.items}
        functions, told = _functions(self.module), self.kept.parent
        gc.freeze()  # a process that is about to end need not look through it
        control = dict(self.several(iter([(-1, lambda: _all_pass(list(tests.values()), told))])))
        if not control[-1]:
            failed = "".join(one.read_text(encoding="utf-8") for one in told.glob("*.found"))
            raise RuntimeError(f"without any mutant a test of {self.module} fails: {failed}")
        fared = dict(self.several(self._tried(tests, functions)))
        self.kept.write_text(json.dumps({"left": self.left, "fared": list(fared.items())}), encoding="utf-8")
        return True

    def _tried(
        self, tests: dict[str, pytest.Item], functions: list[FunctionType]
    ) -> Iterator[tuple[int, Callable[[], bool]]]:
        at, folder = lines(self.module), self.kept.parent
        for number in self.numbers:
            for found in folder.glob("*.found"):
                self.finders[found.read_text(encoding="utf-8")] += 1
                found.unlink()
            swap = _swap(self.module, number, functions)
            if not swap:
                self.left.append(number)
                continue
            yield number, partial(_is_missed, swap, self._first(at[number], tests), folder)

    def _first(self, line: int, tests: dict[str, pytest.Item]) -> list[pytest.Item]:
        first = self.reach.first(line)
        others = [name for name in tests if name not in set(first)] if self.reach.all_count(line) else []
        first.sort(key=lambda name: -self.finders[name])  # of those that found as many the quickest stays first
        return [tests[name] for name in (*first, *others)]


def _is_missed(swap: Swap, tests: list[pytest.Item], folder: Path) -> bool:
    for function, code in swap:
        function.__code__ = code
    return _all_pass(tests, folder)


def _all_pass(tests: list[pytest.Item], folder: Path) -> bool:
    """Run tests until one fails, and leave its name in the folder."""
    for at, test in enumerate(tests):
        test.config.hook.pytest_runtest_protocol(item=test, nextitem=tests[at + 1] if at + 1 < len(tests) else None)
        if test.session.testsfailed:
            (folder / f"{os.getpid()}.found").write_text(test.nodeid, encoding="utf-8")
            return False
    return True


def _functions(module: str) -> list[FunctionType]:
    file = str(file_of(module))
    return [one for one in gc.get_objects() if isinstance(one, FunctionType) and one.__code__.co_filename == file]


def _swap(module: str, number: int, functions: list[FunctionType]) -> Swap:
    """The functions that the mutant changes, each with its new code; none: it has to be imported."""
    source, file = file_of(module).read_text(encoding="utf-8"), str(file_of(module))
    before, after = compile(source, file, "exec"), compile(mutant(module, number)[0], file, "exec")
    codes = _codes(after)
    if _outside(before) != _outside(after):
        return []
    swap = []
    for function in functions:
        old = function.__code__
        new = codes.get(_key(old))
        if new is None or new.co_freevars != old.co_freevars:
            return []
        if new != old:
            swap.append((function, new))
    return swap


def _key(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _codes(code: CodeType) -> dict[tuple[str, int], CodeType]:
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    return {_key(one): one for one in inner} | {key: got for one in inner for key, got in _codes(one).items()}


def _outside(code: CodeType) -> list[object]:
    """What runs at the import: the module's own code and that of its classes."""
    here: list[object] = [code.co_code, code.co_names, [one for one in code.co_consts if not isinstance(one, CodeType)]]
    for inner in code.co_consts:
        if isinstance(inner, CodeType) and not inner.co_flags & 0x02:  # CO_NEWLOCALS: a function has it, a class hasn't
            here += _outside(inner)
    return here
