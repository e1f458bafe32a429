"""F7: what a tab remembers goes with the tab or the server; what was answered here does not."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from consent.settings import Settings
from consent.wiring import DEMO_PASSWORD, opened
from consent.words import say
from tests.findings.bare import Bare, bare, free_port, gone, until
from tests.findings.conftest import handed_over
from tests.headless import Tab
from tests.journeys.conftest import CHROMIUM, QUIET
from tests.running_app import running

LIFETIME = 1.0
A_MINUTE = 60_000


@pytest.fixture(scope="module")
def forgetful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """Bare Streamlit that remembers a lost tab for a second."""
    with bare(
        "who.py", tmp_path_factory.mktemp("forgetful"), f"--server.disconnectedSessionTTL={LIFETIME:.0f}"
    ) as here:
        yield here


@pytest.fixture
def records(furnished: Path, tmp_path: Path) -> Path:
    """A data folder of its own: its server is killed."""
    return Path(shutil.copytree(furnished, tmp_path / "records"))


def signed_in_as(base_url: str, name: str) -> Tab:
    """A tab in which somebody has signed in."""
    return Tab.open(base_url).run().fill("Name", name).click("Sign in")


def test_f07_a_reload_forgets_everything_on_bare_streamlit(forgetful: Bare) -> None:
    with signed_in_as(forgetful.base_url, "alice") as tab, Tab.open(forgetful.base_url) as reloaded:
        assert tab.says("Signed in: alice")
        assert reloaded.run().says("Signed in: nobody"), gone("F7: a reload loses the session state")


def test_f07_a_lost_tab_is_forgotten_after_its_lifetime_on_bare_streamlit(forgetful: Bare) -> None:
    with signed_in_as(forgetful.base_url, "alice") as tab:
        first = tab.session_id
    with Tab.open(forgetful.base_url, session=first) as soon:
        assert soon.run().says("Signed in: alice")
    until(lambda: False, within=LIFETIME + 0.5)
    with Tab.open(forgetful.base_url, session=first) as late:
        assert late.run().says("Signed in: nobody"), gone("F7: state is lost after the lifetime of a lost session")


def test_f07_after_a_restart_the_first_tap_is_swallowed_on_bare_streamlit(tmp_path: Path) -> None:
    port = free_port()
    with bare("who.py", tmp_path, port=port) as before:
        old = signed_in_as(before.base_url, "alice")
        before.process.kill()
        before.process.wait()
        tap = old.tap_message("Sign in")
        old.close()
        assert old.says("Signed in: alice")
    with bare("who.py", tmp_path, port=port) as after, Tab.open(after.base_url, session=old.session_id) as tab:
        after.begin_again()
        tab.send(tap)
        tab.wait_until(lambda here: here.finished == 0)
        assert tab.says("Signed in: nobody"), gone("F7: a restart signs everybody out")
        assert after.noted() == [], gone("F7: the first tap after a restart is swallowed")


def seen(tab: Tab) -> list[str]:
    """The words on a page, without which start of the server drew it."""
    return [text for text in tab.texts() if not text.startswith("start-")]


def test_f07_an_answer_outlives_the_server_and_the_same_screen_comes_back_here(records: Path) -> None:
    made, store = opened(Settings(mode="demo", records=records))
    cookie = handed_over(made)
    store.close()
    with running(records) as app, Tab.open(app.base_url, cookie=cookie) as tab:
        tab.run().click(say("hello.line.normal"))
        tab.fill("identity-name", "Eleanor Whitfield").fill("identity-month", "3").fill("identity-day", "7")
        tab.fill("identity-year", "1948").click(say("read.go_on")).click(say("holder.patient"))
        tab.fill(say("matters.hope"), "To garden again.").click(say("read.save_and_go_on"))
        tab.click(say("read.back"))
        page, query, shown = tab.page, tab.query, seen(tab)
        assert tab.says("To garden again.")
        app.process.kill()
        app.process.wait()
    with running(records) as app, Tab.open(app.base_url, cookie=cookie, session=tab.session_id) as again:
        assert seen(again.run(page, query)) == shown


def test_f07_a_page_whose_server_died_shows_nothing_of_a_patient_after_a_minute_here(records: Path) -> None:
    with running(records) as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_page(base_url=app.base_url)
        page.clock.install()
        page.goto("/sign-in")
        page.get_by_label("Your sign-in name").fill("stone")
        page.get_by_label("Your password").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text("Eleanor Whitfield").first.wait_for()
        expect(page.locator("html")).to_have_attribute("dir", "ltr")  # the door is there, and watches
        app.process.kill()
        app.process.wait()
        page.clock.run_for(A_MINUTE)
        sheet = page.get_by_text(say("door.lost"))
        expect(sheet).to_be_visible(timeout=10_000)
        box, view = sheet.bounding_box(), page.viewport_size
        assert box
        assert view
        assert (box["width"], box["height"]) >= (view["width"], view["height"])
        browser.close()
