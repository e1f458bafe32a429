"""Every page that a patient sees, walked once: how large targets are, what axe says, what is left at 400 % zoom."""

import pytest
from playwright.sync_api import Page, expect

from consent.model.presentation import Page as Leaf
from consent.model.presentation import reading
from consent.ports import EVERYTHING
from consent.words import say
from consent.workflow import handover, rehearsal, visit
from consent.workflow.desk import Desk
from tests.catalogue.at_the_pad import at_the_pad
from tests.journeys.conftest import TABLET, one_by_one
from tests.journeys.eyes import ZOOMED, Eyes
from tests.journeys.tablet import PATIENCE, Tablet


@pytest.fixture
def tablet(page: Page, desk: Desk, base_url: str) -> Tablet:
    """A tablet that the nurse has just handed to the patient."""
    stone = rehearsal.signed_in(desk, "stone")
    first = desk.ledger.worklist(EVERYTHING, since="0", until="9")[0]
    episode = rehearsal.prepare_it(desk, stone, episode=first.episode).id
    nurse = rehearsal.signed_in(desk, "okafor")
    ticket = visit.new_ticket(desk, nurse, purpose=f"hand_over:{episode}")
    token = handover.hand_over(desk, nurse, episode=episode, ticket=ticket)
    page.context.add_cookies([{"name": "consent_session", "value": token, "url": base_url}])
    return Tablet(page=page, desk=desk, episode=episode)


def test_every_page_of_a_patient_can_be_read_and_touched_by_everybody(tablet: Tablet) -> None:
    page, eyes = tablet.page, Eyes(tablet.page)
    page.goto("/read")
    expect(tablet.button(say("hello.none"))).to_be_visible(timeout=PATIENCE)
    eyes.look("hello")
    tablet.tap(say("hello.none"))
    expect(tablet.main("aloud")).to_be_visible(timeout=PATIENCE)
    eyes.look("read aloud")
    tablet.tap(say("hello.read_to_go"))
    expect(tablet.main("identity")).to_be_visible(timeout=PATIENCE)
    eyes.look("identity")
    tablet.give_identifiers(name="Eleanor Whitfield", month="3", day="7", year="1948")
    expect(tablet.button(say("holder.staff"))).to_be_visible(timeout=PATIENCE)
    eyes.look("holder")
    tablet.tap(say("holder.companion"))
    expect(tablet.main("who")).to_be_visible(timeout=PATIENCE)
    eyes.look("companion")
    tablet.fill(say("holder.name"), "My son Ben")
    tablet.tap(say("read.go_on"))

    _helped(tablet, eyes)
    kinds: set[tuple[str, bool]] = set()

    def each(leaf: Leaf) -> None:
        kind = (leaf.section, any(passage.numbers or passage.findings for passage in leaf.passages))
        tablet.settle()
        eyes.look(leaf.key, wide=kind not in kinds)
        kinds.add(kind)

    tablet.read_all(yes_to=frozenset({"Q3"}), miss=frozenset({"C1"}), each=each)
    expect(tablet.button(say("how.interpreter"))).to_be_visible(timeout=PATIENCE)
    eyes.look("how")
    tablet.tap(say("read.rather_not"))
    expect(tablet.main("no")).to_be_visible(timeout=PATIENCE)
    eyes.look("no")
    tablet.tap(say("no.back"))
    tablet.tap(say("how.by_myself"))
    expect(tablet.button(say("wait.again"))).to_be_visible(timeout=PATIENCE)
    eyes.look("wait")
    assert eyes.found == [], "\n".join(eyes.found)


def _helped(tablet: Tablet, eyes: Eyes) -> None:
    """Help opens by two hurried taps, is whole at 400 %, changes the size; a break covers the page and keeps it."""
    page, main = tablet.page, tablet.main("matters")
    expect(main).to_be_visible(timeout=PATIENCE)
    tablet.settle()
    tablet.button(say("help.open")).dblclick()
    expect(page.get_by_text(say("help.size"))).to_be_visible(timeout=PATIENCE)
    tablet.hit(tablet.button(say("help.size.large")))
    expect(page.locator("html")).to_have_css("font-size", "30px", timeout=PATIENCE)
    page.keyboard.press("Escape")
    page.set_viewport_size(ZOOMED)
    tablet.hit(tablet.button(say("help.open")))
    for name in ("help.size.normal", "help.break", "read.staff"):
        tablet.button(say(name)).scroll_into_view_if_needed(timeout=PATIENCE)
        expect(tablet.button(say(name))).to_be_in_viewport(ratio=0.9)
    tablet.hit(tablet.button(say("help.break")))
    sheet = page.get_by_text(say("door.resting"))
    expect(sheet).to_be_visible(timeout=PATIENCE)
    expect(main).to_be_hidden()
    page.set_viewport_size(TABLET)
    sheet.click()
    expect(tablet.main("identity")).to_be_visible(timeout=PATIENCE)
    tablet.give_identifiers(name="Eleanor Whitfield", month="3", day="7", year="1948")
    tablet.tap(say("holder.patient"))
    expect(main).to_be_visible(timeout=PATIENCE)
    eyes.look("matters, after a break")


def test_the_main_button_is_the_same_one_before_and_after_its_hint_goes(tablet: Tablet) -> None:
    """A finger that is down while the page is drawn anew comes up from the same button: no tap is lost."""
    one_by_one(tablet.page)
    tablet.page.goto("/read")
    tablet.identify(name="Eleanor Whitfield", month="3", day="7", year="1948")
    tablet.tap("Save and go on")
    main = tablet.main("screening-1")
    expect(main).to_be_disabled(timeout=PATIENCE)
    tablet.settle()
    there = main.element_handle()
    leaf = next(leaf for leaf in reading(tablet.now().case) if leaf.key == "screening-1")
    for part in leaf.parts:
        tablet.hit(tablet.page.locator(f".st-key-ask-{part}-no button"))
    expect(main).to_be_enabled(timeout=PATIENCE)
    assert there.is_enabled()


def test_the_page_that_is_signed_has_one_main_button(page: Page, desk: Desk, base_url: str) -> None:
    """The way down steps back as soon as "Sign" can be seen, and is there again where it cannot."""
    pad, eyes = at_the_pad(desk), Eyes(page)
    page.context.add_cookies([{"name": "consent_session", "value": pad.token, "url": base_url}])
    page.goto("/sign")
    tablet = Tablet(page=page, desk=desk, episode=pad.episode)
    down, sign = tablet.button(say("sign.down")), tablet.button(say("pad.sign"))
    expect(down).to_be_visible(timeout=PATIENCE)
    tablet.settle()
    eyes.look("check")
    for _ in range(2):
        page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
        expect(down).to_be_visible(timeout=PATIENCE)
        tablet.settle()
        tablet.hit(down)
        expect(down).to_be_hidden(timeout=PATIENCE)
        expect(sign).to_be_in_viewport(ratio=0.9)
    tablet.draw()
    for way in ("type", "help", "help_aloud", "help_mark", "draw"):
        tablet.tap(say(f"pad.{way}"))
        eyes.look(way, wide=way in {"type", "help_mark"})
    assert eyes.found == [], "\n".join(eyes.found)
