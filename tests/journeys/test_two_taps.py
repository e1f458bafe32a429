"""Two taps on "Sign", in a real browser before the real server (catalogue D1)."""

from pathlib import Path

from playwright.sync_api import Page

from consent.model.status import Status
from consent.wiring import DEMO_PASSWORD
from consent.workflow import rehearsal, seal, sign
from consent.workflow.desk import Desk, load
from tests.catalogue.at_the_pad import AtThePad, at_the_pad
from tests.journeys.conftest import aside
from tests.journeys.tablet import PATIENCE, Tablet
from tests.running_app import RunningApp

GAPS = (0, 120, 400)  # ms


def _two_taps(page: Page, pad: AtThePad, *, gap: int) -> None:
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "consent_session", "value": pad.token, "url": page.url}])
    page.goto("/sign")
    page.get_by_role("button", name="Go to the signature").click(timeout=PATIENCE)
    tablet = Tablet(page=page, desk=pad.desk, episode=pad.episode)
    tablet.draw()
    box = tablet.button("Sign").bounding_box()
    assert box is not None
    at = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(*at)
    if gap:
        page.wait_for_timeout(gap)
    page.mouse.click(*at)
    tablet.heading("Thank you. You have signed.")


def _attested(pad: AtThePad) -> None:
    stone = rehearsal.signed_in(pad.desk, "stone")
    asked = sign.present_to_clinician(pad.desk, stone, episode=pad.episode).presented
    assert asked
    raw = pad.body(shift=900, secret=DEMO_PASSWORD)
    sign.attest(pad.desk, stone, presentation=asked.presentation, body=raw)


def test_d01_two_taps_make_one_signature_one_seal_and_one_document(
    page: Page, *, server: RunningApp, desk: Desk, records: Path
) -> None:
    page.goto("/sign-in")
    for number, gap in enumerate(GAPS):
        pad = at_the_pad(desk, number=number)
        _two_taps(page, pad, gap=gap)
        _attested(pad)
        while load(desk, pad.episode).status is not Status.FILED:
            aside(seal.work_once, desk)  # beside the server's own worker
        assert [pad.kinds().count(kind) for kind in ("Signed", "Attested", "Sealed", "Delivered")] == [1, 1, 1, 1], gap
    assert len(list((records / "chart").glob("*.pdf"))) == len(GAPS)
    assert "mishap" not in server.log.read_text()
