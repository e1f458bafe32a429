"""Takes the pictures of docs/screens from the running demo, each state at three sizes: ``make screenshots``.

Decides which states there are, and how each is reached. A picture that cannot be taken stops the run.

Invariants:
- Everything on a picture is the real program on an invented clinic; nothing is drawn over it.
- Each is taken at 1024x768, 768x1024 and 1440x900 in light, and at 1024x768 in dark.
"""

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from consent.model.arrival import items
from consent.model.presentation import reading
from consent.model.timeout import cards
from consent.ports import EVERYTHING
from consent.settings import Settings
from consent.wiring import opened
from consent.words import say
from consent.workflow import day, discuss, handover, needs, read, rehearsal, seal, timeout, visit
from consent.workflow.desk import Desk, load
from consent.workflow.visitor import Visit
from tests.journeys.conftest import CHROMIUM, QUIET, aside
from tests.journeys.tablet import Tablet
from tests.journeys.test_verify import DROP
from tests.running_app import RunningApp, running

SIZES = ((1024, 768), (768, 1024), (1440, 900))
COLOURS = 64
END = "main => main.scrollTo(0, main.scrollHeight)"
COLUMNS = "main => main.querySelector('[data-testid=stColumn]').scrollIntoView()"
Do = Callable[[Tablet], None]


def nothing(_: Tablet) -> None:
    """The page as it opens."""


@dataclass
class Studio:
    """The running demo, a browser, and the pictures taken so far: name and words."""

    desk: Desk
    app: RunningApp
    browser: Browser
    folder: Path
    taken: list[tuple[str, str]] = field(default_factory=list)

    @contextmanager
    def tablet(self, cookie: str, episode: str = "") -> Iterator[Tablet]:
        """A tablet with a session's cookie; none: nobody is signed in."""
        context = self.browser.new_context(base_url=self.app.base_url, has_touch=True)
        if cookie:
            context.add_cookies([{"name": "consent_session", "value": cookie, "url": self.app.base_url}])
        yield Tablet(context.new_page(), self.desk, episode)
        context.close()

    def staff(self, login: str, episode: str = "") -> AbstractContextManager[Tablet]:
        """A tablet of somebody of the staff."""
        return self.tablet(self.app.sign_in(login), episode)

    def patient(self, episode: str, *, known: bool = True) -> tuple[str, Visit]:
        """The cookie of a tablet that was just handed to a patient, who said who they are when ``known``."""
        nurse = rehearsal.signed_in(self.desk, "okafor")
        ticket = visit.new_ticket(self.desk, nurse, purpose=f"hand_over:{episode}")
        token = handover.hand_over(self.desk, nurse, episode=episode, ticket=ticket)
        here = visit.look_up(self.desk, token)
        assert here is not None
        if known:
            who = load(self.desk, episode).plan.patient
            read.choose_size(self.desk, here, size="normal")
            read.confirm_identity(self.desk, here, name=who.name, birth_date=date.fromisoformat(who.birth_date))
            read.declare_holder(self.desk, here, holder="patient")
        return token, here

    def take(self, tablet: Tablet, name: str, words: str, *, url: str = "", do: Do = nothing, view: str = "") -> None:
        """One state at each size, and in dark; ``view`` scrolls to what matters."""
        page = tablet.page
        if url:
            page.set_viewport_size({"width": 1024, "height": 768})
            page.goto(url)
        _settled(page)
        do(tablet)
        _settled(page)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            self._keep(page, f"{name}-{width}", view=view)
        page.set_viewport_size({"width": 1024, "height": 768})
        page.emulate_media(color_scheme="dark")
        self._keep(page, f"{name}-dark", view=view)
        page.emulate_media(color_scheme="light")
        self.taken.append((name, words))
        print(name, flush=True)

    def _keep(self, page: Page, name: str, *, view: str) -> None:
        if view:
            page.get_by_test_id("stMain").evaluate(view)
        page.wait_for_timeout(250)  # a picture, no test: transitions have ended
        picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
        picture.quantize(COLOURS).save(self.folder / f"{name}.png", optimize=True)

    def index(self) -> str:
        """The page that shows them all."""
        rows = [
            f"| {words} | " + " | ".join(f"[![{end}]({name}-{end}.png)]({name}-{end}.png)" for end in ENDS) + " |"
            for name, words in self.taken
        ]
        return "\n".join([_HEAD, *rows, ""])


ENDS = ("1024", "768", "1440", "dark")
_HEAD = """\
# The screens

Made by `make screenshots` from the running demo; do not edit. Each state on a tablet held either way (1024x768,
768x1024), on a desk (1440x900), and in dark.

| State | 1024x768 | 768x1024 | 1440x900 | Dark |
|---|---|---|---|---|"""


def _settled(page: Page) -> None:
    page.locator('[data-testid="stApp"], form').first.wait_for(state="attached")
    if (app := page.get_by_test_id("stApp")).count():
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=20_000)
    page.wait_for_timeout(400)  # a picture, no test: components have drawn themselves


def at_the_door(studio: Studio) -> None:
    """Signing in."""
    with studio.tablet("") as one:
        studio.take(one, "sign-in", "Staff sign in", url="/sign-in")

        def wrong(tablet: Tablet) -> None:
            tablet.page.get_by_label("Your sign-in name").fill("stone")
            tablet.page.get_by_label("Your password").fill("not this one")
            tablet.page.get_by_role("button", name="Sign in").click()

        studio.take(one, "sign-in-wrong", "A wrong password", do=wrong)


def preparing(studio: Studio, episode: str) -> None:
    """From the day's list to a tablet that can be handed over."""
    with studio.staff("stone", episode) as one:
        studio.take(one, "today", "The day's list", url="/today")
        studio.take(
            one,
            "today-none",
            "Nobody is found",
            do=lambda t: t.page.get_by_placeholder("Name or number").press_sequentially("zzz\n"),
        )
        studio.take(one, "today-empty", "A day without patients", url="/today?day=2031-01-01")
        studio.take(one, "prepare", "Prepare, before anything is set", url=f"/prepare?episode={episode}")
        studio.take(one, "prepare-begun", "Begun, left and opened again: nothing is lost", do=_begun)
        rehearsal.prepare_it(studio.desk, rehearsal.signed_in(studio.desk, "stone"), episode=episode)
        studio.take(one, "prepared", "Prepared, to compare and hand over", url=f"/prepare?episode={episode}")
        studio.take(one, "not-now", "A page whose time has not come", url=f"/attest?episode={episode}")
    with studio.staff("admin") as one:
        studio.take(one, "not-yours", "A page that this person may not see", url="/today")
        studio.take(one, "people", "Accounts and devices", url="/people")
        studio.take(one, "account", "One's own PIN and password", url="/account")
    with studio.staff("haddad", episode) as one:
        studio.take(one, "glass", "A patient of another unit", url=f"/glass?episode={episode}")


def _begun(tablet: Tablet) -> None:
    tablet.fill(say("prepare.place"), "inner side of the knee")
    tablet.page.get_by_test_id("stButtonGroup").get_by_text(say("needs.interpreter"), exact=True).click()
    tablet.fill(say("needs.language.label"), "Spanish")
    tablet.page.reload()


def reading_it(studio: Studio, episode: str) -> None:
    """A patient's turn, to the page that waits for the clinician."""
    token, _ = studio.patient(episode, known=False)
    with studio.tablet(token, episode) as one:
        studio.take(one, "hello", "Hello: which line is easy to read", url="/read")
        studio.take(one, "hello-none", "No line is easy", do=lambda t: t.tap(say("hello.none")))
        studio.take(one, "identity", "Who are you", do=lambda t: t.tap(say("hello.read_to_go")))

        def miss(tablet: Tablet) -> None:
            tablet.give_identifiers(name="Somebody Else", month="3", day="7", year="1948")

        studio.take(one, "identity-missed", "Name or date is not the one expected", do=miss)
    token, here = studio.patient(episode)
    wanted = {
        "matters": "What matters to you",
        "screening-1": "Questions, none answered before",
        "about-": "What it is and how it is done",
        "benefits-": "What it may bring",
        "risks-S36a": "A likely risk: words, number, picture",
        "risks-S36c": "A serious risk has a tap of its own",
        "risks-S35": "Mild risks together",
        "way-": "Another way",
        "ready": "Getting ready",
        "after-": "Afterwards, and when to call",
        "concept-": "Tell us in your words",
        "choices": "Choices of one's own, none made before",
    }
    with studio.tablet(token, episode) as one:
        seen: set[str] = set()
        for leaf in reading(load(studio.desk, episode).case):
            start = next((start for start in wanted if leaf.key.startswith(start) and start not in seen), "")
            if start:
                seen.add(start)
                studio.take(one, f"read-{start.strip('-').lower()}", wanted[start], url=f"/read?step={leaf.key}")
        way = next(leaf.key for leaf in reading(load(studio.desk, episode).case) if leaf.key.startswith("way-"))
        beside = f"/read?step={way}&beside=proposed"
        studio.take(one, "read-compare", "The freeze itself beside another way", url=beside, view=COLUMNS)
        one.page.goto("/read?step=matters")
        studio.take(one, "help", "Help: size of text, a break, staff", do=lambda t: t.tap(say("help.open")))
        one.page.goto("/read?step=matters")
        studio.take(one, "question", "A question, from any page", do=lambda t: t.tap(say("read.question")))
        studio.take(one, "no", "I'd rather not", url="/read?step=no")
        _quiz(studio, one)
        rehearsal.read_pages(studio.desk, here)
        studio.take(one, "how", "How it was read", url="/read?step=how")
        read.ask(studio.desk, here, page="matters", text="Can I pick up my grandson the day after?")
        read.finish(studio.desk, here, way="by_myself")
        studio.take(one, "wait", "Read; somebody comes to talk", url="/read")
        studio.take(one, "rest", "A break: the screen is covered", do=_rest)


def _rest(tablet: Tablet) -> None:
    tablet.tap(say("help.open"))
    tablet.tap(say("help.break"))


def _quiz(studio: Studio, one: Tablet) -> None:
    """A concept that is missed until the quiz gives it to the talk."""
    concept = one.now().template.concepts[1]
    one.page.goto(f"/read?step=concept-{concept.id}")
    for number, attempt in enumerate(concept.tries):
        wrong = next(at for at, answer in enumerate(attempt.answers) if not answer.right)
        key = f".st-key-quiz-{concept.id}-{number}-{wrong} button"
        name = f"quiz-missed-{number + 1}"
        studio.take(one, name, f"Missed, time {number + 1}", do=_hitting(key))


def _hitting(key: str) -> Do:
    return lambda tablet: tablet.hit(tablet.page.locator(key))


def talking_and_signing(studio: Studio, episode: str) -> None:
    """The talk, both signatures, the record."""
    desk = studio.desk
    with studio.staff("stone", episode) as one:
        studio.take(one, "talk", "The talk: what is to be settled", url=f"/talk?episode={episode}")
        stone = rehearsal.signed_in(desk, "stone")
        concept = one.now().template.concepts[1].id
        discuss.judge(desk, stone, episode=episode, concept=concept, result="understood", said="The left knee.")
        rehearsal.talk(desk, stone, episode=episode)
        studio.take(one, "talked", "The talk is recorded", url=f"/talk?episode={episode}")
    token, here = studio.patient(episode)
    rehearsal.read_pages(desk, here)
    with studio.tablet(token, episode) as one:
        studio.take(one, "check", "All of it on one page", url="/sign")
        studio.take(one, "sign", "The signature", do=lambda t: t.tap(say("sign.down")), view=END)
        studio.take(one, "sign-drawn", "Signed in the box, not sent yet", do=lambda t: t.draw(), view=END)
        studio.take(one, "sign-typed", "A typed name", do=lambda t: t.tap(say("pad.type")), view=END)
        studio.take(
            one, "sign-help", "Help with signing, before witnesses", do=lambda t: t.tap(say("pad.help")), view=END
        )
        rehearsal.patient_draws(desk, here)
        studio.take(one, "signed", "Thank you", url="/read")
        rehearsal.taken_back(desk, here)
    with studio.staff("stone", episode) as one:
        studio.take(one, "attest", "What the clinician attests", url=f"/attest?episode={episode}")
        rehearsal.clinician_signs(desk, rehearsal.signed_in(desk, "stone"), episode=episode)
        aside(seal.work_once, desk)
        studio.take(one, "record", "The record beside its document", url=f"/record?episode={episode}")


def the_day(studio: Studio, episode: str) -> None:
    """Checklist and time-out."""
    desk = studio.desk
    nurse = rehearsal.signed_in(desk, "okafor")
    with studio.staff("okafor", episode) as one:
        studio.take(one, "checklist", "On arrival", url=f"/checklist?episode={episode}")
        needs.note(desk, nurse, episode=episode, needs=["hearing_aid"], signal="Lifts the left hand")
        day.confirm(desk, nurse, episode=episode, result="stands")
        each = items(load(desk, episode).case)
        day.check_item(desk, nurse, episode=episode, item=each[0].id, answer="no")
        studio.take(one, "checklist-no", "An item is not in order", url=f"/checklist?episode={episode}")
        for item in each:
            day.check_item(desk, nurse, episode=episode, item=item.id, answer="yes")
        studio.take(one, "timeout", "The time-out, before it begins", url=f"/timeout?episode={episode}")
        for card in cards(load(desk, episode)):
            one.page.keyboard.press("Space")
            expect(one.page.locator(".said")).to_contain_text(card.lines[0], timeout=20_000)
            studio.take(one, f"timeout-{card.key}", f"Card: {card.key}")
        one.page.locator("button.stop").click()
        expect(one.page.locator(".room.stop")).to_be_visible(timeout=20_000)
        studio.take(one, "timeout-stop", "STOP")
        timeout.resolve(
            desk, rehearsal.signed_in(desk, "stone"), episode=episode, note="Dr. Stone asked again; all agree."
        )
        one.page.goto(f"/timeout?episode={episode}")
        one.page.locator("button.main:not([aria-disabled])").wait_for()
        for _ in range(len(cards(load(desk, episode))) + 1):
            one.page.locator("button.main:not([aria-disabled])").wait_for()
            before = one.page.locator(".said").inner_text()
            one.page.keyboard.press("Space")
            expect(one.page.locator(".said")).not_to_have_text(before, timeout=20_000)
        studio.take(one, "timeout-agree", "All agree")
        one.page.keyboard.press("Space")
        expect(one.page.get_by_text("Started ")).to_be_visible(timeout=20_000)
        studio.take(one, "timeout-started", "After the start nothing blocks care")


def refusing(studio: Studio, episode: str) -> None:
    """A patient who says no."""
    desk = studio.desk
    rehearsal.prepare_it(desk, rehearsal.signed_in(desk, "stone"), episode=episode)
    token, here = studio.patient(episode)
    with studio.tablet(token, episode) as one:
        read.refuse(desk, here)
        studio.take(one, "refused", "The patient said no", url="/read")
    aside(seal.work_once, desk)
    with studio.staff("stone", episode) as one:
        studio.take(one, "today-later", "The day's list, later", url="/today")
        studio.take(one, "record-refused", "The record of a no", url=f"/record?episode={episode}")


def auditing(studio: Studio, episode: str) -> None:
    """The register."""
    with studio.staff("lund", episode) as one:
        studio.take(one, "register", "The register", url="/register")
        studio.take(one, "record-audited", "A record as the auditor sees it", url=f"/record?episode={episode}")
        studio.take(one, "access", "Broken glasses that wait for a review", url="/access")
        studio.take(one, "audit", "The log", url="/audit")
        studio.take(one, "audit-verified", "All of it verified", url="/audit?verify=1", do=_verified)
        studio.take(one, "replay", "What the patient saw, page by page", url=f"/record?episode={episode}", do=_replayed)


def _verified(tablet: Tablet) -> None:
    tablet.tap(say("audit.now"))
    expect(tablet.page.get_by_text("entries in the log")).to_be_visible(timeout=60_000)


def _replayed(tablet: Tablet) -> None:
    tablet.page.get_by_text(say("replay.title"), exact=True).click()
    tablet.button(say("replay.after")).scroll_into_view_if_needed()


def checking(studio: Studio, episode: str) -> None:
    """Somebody with a document and no account; then the patient takes the consent back."""
    desk = studio.desk
    sealed = load(desk, episode).sealed
    assert sealed is not None
    pdf = desk.ledger.document(EVERYTHING, sealed.event.document).content
    at = len(pdf) // 2
    with studio.tablet("") as one:
        studio.take(one, "verify", "Anybody checks a document", url="/verify")
        studio.take(one, "verify-unchanged", "It is unchanged", do=_drops(pdf))
        changed = pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]
        studio.take(one, "verify-changed", "A byte of it is another", url="/verify", do=_drops(changed))
    day.withdraw(desk, rehearsal.signed_in(desk, "okafor"), episode=episode, said="Not today.")
    aside(seal.work_once, desk)
    with studio.staff("stone", episode) as one:
        studio.take(one, "record-withdrawn", "The consent was taken back", url=f"/record?episode={episode}")
    with studio.tablet("") as one:
        studio.take(one, "verify-withdrawn", "Unchanged, and taken back", url="/verify", do=_drops(pdf))


def _drops(pdf: bytes) -> Do:
    def drop(tablet: Tablet) -> None:
        tablet.page.evaluate(DROP, list(pdf))
        expect(tablet.page.locator(".verdict").first).to_be_visible(timeout=20_000)

    return drop


def wiping(studio: Studio, last: str, following: str) -> None:
    """Between two patients."""
    token, _ = studio.patient(last)
    with studio.tablet(token, last) as one:
        one.take_back()
        studio.take(one, "wipe", "A tablet that a patient had is wiped", url=f"/wipe?episode={following}")


def lost(studio: Studio, episode: str) -> None:
    """The server dies under a patient's page."""
    token, _ = studio.patient(episode)
    with studio.tablet(token, episode) as one:
        one.page.goto("/read?step=matters")
        _settled(one.page)
        studio.app.process.kill()
        cover = one.page.get_by_text(say("door.lost"))
        expect(cover).to_be_visible(timeout=90_000)
        studio.take(one, "lost", "The server is out of reach")


def main(folder: Path) -> None:
    """Take them all."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as where:
        records = Path(where) / "records"
        desk, store = opened(Settings(mode="demo", records=records))
        rehearsal.populate(desk)
        rows = desk.ledger.worklist(EVERYTHING, since="0", until="9")
        first, second, third, *_ = (row.episode for row in rows)
        with running(records) as app, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
            studio = Studio(desk, app, browser, folder)
            at_the_door(studio)
            preparing(studio, first)
            reading_it(studio, first)
            talking_and_signing(studio, first)
            the_day(studio, first)
            refusing(studio, second)
            auditing(studio, first)
            checking(studio, first)
            rehearsal.prepare_it(desk, rehearsal.signed_in(desk, "stone"), episode=third)
            wiping(studio, third, second)
            lost(studio, third)
            browser.close()
        store.close()
    (folder / "README.md").write_text(studio.index(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screens"))
