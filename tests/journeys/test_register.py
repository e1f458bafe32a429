"""An auditor finds a record among many, opens it and comes back; takes the list out, and stops taking it."""

import csv
from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import Page, expect

from consent.ports import EVERYTHING
from consent.workflow import register
from consent.workflow.desk import Desk
from tests.journeys.tablet import PATIENCE

MORE = 12_000
SLOW = {"offline": False, "latency": 0, "downloadThroughput": 150_000, "uploadThroughput": -1}
"""A line on which the list takes twenty seconds, so that it can be stopped on its way."""


def grown(desk: Desk) -> int:
    """Make the register a long one; gives how many records it has."""
    rows = desk.ledger.worklist(EVERYTHING, since="2000", until="2100")
    more = (
        replace(
            rows[0], episode=f"e-more{number:06}", patient_name=f"Copy, the {number}th", appointment="2020-01-01T09:00Z"
        )
        for number in range(MORE)
    )
    desk.ledger.replace_rows([*rows, *more])
    return len(rows) + MORE


def test_an_auditor_finds_a_record_and_takes_the_list_out(
    page: Page, *, desk: Desk, sign_in: Callable[[str], None]
) -> None:
    count = grown(desk)
    sign_in("lund")

    def says(text: str) -> None:
        expect(page.get_by_text(text)).to_be_visible(timeout=PATIENCE)

    def tap(name: str) -> None:
        page.get_by_role("button", name=name, exact=True).first.click(timeout=PATIENCE)

    says(f"{count:,} records found")
    search = page.get_by_label("Name or record number")
    search.fill("whitf")
    search.press("Enter")
    says("1 record found")
    tap("Open")
    expect(page.get_by_role("heading", name="Eleanor Whitfield")).to_be_visible(timeout=PATIENCE)
    says("What happened")
    tap("Back to the list")
    says("1 record found")
    assert "whitf" not in page.url.lower()
    search.fill("")
    search.press("Enter")
    says(f"{count:,} records found")

    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    tap("Export as CSV")
    says(f"of {count} records so far")
    tap("Cancel")
    says("Cancelled. Nothing was saved.")
    line.send("Network.emulateNetworkConditions", SLOW | {"downloadThroughput": -1})

    with page.expect_download(timeout=PATIENCE) as leaving:
        tap("Export as CSV")
    says(f"Done: {count} records.")
    with leaving.value.path().open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert leaving.value.suggested_filename == "register.csv"
    assert (len(lines), lines[-1][2]) == (1 + count, "Copy, the 0th")
    assert [getattr(one.event, "rows", 0) for one in desk.ledger.read(register.STREAM)] == [count, count]
