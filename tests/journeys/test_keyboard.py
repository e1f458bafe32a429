"""From the sign-in to both signatures without a pointer: Tab, Enter and letters, with every stop to be seen."""

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from consent.model.signature import Typed
from consent.model.status import Status
from consent.wiring import DEMO_PASSWORD
from consent.words import say
from consent.workflow import prepare, rehearsal
from consent.workflow.desk import Desk
from tests.journeys.keyboard import Keyboard
from tests.journeys.tablet import PATIENCE

NAME = "Iris Lindqvist"


def booked(desk: Desk) -> str:
    """A patient for the short text, in a quarter of an hour."""
    stone = rehearsal.signed_in(desk, "stone")
    return prepare.open_episode(
        desk,
        stone,
        name=NAME,
        birth_date=date(1950, 4, 9),
        mrn="0005511",
        procedure=rehearsal.MAPPING,
        appointment=desk.clock.now() + timedelta(seconds=1),
        clinician=stone.staff.id,
    ).id


def types_name(keys: Keyboard, name: str) -> None:
    """Sign with the name as it is printed."""
    keys.hit(keys.button(say("pad.type")))
    keys.reach(keys.page.get_by_label(f"{say('pad.type_label')} {name}"))
    keys.page.keyboard.type(name)


def signs_in(keys: Keyboard) -> None:
    """The name has the focus when the page opens; Enter in the last field sends both."""
    keys.page.goto("/sign-in")
    for label, typed in (("Your sign-in name", "stone"), ("Your password", DEMO_PASSWORD)):
        keys.go(keys.page.get_by_label(label))
        keys.page.keyboard.type(typed)
    keys.page.keyboard.press("Enter")


def test_from_the_sign_in_to_both_signatures_by_keyboard_alone(page: Page, desk: Desk) -> None:
    keys = Keyboard(page=page, desk=desk, episode=booked(desk))
    signs_in(keys)
    keys.hit(page.locator(f".st-key-next-{keys.episode} button"))
    keys.heading(NAME)
    keys.fill(say("prepare.place"), "inner side of the knee")
    keys.hit(page.get_by_test_id("stButtonGroup").first.get_by_role("radio", name="Left", exact=True))
    keys.fill(say("prepare.why_label"), "Your knee has hurt for two years.")
    for fact in desk.templates.latest(rehearsal.MAPPING).facts:
        group = page.locator(f".st-key-fact_{fact.id}")
        keys.hit(group.get_by_role("radio", name=fact.options[-1].label, exact=True))
    keys.tap("Save and hand over")
    keys.identify(name=NAME, month="4", day="9", year="1950")
    keys.read_all()
    keys.heading("How did you go through this?")
    keys.tap("I read it by myself")
    keys.heading("Thank you")
    assert keys.now().status is Status.READ

    taken_back(keys)
    keys.fill("Minutes", "5")
    keys.tap("We talked: hand over to sign")
    keys.identify(name=NAME, month="4", day="9", year="1950")
    keys.tap("Check now")
    keys.heading("Check")
    types_name(keys, NAME)
    keys.tap("Sign")
    keys.heading("Thank you. You have signed.")
    signed = keys.now().signed
    assert signed
    assert signed.event.mark == Typed(name=NAME)

    taken_back(keys)
    keys.heading("You attest this")
    types_name(keys, "Avery Stone")
    keys.reach(page.get_by_label(say("pad.secret")))
    page.keyboard.type(DEMO_PASSWORD)
    keys.tap("Sign")
    expect(page.get_by_text("Signed. The document is being made and filed.")).to_be_visible(timeout=PATIENCE)
    assert keys.now().attested
    assert keys.unseen == set()


def taken_back(keys: Keyboard) -> None:
    """Staff take the tablet back by the way that every page has."""
    keys.tap(say("read.take_back"))
    password = keys.page.get_by_label("Your PIN or password")
    expect(password).to_be_focused(timeout=PATIENCE)
    keys.page.keyboard.type(DEMO_PASSWORD)
    keys.page.keyboard.press("Enter")
    keys.heading(NAME)
