"""The running demo and a real browser, which fails a test when the page complains."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, WebSocketRoute, sync_playwright

from consent.settings import Settings
from consent.wiring import DEMO_PASSWORD, opened
from consent.workflow.desk import Desk
from tests.running_app import RunningApp, running

T = TypeVar("T")
BETWEEN = 0.03
"""Seconds between two messages that arrive one by one: two frames of a screen."""
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
BESIDE = re.compile(r"/\w+/_stcore/(health|host-config)$")  # Streamlit first asks beside the page, and is told 404
TABLET: ViewportSize = {"width": 1024, "height": 768}
UPRIGHT: ViewportSize = {"width": 768, "height": 1024}
WATCH = """window.breachesSeen = 0;
addEventListener("securitypolicyviolation", async event => {
    await window.policyBroken(`${event.effectiveDirective} ${event.blockedURI || event.sourceFile}`);
    window.breachesSeen += 1;
}, true)"""  # every page says what its content policy stopped (catalogue H28)


def aside(work: Callable[..., T], *given: object) -> T:
    """What it gives, from a thread of its own: Playwright's loop runs in this one, and pyHanko wants to run another."""
    with ThreadPoolExecutor(1) as one:
        return one.submit(work, *given).result()


def one_by_one(page: Page) -> None:
    """Each message of the server arrives alone, so that the page is drawn after each, as on a slow line.

    To be called before the page is opened.
    """

    def opened_by(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def arrived(said: str | bytes) -> None:
            time.sleep(BETWEEN)
            socket.send(said)

        server.on_message(arrived)

    page.route_web_socket("**/_stcore/stream", opened_by)


@pytest.fixture
def desk(records: Path) -> Iterator[Desk]:
    """The desk on the server's data folder, to set a scene and to look at what was kept."""
    made, store = opened(Settings(mode="demo", records=records))
    yield made
    store.close()


@pytest.fixture
def server(records: Path) -> Iterator[RunningApp]:
    """The real server on a folder of its own."""
    with running(records) as app:
        yield app


@pytest.fixture
def base_url(server: RunningApp) -> str:
    """The server's address."""
    return server.base_url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser; no longer than a module, for Playwright keeps this thread's event loop meanwhile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about; a test that provokes a complaint clears it."""
    return []


@pytest.fixture
def page(chromium: Browser, base_url: str, complaints: list[str]) -> Iterator[Page]:
    """A tablet's page. Any error on its console, and any breach of its content policy, fails the test."""
    context = chromium.new_context(base_url=base_url, viewport=TABLET, has_touch=True)

    def heard(message: ConsoleMessage) -> None:
        where = message.location["url"]
        if message.type == "error" and not BESIDE.search(where):
            complaints.append(f"{message.text} {where}")

    context.expose_function("policyBroken", lambda said: complaints.append(f"content policy: {said}"))
    context.add_init_script(WATCH)
    context.on("console", heard)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert complaints == []


@pytest.fixture
def sign_in(page: Page) -> Callable[[str], None]:
    """Sign in as somebody of the demo, by sign-in name."""

    def enter(login: str) -> None:
        page.goto("/sign-in")
        page.get_by_label("Your sign-in name").fill(login)
        page.get_by_label("Your password").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Sign out").wait_for()

    return enter
