"""Every page of the staff in the states that differ: what axe says in both themes, what is left at 320 px and 400 %."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from consent.model import canon
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.settings import Settings
from consent.wiring import opened
from consent.words import say
from consent.workflow import handover, rehearsal, seal, visit
from consent.workflow.desk import Desk, load
from tests.journeys.conftest import aside, one_by_one
from tests.journeys.eyes import Eyes
from tests.journeys.tablet import PATIENCE
from tests.running_app import RunningApp, running


@dataclass(frozen=True)
class Scene:
    """A running clinic, and its records by the part that they play."""

    app: RunningApp
    desk: Desk
    records: dict[str, str]

    def named(self, address: str) -> str:
        """The address with ids in the place of names."""
        path, _, named = address.partition("=")
        people = {account.login: account.person.id for account in self.desk.people.all()}
        return f"{path}={self.records.get(named) or people.get(named, named)}" if named else path


@pytest.fixture(scope="module")
def scene(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One server for all of them."""
    folder = Path(shutil.copytree(furnished, tmp_path_factory.mktemp("staff") / "records"))
    desk, store = opened(Settings(mode="demo", records=folder))
    rows = desk.ledger.worklist(EVERYTHING, since="0", until="9")
    records = dict(zip(("story", "prepared", "opened"), (row.episode for row in rows), strict=False))
    for name in ("story", "prepared"):
        rehearsal.prepare_it(desk, rehearsal.signed_in(desk, "stone"), episode=records[name])
    with running(folder) as app:
        yield Scene(app=app, desk=desk, records=records)
    store.close()


@pytest.fixture
def server(scene: Scene) -> RunningApp:
    return scene.app


def test_every_page_of_a_clinician_can_be_read_and_touched_by_everybody(page: Page, scene: Scene) -> None:
    """Along one story, each page where there is most on it."""
    desk, story, eyes = scene.desk, scene.records["story"], Eyes(page, patient=False)
    _enter(page, scene, "stone")
    stone = rehearsal.signed_in(desk, "stone")
    _look(eyes, scene, "prepare?episode=opened", "prepare?episode=prepared", "account", "glass", "register")
    stone = rehearsal.patient_reads(desk, stone, episode=story)
    _look(eyes, scene, "today", "talk?episode=story", "wipe")
    rehearsal.talk(desk, stone, episode=story)
    stone = rehearsal.patient_signs(desk, stone, episode=story)
    _look(eyes, scene, "attest?episode=story")
    rehearsal.clinician_signs(desk, stone, episode=story)
    while load(desk, story).status is not Status.FILED:
        aside(seal.work_once, desk)
    after = ("attest", "record", "checklist", "timeout", "talk")
    _look(eyes, scene, *(f"{name}?episode=story" for name in after), "record?episode=nobody")
    assert eyes.found == [], "\n".join(eyes.found)


@pytest.mark.parametrize(
    ("login", "addresses"),
    [
        ("lund", ("register", "access", "audit", "audit?record=story", "audit?verify=1")),
        ("admin", ("people", "people?person=okafor")),
    ],
)
def test_every_page_of_who_looks_after_the_clinic_too(
    page: Page, *, scene: Scene, login: str, addresses: tuple[str, ...]
) -> None:
    eyes = Eyes(page, patient=False)
    _enter(page, scene, login)
    _look(eyes, scene, *addresses)
    assert eyes.found == [], "\n".join(eyes.found)


def _enter(page: Page, scene: Scene, login: str) -> None:
    token = scene.app.sign_in(login)
    page.context.add_cookies([{"name": "consent_session", "value": token, "url": scene.app.base_url}])


def _look(eyes: Eyes, scene: Scene, *addresses: str) -> None:
    for address in addresses:
        eyes.page.goto(f"/{scene.named(address)}")
        _drawn(eyes.page)
        eyes.look(address)


def _drawn(page: Page) -> None:
    app = page.get_by_test_id("stApp")
    expect(page.get_by_role("button", name=say("shell.sign_out"))).to_be_visible(timeout=PATIENCE)
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)


def test_the_doors_own_pages_can_be_read_and_touched_by_everybody(page: Page, scene: Scene) -> None:
    """Sign-in, unlocking a screen that slept, taking a tablet back, and what has no address."""
    eyes, desk = Eyes(page, patient=False), scene.desk
    page.goto("/sign-in")
    eyes.look("sign-in")
    page.get_by_label("Your sign-in name").fill("nobody")
    page.get_by_label("Your password").fill("nothing")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    eyes.look("sign-in, refused")
    nurse = rehearsal.signed_in(desk, "okafor")
    ticket = visit.new_ticket(desk, nurse, purpose=f"hand_over:{scene.records['prepared']}")
    token = handover.hand_over(desk, nurse, episode=scene.records["prepared"], ticket=ticket)
    page.context.add_cookies([{"name": "consent_session", "value": token, "url": scene.app.base_url}])
    page.goto("/staff")
    eyes.look("staff")
    token = scene.app.sign_in("reyes")
    page.context.add_cookies([{"name": "consent_session", "value": token, "url": scene.app.base_url}])
    resting = visit.look_up(desk, token)
    assert resting
    desk.sessions.wake(resting.session.id, now=canon.instant(desk.clock.now() - timedelta(minutes=6)))
    page.goto("/today")
    expect(page.get_by_label("Your PIN or password")).to_be_visible()
    eyes.look("unlock")
    assert eyes.found == [], "\n".join(eyes.found)


def test_what_is_being_typed_stays_while_the_page_around_it_is_drawn_anew(page: Page, scene: Scene) -> None:
    """Each answer that is settled takes something away above the field; the field itself stays, with what is in it."""
    desk, story = scene.desk, scene.records["opened"]
    rehearsal.prepare_it(desk, rehearsal.signed_in(desk, "stone"), episode=story)
    rehearsal.patient_reads(desk, rehearsal.signed_in(desk, "stone"), episode=story)
    _enter(page, scene, "stone")
    one_by_one(page)
    page.goto(scene.named("/talk?episode=opened"))
    minutes = page.get_by_label("Minutes")
    minutes.click(timeout=PATIENCE)
    page.keyboard.type("9")
    for name, then in (
        ("Answered in person", "Answered in person. (Avery Stone"),
        ("Applies", "Applies."),
        ("Nothing changes", "no change"),
    ):
        page.get_by_role("button", name=name, exact=True).first.evaluate("button => button.click()")
        expect(page.get_by_text(then).first).to_be_visible(timeout=PATIENCE)
        expect(minutes).to_have_value("9")
        expect(minutes).to_be_focused()
