"""The same bytes as a verification reads, hashed as often, and nothing else: what ``verify --all`` is measured against.

Without our code: sqlite3 or psycopg, hashlib, and as many processes. A stretch is read in the same order; each header,
each payload and each hash above the leaves is one call of SHA-256.
"""

import sqlite3
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

import psycopg

ROWS = """
SELECT leaf.place, event.stream, event.number, event.header, event.leaf, event_payload.payload, event_payload.salt
FROM leaf
LEFT JOIN event ON leaf.event = event.id
LEFT JOIN event_payload ON event.stream = event_payload.stream AND event.number = event_payload.number
WHERE leaf.place >= {} AND leaf.place < {}
ORDER BY leaf.place
"""
NODES = "SELECT place, hash FROM node WHERE level = {} AND place >= {} AND place < {}"
TAG = bytes(22)
LEVEL = 12
STRETCH = 1 << LEVEL
_open: list[Any] = []


def connect(url: str) -> None:
    """A connection of this process."""
    file = url.removeprefix("sqlite:///")
    _open.append(psycopg.connect(url) if file == url else sqlite3.connect(f"file:{file}?mode=ro", uri=True))


def hashed(first: int) -> int:
    """Read one stretch and hash it; gives how many entries it had."""
    rows = _open[0].execute(ROWS.format(first, first + STRETCH)).fetchall()
    below = []
    for _, _, _, header, _, payload, salt in rows:
        below.append(sha256(b"\0" + header).digest())
        sha256(TAG + salt + payload).hexdigest()
    for level in range(1, LEVEL + 1):
        begin = first >> level
        _open[0].execute(NODES.format(level, begin, begin + (STRETCH >> level))).fetchall()
        below = [sha256(b"\1" + left + right).digest() for left, right in zip(below[::2], below[1::2], strict=False)]
    return len(rows)


def peak(process: int | str = "self") -> int:
    """The most memory that a process ever had, in MiB."""
    said = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(said.partition("VmHWM:")[2].split()[0]) // 1024


def main(url: str, entries: str, processes: str) -> None:
    """Read and hash all of it; prints entries, seconds, the most memory of this process and of the largest other."""
    begun, stretches = time.perf_counter(), range(0, int(entries), STRETCH)
    if processes == "1":
        connect(url)
        count, others = sum(map(hashed, stretches)), []
    else:
        with ProcessPoolExecutor(int(processes), get_context("spawn"), connect, (url,)) as pool:
            count = sum(pool.map(hashed, stretches))
            others = [peak(one.pid or 0) for one in active_children()]
    print(count, time.perf_counter() - begun, peak(), max(others, default=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
