"""The open sockets of each session, so that a session that ends closes them.

Decides nothing about who may open one: that is the guard's.

Invariants:
- A line that has been ended delivers nothing any more, in either direction, whatever the client does.
- Used from the event loop only.
"""

import asyncio
from collections import defaultdict
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

from starlette.types import Message, Receive, Send

POLICY = 1008


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

    def open(self, session: str, line: Line) -> None:
        """Remember a line."""
        self._lines[session].add(line)

    def closed(self, session: str, line: Line) -> None:
        """Forget a line."""
        self._lines[session].discard(line)
        if not self._lines[session]:
            del self._lines[session]

    def end(self, session: str) -> None:
        """Cut every line of a session that has ended or was locked."""
        for line in tuple(self._lines.get(session, ())):
            line.end()
