"""An auditor keeps the newest checkpoint, and has everything verified against it while others work."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from consent.workflow import log
from consent.workflow.desk import Desk
from tests.journeys.eyes import Eyes
from tests.journeys.tablet import PATIENCE


def test_an_auditor_proves_the_log_by_a_checkpoint_that_was_kept_elsewhere(
    page: Page, *, desk: Desk, sign_in: Callable[[str], None]
) -> None:
    eyes = Eyes(page, patient=False)
    log.covered(desk)
    sign_in("lund")

    def says(text: str) -> None:
        expect(page.get_by_text(text).first).to_be_visible(timeout=PATIENCE)

    def tap(name: str) -> None:
        page.get_by_role("button", name=name, exact=True).first.click(timeout=PATIENCE)

    tap("The log")
    says("NOT ANCHORED: no checkpoint leaves this system by itself.")
    with page.expect_download(timeout=PATIENCE) as leaving:
        tap("Take the newest checkpoint")
    kept = Path(leaving.value.path()).read_text(encoding="utf-8")
    tap("Verify everything")
    tap("Verify now")
    says("NOT ANCHORED: no checkpoint from outside covers any of it")
    field = page.get_by_label("A checkpoint that was kept elsewhere")
    field.fill("something else")
    tap("Verify now")
    says("This text is no checkpoint of this log.")
    field.fill(kept)
    tap("Verify now")
    says("checkpoints from outside: 1.")
    says("are what they were when a checkpoint from outside was signed")
    eyes.look("audit, verified")
    assert eyes.found == [], "\n".join(eyes.found)
