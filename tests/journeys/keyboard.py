"""A person at a tablet or desk who has a keyboard and nothing else: Tab, Enter, Space, arrows and letters.

Every stop on the way has to be seen: what has the focus looks another way than it does without.
"""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, expect

from tests.journeys.tablet import PATIENCE, Tablet

MOST_STOPS = 80
_DEEP = "let at = document.activeElement; while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;"
HAS_IT = f"(one) => {{ {_DEEP} return at === one || one.contains(at); }}"
BESIDE_IT = f"""(one) => {{ {_DEEP}
  const group = one.closest('[data-testid="stButtonGroup"], [role=radiogroup]');
  return Boolean(group && at && group.contains(at)); }}"""
LOOKS = """async (one) => {
  const parts = [one];
  while (parts.length < 5 && parts.at(-1).parentElement) parts.push(parts.at(-1).parentElement);
  const fading = parts.flatMap((part) => part.getAnimations());
  const ending = fading.filter((one) => one.effect.getComputedTiming().endTime < 10000);
  await Promise.all(ending.map((one) => one.finished.catch(() => null)));
  return JSON.stringify(parts.map((part) => {
    const { outline, boxShadow, borderColor, backgroundColor } = getComputedStyle(part);
    return [outline, boxShadow, borderColor, backgroundColor];
  }));
}"""
LEFT = f"""async () => {{ {_DEEP}
  const before = window.lastStop;
  const looks = {LOOKS};
  const unseen = before && before.one !== at && before.one.isConnected && (await looks(before.one)) === before.looks;
  window.lastStop = at && at !== document.body ? {{ one: at, looks: await looks(at) }} : null;
  return unseen ? before.one.outerHTML.slice(0, 200) : "";
}}"""
"""Remembers how what has the focus looks, faded in; tells what had it before, if that looks the same now as then."""


@dataclass
class Keyboard(Tablet):
    """Does what a tablet's person does, by keys alone."""

    unseen: set[str] = field(default_factory=set)
    """Stops that nobody could have seen."""

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        if bad := self.page.evaluate(LEFT):
            self.unseen.add(str(bad))

    def reach(self, target: Locator) -> None:
        """Go there by Tab, and by arrows within a group that is one stop."""
        expect(target).to_be_visible(timeout=PATIENCE)
        expect(target).to_be_enabled(timeout=PATIENCE)
        self.settle()
        self.go(target)

    def go(self, target: Locator) -> None:
        """The same on a page that is not Streamlit's, which is there as soon as it is seen."""
        for _ in range(MOST_STOPS):
            if target.evaluate(HAS_IT):
                return
            self.press("ArrowRight" if target.evaluate(BESIDE_IT) else "Tab")
        raise AssertionError(f"Tab does not lead to {target}")

    def hit(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def fill(self, label: str, text: str) -> None:
        self.reach(self.page.get_by_label(label, exact=True))
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)
        self.press("Tab")
        self.settle()

    def chooses(self, target: Locator, *, marked: str) -> None:
        """Choose, and see that it was."""
        self.hit(target)
        expect(target).to_have_text(re.compile(marked), timeout=PATIENCE)
