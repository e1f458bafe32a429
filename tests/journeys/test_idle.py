"""A screen that nobody touches, a tablet without its server, and who wakes or takes it, in a real browser."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from consent.model import canon
from consent.ports import EVERYTHING, SessionRow
from consent.wiring import DEMO_PASSWORD
from consent.words import say
from consent.workflow import accounts, handover, rehearsal, visit
from consent.workflow.desk import Desk
from tests.journeys.tablet import PATIENCE, Tablet

PIN = "481526"
WHO = {"name": "Eleanor Whitfield", "month": "3", "day": "7", "year": "1948"}
FIVE_MINUTES, A_LOOK = 301_000, 10_100


@pytest.fixture
def prepared(desk: Desk) -> str:
    stone = rehearsal.signed_in(desk, "stone")
    first = desk.ledger.worklist(EVERYTHING, since="0", until="9")[0]
    return rehearsal.prepare_it(desk, stone, episode=first.episode).id


@pytest.fixture
def tablet(page: Page, *, desk: Desk, prepared: str, base_url: str) -> Tablet:
    """A tablet that the nurse has just handed to the patient."""
    nurse = rehearsal.signed_in(desk, "okafor")
    ticket = visit.new_ticket(desk, nurse, purpose=f"hand_over:{prepared}")
    token = handover.hand_over(desk, nurse, episode=prepared, ticket=ticket)
    page.context.add_cookies([{"name": "consent_session", "value": token, "url": base_url}])
    return Tablet(page=page, desk=desk, episode=prepared)


def session_of(page: Page, desk: Desk) -> SessionRow:
    cookie = next(one for one in page.context.cookies() if one.get("name") == "consent_session")
    row = desk.sessions.by_token(canon.sha256_hex(str(cookie.get("value")).encode()))
    assert row is not None
    return row


def leave_alone(page: Page, desk: Desk, *, minutes: int) -> None:
    """The server last heard of this session so long ago."""
    then = canon.instant(desk.clock.now() - timedelta(minutes=minutes))
    desk.sessions.wake(session_of(page, desk).id, now=then)


def sheet(page: Page) -> Locator:
    return page.get_by_text("This screen is resting. Touch it to go on.")


def unlock(page: Page, secret: str) -> None:
    page.get_by_label("Your PIN or password").fill(secret)
    page.get_by_role("button", name="Unlock").click()


def test_a_patients_screen_blanks_when_idle_and_wakes_to_the_same_page_by_name_and_date(tablet: Tablet) -> None:
    page = tablet.page
    page.clock.install()
    page.goto("/read")
    tablet.identify(**WHO)
    tablet.tap("Save and go on")
    expect(tablet.main("screening-1")).to_be_visible(timeout=PATIENCE)
    page.clock.fast_forward(FIVE_MINUTES)
    expect(sheet(page)).to_be_visible()
    expect(tablet.main("screening-1")).to_be_hidden()
    leave_alone(page, tablet.desk, minutes=6)
    sheet(page).click()
    tablet.identify(**WHO)
    expect(tablet.main("screening-1")).to_be_visible(timeout=PATIENCE)


def test_a_touch_keeps_the_session_awake_and_nothing_else_does(
    page: Page, *, sign_in: Callable[[str], None], desk: Desk
) -> None:
    told: list[str] = []
    page.on("request", lambda asked: told.append(asked.post_data or "") if asked.url.endswith("/door") else None)
    page.clock.install()
    sign_in("stone")
    expect(page.get_by_text("Eleanor Whitfield")).to_be_visible(timeout=PATIENCE)
    leave_alone(page, desk, minutes=1)
    before = session_of(page, desk).last_seen
    page.clock.fast_forward(60_000)
    page.evaluate("dispatchEvent(new PointerEvent('pointerdown'))")
    assert (told, session_of(page, desk).last_seen) == ([], before)
    with page.expect_response("**/door"):
        page.get_by_role("heading", name="Today").click()
    page.get_by_role("heading", name="Today").click()
    assert told == ['{"purpose":"active","ticket":"","tapped":true}']
    assert session_of(page, desk).last_seen > before


def test_staff_who_were_away_unlock_and_go_on_where_they_were(
    page: Page, *, sign_in: Callable[[str], None], desk: Desk, prepared: str, complaints: list[str]
) -> None:
    sign_in("stone")
    page.goto(f"/prepare?episode={prepared}")
    expect(page.get_by_role("button", name="Hand over to the patient")).to_be_visible(timeout=PATIENCE)
    before = session_of(page, desk).token
    leave_alone(page, desk, minutes=6)
    page.wait_for_url("**/unlock?next=*", timeout=PATIENCE)
    unlock(page, DEMO_PASSWORD)
    expect(page.get_by_role("button", name="Hand over to the patient")).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_url(re.compile(f"/prepare.episode={prepared}$"))
    assert session_of(page, desk).token != before
    complaints.clear()


def test_on_a_device_that_the_clinic_made_known_a_pin_unlocks(
    page: Page, *, sign_in: Callable[[str], None], desk: Desk, complaints: list[str]
) -> None:
    accounts.set_pin(desk, rehearsal.signed_in(desk, "okafor"), secret=DEMO_PASSWORD, pin=PIN)
    sign_in("admin")
    page.get_by_text("Make this device known").click()
    page.get_by_label("Its name, as on its sticker").fill("Tablet 3")
    page.get_by_label("Its name, as on its sticker").press("Enter")
    page.get_by_role("button", name="Make this device known").click(timeout=PATIENCE)
    expect(page.get_by_text("This device is known now.")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=PATIENCE)
    sign_in("okafor")
    leave_alone(page, desk, minutes=6)
    page.wait_for_url("**/unlock**", timeout=PATIENCE)
    unlock(page, PIN)
    expect(page.get_by_role("heading", name="Today")).to_be_visible(timeout=PATIENCE)
    complaints.clear()


def test_another_nurse_takes_the_tablet_back_under_their_own_name(tablet: Tablet) -> None:
    page = tablet.page
    page.goto("/staff")
    page.get_by_text("Only if somebody else handed this tablet over.").click()
    page.get_by_label("Your sign-in name").fill("stone")
    page.get_by_label("Your PIN or password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Take the tablet back").click()
    expect(page.get_by_role("button", name="Avery Stone")).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_url(re.compile(f"/talk.episode={tablet.episode}$"))


def test_after_a_longer_absence_only_staff_let_the_patient_go_on(tablet: Tablet) -> None:
    page = tablet.page
    page.goto("/read")
    tablet.identify(**WHO)
    expect(tablet.main("matters")).to_be_visible(timeout=PATIENCE)
    leave_alone(page, tablet.desk, minutes=31)
    page.goto("/read")
    expect(page).to_have_url(re.compile("/staff$"))
    page.get_by_label("Your PIN or password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Let the patient go on").click()
    tablet.identify(**WHO)
    expect(tablet.main("screening-1")).to_be_visible(timeout=PATIENCE)


def test_a_tablet_without_its_server_blanks_within_a_minute_and_comes_back_by_itself(
    tablet: Tablet, complaints: list[str]
) -> None:
    page = tablet.page
    lost = page.get_by_text(say("door.lost"))
    page.clock.install()
    page.goto("/read")
    tablet.heading(say("hello.title"))
    expect(page.locator("html")).to_have_attribute("dir", "ltr")  # the door is there, and watches
    page.context.set_offline(True)
    for _ in range(5):
        page.clock.fast_forward(A_LOOK)
        page.evaluate("fetch('/_stcore/health').catch(() => 0)")
    expect(lost).to_be_visible()
    expect(page.get_by_text(say("hello.title"))).to_be_hidden()
    page.context.set_offline(False)
    page.clock.fast_forward(A_LOOK)
    tablet.heading(say("hello.title"))
    expect(lost).to_have_count(0)
    complaints.clear()


def test_a_record_out_of_reach_shows_the_way_to_break_the_glass(
    page: Page, *, sign_in: Callable[[str], None], desk: Desk, prepared: str
) -> None:
    sign_in("haddad")
    tablet = Tablet(page=page, desk=desk, episode=prepared)
    page.goto(f"/record?episode={prepared}")
    expect(page.get_by_text("There is no such record, or it is not yours to see.")).to_be_visible(timeout=PATIENCE)
    tablet.tap("A patient of another unit")
    tablet.fill("Record number", "0004417")
    for label, value in (("Month", "3"), ("Day", "7"), ("Year", "1948")):
        tablet.fill(label, value)
    tablet.fill("Why you need it now", "Bleeding in the hall")
    tablet.tap("Open it, and write it down")
    tablet.tap("Open the record")
    tablet.heading("Eleanor Whitfield")
    page.get_by_text("Who looked").click()
    expect(page.get_by_text("Opened it from another unit")).to_be_visible(timeout=PATIENCE)
