"""A writer that appends one event and its row at a time and says so, until it is killed.

python writes_until_killed.py URL
"""

import sys

from consent.model.entry import Stamp, enter
from consent.model.events import MattersNoted
from consent.ports import Answer, Commit
from consent.store.engine import open_store
from consent.store.ledger import SqlLedger

STREAM = "episode:killed"

ledger = SqlLedger(open_store(sys.argv[1], mode="demo"))
kept = ledger.read(STREAM)
number, previous = len(kept), kept[-1].leaf if kept else None
while True:
    at = f"2026-03-02T09:00:00.{number % 1_000_000:06d}Z"
    entries = []
    for _ in range(2):
        number += 1
        one, recorded = enter(
            MattersNoted(hope=f"hope {number}"),
            Stamp(actor="p-1", at=at, device="tablet", sign_in="s-1"),
            stream=STREAM,
            number=number,
            previous=previous,
            salt=bytes(32),
        )
        previous = recorded.leaf
        entries.append(one)
    answer = Answer(key=f"key-{number}", request="r", body="b")
    ledger.append(Commit(stream=STREAM, expected=number - 2, entries=tuple(entries), answer=answer))
    print(number, flush=True)
