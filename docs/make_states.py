#!/usr/bin/env python3
"""Prints docs/states.md from the transition table: ``make docs``.

Decides how the table is drawn. The same table gives the same bytes; a house test compares them with the page.
"""

import sys

from consent.model.episode import TRANSITIONS, Status

_HEAD = """\
# States of an episode

Generated from `TRANSITIONS` in `consent/model/episode.py` by `make docs`; do not edit. What is not here cannot happen:
an event outside this table is refused before it is written, and a stored record that breaks it cannot be opened.

## Ways from one state to another

Events that leave the state as it is are in the table below only.
"""
_TABLE = """\
## Every event in every state

A name: the event leads to that state. A dot: it may happen and the state stays. Empty: it cannot happen.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, "```mermaid", *_diagram(), "```", "", _TABLE, *_table(), ""])


def _diagram() -> list[str]:
    moves: dict[tuple[Status, Status], list[str]] = {}
    for kind, ways in TRANSITIONS.items():
        for before, after in ways.items():
            if before is not after:
                moves.setdefault((before, after), []).append(kind)
    lines = [f"    {_name(before)} --> {after}: {', '.join(kinds)}" for (before, after), kinds in moves.items()]
    return ["stateDiagram-v2", *lines, f"    {Status.FILED} --> [*]"]


def _name(status: Status) -> str:
    return "[*]" if status is Status.NONE else status


def _table() -> list[str]:
    head = "| Event | " + " | ".join(status.replace("_", " ") for status in Status) + " |"
    rule = "|---" * (len(Status) + 1) + "|"
    return [head, rule, *(_row(kind, ways) for kind, ways in TRANSITIONS.items())]


def _row(kind: str, ways: dict[Status, Status]) -> str:
    cells = ["·" if ways.get(s) is s else ways[s].replace("_", " ") if s in ways else "" for s in Status]
    return f"| `{kind}` | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.stdout.write(page())
