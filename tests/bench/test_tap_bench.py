"""How long a tap takes until the screen has settled, beside bare Streamlit with the same widgets.

pytest tests/bench/test_tap_bench.py --benchmark-only -s

Two taps of a patient: an answer until its mark is there, and "Go on" until the next page of questions is. Ours is kept
in the record before it is shown. Both run in one browser by turns, so that what else the machine does meets both. The
goal is 1.5 times bare Streamlit.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from consent.model.presentation import reading
from consent.ports import EVERYTHING
from consent.settings import Settings
from consent.wiring import opened
from consent.workflow import rehearsal
from tests.findings.bare import bare
from tests.journeys.bedside import handed_over
from tests.journeys.conftest import CHROMIUM, QUIET, TABLET
from tests.journeys.tablet import Tablet
from tests.running_app import running

ROUNDS, WARM = 40, 4
BETWEEN = 750
"""Milliseconds: on a patient's page a second tap on one spot within 700 is none."""
SETTLED = """([tapped, wanted]) => new Promise(done => {
    const app = document.querySelector('[data-testid="stApp"]'), button = document.querySelector(tapped);
    const began = performance.now();
    const watch = () => {
        const is = app.dataset.testScriptState === "notRunning" && document.querySelector(wanted);
        is ? done(performance.now() - began) : requestAnimationFrame(watch);
    };
    button.click();
    requestAnimationFrame(() => requestAnimationFrame(watch));
})"""
"""Taps, and gives the milliseconds until what was wanted is there and nothing runs any more."""

Way = list[tuple[str, str]]
"""Taps by turns: what is tapped, and what there is when it has been done."""


def there_and_back(page: Page, way: Way) -> Iterator[float]:
    """One tap after the other, each in milliseconds."""
    for number in range(ROUNDS + WARM):
        page.locator(way[number % 2][0]).wait_for()
        page.wait_for_timeout(BETWEEN)
        yield float(page.evaluate(SETTLED, list(way[number % 2])))


def told(name: str, ours: tuple[Page, Way], theirs: tuple[Page, Way]) -> str:
    took = list(zip(there_and_back(*ours), there_and_back(*theirs), strict=True))[WARM:]
    mine, bares = ([pair[at] for pair in took] for at in (0, 1))
    slow = [quantiles(times, n=20)[18] for times in (mine, bares)]
    return (
        f"{name}: {median(mine):.0f} ms, bare {median(bares):.0f} ms, {median(mine) / median(bares):.2f} of it; "
        f"95 of 100 within {slow[0]:.0f} ms, bare {slow[1]:.0f} ms"
    )


def answers(key: str) -> Way:
    return [(one := f".st-key-{key}-{value} button", f"{one} strong") for value in ("yes", "not_sure")]


@contextmanager
def at_the_questions(browser: Browser, records: Path) -> Iterator[tuple[Page, Tablet]]:
    """A patient before the first page of questions, all of them answered."""
    desk, store = opened(Settings(mode="demo", records=records))
    episode = desk.ledger.worklist(EVERYTHING, since="0", until="9")[0].episode
    rehearsal.prepare_it(desk, rehearsal.signed_in(desk, "stone"), episode=episode)
    with running(records) as app:
        page = browser.new_page(base_url=app.base_url, viewport=TABLET)
        handed_over(desk, page, episode=episode, base_url=app.base_url)
        tablet = Tablet(page, desk, episode)
        patient = tablet.now().plan.patient
        year, month, day = patient.birth_date.split("-")
        page.goto("/read")
        tablet.identify(name=patient.name, month=month, day=day, year=year)
        tablet.hit(tablet.main("matters"))
        for leaf in reading(tablet.now().case)[1:3]:
            for part in leaf.parts:
                tablet.hit(page.locator(f".st-key-ask-{part}-no button"))
                page.locator(f".st-key-ask-{part}-no strong").wait_for()
            tablet.hit(tablet.main(leaf.key))
        page.goto("/read?step=screening-1")
        yield page, tablet
    store.close()


def measured(furnished: Path, folder: Path) -> list[str]:
    records = Path(shutil.copytree(furnished, folder / "records"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        with at_the_questions(browser, records) as (page, tablet), bare("reading.py", folder) as empty:
            first = next(leaf for leaf in reading(tablet.now().case) if leaf.key == "screening-1")
            beside = browser.new_page(base_url=empty.base_url, viewport=TABLET)
            beside.goto(f"/?asked={len(first.parts)}")
            answer = told("an answer", (page, answers(f"ask-{first.parts[0]}")), (beside, answers("ask-0-0")))
            page.goto("/read?step=screening-1")
            turns = [(".st-key-main-screening-1 button", ".st-key-main-screening-2 button:enabled")]
            turns.append((".st-key-back-screening-2 button", ".st-key-main-screening-1 button:enabled"))
            bares = [
                (".st-key-main-0 button", ".st-key-main-1 button"),
                (".st-key-back-1 button", ".st-key-main-0 button"),
            ]
            turned = told("a page turned", (page, turns), (beside, bares))
        browser.close()
    return [answer, turned]


def test_a_tap_of_a_patient(furnished: Path, tmp_path: Path, benchmark: Any) -> None:
    print("\n" + "\n".join(benchmark.pedantic(lambda: measured(furnished, tmp_path))))
