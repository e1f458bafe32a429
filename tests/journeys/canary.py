"""A patient whose name, number and birth date must never be seen outside the record, and the ways to look for them.

Decides in which forms the canary is looked for, and where.

Invariants:
- Looking is by bytes and without regard to case: as UTF-8, UTF-16 and percent-encoding write them.
- What a server holds in memory is asked of its process by a signal (``within/sitecustomize.py``).
"""

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Event
from urllib.parse import quote
from zoneinfo import ZoneInfo

from playwright.sync_api import BrowserContext, Frame, Page, Request, Response

from consent.model.episode import Episode
from consent.workflow import prepare, rehearsal
from consent.workflow.desk import Desk

NAME = "Zzcanary Quillfeather"
MRN = "ZZCANARY-7731"
BORN = date(1931, 10, 17)
WITHIN = Path(__file__).parent / "within"
WORDS = ("Zzcanary", "Quillfeather", MRN, BORN.isoformat(), "10/17/1931", "October 17, 1931", "17 October 1931")
FORMS = sorted(
    {form.lower() for word in WORDS for form in (word.encode(), word.encode("utf-16-le"), quote(word).encode())}
)
KEPT_BY_A_PAGE = """async () => JSON.stringify([
    document.title, location.href, JSON.stringify(history.state), document.cookie, window.name,
    Object.entries(localStorage), Object.entries(sessionStorage),
    (await indexedDB.databases()).map(one => one.name), await caches.keys(),
])"""
TELL_TITLES = """
    new MutationObserver(() => document.title !== window.lastTold && titled(window.lastTold = document.title))
        .observe(document, {subtree: true, childList: true, characterData: true});
"""


def found_in(content: bytes | str) -> list[str]:
    """The forms of the canary in this."""
    raw = (content if isinstance(content, bytes) else content.encode()).lower()
    return [form.decode("latin-1") for form in FORMS if form in raw]


def found_below(folder: Path) -> dict[str, list[str]]:
    """The files below a folder whose name or content holds the canary, or a PDF."""
    held = {}
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found = found_in(path.name) + found_in(content) + (["%PDF-1"] if b"%PDF-1" in content else [])
        if found:
            held[str(path.relative_to(folder))] = found
    return held


def book(desk: Desk) -> Episode:
    """Put the canary on today's list."""
    clerk = rehearsal.signed_in(desk, "desk")
    stone = next(account.person.id for account in desk.people.all() if account.login == "stone")
    at = desk.clock.now().astimezone(ZoneInfo(desk.clinic.zone)).replace(hour=18, minute=0, second=0, microsecond=0)
    return prepare.open_episode(
        desk,
        clerk,
        name=NAME,
        birth_date=BORN,
        mrn=MRN,
        procedure=rehearsal.PROCEDURE,
        appointment=at,
        clinician=stone,
    )


@dataclass
class Watch:
    """What a browser tells of itself while people use it."""

    urls: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    headers: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)

    def over(self, context: BrowserContext) -> None:
        """Watch every page of a browser."""
        context.expose_binding("titled", lambda _, title: self.titles.add(str(title)))
        context.add_init_script(TELL_TITLES)
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("page", self._opened)

    def _asked(self, request: Request) -> None:
        self.urls.add(request.url)
        self.headers.update(f"{name}: {value}" for name, value in request.headers.items())

    def _answered(self, response: Response) -> None:
        self.headers.update(f"{name}: {value}" for name, value in response.headers.items())

    def _opened(self, page: Page) -> None:
        page.on("framenavigated", self._went)
        page.on("websocket", lambda socket: self.urls.add(socket.url))

    def _went(self, frame: Frame) -> None:
        self.urls.add(frame.url)

    def look_into(self, page: Page) -> None:
        """Note what the page keeps: storages, cookies, title, address, history."""
        self.kept.add(str(page.evaluate(KEPT_BY_A_PAGE)))
        self.kept.add(json.dumps([dict(one) for one in page.context.cookies()]))


def ask_within(pid: int, folder: Path) -> dict[str, list[list[str]]]:
    """What the process holds in Streamlit's stores, and what it opened for writing."""
    (folder / "told").unlink(missing_ok=True)
    os.kill(pid, signal.SIGUSR1)
    _wait_until((folder / "told").exists)
    told: dict[str, list[list[str]]] = json.loads((folder / "told").read_text(encoding="utf-8"))
    return told


def break_within(pid: int, folder: Path, *, method: str) -> None:
    """Have a method of the ledger fail in that process, with the canary in what the exception says."""
    (folder / "fault").write_text(f"{method} {NAME} {MRN} {BORN}", encoding="utf-8")
    os.kill(pid, signal.SIGUSR2)
    _wait_until(lambda: not (folder / "fault").exists())


def _wait_until(holds: Callable[[], bool]) -> None:
    pause = Event()
    for _ in range(200):
        if holds():
            return
        pause.wait(0.05)
    raise AssertionError("the server's process did not answer its signal")
