"""Eyes on a page: what axe says, how large targets are, and what is left at 400 % zoom; not a test itself."""

import json
from importlib import resources

from playwright.sync_api import Page, ViewportSize

from tests.journeys.conftest import TABLET, UPRIGHT

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
LEAST = 48
ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""1280 x 1024 at 400 %: WCAG 1.4.10."""
NARROW: ViewportSize = {"width": 320, "height": 640}
WIDE = {"tablet": TABLET, "upright": UPRIGHT}
SPACED = {"rules": {"target-size": {"enabled": True}}}
GROUND = """() => getComputedStyle(document.querySelector('[data-testid="stApp"]') || document.body).backgroundColor"""
TARGETS = """() => {
  const found = [];
  const look = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) look(one.shadowRoot);
      if (!one.matches("button, a[href], input, textarea, select, summary, [role=button], [role=option]")) continue;
      const box = one.getBoundingClientRect();
      const seen = one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      if (!seen || box.bottom <= 0 || box.width <= 1 || one.closest("[inert]")) continue;
      if (one.matches("input[tabindex='-1'], input[aria-hidden=true]")) continue;  // something else is touched
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
SETTLED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return !app || app.getAttribute("data-test-script-state") === "notRunning";
}"""
"""While a script runs, what it has not drawn again yet is pale: no page that anybody stays on."""
COMPLAINTS = """async (only) => {
  const ends = (one) => one.playState === "running" && Number.isFinite(one.effect?.getComputedTiming().endTime);
  document.getAnimations().filter(ends).forEach((one) => one.finish());
  return (await axe.run(document, { resultTypes: ["violations"], ...only })).violations
  .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}"""
MAINS = """() => {
  const found = [];
  const look = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) look(one.shadowRoot);
      if (!one.matches('[data-testid="stBaseButton-primary"], button.primary') || one.disabled) continue;
      const box = one.getBoundingClientRect();
      const seen = one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      if (!seen || box.bottom <= 0 || box.top >= innerHeight) continue;
      let top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      while (top?.shadowRoot && top.shadowRoot !== root) {
        top = top.shadowRoot.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      }
      if (top && (one.contains(top) || top.contains(one))) found.push(one.innerText);
    }
  };
  look(document);
  return found.length > 1 ? found : [];
}"""


class Eyes:
    """Looks at each page in every way, and gathers what it finds.

    Args:
        page: The browser's.
        patient: Whether a patient looks: targets are large, and one main button at most is seen at a time. Staff's
            targets are as large or as far apart as WCAG 2.2 wants them (2.5.8).
    """

    def __init__(self, page: Page, *, patient: bool = True) -> None:
        self.page, self.patient, self.found = page, patient, list[str]()

    def look(self, where: str, *, wide: bool = True) -> None:
        self.page.wait_for_function(SETTLED)
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE)
        self._note(where, "axe", self.page.evaluate(COMPLAINTS, {} if self.patient else SPACED))
        assert self.page.evaluate(f"() => ({TARGETS})().length") > 1, where
        if self.patient:
            self._note(where, "small", self.page.evaluate(SMALL, LEAST))
            self._note(where, "two main buttons", self.page.evaluate(MAINS))
        if wide:
            self._in_the_dark(where)
        narrow = {"narrow": NARROW, "zoomed": ZOOMED}
        for name, size in ({**(WIDE if self.patient else {}), **narrow} if wide else {"zoomed": ZOOMED}).items():
            self.page.set_viewport_size(size)
            self._note(where, f"{name}, sideways", self.page.evaluate(SIDEWAYS))
            self._note(where, f"{name}, out of reach", self.page.evaluate(OUT_OF_REACH))
        self.page.set_viewport_size(TABLET)

    def _in_the_dark(self, where: str) -> None:
        """The other theme differs in its colours alone."""
        day = self.page.evaluate(GROUND)
        self.page.emulate_media(color_scheme="dark")
        self.page.wait_for_function(f"day => ({GROUND})() !== day", arg=day)
        colours = {"runOnly": ["color-contrast"]}
        self._note(where, "axe, in the dark", self.page.evaluate(COMPLAINTS, colours))
        self.page.emulate_media(color_scheme="light")
        self.page.wait_for_function(f"day => ({GROUND})() === day", arg=day)

    def _note(self, where: str, what: str, found: list[object]) -> None:
        if found:
            self.found.append(f"{where}: {what}: {json.dumps(found, ensure_ascii=False)}")
