"""The line between a tablet and its server is cut: for a while, for longer than Streamlit remembers, and at START."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from consent.model.arrival import items
from consent.model.day import Stage
from consent.model.timeout import card_now, running
from consent.ports import EVERYTHING
from consent.wiring import DEMO_PASSWORD
from consent.words import say
from consent.workflow import day, rehearsal, timeout, visit
from consent.workflow.desk import Desk, load
from tests.findings.bare import until
from tests.journeys.bedside import Mortal, connected, handed_over, mortal
from tests.journeys.tablet import PATIENCE, Tablet

BRIEF = Path(__file__).parent / "brief"
FIVE_SECONDS = 5_000
OUT_OF_REACH = re.compile(
    r"ERR_CONNECTION|ERR_EMPTY|ERR_NETWORK|ERR_INTERNET|WebSocket|Failed to fetch|disconnected"
    r"|reaching server|still running"
)


class Line:
    """The line of one tablet: its sockets pass through here, so that they can be cut."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._open: list[WebSocketRoute] = []
        self.swallows = False
        """Whether what the page says gets lost on its way."""
        context.route_web_socket("**/_stcore/stream", self._opened)

    def _opened(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(lambda said: None if self.swallows else server.send(said))
        self._open.append(socket)

    def cut(self) -> None:
        """Nothing gets through any more."""
        self._context.set_offline(True)
        for socket in self._open:
            socket.close(code=4000)
        self._open.clear()

    def mend(self) -> None:
        """It is there again."""
        self._context.set_offline(False)


@pytest.fixture(scope="module")
def served(
    request: pytest.FixtureRequest, furnished: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mortal]:
    """A server that remembers a lost session for a minute, as ours does; or one that forgets it after a second."""
    records = Path(shutil.copytree(furnished, tmp_path_factory.mktemp("line") / "records"))
    environment = {"PYTHONPATH": str(BRIEF)} if request.param == "forgotten" else None
    with mortal(records, environment=environment) as made:
        yield made


@pytest.fixture
def records(served: Mortal) -> Path:
    """Its data folder."""
    return served.records


@pytest.fixture
def base_url(served: Mortal) -> str:
    """Its address."""
    return served.app.base_url


@pytest.fixture
def line(page: Page) -> Line:
    return Line(page.context)


@pytest.fixture(autouse=True)
def out_of_reach_is_no_complaint(page: Page, complaints: list[str]) -> Iterator[None]:  # noqa: ARG001 - ends before it
    """A browser that cannot reach its server says so; anything else still counts."""
    yield
    complaints[:] = [one for one in complaints if not OUT_OF_REACH.search(one)]


def look(page: Page, name: str) -> None:
    """A picture to look at, at each size, when ``CONSENT_LOOK`` names a folder."""
    if folder := os.environ.get("CONSENT_LOOK"):
        for width, height in ((1440, 900), (768, 1024), (1024, 768)):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=f"{folder}/{name}-{width}.png")


def prepared(desk: Desk, name: str) -> str:
    rows = desk.ledger.worklist(EVERYTHING, since="0", until="9")
    episode = next(row.episode for row in rows if row.patient_name == name)
    return rehearsal.prepare_it(desk, rehearsal.signed_in(desk, "stone"), episode=episode).id


def complete(desk: Desk, name: str) -> str:
    """A patient whose time-out the nurse has read to its end."""
    episode, stone = prepared(desk, name), rehearsal.signed_in(desk, "stone")
    stone = rehearsal.patient_reads(desk, stone, episode=episode)
    rehearsal.talk(desk, stone, episode=episode)
    rehearsal.clinician_signs(desk, rehearsal.patient_signs(desk, stone, episode=episode), episode=episode)
    nurse = rehearsal.signed_in(desk, "okafor")
    day.confirm(desk, nurse, episode=episode, result="stands")
    for item in items(load(desk, episode).case):
        day.check_item(desk, nurse, episode=episode, item=item.id, answer="yes")
    timeout.begin(desk, nurse, episode=episode)
    while card := card_now(now := load(desk, episode)):
        here = running(now)
        assert here
        timeout.agree(desk, nurse, episode=episode, time_out=here.name, card=card.key)
    return episode


def reading(page: Page, *, desk: Desk, base_url: str) -> Tablet:
    """A tablet on its first page, with what was typed last still in its field."""
    tablet = Tablet(page, desk, prepared(desk, "Theo Nakamura"))
    handed_over(desk, page, episode=tablet.episode, base_url=base_url)
    page.goto("/read")
    tablet.identify(name="Theo Nakamura", month="8", day="2", year="1990")
    tablet.fill("What do you hope for?", "To sleep through.")
    assert until(lambda: tablet.now().matters is not None)
    expect(tablet.main("matters")).to_be_enabled(timeout=PATIENCE)
    return tablet


@pytest.mark.parametrize("served", ["remembered", "forgotten"], indirect=True)
def test_a_line_cut_for_five_seconds_says_so_takes_no_tap_and_goes_on_at_the_same_place(
    page: Page, *, line: Line, desk: Desk, base_url: str
) -> None:
    tablet = reading(page, desk=desk, base_url=base_url)
    worry = page.get_by_label("Is there something you worry about?", exact=True)
    worry.press_sequentially("A scar")
    kept = tablet.now()
    line.cut()
    connected(page, is_so=False)
    bar = page.get_by_role("alert").filter(has_text=say("door.cut"))
    expect(bar).to_be_visible()
    expect(tablet.main("matters")).to_be_disabled()  # no tap is taken that would be lost
    expect(worry).to_have_value("A scar")
    look(page, "cut")
    page.wait_for_timeout(FIVE_SECONDS)  # that long it is cut: this is what is tried
    assert tablet.now() == kept
    line.mend()
    connected(page)
    expect(bar).to_have_count(0)
    expect(page.get_by_label("What do you hope for?", exact=True)).to_have_value("To sleep through.")
    expect(worry).to_have_value("A scar")
    tablet.hit(tablet.main("matters"))
    expect(tablet.main("screening-1")).to_be_visible(timeout=PATIENCE)
    said = tablet.now().matters
    assert said
    assert (said.hope, said.worry) == ("To sleep through.", "A scar")


TAPS_AT_ONCE = """(main) => {
  const root = document.documentElement;
  const tap = () => root.dataset.cut === undefined && document.querySelector(main)?.click();
  new MutationObserver(tap).observe(root, { attributeFilter: ["data-cut"] });
}"""
"""A hand that waits above the button until the page no longer says that the line is cut."""


@pytest.mark.parametrize(("served", "dies"), [("remembered", True), ("forgotten", False)], indirect=["served"])
def test_the_first_tap_counts_as_soon_as_the_page_no_longer_says_that_the_line_is_cut(
    page: Page, *, line: Line, served: Mortal, desk: Desk, base_url: str, dies: bool
) -> None:
    tablet = reading(page, desk=desk, base_url=base_url)
    tablet.settle()
    if dies:
        served.kill()
    else:
        line.cut()
    connected(page, is_so=False)
    expect(page.locator("html")).to_have_attribute("data-cut", "")
    page.evaluate(TAPS_AT_ONCE, ".st-key-main-matters button")
    page.wait_for_timeout(FIVE_SECONDS)  # that long it is cut: this is what is tried
    if dies:
        served.start()
    else:
        line.mend()
    expect(tablet.main("screening-1")).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("served", ["remembered"], indirect=True)
def test_a_press_lost_on_its_way_and_a_server_that_dies_stop_no_care_and_say_what_was_written_down(
    page: Page, *, line: Line, served: Mortal, desk: Desk, base_url: str
) -> None:
    tablet = Tablet(page, desk, complete(desk, "Eleanor Whitfield"))
    nurse = visit.sign_in(desk, login="okafor", secret=DEMO_PASSWORD, device="tablet")
    page.context.add_cookies([{"name": "consent_session", "value": nurse, "url": base_url}])
    page.goto(f"/timeout?episode={tablet.episode}")
    start = page.locator("button.main:not([aria-disabled])")
    expect(start).to_have_text("Start", timeout=PATIENCE)
    line.swallows = True
    page.keyboard.press("Space")
    expect(start).to_have_count(0)  # it rests
    expect(start).to_have_text("Start", timeout=PATIENCE)  # nothing came of it: it may be pressed again
    assert tablet.now().day.stage is Stage.TIME_OUT
    line.swallows = False
    served.kill()
    connected(page, is_so=False)
    page.keyboard.press("Space")
    note = page.locator(".room .note")
    expect(note).to_have_text(say("timeout.cut"))
    expect(page.get_by_role("alert").filter(has_text=say("door.cut"))).to_be_visible()
    look(page, "start-cut")
    assert tablet.now().day.stage is Stage.TIME_OUT
    served.start()
    connected(page)
    expect(note).to_have_text("", timeout=PATIENCE)
    expect(start).to_have_text("Start", timeout=PATIENCE)  # clearly not started, and the time-out is still good
    assert tablet.now().day.stage is Stage.TIME_OUT
    tablet.settle()
    start.click()
    expect(page.get_by_text("Started ")).to_be_visible(timeout=PATIENCE)
    assert tablet.now().day.stage is Stage.STARTED
