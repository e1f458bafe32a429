"""The day of the procedure in a browser: from the checklist, by space bar alone, to the start; and a wrong side."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from consent.model.arrival import items
from consent.model.day import Stage
from consent.model.timeout import cards
from consent.ports import EVERYTHING
from consent.workflow import day, rehearsal
from consent.workflow.desk import Desk
from tests.journeys.tablet import PATIENCE, Tablet


@pytest.fixture
def signed(desk: Desk) -> str:
    """A patient of today whose consent both have signed."""
    rows = desk.ledger.worklist(EVERYTHING, since="0", until="9")
    episode = next(row.episode for row in rows if row.patient_name == "Eleanor Whitfield")
    stone = rehearsal.signed_in(desk, "stone")
    rehearsal.prepare_it(desk, stone, episode=episode)
    stone = rehearsal.patient_reads(desk, stone, episode=episode)
    rehearsal.talk(desk, stone, episode=episode)
    stone = rehearsal.patient_signs(desk, stone, episode=episode)
    rehearsal.clinician_signs(desk, stone, episode=episode)
    return episode


@pytest.fixture
def tablet(page: Page, *, sign_in: Callable[[str], None], desk: Desk, signed: str) -> Tablet:
    """The nurse's tablet."""
    sign_in("okafor")
    return Tablet(page=page, desk=desk, episode=signed)


def main(tablet: Tablet) -> Locator:
    """The room's main button, once it is ready for a press."""
    return tablet.page.locator("button.main:not([aria-disabled])")


def title(tablet: Tablet, words: str) -> None:
    expect(tablet.page.locator(".room h1")).to_have_text(words, timeout=PATIENCE)


def ask_all(tablet: Tablet) -> None:
    """The checklist, item by item, as the nurse does it."""
    tablet.page.locator(f".st-key-next-{tablet.episode}").get_by_role("button", name="Checklist").click()
    tablet.heading("First: ask the patient")
    tablet.tap("Nothing changed, wants it")
    expect(tablet.page.get_by_text("Nothing changed, wants it (Ngozi Okafor")).to_be_visible(timeout=PATIENCE)
    for item in items(tablet.now().case):
        button = tablet.page.locator(f".st-key-yes-{item.id} button")
        button.click(timeout=PATIENCE)
        expect(button).to_have_text("✓ In order", timeout=PATIENCE)
    tablet.tap("Time-out")
    title(tablet, "Time-out")


def ready(tablet: Tablet, desk: Desk) -> None:
    """The checklist through the desk, for a test of what comes after it."""
    nurse = rehearsal.signed_in(desk, "okafor")
    day.confirm(desk, nurse, episode=tablet.episode, result="stands")
    for item in items(tablet.now().case):
        day.check_item(desk, nurse, episode=tablet.episode, item=item.id, answer="yes")
    tablet.page.goto(f"/timeout?episode={tablet.episode}")
    title(tablet, "Time-out")


def test_from_the_checklist_by_space_bar_alone_to_the_start_and_one_tap_ends_it(tablet: Tablet) -> None:
    ask_all(tablet)
    for card in cards(tablet.now()):
        expect(main(tablet)).to_be_focused(timeout=PATIENCE)
        tablet.page.keyboard.press("Space")
        expect(tablet.page.locator(".said")).to_contain_text(card.lines[0], timeout=PATIENCE)
        if card.kind == "spoken":
            assert "Whitfield" not in tablet.page.locator("body").inner_text()
    expect(main(tablet)).to_be_focused(timeout=PATIENCE)
    tablet.page.keyboard.press("Space")
    title(tablet, "ALL AGREE")
    expect(main(tablet)).to_have_text("Start")
    expect(main(tablet)).to_be_focused(timeout=PATIENCE)
    tablet.page.keyboard.press("Space")
    expect(tablet.page.get_by_text("Started ")).to_be_visible(timeout=PATIENCE)
    assert tablet.now().day.stage is Stage.STARTED
    assert tablet.page.locator("button.main").count() == 0
    tablet.tap("Stopped by the patient")
    expect(tablet.page.get_by_text("Stopped by the patient, ")).to_be_visible(timeout=PATIENCE)
    now = tablet.now().day
    assert now.ended
    assert (now.ended.how, now.ended.by.name) == ("stopped_by_patient", "Ngozi Okafor")


def test_a_wrong_side_fills_the_screen_with_stop_and_a_withdrawal_elsewhere_is_seen_at_once(
    tablet: Tablet, desk: Desk
) -> None:
    ready(tablet, desk)
    for key, then in (("PageDown", "The patient says"), ("Enter", "WHO"), ("ArrowRight", "WHAT"), ("Space", "WHERE")):
        expect(main(tablet)).to_be_focused(timeout=PATIENCE)
        tablet.page.keyboard.press(key)  # a clicker sends page or arrow keys
        title(tablet, then)
    assert "LEFT SIDE" in tablet.page.locator(".said").inner_text()
    tablet.tap("Doesn't agree")
    title(tablet, "STOP")
    said = tablet.page.locator(".said")
    expect(said).to_contain_text("WHERE: not all agree.")
    expect(said).to_contain_text("Avery Stone, or another clinician")
    assert tablet.page.locator("button.main").count() == 0
    tablet.page.keyboard.press("Space")
    day.withdraw(desk, rehearsal.signed_in(desk, "reyes"), episode=tablet.episode)
    expect(said).to_contain_text("The patient has withdrawn the consent.", timeout=PATIENCE)
    title(tablet, "STOP")
    assert (tablet.now().day.stage, tablet.now().day.started_at) == (Stage.WITHDRAWN, "")
    tablet.tap("Record")
    expect(tablet.page.get_by_text("The signed document stays as it was.")).to_be_visible(timeout=PATIENCE)
    tablet.page.goto("/")
    expect(tablet.page.get_by_text("Withdrew")).to_be_visible(timeout=PATIENCE)
