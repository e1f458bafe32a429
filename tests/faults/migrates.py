"""Brings the store that the settings name to this program's schema, and is killed at a point on the way.

``python -m tests.faults.migrates POINT``: one of those that ``points`` tells; 0: at none.
"""

import sys

from consent.settings import read
from consent.wiring import migrate
from tests.faults.onward import dying_at
from tests.faults.points import tell_points


def main(point: str) -> None:
    chosen = read()
    tell_points(chosen.records, dying_at(int(point)))
    migrate(chosen)


if __name__ == "__main__":
    main(*sys.argv[1:])
