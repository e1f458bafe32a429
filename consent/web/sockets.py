"""The open sockets of each session, so that a session that ends closes them.

Decides nothing about who may open one: that is the guard's.

Invariants:
- There are only so many, in all and for one session: a process serves some fifty tablets (threats.md, section 5), and a
  socket costs four file descriptors (F25).
- A session that was locked, ended or fell asleep anywhere, also by another process, loses its sockets within
  a second or so.
- A line that has been ended delivers nothing any more, in either direction, whatever the client does.
- Used from the event loop only.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, MutableMapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from starlette.types import Message, Receive, Send

from consent.errors import ConsentError
from consent.web import threads

POLICY = 1008
MOST_SOCKETS = 200
MOST_OF_ONE = 6
EVERY = 1.0
"""Seconds between two looks at whether the sessions behind the open sockets still hold."""


class Line:
    """One open socket between a browser and Streamlit."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._ended = asyncio.Event()

    def end(self) -> None:
        """Cut it: the app reads a disconnect, and the browser gets a close."""
        self._ended.set()

    async def receive(self) -> Message:
        """The next message, or a disconnect once the line was cut."""
        message = asyncio.ensure_future(self._receive())
        ended = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait({message, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
            if not message.done():
                message.cancel()
        if not self._ended.is_set():
            return message.result()
        with suppress(Exception):  # the browser may be gone already
            await self._send({"type": "websocket.close", "code": POLICY})
        return {"type": "websocket.disconnect", "code": POLICY}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Pass a message on, unless the line was cut."""
        if not self._ended.is_set():
            await self._send(message)


class Sockets:
    """Which lines are open for which session."""

    def __init__(self) -> None:
        self._lines: defaultdict[str, set[Line]] = defaultdict(set)

    def open(self, session: str, line: Line) -> bool:
        """Remember a line; False when there are too many."""
        of_one = len(self._lines.get(session, ()))
        if of_one >= MOST_OF_ONE or sum(map(len, self._lines.values())) >= MOST_SOCKETS:
            return False
        self._lines[session].add(line)
        return True

    def closed(self, session: str, line: Line) -> None:
        """Forget a line."""
        self._lines[session].discard(line)
        if not self._lines[session]:
            del self._lines[session]

    async def watch(self, in_use: Callable[[Sequence[str]], set[str]]) -> None:
        """Cut the lines of sessions that are not in use any more, for as long as this is not cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            open_ones = tuple(self._lines)
            if not open_ones:
                continue
            with suppress(ConsentError):  # a store that does not answer now is asked again
                still = await threads.look_up(partial(in_use, open_ones))
                for session in set(open_ones) - still:
                    self.end(session)

    def end(self, session: str) -> None:
        """Cut every line of a session that has ended or was locked."""
        for line in tuple(self._lines.get(session, ())):
            line.end()
