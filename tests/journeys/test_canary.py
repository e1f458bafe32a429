"""The canary: one patient played through the whole story, then looked for in every place outside the record.

Played once, in a browser with a profile of its own, on a server with a folder of its own for temporary files, with
every logger at DEBUG. That each way of looking finds what is there is shown by tests of its own.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from consent.logs import SHAPES
from consent.settings import Settings
from consent.wiring import DEMO_PASSWORD, opened
from consent.words import say
from consent.workflow.desk import stream_of
from tests.findings.bare import bare
from tests.journeys import test_story
from tests.journeys.canary import (
    BORN,
    MRN,
    NAME,
    WITHIN,
    WORDS,
    Watch,
    ask_within,
    book,
    found_below,
    found_in,
)
from tests.journeys.conftest import CHROMIUM, QUIET, TABLET
from tests.journeys.tablet import PATIENCE, Tablet
from tests.running_app import RunningApp, running

pytestmark = pytest.mark.timeout(900)  # the whole story in a browser, with every logger at DEBUG

SEEN_BY_THE_BROWSER = re.compile(r"^https?://localhost:\d+/|^ws://localhost:\d+/|^(about|blob|data|chrome[a-z-]*):")


@dataclass
class Played:
    """What there is to look at after the story."""

    episode: str
    record: bytes
    document: bytes
    watch: Watch
    log: str
    within: dict[str, list[list[str]]]
    open_doors: str
    folder: Path
    records: Path


@contextmanager
def _browser(playwright: Playwright, profile: Path, *, base_url: str) -> Iterator[BrowserContext]:
    """A browser that keeps its profile in a folder, and its temporary files beside it.

    It reaches these through a link with a short name: a socket's address has at most 108 bytes (unix(7)).
    """
    beside = profile.parent / "browser-tmp"
    beside.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="b") as short:
        link = Path(short) / "t"
        link.symlink_to(beside)
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            args=list(QUIET),
            viewport=TABLET,
            has_touch=True,
            base_url=base_url,
            env={**os.environ, "TMPDIR": str(link)},
        )
        yield context
        context.close()


@contextmanager
def _server(folder: Path) -> Iterator[RunningApp]:
    """The server at DEBUG, with a folder of its own for what is temporary."""
    for name in ("server-tmp", "within"):
        (folder / name).mkdir()
    environment = {
        "TMPDIR": str(folder / "server-tmp"), "PYTHONPATH": str(WITHIN), "WITHIN": str(folder / "within"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    with running(folder / "records", "--logger.level", "debug", environment=environment) as app:
        yield app


@pytest.fixture(scope="module")
def played(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The story of the canary, told once."""
    folder = tmp_path_factory.mktemp("canary")
    shutil.copytree(furnished, folder / "records")
    desk, store = opened(Settings(mode="demo", records=folder / "records"))
    episode = book(desk).id
    watch = Watch()
    with _server(folder) as app:
        with (
            sync_playwright() as playwright,
            _browser(playwright, folder / "profile", base_url=app.base_url) as context,
        ):
            watch.over(context)
            tablet = Tablet(page=context.new_page(), desk=desk, episode=episode)
            document = _play(tablet, watch)
        within = ask_within(app.process.pid, folder / "within")
        asked = [httpx.get(f"{app.base_url}{path}") for path in ("/healthz", "/_stcore/health", "/_stcore/metrics")]
    record = b"".join(one.payload or b"" for one in desk.ledger.entries(stream_of(episode)))
    store.close()
    open_doors = "\n".join(f"{one.status_code} {one.headers} {one.text}" for one in asked)
    log = app.log.read_text(encoding="utf-8", errors="replace")
    return Played(episode, record, document, watch, log, within, open_doors, folder, folder / "records")


def _play(tablet: Tablet, watch: Watch) -> bytes:
    """From the day's list to the document in the browser; looks into the page at every step."""
    page, born = tablet.page, {"month": f"{BORN:%m}", "day": f"{BORN:%d}", "year": f"{BORN:%Y}"}
    _sign_in(page)
    tablet.fill(say("today.search"), NAME)
    test_story._next(tablet, "Prepare")
    test_story._prepare(tablet)
    watch.look_into(page)
    tablet.tap("Hand over to the patient")
    tablet.identify(name=NAME, **born)
    watch.look_into(page)
    tablet.read_all(yes_to=frozenset({"Q3"}), miss=frozenset({"C1"}))
    watch.look_into(page)
    tablet.tap("I read it by myself")
    tablet.heading("Thank you")
    _take_back(tablet)
    test_story._next(tablet, "Talk")
    test_story._talk(tablet)
    watch.look_into(page)
    tablet.tap("Hand over to sign")
    tablet.identify(name=NAME, **born)
    test_story._patient_signs(tablet)
    watch.look_into(page)
    _take_back(tablet)
    test_story._next(tablet, "Sign")
    test_story._clinician_signs(tablet)
    test_story._wait_until_filed(tablet)
    return _open_document(tablet, watch)


def _sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label(say("sign_in.name")).fill("stone")
    page.get_by_label(say("sign_in.password")).fill(DEMO_PASSWORD)
    page.get_by_role("button", name=say("sign_in.button")).click()
    page.get_by_role("button", name="Sign out").wait_for()


def _take_back(tablet: Tablet) -> None:
    page = tablet.page
    page.goto("/staff")
    page.locator("input[type=password]").fill(DEMO_PASSWORD)
    tablet.tap(say("staff.button"))
    page.wait_for_url(lambda url: not url.endswith("/staff"))
    page.goto("/")
    tablet.heading("Today")


def _open_document(tablet: Tablet, watch: Watch) -> bytes:
    """Let the browser itself fetch the document, with its cache in between."""
    page, sealed = tablet.page, tablet.now().sealed
    assert sealed is not None
    tablet.tap("Open the record")
    expect(page.get_by_text("The document is filed to the chart")).to_be_visible(timeout=PATIENCE)
    watch.look_into(page)
    address = f"/documents/{sealed.event.document}.pdf"
    fetched = page.evaluate("async at => Array.from(new Uint8Array(await (await fetch(at)).arrayBuffer()))", address)
    with page.context.expect_page() as shown:
        page.evaluate("at => { window.open(at) }", address)
    shown.value.close()
    return bytes(fetched)


def test_the_canary_is_in_the_record_and_in_the_document(played: Played, tmp_path: Path) -> None:
    assert {word for word in WORDS[:4] if word.encode() in played.record} == set(WORDS[:4])
    (tmp_path / "one.pdf").write_bytes(played.document)
    shown = subprocess.run(["pdftotext", tmp_path / "one.pdf", "-"], capture_output=True, check=True).stdout.decode()
    assert NAME in shown
    assert MRN in shown
    assert found_below(played.records)


def test_k01_the_canary_is_in_no_log(played: Played) -> None:
    assert played.log.count("\n") > 1000
    assert found_in(played.log) == []


def test_k02_at_debug_every_logger_spoke_and_said_nothing(played: Played) -> None:
    _, log = played.log.split('{"at"', 1)
    lines = [json.loads(line) for line in f'{{"at"{log}'.splitlines() if line.startswith("{")]
    spoke = {(line.get("logger", "").split(".")[0], line["level"]) for line in lines if line["event"] == "foreign"}
    assert {name for name, level in spoke if level == "debug"} >= {"sqlalchemy", "streamlit"}
    assert {key for line in lines for key in line} <= set(SHAPES)
    assert [line for line in f'{{"at"{log}'.splitlines() if not line.startswith("{")] == []


def test_k01_the_canary_is_in_no_address_title_or_header(played: Played) -> None:
    watch = played.watch
    assert any(f"episode={played.episode}" in url for url in watch.urls)
    assert any(url.startswith("ws:") for url in watch.urls)
    assert all(SEEN_BY_THE_BROWSER.match(url) for url in watch.urls)
    assert watch.titles
    assert found_in("\n".join(watch.urls | watch.titles | watch.headers)) == []


def test_k01_the_canary_is_in_nothing_that_a_page_keeps(played: Played) -> None:
    assert any("consent_session" in kept for kept in played.watch.kept)
    assert found_in("\n".join(played.watch.kept)) == []


def test_k01_the_canary_is_in_nothing_that_a_stranger_may_ask_for(played: Played) -> None:
    assert "200" in played.open_doors
    assert found_in(played.open_doors) == []


def test_k01_the_canary_is_in_no_temporary_file(played: Played) -> None:
    outside = [path for path in map(str, played.within["written"]) if not path.startswith(str(played.records))]
    assert [path for path in outside if not path.startswith(("/dev/", str(played.folder / "within")))] == []
    assert list((played.folder / "server-tmp").rglob("*")) == []
    assert found_below(played.folder / "browser-tmp") == {}


def test_k01_the_canary_is_nowhere_in_the_browsers_profile(played: Played) -> None:
    assert sum(1 for path in (played.folder / "profile").rglob("*") if path.is_file()) > 20
    assert found_below(played.folder / "profile") == {}


def test_h33_nothing_is_in_streamlits_media_and_uploads(played: Played) -> None:
    assert [played.within[store] for store in ("media", "later", "uploads")] == [[], [], []]


def test_the_search_finds_what_a_browser_keeps(tmp_path: Path, base_url: str) -> None:
    with sync_playwright() as playwright, _browser(playwright, tmp_path / "profile", base_url=base_url) as context:
        watch = Watch()
        watch.over(context)
        page = context.new_page()
        page.goto(f"/sign-in?name={NAME}")
        page.evaluate("([name, mrn]) => { document.title = mrn; localStorage.setItem('patient', name) }", [NAME, MRN])
        watch.look_into(page)
    held = found_below(tmp_path / "profile")
    assert any("History" in name for name in held)
    assert any("Local Storage" in name for name in held)
    assert all(found_in("\n".join(one)) for one in (watch.urls, watch.titles, watch.kept))


def test_the_search_finds_what_streamlit_keeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PYTHONPATH": WITHIN, "WITHIN": tmp_path}.items():
        monkeypatch.setenv(name, str(value))
    with bare("media.py", tmp_path) as here, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_page()
        page.goto(f"{here.base_url}/?who={MRN}")
        page.get_by_role("button", name="Get").wait_for()
        told = ask_within(here.process.pid, tmp_path)
        browser.close()
    assert MRN in str(told["media"])
