"""Two tablets and one patient, or two patients of one name with each other's tablet; and a pause of 44 minutes."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from consent.model import canon
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.wiring import DEMO_PASSWORD
from consent.words import say
from consent.workflow import rehearsal
from consent.workflow.desk import Desk
from tests.journeys.bedside import handed_over
from tests.journeys.tablet import PATIENCE, Tablet
from tests.running_app import RunningApp, running

PAUSE = timedelta(minutes=44)


@pytest.fixture(scope="module")
def server(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """One server for this file: each story has patients of its own."""
    with running(Path(shutil.copytree(furnished, tmp_path_factory.mktemp("two") / "records"))) as app:
        yield app


@pytest.fixture
def records(server: RunningApp) -> Path:
    """Its data folder."""
    return server.log.parent / "records"


@pytest.fixture
def other(chromium: Browser, base_url: str) -> Iterator[BrowserContext]:
    """Another tablet."""
    context = chromium.new_context(base_url=base_url, viewport={"width": 768, "height": 1024}, has_touch=True)
    yield context
    context.close()


def prepared(desk: Desk, name: str) -> str:
    rows = desk.ledger.worklist(EVERYTHING, since="0", until="9")
    episode = next(row.episode for row in rows if row.patient_name == name)
    return rehearsal.prepare_it(desk, rehearsal.signed_in(desk, "stone"), episode=episode).id


def who(tablet: Tablet) -> dict[str, str]:
    """What this record's patient answers when asked who they are."""
    patient = tablet.now().plan.patient
    year, month, day = patient.birth_date.split("-")
    return {"name": patient.name, "month": month, "day": day, "year": year}


def given(tablet: Tablet, of: Tablet) -> Tablet:
    """A tablet in the hands of somebody's patient, who reads the greeting and says who they are."""
    tablet.page.goto("/read")
    first, field = tablet.button(say("hello.line.normal")), tablet.page.get_by_label("Your first and last name")
    expect(first.or_(field)).to_be_visible(timeout=PATIENCE)
    if first.is_visible():
        tablet.hit(first)
    tablet.give_identifiers(**who(of))
    return tablet


def test_of_two_tablets_on_one_record_the_later_goes_on_and_no_answer_is_lost(
    page: Page, *, other: BrowserContext, desk: Desk, base_url: str, complaints: list[str]
) -> None:
    episode = prepared(desk, "Theo Nakamura")
    first, second = Tablet(page, desk, episode), Tablet(other.new_page(), desk, episode)
    handed_over(desk, page, episode=episode, base_url=base_url)
    page.goto("/read")
    first.identify(**who(first))
    first.fill("What do you hope for?", "To sleep.")
    first.hit(first.main("matters"))
    expect(first.main("screening-1")).to_be_visible(timeout=PATIENCE)
    handed_over(desk, second.page, episode=episode, base_url=base_url)
    second.page.goto("/read")
    second.identify(**who(second))
    expect(second.main("screening-1")).to_be_visible(timeout=PATIENCE)
    asked = second.now().template.screening[0].id
    second._choose(f"ask-{asked}", "yes", word="Yes")
    first.heading("Sign in")  # the earlier one leaves the record by itself
    complaints[:] = [one for one in complaints if "401" not in one]  # how it heard
    kept = first.now()
    assert kept.answers[asked].answer == "yes"
    assert kept.matters
    assert kept.matters.hope == "To sleep."


def test_tablets_swapped_between_two_patients_of_one_name_show_neither_the_others_record(
    page: Page, *, other: BrowserContext, desk: Desk, base_url: str
) -> None:
    accented = Tablet(page, desk, prepared(desk, "Dolores García"))
    plain = Tablet(other.new_page(), desk, prepared(desk, "Dolores Garcia"))
    for tablet in (accented, plain):
        handed_over(desk, tablet.page, episode=tablet.episode, base_url=base_url)
    for tablet, holder in ((accented, plain), (plain, accented)):
        given(tablet, of=holder)
        expect(tablet.page.get_by_text("This does not match our record.").first).to_be_visible(timeout=PATIENCE)
        now = tablet.now()
        assert (now.identified_at, now.misses, now.pages_shown) == ("", 1, ())
        expect(tablet.page.get_by_text(now.plan.patient.mrn)).to_have_count(0)
    for tablet in (accented, plain):  # swapped back
        tablet.page.reload()
        tablet.identify(**who(tablet))
        expect(tablet.main("matters")).to_be_visible(timeout=PATIENCE)
        assert tablet.now().identified_at


def test_after_a_pause_of_44_minutes_staff_wake_it_and_the_patient_is_where_they_were(
    page: Page, *, desk: Desk, base_url: str
) -> None:
    tablet = Tablet(page, desk, prepared(desk, "Eleanor Whitfield"))
    handed_over(desk, page, episode=tablet.episode, base_url=base_url)
    page.goto("/read")
    tablet.identify(**who(tablet))
    tablet.fill("What do you hope for?", "To climb the stairs.")
    tablet.hit(tablet.main("matters"))
    expect(tablet.main("screening-1")).to_be_visible(timeout=PATIENCE)
    asked = tablet.now().template.screening[0].id
    tablet._choose(f"ask-{asked}", "no", word="No")
    before = tablet.now()
    tablet.hit(tablet.button(say("help.open")))
    tablet.hit(tablet.button(say("help.break")))
    expect(page.get_by_text(say("door.resting"))).to_be_visible(timeout=PATIENCE)
    expect(tablet.main("screening-1")).to_be_hidden()
    cookie = next(one for one in page.context.cookies() if one.get("name") == "consent_session")
    row = desk.sessions.by_token(canon.sha256_hex(str(cookie.get("value")).encode()))
    assert row
    desk.sessions.wake(row.id, now=canon.instant(desk.clock.now() - PAUSE))
    page.goto("/read?step=screening-1")
    page.get_by_label("Your PIN or password").fill(DEMO_PASSWORD)
    tablet.tap("Let the patient go on")
    tablet.identify(**who(tablet))
    expect(tablet.main("screening-1")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(f".st-key-ask-{asked}-no button")).to_have_text("✓ No")
    now = tablet.now()
    assert (now.status, now.answers, now.matters) == (Status.READING, before.answers, before.matters)
