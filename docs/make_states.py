#!/usr/bin/env python3
"""Prints docs/states.md from the transition table: ``make docs``.

Decides how the table is drawn. The same table gives the same bytes; a house test compares them with the page.
"""

import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from consent.model.day import MOVES, Stage
from consent.model.status import TRANSITIONS, Status

P = TypeVar("P", bound=StrEnum)

_HEAD = """\
# States of an episode

Generated from `TRANSITIONS` in `consent/model/status.py` by `make docs`; do not edit. What is not here cannot happen:
an event outside this table is refused before it is written, and a stored record that breaks it cannot be opened.

## Ways from one state to another

Events that leave the state as it is are in the table below only.
"""
_TABLE = """\
## Every event in every state

A name: the event leads to that state. A dot: it may happen and the state stays. Empty: it cannot happen.
"""
_DAY = """\
## The day of the procedure

Beside the paperwork, from `MOVES` in `consent/model/day.py`: once both have signed (`attested`, `sealing`, `sealed`,
`filed`), whatever the document is doing. An event of the day moves nothing above. What has to be true besides, as that
a time-out is complete and no "no" is open, is in `consent/model/arrival.py` and `consent/model/timeout.py`.
"""


def page() -> str:
    """The whole page."""
    paper = {kind: ways for kind, ways in TRANSITIONS.items() if kind not in MOVES}
    return "\n".join(
        [
            *[_HEAD, *_diagram(paper, last=[Status.FILED]), "", _TABLE, *_table(paper, Status), ""],
            *[_DAY, *_diagram(MOVES, last=[Stage.ENDED, Stage.WITHDRAWN]), "", *_table(MOVES, Stage), ""],
        ]
    )


def _diagram(table: Mapping[str, Mapping[P, P]], *, last: list[P]) -> list[str]:
    moves: dict[tuple[P, P], list[str]] = {}
    for kind, ways in table.items():
        for before, after in ways.items():
            if before is not after:
                moves.setdefault((before, after), []).append(kind)
    lines = [f"    {_name(before)} --> {after}: {', '.join(kinds)}" for (before, after), kinds in moves.items()]
    return ["```mermaid", "stateDiagram-v2", *lines, *(f"    {one} --> [*]" for one in last), "```"]


def _name(place: StrEnum) -> str:
    return "[*]" if place in {Status.NONE, Stage.AHEAD} else place


def _table(table: Mapping[str, Mapping[P, P]], places: type[P]) -> list[str]:
    head = "| Event | " + " | ".join(place.replace("_", " ") for place in places) + " |"
    rule = "|---" * (len(places) + 1) + "|"
    return [head, rule, *(_row(kind, ways, places) for kind, ways in table.items())]


def _row(kind: str, ways: Mapping[P, P], places: type[P]) -> str:
    cells = ["·" if ways.get(s) is s else ways[s].replace("_", " ") if s in ways else "" for s in places]
    return f"| `{kind}` | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.stdout.write(page())
