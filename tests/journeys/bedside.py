"""What befalls a tablet at the bedside: its server is killed, its line is cut, somebody reloads the page.

Decides nothing; a test says when, and looks at what came back.
"""

import json
import selectors
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from playwright.sync_api import Page, expect

from consent.workflow import handover, rehearsal, visit
from consent.workflow.desk import Desk
from tests.running_app import RunningApp, _free_port, running

PATIENCE = 30_000
SEEN = """() => JSON.stringify([document.querySelector('[data-testid="stMain"]').innerText,
    ...[...document.querySelectorAll('input, textarea')].map(one => one.value)])"""


@dataclass
class Mortal:
    """A server that can be killed, and started again on the same port and data folder."""

    records: Path
    port: int = field(default_factory=_free_port)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._block: AbstractContextManager[RunningApp] = running(self.records, port=self.port)
        self.app = self._block.__enter__()

    def kill(self) -> None:
        """``kill -9``."""
        self.app.process.kill()
        self.app.process.wait(30)
        self._block.__exit__(None, None, None)

    def end(self) -> None:
        """Stop it, if it runs."""
        if self.app.process.poll() is None:
            self._block.__exit__(None, None, None)


@contextmanager
def mortal(records: Path) -> Iterator[Mortal]:
    """One such server, until the end of the block."""
    made = Mortal(records)
    made.start()
    try:
        yield made
    finally:
        made.end()


class Wire:
    """The line between a tablet and its server: it can be cut, for all that goes over it, and mended."""

    def __init__(self, to: int) -> None:
        self._to, self._whole, self._over = to, True, Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._ways = selectors.DefaultSelector()
        self._ways.register(self._listening, selectors.EVENT_READ)
        self._thread = Thread(target=self._carry, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Nothing goes through from now on; what is under way is lost."""
        self._whole = False

    def mend(self) -> None:
        """New connections go through again."""
        self._whole = True

    def close(self) -> None:
        """Take it down."""
        self._over.set()
        self._thread.join(10)

    def _carry(self) -> None:
        while not self._over.is_set():
            if not self._whole:
                self._drop()
            for key, _ in self._ways.select(0.05):
                if key.fileobj is self._listening:
                    self._accept()
                elif isinstance(key.fileobj, socket.socket) and key.fileobj.fileno() >= 0:
                    self._pass_on(key.fileobj, key.data)
        self._drop()
        self._ways.close()
        self._listening.close()

    def _accept(self) -> None:
        near, _ = self._listening.accept()
        if not self._whole:
            near.close()
            return
        try:
            far = socket.create_connection(("127.0.0.1", self._to))
        except OSError:
            near.close()
            return
        self._ways.register(near, selectors.EVENT_READ, far)
        self._ways.register(far, selectors.EVENT_READ, near)

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        said = b""
        with suppress(OSError):
            said = one.recv(65_536)
            other.sendall(said)
        if not said:
            self._part(one, other)

    def _part(self, *ends: socket.socket) -> None:
        for end in ends:
            with suppress(KeyError, ValueError):
                self._ways.unregister(end)
            end.close()

    def _drop(self) -> None:
        for key in list(self._ways.get_map().values()):
            if isinstance(key.data, socket.socket) and isinstance(key.fileobj, socket.socket):
                self._part(key.fileobj, key.data)


@contextmanager
def wire(to: int) -> Iterator[Wire]:
    """One such line, until the end of the block."""
    made = Wire(to)
    try:
        yield made
    finally:
        made.close()


def seen(page: Page) -> str:
    """All that the page shows and holds in its fields."""
    return str(page.evaluate(SEEN))


def shows_again(page: Page, before: str) -> None:
    """Wait until the page shows and holds what it did before."""
    try:
        page.wait_for_function(f"before => ({SEEN})() === before", arg=before, timeout=PATIENCE)
    except Exception as error:
        raise AssertionError(f"before: {json.loads(before)}; now: {json.loads(seen(page))}") from error


def connected(page: Page, *, is_so: bool = True) -> None:
    """Wait until the page has its server, or knows that it has not."""
    app = page.get_by_test_id("stApp")
    if is_so:
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=PATIENCE)
    else:
        expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED", timeout=PATIENCE)


def handed_over(desk: Desk, page: Page, *, episode: str, base_url: str) -> None:
    """The nurse has just put this tablet into the patient's hands."""
    nurse = rehearsal.signed_in(desk, "okafor")
    ticket = visit.new_ticket(desk, nurse, purpose=f"hand_over:{episode}")
    token = handover.hand_over(desk, nurse, episode=episode, ticket=ticket)
    page.context.add_cookies([{"name": "consent_session", "value": token, "url": base_url}])
