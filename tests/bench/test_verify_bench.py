"""How long ``verify --all`` takes beside reading the same rows and hashing as often, and what a proof costs.

pytest tests/bench/test_verify_bench.py --benchmark-only -s

Ours and the baseline (``bare_log``) run by turns, each in processes of its own, so that its memory is its own; once
with one process and once as the command does it. What they got of the processors, starting included, is told beside the
clock, since others may use the machine; PostgreSQL's own share is in the clock alone. The goal is twice the baseline.
The archives are of 10,000 and 100,000 entries, or of those that ``ENTRIES`` names; they stay in ``build/bench``.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from statistics import median
from typing import Any, NamedTuple

import pytest

from consent.model import log
from consent.settings import Settings
from consent.store.engine import open_store
from consent.store.log import SqlLog
from tests.bench import filled

SIZES = [int(one) for one in os.environ.get("ENTRIES", "10000 100000").split()]
ROUNDS = 5
PROOFS = 50


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def server(request: pytest.FixtureRequest) -> Iterator[str | None]:
    if request.param == "SQLite":
        yield None
        return
    with filled.kept_server() as running:
        yield running


class Took(NamedTuple):
    """Seconds by the clock, seconds of the processors, and MiB of the first process and of the largest other."""

    clock: float
    worked: float
    own: float
    other: float


def ran(module: str, *arguments: str, entries: int) -> Took:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = subprocess.run([sys.executable, "-m", module, *arguments], check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    count, clock, own, other = told.stdout.split()
    assert int(count) == entries
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(float(clock), worked, int(own), int(other))


def measured(chosen: Settings, entries: int, processes: int) -> str:
    """The medians of several rounds, in words."""
    ours, bare = [], []
    for _ in range(ROUNDS):
        given = (str(chosen.records), chosen.database, str(processes))
        ours.append(ran("tests.bench.our_log", *given, entries=entries))
        given = (chosen.database_url, str(entries), str(processes))
        bare.append(ran("tests.bench.bare_log", *given, entries=entries))
    ratios = sorted(one.clock / other.clock for one, other in zip(ours, bare, strict=True))
    mine, other = (Took(*map(median, zip(*each, strict=True))) for each in (ours, bare))
    return (
        f"{processes} processes: {mine.clock:.2f} s, bare {other.clock:.2f} s, {median(ratios):.2f} of it "
        f"({ratios[0]:.2f} to {ratios[-1]:.2f}); processors {mine.worked:.2f} s, bare {other.worked:.2f} s; "
        f"memory {mine.own:.0f} and {mine.other:.0f} MiB"
    )


def proofs(chosen: Settings, entries: int) -> str:
    """What a proof costs: stored hashes read, hashes in it, and milliseconds."""
    with closing(open_store(chosen.database_url, mode="demo")) as store:
        kept, read = SqlLog(store), list[int]()

        def hash_at(level: int, index: int) -> bytes:
            read.append(level)
            return kept.hash_at(level, index)

        places = [number * (entries - 1) // PROOFS for number in range(1, PROOFS + 1)]
        made: dict[str, Callable[[int], log.Proof]] = {
            "inclusion": lambda place: log.inclusion_proof(place, size=entries, hash_at=hash_at),
            "consistency": lambda place: log.consistency_proof(place, entries, hash_at),
        }
        said = []
        for name, prove in made.items():
            took, reads, lengths = [], [], []
            for place in places:
                read.clear()
                begun = time.perf_counter()
                lengths.append(len(prove(place)))
                took.append(1000 * (time.perf_counter() - begun))
                reads.append(len(read))
            said.append(f"{name} {max(lengths)} hashes, {max(reads)} read, {median(took):.1f} ms")
    return "; ".join(said)


@pytest.mark.parametrize("entries", SIZES)
def test_e18_verifying_all_beside_reading_and_hashing_the_same(
    server: str | None, entries: int, benchmark: Any
) -> None:
    chosen = filled.archive(entries, server)
    for processes in (1, os.cpu_count() or 1):
        print(
            f"\n{'PostgreSQL' if server else 'SQLite'}, {entries} entries, {measured(chosen, entries, processes)}",
            end="",
        )
    print(f"\nat most {benchmark.pedantic(lambda: proofs(chosen, entries))}")
