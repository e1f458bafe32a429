"""Every page that a patient sees, walked once: how large targets are, what axe says, what is left at 400 % zoom."""

import json
from importlib import resources

import pytest
from playwright.sync_api import Page, expect

from consent.model.presentation import Page as Leaf
from consent.ports import EVERYTHING
from consent.words import say
from consent.workflow import handover, rehearsal, visit
from consent.workflow.desk import Desk
from tests.journeys.conftest import TABLET
from tests.journeys.tablet import PATIENCE, Tablet

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
LEAST = 48
ZOOMED = {"width": 320, "height": 256}
"""1280 x 1024 at 400 %: WCAG 1.4.10."""
UPRIGHT = {"width": 768, "height": 1024}
TARGETS = """() => {
  const found = [];
  const look = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) look(one.shadowRoot);
      if (!one.matches("button, a[href], input, textarea, select, summary, [role=button], [role=option]")) continue;
      const box = one.getBoundingClientRect();
      const seen = one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      if (!seen || box.bottom <= 0 || box.width <= 1 || one.closest("[inert]")) continue;
      found.push(one);
    }
  };
  look(document);
  return found;
}"""
SMALL = f"""(least) => ({TARGETS})()
  .map((one) => [one.innerText || one.getAttribute("aria-label") || one.tagName, one.getBoundingClientRect()])
  .filter(([, box]) => box.width < least || box.height < least)
  .map(([name, box]) => `${{name}}: ${{Math.round(box.width)}} x ${{Math.round(box.height)}}`)"""
OUT_OF_REACH = f"""() => ({TARGETS})()
  .filter((one) => {{
    one.scrollIntoView({{ block: "center" }});
    const box = one.getBoundingClientRect();
    if (box.left < -1 || box.right > innerWidth + 1) return true;
    let top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    while (top?.shadowRoot) top = top.shadowRoot.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return !(top && (one.contains(top) || top.contains(one)));
  }})
  .map((one) => one.innerText || one.getAttribute("aria-label") || one.tagName)"""
SIDEWAYS = """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
  .filter((one) => one && one.scrollWidth > one.clientWidth + 1).map((one) => one.scrollWidth - one.clientWidth)"""
COMPLAINTS = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`)"""


class Eyes:
    """Looks at each page in every way, and gathers what it finds."""

    def __init__(self, page: Page) -> None:
        self.page, self.found = page, list[str]()

    def look(self, where: str, *, wide: bool = True) -> None:
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE)
        self._note(where, "axe", self.page.evaluate(COMPLAINTS))
        assert self.page.evaluate(f"() => ({TARGETS})().length") > 1, where
        self._note(where, "small", self.page.evaluate(SMALL, LEAST))
        views = {"tablet": TABLET, "upright": UPRIGHT, "zoomed": ZOOMED} if wide else {"zoomed": ZOOMED}
        for name, size in views.items():
            self.page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dict is a ViewportSize
            self._note(where, f"{name}, sideways", self.page.evaluate(SIDEWAYS))
            self._note(where, f"{name}, out of reach", self.page.evaluate(OUT_OF_REACH))
        self.page.set_viewport_size(TABLET)  # type: ignore[arg-type]  # a plain dict is a ViewportSize

    def _note(self, where: str, what: str, found: list[object]) -> None:
        if found:
            self.found.append(f"{where}: {what}: {json.dumps(found, ensure_ascii=False)}")


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
    page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]  # a plain dict is a ViewportSize
    tablet.hit(tablet.button(say("help.open")))
    for name in ("help.size.normal", "help.break", "read.staff"):
        tablet.button(say(name)).scroll_into_view_if_needed(timeout=PATIENCE)
        expect(tablet.button(say(name))).to_be_in_viewport(ratio=0.9)
    tablet.hit(tablet.button(say("help.break")))
    sheet = page.get_by_text(say("door.resting"))
    expect(sheet).to_be_visible(timeout=PATIENCE)
    expect(main).to_be_hidden()
    page.set_viewport_size(TABLET)  # type: ignore[arg-type]  # a plain dict is a ViewportSize
    sheet.click()
    expect(tablet.main("identity")).to_be_visible(timeout=PATIENCE)
    tablet.give_identifiers(name="Eleanor Whitfield", month="3", day="7", year="1948")
    tablet.tap(say("holder.patient"))
    expect(main).to_be_visible(timeout=PATIENCE)
    eyes.look("matters, after a break")
