"""A person at a tablet, in Chromium: what the story's people tap, type and draw.

Waits for what the screen says, never for a time.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import Error, FloatRect, Locator, Page, expect

from consent.model.episode import Episode
from consent.model.presentation import Page as Leaf
from consent.model.presentation import reading
from consent.model.template_parts import Try
from consent.wiring import DEMO_PASSWORD
from consent.words import say
from consent.workflow.desk import Desk, load

PATIENCE = 20_000


@dataclass
class Tablet:
    """One tablet, and the desk to look at what was kept."""

    page: Page
    desk: Desk
    episode: str
    last: tuple[float, float] = (0, 0)
    between: Callable[[], None] = lambda: None
    """What befalls the tablet once in each part of the reading, when all was done on a page and before going on."""

    def now(self) -> Episode:
        return load(self.desk, self.episode)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def tap(self, name: str) -> None:
        self.hit(self.button(name).first)

    def settle(self) -> None:
        """Wait until the page has nothing more to draw."""
        app = self.page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)

    def heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", name=text, exact=True)).to_be_visible(timeout=PATIENCE)

    def fill(self, label: str, text: str) -> None:
        field = self.page.get_by_label(label, exact=True)
        field.fill(text, timeout=PATIENCE)
        field.blur()
        self.settle()

    def identify(self, *, name: str, month: str, day: str, year: str) -> None:
        """From hello to the first page of the turn, as a patient who holds the tablet alone."""
        small, name_field = self.button(say("hello.line.normal")), self.page.get_by_label("Your first and last name")
        expect(small.or_(name_field)).to_be_visible(timeout=PATIENCE)
        if small.is_visible():
            self.hit(small)
        self.heading("Hello. Who are you?")
        self.give_identifiers(name=name, month=month, day=day, year=year)
        self.tap(say("holder.patient"))

    def give_identifiers(self, *, name: str, month: str, day: str, year: str) -> None:
        self.fill("Your first and last name", name)
        for label, value in (("Month", month), ("Day", day), ("Year", year)):
            self.fill(label, value)
        self.tap("Go on")

    def read_all(
        self,
        *,
        yes_to: frozenset[str] = frozenset(),
        miss: frozenset[str] = frozenset(),
        fail: frozenset[str] = frozenset(),
        each: Callable[[Leaf], None] = lambda _: None,
    ) -> None:
        """Go through every page: answer, tap what has to be tapped, choose, and go on to the last one."""
        done: set[str] = set()
        befallen: set[str] = set()
        while left := [leaf for leaf in reading(self.now().case) if leaf.key not in done]:
            leaf = left[0]
            self._turned_to(leaf)
            each(leaf)
            self._do(leaf, yes_to=yes_to, miss=miss, fail=fail)
            done.add(leaf.key)
            self.settle()
            if leaf.section not in befallen:
                self.between()
            befallen.add(leaf.section)
            self.hit(self.main(leaf.key))

    def main(self, key: str) -> Locator:
        """The main button of a page of the reading."""
        return self.page.locator(f".st-key-main-{key} button")

    def hit(self, target: Locator) -> None:
        """Tap something on another spot than the last tap: a repeat on one spot within 700 ms is no tap of its own.

        Another spot across, since the browser may scroll until both are at one height.
        """
        box = self._place(target)
        places = [(box["width"] * part, box["height"] / 2) for part in (0.5, 0.15, 0.85)]
        x, y = max(places, key=lambda at: min(abs(box["x"] + at[0] - self.last[0]), 50))
        self.last = (box["x"] + x, box["y"] + y)
        target.click(position={"x": x, "y": y}, timeout=PATIENCE)

    def _place(self, target: Locator) -> FloatRect:
        """Where it stands on the screen; looked for again when the page was drawn anew just then."""
        for _ in range(5):
            expect(target).to_be_enabled(timeout=PATIENCE)
            with suppress(Error):
                target.scroll_into_view_if_needed(timeout=PATIENCE)
                if box := target.bounding_box(timeout=PATIENCE):
                    return box
        raise AssertionError("It is drawn anew again and again.")

    def _turned_to(self, leaf: Leaf) -> None:
        expect(self.main(leaf.key)).to_be_visible(timeout=PATIENCE)

    def _do(self, leaf: Leaf, *, yes_to: frozenset[str], miss: frozenset[str], fail: frozenset[str]) -> None:
        if leaf.key == "matters":
            self.fill("What do you hope for?", "To climb the stairs at home again.")
            self.fill("Is there something you worry about?", "That it hurts more than now.")
        for part in leaf.parts:
            if leaf.section == "you":
                self._choose(f"ask-{part}", "yes" if part in yes_to else "no", word="Yes" if part in yes_to else "No")
            elif leaf.section == "choices":
                self._choose(f"choose-{part}", "no", word="No")
            else:
                self._quiz(part, misses=(part in miss) + len(self._tries(part)) * (part in fail))
        for passage in leaf.passages:
            if passage.acknowledge:
                self.hit(self.page.locator(f".st-key-tap-{passage.part} button"))
                expect(self.page.locator(f".st-key-tap-{passage.part}")).to_have_count(0, timeout=PATIENCE)

    def _choose(self, key: str, value: str, *, word: str) -> None:
        button = self.page.locator(f".st-key-{key}-{value} button")
        self.hit(button)
        expect(button).to_have_text(re.compile(f"✓ {word}"), timeout=PATIENCE)

    def _tries(self, concept: str) -> tuple[Try, ...]:
        return next(one.tries for one in self.now().template.concepts if one.id == concept)

    def _quiz(self, concept: str, *, misses: int) -> None:
        for number, attempt in enumerate(self._tries(concept)):
            wrong = number < misses
            index = next(at for at, answer in enumerate(attempt.answers) if answer.right is not wrong)
            self.hit(self.page.locator(f".st-key-quiz-{concept}-{number}-{index} button"))
            if not wrong:
                expect(self.page.get_by_text("Yes. Thank you.")).to_be_visible(timeout=PATIENCE)
                return
        expect(self.page.get_by_text(say("quiz.together"))).to_be_visible(timeout=PATIENCE)

    def draw(self) -> None:
        """Draw a signature with the mouse."""
        pad = self.page.locator("canvas")
        pad.scroll_into_view_if_needed(timeout=PATIENCE)
        box = pad.bounding_box()
        assert box is not None
        mouse = self.page.mouse
        mouse.move(box["x"] + 40, box["y"] + box["height"] * 0.6)
        mouse.down()
        for step in range(40):
            across = box["x"] + 40 + step * (box["width"] - 120) / 40
            mouse.move(across, box["y"] + box["height"] * (0.5 + (0.3 if step % 4 < 2 else -0.3)))
        mouse.up()

    def take_back(self) -> None:
        """Staff take the tablet back with their password, and land on the next step of this record."""
        self.page.goto("/staff")
        self.page.get_by_label("Your PIN or password").fill(DEMO_PASSWORD)
        self.page.get_by_label("Your PIN or password").press("Enter")
        self.heading(self.now().plan.patient.name)
