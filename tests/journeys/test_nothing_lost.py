"""Nothing that anybody entered is lost: the page is reloaded, the server killed, the line cut, in the midst of it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from consent.model.status import Status
from consent.words import say
from consent.workflow import rehearsal
from consent.workflow.desk import Desk
from tests.findings.bare import until
from tests.journeys.bedside import Mortal, connected, handed_over, mortal, seen, shows_again
from tests.journeys.conftest import UPRIGHT
from tests.journeys.tablet import PATIENCE, Tablet

WHO = {"name": "Eleanor Whitfield", "month": "3", "day": "7", "year": "1948"}
OUT_OF_REACH = re.compile(
    r"ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_NETWORK|WebSocket|Failed to fetch|when disconnected from server"
)


@pytest.fixture(scope="module")
def served(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortal]:
    """One server for this file: each story has a patient of its own."""
    import shutil

    with mortal(Path(shutil.copytree(furnished, tmp_path_factory.mktemp("lost") / "records"))) as made:
        yield made


@pytest.fixture
def records(served: Mortal) -> Path:
    """Its data folder."""
    return served.records


@pytest.fixture
def base_url(served: Mortal) -> str:
    """Its address."""
    return served.app.base_url


DRESSED = """() => {
  const sheets = [];
  const look = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) look(one.shadowRoot);
      if (one.matches("link[rel=stylesheet]")) sheets.push(one);
    }
  };
  look(document);
  return sheets.every((one) => one.sheet);
}"""
"""Everything that the page shows has its styles: a server that dies before is another story."""


def prepared(desk: Desk, nth: int) -> str:
    """One of the day's patients, ready to be handed over."""
    from consent.ports import EVERYTHING

    row = desk.ledger.worklist(EVERYTHING, since="0", until="9")[nth]
    return rehearsal.prepare_it(desk, rehearsal.signed_in(desk, "stone"), episode=row.episode).id


def who(tablet: Tablet) -> dict[str, str]:
    """What this patient answers when asked who they are."""
    patient = tablet.now().plan.patient
    year, month, day = patient.birth_date.split("-")
    return {"name": patient.name, "month": month, "day": day, "year": year}


def written_down(tablet: Tablet) -> None:
    """Wait until the server has heard what was typed last: leaving the field sends it."""
    typed = tablet.page.get_by_label("Is there something you worry about?", exact=True)
    if typed.count():
        wanted = typed.input_value()
        assert until(lambda: (said := tablet.now().matters) is not None and said.worry == wanted)


def out_of_reach_is_no_complaint(complaints: list[str]) -> None:
    """A browser that cannot reach its server says so; anything else still counts."""
    complaints[:] = [one for one in complaints if not OUT_OF_REACH.search(one)]


def test_d06_reloaded_in_every_part_each_page_comes_back_as_it_was(page: Page, desk: Desk, base_url: str) -> None:
    page.set_viewport_size(UPRIGHT)
    tablet = Tablet(page=page, desk=desk, episode=prepared(desk, 0))
    handed_over(desk, page, episode=tablet.episode, base_url=base_url)

    def reload() -> None:
        written_down(tablet)
        tablet.settle()
        before, kept = seen(page), tablet.now()
        page.reload()
        shows_again(page, before)
        assert tablet.now() == kept

    tablet.between = reload
    page.goto("/read")
    tablet.identify(**who(tablet))
    tablet.read_all(miss=frozenset({"C1"}))
    tablet.heading("How did you go through this?")
    reload()
    tablet.tap("I read it by myself")
    tablet.heading("Thank you")
    reload()
    assert tablet.now().status is Status.READ


def test_d08_killed_in_every_part_the_story_goes_on_with_every_answer(
    page: Page, *, desk: Desk, served: Mortal, complaints: list[str]
) -> None:
    tablet = Tablet(page=page, desk=desk, episode=prepared(desk, 1))
    handed_over(desk, page, episode=tablet.episode, base_url=served.app.base_url)

    def kill() -> None:
        written_down(tablet)
        tablet.settle()
        before, kept, start = seen(page), tablet.now(), page.locator("html").get_attribute("data-start")
        page.wait_for_function(DRESSED, timeout=PATIENCE)
        served.kill()
        connected(page, is_so=False)
        served.start()
        expect(page.locator("html")).not_to_have_attribute("data-start", str(start), timeout=PATIENCE)
        connected(page)
        shows_again(page, before)
        assert tablet.now() == kept

    tablet.between = kill
    page.goto("/read")
    expect(tablet.button(say("hello.line.normal"))).to_be_visible(timeout=PATIENCE)
    kill()
    tablet.identify(**who(tablet))
    tablet.read_all(miss=frozenset({"C1"}))
    tablet.heading("How did you go through this?")
    expect(tablet.button("I'd rather not")).to_be_visible(timeout=PATIENCE)
    kill()
    tablet.tap("I read it by myself")
    tablet.heading("Thank you")
    assert tablet.now().status is Status.READ
    out_of_reach_is_no_complaint(complaints)


def test_d07_a_server_that_dies_before_the_tap_on_sign_loses_no_stroke(
    page: Page, *, desk: Desk, served: Mortal, complaints: list[str]
) -> None:
    tablet = Tablet(page=page, desk=desk, episode=prepared(desk, 2))
    staff = rehearsal.patient_reads(desk, rehearsal.signed_in(desk, "stone"), episode=tablet.episode)
    rehearsal.talk(desk, staff, episode=tablet.episode)
    handed_over(desk, page, episode=tablet.episode, base_url=served.app.base_url)
    page.goto("/read")
    tablet.identify(**who(tablet))
    expect(tablet.main("ready")).to_be_visible(timeout=PATIENCE)  # the plan changed this page: it is read again
    tablet.hit(tablet.main("ready"))
    tablet.tap("Check now")
    tablet.heading("Check")
    tablet.draw()
    served.kill()
    tablet.tap("Sign")
    expect(page.get_by_text(say("pad.offline"))).to_be_visible(timeout=PATIENCE)
    assert tablet.now().signed is None
    served.start()
    tablet.tap(say("pad.again"))
    tablet.heading("Thank you. You have signed.")
    out_of_reach_is_no_complaint(complaints)
