"""F23, F24: what a browser runs and fetches for a page, without a content policy and under ours."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
import streamlit
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from consent.web.headers import policy_of
from consent.workflow import rehearsal
from consent.workflow.desk import Desk
from tests.findings.bare import Bare, bare, gone
from tests.house.sources import code, name_of
from tests.journeys.conftest import BESIDE, CHROMIUM, QUIET
from tests.running_app import RunningApp

STATIC = Path(streamlit.__file__).parent / "static"
ELSEWHERE = "http://elsewhere.example/pixel.png"
HOSTILE = 'Jane <img src=x onerror="window.hit=1">'
LOUD = 'Jane <b style="position:fixed;inset:0">Signed</b>'

WORD_JOINER = "\u2060"
"""Stands before every sign that markdown would take for its own; it has no width."""


@pytest.fixture(scope="module")
def habits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    with bare("habits.py", tmp_path_factory.mktemp("habits")) as here:
        yield here


@pytest.fixture(scope="module")
def policed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    with bare("policed.py", tmp_path_factory.mktemp("policed")) as here:
        yield here


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context()
    yield made
    made.close()


@pytest.fixture
def fetched(context: BrowserContext) -> list[str]:
    """What was asked of another server than ours; it gets no answer."""
    asked: list[str] = []

    def note(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    context.route(ELSEWHERE, note)
    return asked


@pytest.fixture
def page(context: BrowserContext, fetched: list[str]) -> Page:  # noqa: ARG001 - it watches from the first page on
    return context.new_page()


@pytest.fixture
def complaints(context: BrowserContext) -> list[str]:
    """What the browser complained about."""
    heard: list[str] = []
    context.on(
        "console", lambda said: heard.append(said.text) if is_complaint(said.type, said.location["url"]) else None
    )
    context.on("weberror", lambda error: heard.append(str(error.error)))
    return heard


def is_complaint(kind: str, where: str) -> bool:
    return kind == "error" and not BESIDE.search(where)


def shown(page: Page, here: Bare, query: str) -> None:
    page.goto(f"{here.base_url}/?{query}")
    page.get_by_text("The page is whole.").wait_for()


def test_f23_any_script_runs_and_any_picture_is_fetched_on_bare_streamlit(
    page: Page, habits: Bare, fetched: list[str]
) -> None:
    shown(page, habits, "show=inline")
    expect(page.get_by_text("it ran")).to_be_visible()
    shown(page, habits, f"show=picture&of={quote(ELSEWHERE)}")
    assert fetched == [ELSEWHERE], gone("F23: pictures from elsewhere in markdown")


def test_f23_our_policy_blocks_both_on_the_same_pages(
    page: Page, policed: Bare, *, fetched: list[str], complaints: list[str]
) -> None:
    shown(page, policed, "show=inline")
    expect(page.get_by_text("Failed to fetch dynamically imported module: blob:")).to_be_visible()
    assert page.get_by_text("it ran").count() == 0, gone("F23: an inline component is loaded from blob:")
    assert any("violates the following Content Security Policy" in one for one in complaints)
    complaints.clear()
    shown(page, policed, f"show=picture&of={quote(ELSEWHERE)}")
    assert any(ELSEWHERE in one for one in complaints)
    assert fetched == []


def signed_in(page: Page, server: RunningApp) -> None:
    page.context.add_cookies([{"name": "consent_session", "value": server.sign_in("stone"), "url": server.base_url}])
    page.goto(f"{server.base_url}/today")


def test_f23_packaged_components_work_under_the_policy_here(
    page: Page, server: RunningApp, complaints: list[str]
) -> None:
    answers: dict[str, str] = {}
    page.on("response", lambda answer: answers.update({answer.url: answer.headers.get("content-security-policy", "")}))
    signed_in(page, server)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert answers[f"{server.base_url}/today"] == policy_of(STATIC)
    assert [one for one in answers if one.endswith("door.js")]
    assert [one for one in complaints if "401" not in one] == [], "but for a page that asks once more while it ends"


def test_f24_a_name_disturbs_and_covers_the_page_on_bare_streamlit(page: Page, habits: Bare) -> None:
    with page.expect_event("pageerror") as thrown:
        shown(page, habits, f"show=html&name={quote(HOSTILE)}")
    assert "React error #231" in str(thrown.value), gone("F24: a name throws an error")
    assert page.locator("img[src=x]").count() == 1, gone("F24: a name becomes a picture")
    shown(page, habits, f"show=html&name={quote(LOUD)}")
    place = page.locator("b", has_text="Signed").bounding_box()
    assert place is not None
    assert place["width"] > 1000, gone("F24: a name covers the page")


def test_f24_no_file_asks_for_html_of_its_own_here() -> None:
    assert [name_of(path) for path in code() if "unsafe_allow" in path.read_text()] == []


def test_f24_a_hostile_name_is_shown_as_it_is_written_here(
    page: Page, server: RunningApp, *, desk: Desk, complaints: list[str]
) -> None:
    clerk = rehearsal.signed_in(desk, "desk")
    at = desk.clock.now().astimezone(ZoneInfo(desk.clinic.zone)).replace(hour=23, minute=0)  # after everybody else
    for name in (HOSTILE, LOUD):
        rehearsal._book(desk, clerk, name=name, born=date(1960, 1, 1), mrn="0001111", at=at)
    signed_in(page, server)
    page.get_by_text("Theo Nakamura").wait_for()
    names = [text.replace(WORD_JOINER, "") for text in page.locator("strong").all_inner_texts()]
    assert {HOSTILE, LOUD} <= set(names)
    assert page.locator("img[src=x]").count() + page.locator("b").count() == 0
    assert page.evaluate("window.hit") is None
    assert complaints == []
