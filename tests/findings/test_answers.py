"""F17, F18, F20, F21: what answers give away or believe, and what they say and believe here."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.findings.bare import Bare, bare, gone
from tests.headless import Tab
from tests.running_app import RunningApp, running

PATIENT = "JANE DOE MRN 12345"
CLAIMED = "6.6.6.6"
AGENT = ("/_stcore/agent/openapi.json", "/_stcore/agent/interact", "/_stcore/agent/mcp")
PROTECTING = (
    "content-security-policy",
    "x-frame-options",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
)


@pytest.fixture(scope="module")
def habits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    with bare("habits.py", tmp_path_factory.mktemp("habits")) as here:
        yield here


def break_a_row(records: Path) -> None:
    """Somebody writes into the list by hand, past the program: a time that is none, with a patient's data in it."""
    with sqlite3.connect(records / "consent.sqlite") as store:
        store.execute("UPDATE worklist SET appointment = substr(appointment, 1, 16) || ?", (PATIENT,))
    store.close()


def test_f17_an_exceptions_words_reach_the_screen_on_bare_streamlit(habits: Bare) -> None:
    with Tab.open(habits.base_url, query="show=error") as tab:
        tab.run()
        assert tab.says(PATIENT), gone("F17: messages of exceptions on the screen")
        assert tab.says("bare_apps/habits.py"), gone("F17: paths on the screen")


def test_f17_a_broken_record_is_told_by_a_reference_number_here(records: Path) -> None:
    with running(records) as app, Tab.open(app.base_url, cookie=app.sign_in("stone"), path="today") as tab:
        assert tab.run().says("Eleanor Whitfield")
        break_a_row(records)
        said = " ".join(tab.run().texts())
        number = said.split("reference ")[1][:4]
        log = app.log.read_text()
    assert PATIENT not in said
    assert "JANE" not in log
    assert f'"{number}"' in log
    assert "site-packages" not in said


def test_f18_no_answer_carries_a_protecting_header_on_bare_streamlit(habits: Bare) -> None:
    headers = httpx.get(habits.base_url).headers
    assert [name for name in (*PROTECTING, "strict-transport-security") if name in headers] == [], gone("F18: headers")


def test_f18_a_path_that_is_not_there_and_health_are_answered_with_the_page_on_bare_streamlit(habits: Bare) -> None:
    for path in ("/healthz", "/nothing-here"):
        answer = httpx.get(f"{habits.base_url}{path}")
        assert answer.status_code == 200, gone(f"F18: 200 for {path}")
        assert answer.headers["content-type"].startswith("text/html"), gone(f"F18: a page for {path}")
    assert httpx.get(f"{habits.base_url}/_stcore/metrics").status_code == 200, gone("F18: open metrics")


@pytest.mark.parametrize("path", ["/", "/sign-in", "/healthz", "/nothing-here", "/_stcore/metrics", "/favicon.png"])
@pytest.mark.parametrize("login", ["", "stone"])
def test_f18_every_answer_carries_every_protecting_header_here(server: RunningApp, path: str, login: str) -> None:
    cookies = {"consent_session": server.sign_in(login)} if login else {}
    headers = httpx.get(f"{server.base_url}{path}", cookies=cookies).headers
    assert [name for name in PROTECTING if name not in headers] == []
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("login", ["", "stone"])
def test_f18_health_is_real_and_what_is_not_there_is_not_there_here(server: RunningApp, login: str) -> None:
    cookies = {"consent_session": server.sign_in(login)} if login else {}
    for path in ("/nothing-here", "/_stcore/metrics"):
        assert httpx.get(f"{server.base_url}{path}", cookies=cookies).status_code == 404
    assert httpx.get(f"{server.base_url}/healthz", cookies=cookies).json()["ok"] is True


def test_f20_an_address_that_a_client_claims_is_believed_on_bare_streamlit(habits: Bare) -> None:
    with Tab.open(habits.base_url, query="show=address", headers={"X-Forwarded-For": CLAIMED}) as tab:
        assert tab.run().says(f"from {CLAIMED}"), gone("F20: X-Forwarded-For believed")


def kept_rows(records: Path) -> str:
    """All that is in the store, but for the count of wrong secrets, where a claim is enough."""
    store = sqlite3.connect(records / "consent.sqlite")
    tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = [row for name in tables if name != "attempt" for row in store.execute(f"SELECT * FROM {name}")]  # noqa: S608 - the store's own names
    store.close()
    assert {"event", "event_payload", "session"} <= set(tables)
    return repr(rows)


def test_f20_no_address_enters_a_page_a_record_or_the_log_here(server: RunningApp, kept: Path) -> None:
    claim = {"X-Forwarded-For": CLAIMED, "Origin": server.base_url}
    for password in ("wrong", "bedside-demo"):
        form = {"login": "reyes", "password": password}
        answer = httpx.post(f"{server.base_url}/sign-in", data=form, headers=claim)
    cookie = answer.cookies["consent_session"]
    with Tab.open(server.base_url, cookie=cookie, path="today", headers={"X-Forwarded-For": CLAIMED}) as tab:
        assert tab.run().says("Marisol Reyes")
        assert not tab.says(CLAIMED)
        tab.click("Prepare")
        assert not tab.says(CLAIMED)
    assert "reyes" in kept_rows(kept)
    assert CLAIMED not in kept_rows(kept)
    assert CLAIMED not in server.log.read_text()


def test_f21_the_agents_way_in_is_described_to_everybody_on_bare_streamlit(habits: Bare) -> None:
    assert "agent/openapi.json" in httpx.get(habits.base_url).text, gone("F21: the link in the page")
    assert "/interact" in httpx.get(f"{habits.base_url}{AGENT[0]}").text, gone("F21: the public description")
    off = httpx.post(f"{habits.base_url}{AGENT[1]}", json={})
    assert (off.status_code, off.json()["error"]["code"]) == (403, "not_available"), "F21: it is on by default now"


@pytest.mark.parametrize("login", ["", "stone"])
@pytest.mark.parametrize("path", AGENT)
def test_f21_agents_have_no_way_in_here(server: RunningApp, path: str, login: str) -> None:
    cookies = {"consent_session": server.sign_in(login)} if login else {}
    asked = httpx.get(f"{server.base_url}{path}", cookies=cookies)
    posted = httpx.post(f"{server.base_url}{path}", json={}, cookies=cookies, headers={"Origin": server.base_url})
    assert (asked.status_code, posted.status_code) == (404, 405)
    assert "openapi" not in asked.text + posted.text


def test_f21_the_app_does_not_start_when_agents_may_drive_it_here(records: Path) -> None:
    with pytest.raises(AssertionError, match="enableAgentApi"), running(records, "--server.enableAgentApi=true"):
        pass
