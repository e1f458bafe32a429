"""Coming in, handing over, taking back, going out, in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from consent.ports import EVERYTHING
from consent.wiring import DEMO_PASSWORD
from consent.workflow import rehearsal, visit
from consent.workflow.desk import Desk

DAY = ("2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z")
HAND_OVER = """async ([purpose, ticket]) => (await fetch("/door", {
    method: "POST", headers: {"Content-Type": "application/json", "X-Consent-Door": "1"},
    body: JSON.stringify({purpose, ticket})})).status"""


@pytest.fixture
def prepared(desk: Desk) -> str:
    stone = rehearsal.signed_in(desk, "stone")
    first = desk.ledger.worklist(EVERYTHING, since=DAY[0], until=DAY[1])[0]
    return rehearsal.prepare_it(desk, stone, episode=first.episode).id


def ticket_for(desk: Desk, page: Page, purpose: str) -> str:
    cookie = next(one["value"] for one in page.context.cookies() if one["name"] == "consent_session")
    known = visit.look_up(desk, cookie)
    assert known is not None
    return visit.new_ticket(desk, known, purpose=purpose)


def test_staff_comes_in_and_goes_out(page: Page, sign_in: Callable[[str], None]) -> None:
    sign_in("stone")
    expect(page).to_have_url(re.compile("/today$"))
    expect(page.get_by_text("Demo. Not for patients.")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/today")
    expect(page).to_have_url(re.compile("/sign-in$"))


def test_the_tablet_goes_to_the_patient_and_comes_back(
    page: Page, *, sign_in: Callable[[str], None], desk: Desk, prepared: str
) -> None:
    sign_in("okafor")
    purpose = f"hand_over:{prepared}"
    assert page.evaluate(HAND_OVER, [purpose, ticket_for(desk, page, purpose)]) == 200
    page.goto("/today")
    expect(page.get_by_text("This page is not part of your work here.")).to_be_visible()
    page.goto("/")
    expect(page).to_have_url(re.compile("/read$"))
    page.goto("/staff")
    page.get_by_label("Your PIN or password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Take the tablet back").click()
    expect(page.get_by_role("button", name="Ngozi Okafor")).to_be_visible()
    expect(page).to_have_url(re.compile(f"/talk.episode={prepared}$"))


def test_a_page_whose_session_has_ended_elsewhere_leaves_by_itself(
    page: Page, *, sign_in: Callable[[str], None], desk: Desk, complaints: list[str]
) -> None:
    sign_in("stone")
    cookie = next(one["value"] for one in page.context.cookies() if one["name"] == "consent_session")
    known = visit.look_up(desk, cookie)
    assert known is not None
    visit.sign_out(desk, known)
    page.wait_for_url("**/sign-in", timeout=20_000)
    complaints.clear()
