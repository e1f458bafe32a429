"""Points at which a process can be killed: each statement, begin and commit of what is written, each file that is
opened to be written, named, linked or removed, and the work of pyHanko in small steps."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Connection, Engine, event

Step = Callable[[str], None]
_FILES = {"os.rename", "os.link", "os.remove", "os.rmdir", "os.mkdir"}
_WRITES = os.O_WRONLY | os.O_RDWR
_EVERY = 700
"""So many calls of pyHanko are one step: a seal has some dozens."""


def tell_points(folder: Path, step: Step) -> None:
    """From now on, and for as long as this process lives, tell each before it is done; of files, those in a folder."""
    begins = str(folder)

    @event.listens_for(Engine, "begin")
    def _begun(connection: Connection) -> None:
        if _is_writing(connection):
            step("begin")

    @event.listens_for(Engine, "before_cursor_execute")
    def _told(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if _is_writing(connection):
            step(" ".join(statement.split()[:3]))

    @event.listens_for(Engine, "commit")
    def _committing(connection: Connection) -> None:
        if _is_writing(connection):
            step("commit")

    def heard(what: str, given: tuple[Any, ...]) -> None:
        if (what in _FILES or (what == "open" and given[2] & _WRITES)) and str(given[0]).startswith(begins):
            step(what)

    sys.addaudithook(heard)


def _is_writing(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writes"))


class Profiled:
    """Counts the calls of pyHanko in its block, and tells each so-manieth."""

    def __init__(self, step: Step) -> None:
        self._step, self._calls = step, 0

    def __enter__(self) -> None:
        sys.setprofile(self._called)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _called(self, frame: FrameType, what: str, _: object) -> None:
        if what == "call" and frame.f_globals.get("__name__", "").startswith("pyhanko"):
            self._calls += 1
            if self._calls % _EVERY == 0:
                self._step("pyhanko")
