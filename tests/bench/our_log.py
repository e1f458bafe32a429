"""``verify --all`` as a process of its own, timed; prints what ``bare_log`` prints."""

import sys
import time
from contextlib import closing
from multiprocessing import active_children
from pathlib import Path

from consent.settings import Settings
from consent.store.engine import open_store
from consent.store.ledger import SqlLedger
from consent.wiring import auditing
from consent.workflow.audit import Look, in_turn, verify_all
from tests.bench.bare_log import peak
from tests.bench.filled import KEY, checkpoint


def main(folder: str, database: str, processes: str) -> None:
    """Verify an archive against a checkpoint over all of it."""
    chosen = Settings(mode="demo", records=Path(folder), database=database)
    with closing(open_store(chosen.database_url, mode="demo", folder=chosen.records)) as store:
        outside, begun = [checkpoint(store)], time.perf_counter()
        with auditing(chosen) as (archive, every):
            look: Look = in_turn(archive) if processes == "1" else every
            report = verify_all(archive, SqlLedger(store), outside=outside, keys=[KEY.public()], look=look)
            others = [peak(one.pid or 0) for one in active_children()]
        took = time.perf_counter() - begun
    assert not report.faults, report.faults[:3]
    assert not report.unanchored
    print(report.entries, took, peak(), max(others, default=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
