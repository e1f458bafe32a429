"""The whole story in a real browser: from today's list to the filed document."""

import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, ViewportSize, expect

from consent.model import canon
from consent.model.signature import Drawn
from consent.model.status import Status
from consent.model.template import Fact
from consent.ports import EVERYTHING
from consent.wiring import DEMO_PASSWORD
from consent.words import say
from consent.workflow import rehearsal
from consent.workflow.desk import Desk
from tests.findings.bare import until
from tests.journeys.conftest import TABLET, UPRIGHT
from tests.journeys.tablet import PATIENCE, Tablet

WHY = "Your knee has hurt for two years. The test shot took the pain away."


ABOVE_THE_BAR = """() => {
  const rare = [...document.querySelectorAll("summary")].find((one) => one.innerText.includes("Anything special?"));
  const bar = document.querySelector('[data-testid="stBottom"]');
  return rare.getBoundingClientRect().bottom <= bar.getBoundingClientRect().top;
}"""
WANTED = {"ultrasound", "elsewhere", "leg_or_foot"}


def _episode_of(desk: Desk, name: str) -> str:
    rows = desk.ledger.worklist(EVERYTHING, since="0", until="9")
    return next(row.episode for row in rows if row.patient_name == name)


def _next(tablet: Tablet, button: str) -> None:
    """The next step of this patient's row on today's list."""
    step = tablet.page.locator(f".st-key-next-{tablet.episode}").get_by_role("button", name=button, exact=True)
    step.click(timeout=PATIENCE)


def _prepare(tablet: Tablet) -> None:
    _tailor(tablet)
    tablet.page.get_by_role("heading").first.click()  # out of the last field
    assert until(lambda: any("2026-12-08" in one.fields for one in tablet.desk.unsaved.of(tablet.episode)))
    tablet.page.reload()  # nothing was saved yet, and nothing is lost
    expect(tablet.page.get_by_text("not saved yet")).to_be_visible(timeout=PATIENCE)
    tablet.button("Save").click(timeout=PATIENCE)
    expect(tablet.page.get_by_text("Then hand the tablet over.")).to_be_visible(timeout=PATIENCE)


def _tailor(tablet: Tablet, *, as_usual: bool = False) -> None:
    """What is particular to this patient; what the clinic does alike for all only when nothing is known of it."""
    page = tablet.page
    tablet.heading(tablet.now().plan.patient.name)
    tablet.fill("Where: nerve or place", "inner side of the knee")
    page.get_by_test_id("stButtonGroup").first.get_by_text("Left", exact=True).click()
    tablet.fill(say("prepare.why_label"), WHY)
    for fact in tablet.desk.templates.latest("cryoablation-peripheral-nerve").facts:
        if len(fact.options) != 1 and not (as_usual and fact.about == "clinic"):
            _set(tablet, fact)


def _on_one_screen(tablet: Tablet) -> None:
    """The common case needs no scrolling: from the top of the page what is rare stands above the bottom bar."""
    tablet.page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    for seen in (tablet.page.get_by_role("heading").first, tablet.button("Save and hand over")):
        expect(seen).to_be_in_viewport(ratio=1)
    tablet.page.wait_for_function(ABOVE_THE_BAR, timeout=PATIENCE)


def _set(tablet: Tablet, fact: Fact) -> None:
    """Set one of the clinician's facts: choose, tap or type."""
    field = tablet.page.locator(f".st-key-fact_{fact.id}")
    expect(field.locator("input, button, [role=spinbutton]").first).to_be_visible(timeout=PATIENCE)
    wanted = next((one for one in fact.options if one.id in WANTED), fact.options[0] if fact.options else None)
    tablet.settle()
    if fact.typed == "date":
        field.get_by_role("spinbutton").first.press_sequentially("12082026")
        field.get_by_role("spinbutton").last.press("Tab")
    elif wanted is None:
        field.get_by_role("textbox").fill("12")
        field.get_by_role("textbox").blur()
    elif field.get_by_role("combobox").count():
        field.get_by_role("combobox").click()
        field.get_by_role("combobox").fill(wanted.label)
        tablet.page.get_by_role("option", name=wanted.label, exact=True).click()
        expect(field.get_by_role("combobox")).to_have_value(wanted.label)
    else:
        field.get_by_text(wanted.label, exact=True).click()
        expect(field.get_by_role("radio", name=wanted.label, exact=True)).to_be_checked()


def _wait_until_filed(tablet: Tablet) -> None:
    end = time.monotonic() + PATIENCE / 1000
    while tablet.now().status is not Status.FILED:
        assert time.monotonic() < end, tablet.now().status
        tablet.page.wait_for_timeout(200)


def _talk(tablet: Tablet, *, then: str = "We talked") -> None:
    page = tablet.page
    expect(tablet.button("We talked")).to_be_visible(timeout=PATIENCE)
    tablet.fill("What you decided, and why", "Low risk at this depth.")
    tablet.tap("Applies")
    expect(page.get_by_text("Low risk at this depth.")).to_be_visible(timeout=PATIENCE)
    tablet.tap("Nothing changes")
    expect(page.get_by_text("no change")).to_be_visible(timeout=PATIENCE)
    page.get_by_label("Minutes").fill("9")
    page.get_by_label("Minutes").press("Tab")
    tablet.settle()
    expect(tablet.button(then)).to_be_enabled(timeout=PATIENCE)
    tablet.tap(then)
    if then == "We talked":
        expect(page.get_by_text("The patient can sign now.").first).to_be_visible(timeout=PATIENCE)


def _patient_signs(tablet: Tablet) -> None:
    page = tablet.page
    expect(tablet.main("ready")).to_be_visible(timeout=PATIENCE)  # the plan changed this page: it is read again
    tablet.hit(tablet.main("ready"))
    tablet.tap("Check now")
    tablet.heading("Check")
    expect(page.get_by_text("You can say no, now or later, and still be cared for.")).to_be_visible(timeout=PATIENCE)
    tablet.draw()
    tablet.tap("Sign")
    tablet.heading("Thank you. You have signed.")


def _clinician_signs(tablet: Tablet) -> None:
    tablet.heading("You attest this")
    tablet.draw()
    tablet.page.get_by_label("Your PIN or password").fill(DEMO_PASSWORD)
    tablet.tap("Sign")
    done = tablet.page.get_by_text("Signed. The document is being made and filed.")
    expect(done).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("size", [TABLET, UPRIGHT], ids=["across", "upright"])
def test_from_the_days_list_to_a_signed_document_in_the_chart(
    page: Page, *, sign_in: Callable[[str], None], desk: Desk, records: Path, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    tablet = Tablet(page=page, desk=desk, episode=_episode_of(desk, "Eleanor Whitfield"))
    rehearsal.prepare_it(desk, rehearsal.signed_in(desk, "stone"), episode=_episode_of(desk, "Theo Nakamura"))
    sign_in("stone")
    _next(tablet, "Prepare")
    _tailor(tablet, as_usual=True)
    _on_one_screen(tablet)
    tablet.tap("Save and hand over")
    tablet.identify(name="eleanor whitfield", month="3", day="7", year="1948")
    tablet.read_all(yes_to=frozenset({"Q3"}), miss=frozenset({"C1"}))
    tablet.heading("How did you go through this?")
    tablet.tap("I read it by myself")
    tablet.heading("Thank you")
    assert tablet.now().status is Status.READ

    tablet.take_back()
    _talk(tablet, then="We talked: hand over to sign")
    tablet.identify(name="Eleanor Whitfield", month="03", day="07", year="1948")
    _patient_signs(tablet)
    tablet.take_back()
    _clinician_signs(tablet)
    _wait_until_filed(tablet)
    _check_filed(tablet, records)
    _check_effort(tablet)


def _check_effort(tablet: Tablet) -> None:
    """Prepare, the side, seven facts, save and hand over, sign: the same sum on the record."""
    kept = tablet.now().effort
    assert kept is not None
    assert (kept.taps, kept.talk_taps) == (11, 3)
    expect(tablet.page.get_by_text("Taps of the staff: 11, in")).to_be_visible(timeout=PATIENCE)


def _check_filed(tablet: Tablet, records: Path) -> None:
    page, now = tablet.page, tablet.now()
    assert now.sealed is not None
    assert now.signed is not None
    assert isinstance(now.signed.event.mark, Drawn)
    filed = list((records / "chart").glob("*.pdf"))
    assert [canon.sha256_hex(file.read_bytes()) for file in filed] == [now.sealed.event.document]
    with pikepdf.open(BytesIO(filed[0].read_bytes())) as pdf:
        assert len(pdf.pages) > 5
    tablet.tap("Open the record")
    expect(page.get_by_text("The document is filed to the chart")).to_be_visible(timeout=PATIENCE)
    answer = page.request.get(f"/documents/{now.sealed.event.document}.pdf")
    assert answer.status == 200
    assert canon.sha256_hex(answer.body()) == now.sealed.event.document


def test_a_patient_who_would_rather_not_is_heard(
    page: Page, *, sign_in: Callable[[str], None], desk: Desk, records: Path
) -> None:
    tablet = Tablet(page=page, desk=desk, episode=_episode_of(desk, "Eleanor Whitfield"))
    sign_in("stone")
    _next(tablet, "Prepare")
    _prepare(tablet)
    tablet.tap("Hand over to the patient")
    tablet.identify(name="Eleanor Whitfield", month="3", day="7", year="1948")
    tablet.tap("I'd rather not")
    tablet.heading(say("no.title"))
    tablet.tap(say("no.say"))
    tablet.heading("Thank you for telling us")
    _wait_until_filed(tablet)
    assert tablet.now().outcome == "refused"
    assert len(list((records / "chart").glob("*.pdf"))) == 1
    tablet.take_back()
    expect(page.get_by_text("The patient said no.").first).to_be_visible(timeout=PATIENCE)
