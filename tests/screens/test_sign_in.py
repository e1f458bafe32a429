"""The door's own pages and addresses, in the running program."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from consent.errors import BadInput, Broken, Busy, NotAllowed, NotSignedIn, StaleEpisode, TooLarge
from consent.settings import Settings
from consent.web.answers import sorry
from consent.wiring import DEMO_PASSWORD, opened
from tests.running_app import RunningApp


@pytest.fixture
def browser(server: RunningApp) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.base_url, headers={"Origin": server.base_url}) as one:
        yield one


def signed_in(server: RunningApp, browser: httpx.Client, login: str = "stone") -> httpx.Client:
    browser.cookies.set("consent_session", server.sign_in(login))
    return browser


def test_the_page_names_the_demo_and_its_accounts(browser: httpx.Client) -> None:
    page = browser.get("/sign-in").text
    assert "Demo. Not for patients." in page
    assert DEMO_PASSWORD in page
    assert "Avery Stone" in page
    assert "<script" not in page


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(browser: httpx.Client) -> None:
    answer = browser.post("/sign-in", data={"login": "Stone", "password": DEMO_PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert answer.headers["location"] == "/"
    for part in ("httponly", "samesite=strict", "path=/"):
        assert part in cookie
    assert "max-age" not in cookie


def test_unknown_name_and_wrong_password_read_the_same(browser: httpx.Client) -> None:
    unknown = browser.post("/sign-in", data={"login": "okafor", "password": "x"})
    wrong = browser.post("/sign-in", data={"login": "nobody", "password": "x"})
    assert "set-cookie" not in unknown.headers
    assert unknown.text.replace("okafor", "") == wrong.text.replace("nobody", "").replace("okafor", "")


def test_a_hostile_name_is_shown_as_it_was_typed(browser: httpx.Client) -> None:
    page = browser.post("/sign-in", data={"login": '"><script>alert(1)</script>', "password": "x"}).text
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_too_much_and_another_type_are_refused(browser: httpx.Client) -> None:
    assert browser.post("/sign-in", data={"login": "a" * 9000, "password": "x"}).status_code == 413
    assert browser.post("/sign-in", json={"login": "stone"}).status_code == 422


def test_whoever_is_signed_in_goes_on(server: RunningApp, browser: httpx.Client) -> None:
    assert signed_in(server, browser).get("/sign-in").headers["location"] == "/"


def test_the_door_needs_its_header_and_a_known_purpose(server: RunningApp, browser: httpx.Client) -> None:
    one = signed_in(server, browser)
    assert one.post("/door", json={"purpose": "sign_out"}).status_code == 422
    assert one.post("/door", json={"purpose": "open"}, headers={"X-Consent-Door": "1"}).status_code == 422


@pytest.fixture
def episode(furnished: Path) -> str:
    """One of the patients that the server has too: both are copies of the same folder."""
    made, store = opened(Settings(mode="demo", records=furnished))
    with closing(store):
        return made.ledger.streams("episode:")[0].removeprefix("episode:")


def test_a_hand_over_needs_a_ticket(server: RunningApp, browser: httpx.Client, episode: str) -> None:
    one = signed_in(server, browser, "okafor")
    asked = {"purpose": f"hand_over:{episode}", "ticket": "made-up"}
    answer = one.post("/door", json=asked, headers={"X-Consent-Door": "1"})
    assert answer.status_code == 403
    assert answer.json()["next"] == "Open the page again."


def test_a_device_becomes_known_with_a_ticket_only(server: RunningApp, browser: httpx.Client) -> None:
    asked = {"purpose": "enrol:Tablet 3", "ticket": "made-up"}
    answer = signed_in(server, browser, "admin").post("/door", json=asked, headers={"X-Consent-Door": "1"})
    assert answer.status_code == 403
    assert "consent_device" not in answer.headers.get("set-cookie", "")


def test_a_signature_above_the_limit_is_refused_unread(server: RunningApp, browser: httpx.Client) -> None:
    answer = signed_in(server, browser).post(
        "/api/sign/clinician",
        content=b" " * (256 * 1024 + 1),
        headers={"Content-Type": "application/json", "Idempotency-Key": "p-1"},
    )
    assert answer.status_code == 413


def test_a_signature_needs_key_and_session(server: RunningApp, browser: httpx.Client) -> None:
    assert browser.post("/api/sign/patient", json={}).status_code == 401
    assert signed_in(server, browser).post("/api/sign/clinician", json={}).status_code == 422


def test_staff_cannot_sign_as_the_patient(server: RunningApp, browser: httpx.Client) -> None:
    answer = signed_in(server, browser).post("/api/sign/patient", json={}, headers={"Idempotency-Key": "p-1"})
    assert answer.status_code == 403
    assert answer.text == "This is not part of your work here."


def test_a_document_that_is_not_there_is_not_found(server: RunningApp, browser: httpx.Client) -> None:
    assert signed_in(server, browser).get(f"/documents/{'0' * 64}.pdf").status_code == 404


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (TooLarge("x"), 413),
        (BadInput("x"), 422),
        (NotSignedIn("x"), 401),
        (NotAllowed("x"), 403),
        (StaleEpisode("x"), 409),
        (Busy("x"), 503),
        (Broken("x"), 500),
        (ValueError("Jane Doe"), 500),
    ],
)
def test_each_refusal_has_its_status(error: Exception, status: int) -> None:
    assert sorry(error)[0] == status


def test_what_goes_wrong_inside_is_a_reference_and_never_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    _, what, next_step = sorry(ValueError("Jane Doe, born 1955"))
    logged = capsys.readouterr()
    number = next_step.rsplit(" ", 1)[-1].rstrip(".")
    assert "Jane" not in f"{what} {next_step} {logged.out} {logged.err}"
    assert number in logged.out + logged.err
