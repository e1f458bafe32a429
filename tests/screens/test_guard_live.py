"""The guard in the running program: what the first visitor gets, and what becomes of open sockets."""

import shutil
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.headless import Tab
from tests.running_app import ROOT, RunningApp, running

PAGES = sorted(file.stem for file in (ROOT / "pages").glob("*.py"))
CORE = ("health", "host-config", "metrics", "stream", "script-health-check", "agent/openapi.json", "agent/mcp")
PATHS = [
    "/",
    *(f"/{page}" for page in PAGES),
    *(f"/_stcore/{path}" for path in CORE),
    "/_stcore/bidi-components/consent.pad/pad.js",
    "/_stcore/upload_file/a/b",
    "/media/abc.pdf",
    "/component/x/index.html",
    "/documents/abc.pdf",
    "/staff",
]


def socket(app: RunningApp, *, cookie: str = "", origin: str | None = None) -> ClientConnection:
    headers = {"Cookie": f"consent_session={cookie}"} if cookie else {}
    mine = app.base_url if origin is None else origin or None
    return connect(app.stream, origin=mine, additional_headers=headers, subprotocols=["streamlit"])  # type: ignore[arg-type,list-item]  # plain strings are what it sends


@pytest.fixture
def fresh(furnished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(furnished, tmp_path / "fresh"))


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_never_gets_content(server: RunningApp, path: str) -> None:
    answer = httpx.get(f"{server.base_url}{path}")
    assert answer.status_code in {303, 401, 404}
    assert "<script" not in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_the_first_visitor_after_a_restart_gets_no_page(fresh: Path, page: str) -> None:
    with running(fresh) as app:
        with pytest.raises(InvalidStatus):
            socket(app)
        assert httpx.get(f"{app.base_url}/{page}").headers["location"] == "/sign-in"


@pytest.mark.parametrize(("login", "page"), [("stone", "today"), ("lund", "register"), ("stone", "account")])
def test_how_wide_a_page_is_is_said_once_in_a_run(server: RunningApp, login: str, page: str) -> None:
    """A run that is cut off after the first of two would leave the page in that width."""
    with Tab.open(server.base_url, cookie=server.sign_in(login), path=page) as tab:
        tab.run(page).run(page)
        assert tab.page == page
        assert tab.messages.count("page_config_changed") == tab.messages.count("new_session")


def test_a_socket_opens_for_staff(server: RunningApp) -> None:
    with socket(server, cookie=server.sign_in("stone")) as open_one:
        assert open_one.subprotocol == "streamlit"


@pytest.mark.parametrize("origin", ["", "http://localhost:9999", "http://evil.example"])
def test_a_socket_from_another_origin_is_refused(server: RunningApp, origin: str) -> None:
    with pytest.raises(InvalidStatus):
        socket(server, cookie=server.sign_in("stone"), origin=origin)


def test_a_socket_with_a_made_up_cookie_is_refused(server: RunningApp) -> None:
    with pytest.raises(InvalidStatus):
        socket(server, cookie="made-up")


def test_signing_out_cuts_the_open_sockets_of_that_session_alone(server: RunningApp) -> None:
    leaving, staying = server.sign_in("stone"), server.sign_in("stone")
    with socket(server, cookie=leaving) as cut, socket(server, cookie=staying) as kept:
        answer = httpx.post(
            f"{server.base_url}/door",
            json={"purpose": "sign_out"},
            headers={"Origin": server.base_url, "X-Consent-Door": "1", "Cookie": f"consent_session={leaving}"},
        )
        assert answer.status_code == 200
        with pytest.raises(ConnectionClosed) as closed:
            cut.recv(timeout=10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008
        kept.ping().wait(10)
    with pytest.raises(InvalidStatus):
        socket(server, cookie=leaving)


def test_streamlits_own_files_may_be_kept(server: RunningApp) -> None:
    page = httpx.get(f"{server.base_url}/today", headers={"Cookie": f"consent_session={server.sign_in('stone')}"})
    script = page.text.split('crossorigin src=".')[1].split('"')[0]
    answer = httpx.get(f"{server.base_url}{script}")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert page.headers["cache-control"] == "no-store"
