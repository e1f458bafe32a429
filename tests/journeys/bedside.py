"""What befalls a tablet at the bedside: its server is killed, or somebody reloads the page.

Decides nothing; a test says when, and looks at what came back.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, expect

from consent.workflow import handover, rehearsal, visit
from consent.workflow.desk import Desk
from tests.running_app import RunningApp, free_port, running

PATIENCE = 30_000
SEEN = """() => JSON.stringify([document.querySelector('[data-testid="stMain"]').innerText,
    ...[...document.querySelectorAll('input, textarea')].map(one => one.value)])"""


@dataclass
class Mortal:
    """A server that can be killed, and started again on the same port and data folder."""

    records: Path
    port: int = field(default_factory=free_port)
    environment: Mapping[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._block: AbstractContextManager[RunningApp] = running(
            self.records, port=self.port, environment=self.environment
        )
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
def mortal(records: Path, *, environment: Mapping[str, str] | None = None) -> Iterator[Mortal]:
    """One such server, until the end of the block."""
    made = Mortal(records, environment=environment or {})
    made.start()
    try:
        yield made
    finally:
        made.end()


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
    """Wait until the page has its server and was drawn by it, or knows that it has none."""
    app = page.get_by_test_id("stApp")
    if is_so:
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=PATIENCE)
        expect(page.locator("html")).not_to_have_attribute("data-cut", "", timeout=PATIENCE)
    else:
        expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED", timeout=PATIENCE)


def handed_over(desk: Desk, page: Page, *, episode: str, base_url: str, by: str = "okafor") -> None:
    """The nurse, or somebody else, has just put this tablet into the patient's hands."""
    nurse = rehearsal.signed_in(desk, by)
    ticket = visit.new_ticket(desk, nurse, purpose=f"hand_over:{episode}")
    token = handover.hand_over(desk, nurse, episode=episode, ticket=ticket)
    page.context.add_cookies([{"name": "consent_session", "value": token, "url": base_url}])
