"""Catalogue H4, H13, H14 in Chromium: what is left on the glass when the tablet, the person or the server has gone."""

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, expect

from consent.ports import EVERYTHING
from consent.words import say
from consent.workflow import rehearsal, visit
from consent.workflow.desk import Desk
from tests.running_app import RunningApp

DAY = ("2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z")
OTHERS = re.compile("Theo Nakamura|Dolores Garc|0008087|0002951")
HAND_OVER = """async ([purpose, ticket]) => (await fetch("/door", {
    method: "POST", headers: {"Content-Type": "application/json", "X-Consent-Door": "1"},
    body: JSON.stringify({purpose, ticket})})).status"""
KEPT = """async () => ({
    local: Object.keys(localStorage), session: Object.keys(sessionStorage), caches: await caches.keys(),
    databases: (await indexedDB.databases()).map((one) => one.name), cookies: document.cookie})"""
STATIC = re.compile("/static/|/drawings/|/favicon.png$")
PATIENCE = 20_000


@pytest.fixture
def prepared(desk: Desk) -> str:
    stone = rehearsal.signed_in(desk, "stone")
    first = desk.ledger.worklist(EVERYTHING, since=DAY[0], until=DAY[1])[0]
    return rehearsal.prepare_it(desk, stone, episode=first.episode).id


def hand_over(desk: Desk, page: Page, episode: str) -> None:
    """Hand the tablet over from the page that is open."""
    cookie = next(one["value"] for one in page.context.cookies() if one["name"] == "consent_session")
    known = visit.look_up(desk, cookie)
    assert known
    purpose = f"hand_over:{episode}"
    ticket = visit.new_ticket(desk, known, purpose=purpose)
    assert page.evaluate(HAND_OVER, [purpose, ticket]) == 200


def whole(page: Page) -> str:
    """All that the page holds, asked again while it is just going elsewhere."""
    for _ in range(5):
        with suppress(Error):
            return page.content()
        page.wait_for_load_state()
    raise AssertionError("It goes elsewhere again and again.")


def shows_no_staff(page: Page) -> None:
    """Nothing of staff's, of no other patient, is on the page; it is the tablet's own."""
    expect(page.get_by_role("heading", name=say("hello.title"))).to_be_visible(timeout=PATIENCE)
    assert not OTHERS.search(whole(page))
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)


def test_h04_a_tablet_stays_with_the_patient_whatever_is_tapped(
    page: Page, *, sign_in: Callable[[str], None], desk: Desk, prepared: str
) -> None:
    sign_in("okafor")
    expect(page.get_by_text("Theo Nakamura")).to_be_visible(timeout=PATIENCE)
    page.goto(f"/talk?episode={prepared}")
    page.goto("/today")
    expect(page.get_by_text("Theo Nakamura")).to_be_visible(timeout=PATIENCE)
    hand_over(desk, page, prepared)
    page.goto("/")
    shows_no_staff(page)
    page.reload()
    shows_no_staff(page)
    own = page.get_by_text(say("gate.not_yours")).or_(page.get_by_text(say("hello.title")))
    for _ in range(3):
        page.go_back()
        expect(own).to_be_visible(timeout=PATIENCE)
        assert not OTHERS.search(whole(page))
    page.goto("/sign-in")
    expect(page).to_have_url(re.compile("/read$"), timeout=PATIENCE)


def test_h04_another_tab_of_the_tablet_is_the_patients_too(
    page: Page, *, sign_in: Callable[[str], None], desk: Desk, prepared: str
) -> None:
    sign_in("okafor")
    old = page.context.new_page()
    old.goto("/today")
    expect(old.get_by_text("Theo Nakamura")).to_be_visible(timeout=PATIENCE)
    expect(old.locator("html")).to_have_attribute("dir", "ltr", timeout=PATIENCE)  # the door is there, and watches
    hand_over(desk, page, prepared)
    page.close()
    expect(old.get_by_text("Theo Nakamura")).to_have_count(0, timeout=PATIENCE)
    assert not OTHERS.search(whole(old))
    new = old.context.new_page()
    new.goto("/")
    shows_no_staff(new)
    new.goto("/staff")
    new.get_by_label("Your PIN or password").fill("000000")
    new.get_by_role("button", name="Take the tablet back").click()
    expect(new.get_by_text("That did not work.")).to_be_visible(timeout=PATIENCE)
    new.goto("/")
    shows_no_staff(new)


def test_h13_after_signing_out_the_browser_keeps_nothing_and_back_shows_nothing(
    page: Page, *, sign_in: Callable[[str], None], prepared: str
) -> None:
    sign_in("stone")
    page.goto(f"/prepare?episode={prepared}")
    expect(page.get_by_text("0004417")).to_be_visible(timeout=PATIENCE)
    page.evaluate("localStorage.setItem('left', 'x'); sessionStorage.setItem('left', 'x')")
    page.evaluate("caches.open('left')")
    assert "left" in page.evaluate(KEPT)["local"]
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=PATIENCE)
    kept = page.evaluate(KEPT)
    assert kept == {"local": [], "session": [], "caches": [], "databases": [], "cookies": kept["cookies"]}
    assert "consent" not in kept["cookies"]
    assert not [one for one in page.context.cookies() if one["name"].startswith("consent")]
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=PATIENCE)
    assert "0004417" not in whole(page)


def test_h13_no_answer_that_shows_something_may_be_kept(page: Page, sign_in: Callable[[str], None]) -> None:
    heard: dict[str, str] = {}
    page.on("response", lambda answer: heard.update({answer.url: answer.headers.get("cache-control", "")}))
    sign_in("stone")
    page.goto("/today")
    expect(page.get_by_text("Theo Nakamura")).to_be_visible(timeout=PATIENCE)
    loose = {url: keep for url, keep in heard.items() if not STATIC.search(url) and keep != "no-store"}
    assert loose == {}
    assert len(heard) > 5


def test_h14_a_record_does_not_stay_on_the_glass_when_the_server_dies(
    page: Page, *, sign_in: Callable[[str], None], server: RunningApp, prepared: str, complaints: list[str]
) -> None:
    sign_in("stone")
    page.goto(f"/prepare?episode={prepared}")
    expect(page.get_by_text("0004417")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("html")).to_have_attribute("dir", "ltr")  # the door is there, and watches
    server.process.kill()
    sheet = page.get_by_role("alert").filter(has_text=say("door.lost"))
    expect(sheet).to_be_visible(timeout=60_000)
    expect(page.get_by_text("0004417")).to_be_hidden()
    box = sheet.bounding_box()
    assert box
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 1024, 768)
    covered = "([x, y]) => document.elementFromPoint(x, y).getAttribute('role') === 'alert'"
    assert all(page.evaluate(covered, [x, y]) for x in range(10, 1024, 200) for y in range(10, 768, 150))
    page.goto("about:blank")  # it asks for its server no more
    complaints.clear()
