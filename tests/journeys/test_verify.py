"""Somebody with a document and no account, at the public page, in a browser."""

import pytest
from playwright.sync_api import Page, expect

from consent.model.document_code import letters
from consent.ports import EVERYTHING
from consent.words import say
from consent.workflow import day, rehearsal
from consent.workflow.desk import Desk, load
from tests.catalogue.open_clinic import furnish
from tests.journeys.conftest import UPRIGHT, aside
from tests.journeys.eyes import Eyes

DROP = """async (bytes) => {
    const given = new DataTransfer();
    given.items.add(new File([new Uint8Array(bytes)], "consent.pdf", { type: "application/pdf" }));
    for (const type of ["dragover", "drop"])
        document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: given }));
}"""


@pytest.fixture
def finished(desk: Desk) -> str:
    """The episode of a finished document."""
    return aside(furnish, desk)[1]


def drop(page: Page, pdf: bytes) -> None:
    page.goto("/verify")
    drop_here(page, pdf)


def drop_here(page: Page, pdf: bytes) -> None:
    page.evaluate(DROP, list(pdf))


def test_who_holds_a_document_sees_whether_it_is_unchanged_and_still_stands(
    page: Page, desk: Desk, finished: str
) -> None:
    page.set_viewport_size(UPRIGHT)
    sealed, eyes = load(desk, finished).sealed, Eyes(page)
    assert sealed
    pdf = desk.ledger.document(EVERYTHING, sealed.event.document).content

    page.goto("/verify")
    eyes.look("the forms")
    drop(page, pdf)
    expect(page.get_by_role("heading", name="This document is unchanged")).to_be_visible()
    expect(page.locator(".verdict")).to_be_focused()
    expect(page.get_by_text(say("verify.standing.stands"))).to_be_visible()
    eyes.look("unchanged", wide=False)

    at = len(pdf) // 2
    drop(page, pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :])
    expect(page.get_by_role("heading", name=say("verify.not_proved"))).to_be_visible()
    expect(page.get_by_role("heading", name="This document is unchanged")).to_have_count(0)
    eyes.look("not proved", wide=False)

    page.goto("/verify")
    page.get_by_label(say("verify.code")).fill(letters(finished).upper())
    page.get_by_role("button", name=say("verify.code.button")).click()
    expect(page.get_by_text("It was finished on")).to_be_visible()

    day.withdraw(desk, rehearsal.signed_in(desk, "okafor"), episode=finished)
    page.goto(f"/verify#{finished}")  # over the answer before
    expect(page.get_by_role("heading").nth(1)).to_have_text(say("verify.standing.withdrawn"))
    drop_here(page, pdf)
    expect(page.get_by_role("heading", name="This document is unchanged")).to_be_visible()
    page.goto("about:blank")
    page.goto(f"/verify#{finished}")  # as a phone opens the square
    expect(page.get_by_role("heading").nth(1)).to_have_text(say("verify.standing.withdrawn"))
    assert page.url.endswith("/verify")
    eyes.look("withdrawn", wide=False)
    page.go_back()
    assert page.url == "about:blank"  # the code is in no history, and going back asks nothing anew
    assert eyes.found == []


def test_a_file_that_is_too_large_is_told_before_it_is_sent(page: Page) -> None:
    page.goto("/verify")
    page.evaluate("() => { document.getElementById('drop').dataset.most = '3'; }")
    page.evaluate(DROP, [1, 2, 3, 4])
    expect(page.get_by_role("alert")).to_contain_text("too large")
    assert page.evaluate("document.getElementById('file').files.length") == 0
