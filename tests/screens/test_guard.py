"""The guard alone, before an app that would give everything away."""

from collections.abc import Callable
from pathlib import Path

import anyio
import httpx
import pytest
import streamlit
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from consent.web.guard import MOST_OF_ONE, Guard
from consent.web.sockets import Sockets
from consent.wiring import DEMO_PASSWORD
from consent.workflow import visit
from consent.workflow.desk import Desk

pytestmark = pytest.mark.anyio
HOST = "http://localhost:8501"
CONTENT = "CONTENT"
STATIC = Path(streamlit.__file__).parent / "static"


async def giveaway(scope: Scope, receive: Receive, send: Send) -> None:
    who = Request(scope).headers.getlist("x-consent-session")
    await PlainTextResponse(f"{CONTENT} {who}")(scope, receive, send)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def browser(desk: Desk) -> Callable[..., httpx.AsyncClient]:
    def open_one(*, token: str = "", host: str = HOST, public_url: str = "", demo: bool = True) -> httpx.AsyncClient:
        guard = Guard(giveaway, desk=lambda: desk, sockets=Sockets(), static=STATIC, public_url=public_url, demo=demo)
        cookies = {"consent_session": token} if token else {}
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=guard), base_url=host, cookies=cookies)

    return open_one


@pytest.fixture
def token(desk: Desk) -> str:
    return visit.sign_in(desk, login="stone", secret=DEMO_PASSWORD, device="test")


CLOSED_TO_ALL = (
    "/media/abc.pdf",
    "/_stcore/metrics",
    "/_stcore/upload_file/a/b",
    "/_stcore/agent/openapi.json",
    "/_stcore/script-health-check",
    "/_stcore/bidi-components/other.part/x.js",
    "/_stcore/bidi-components/consent.pad/../../x",
    "/component/any/index.html",
    "/app/static/x",
    "/auth/logout",
    "/oauth2callback",
    "/static/js/not-there.js",
    "/index.html",
    "//localhost/x",
)
NEEDS_A_SESSION = ("/", "/today", "/read", "/_stcore/health", "/_stcore/host-config")


@pytest.mark.parametrize("path", CLOSED_TO_ALL)
async def test_what_nobody_needs_is_closed_even_to_staff(
    browser: Callable[..., httpx.AsyncClient], token: str, path: str
) -> None:
    async with browser(token=token) as one:
        answer = await one.get(httpx.URL(HOST).copy_with(raw_path=path.encode()))
    assert answer.status_code == 404
    assert CONTENT not in answer.text


@pytest.mark.parametrize("path", NEEDS_A_SESSION)
async def test_a_stranger_gets_the_sign_in_page_or_a_refusal(
    browser: Callable[..., httpx.AsyncClient], path: str
) -> None:
    async with browser() as one:
        answer = await one.get(path)
    assert answer.status_code in {303, 401}
    assert CONTENT not in answer.text


async def test_the_door_is_for_posts_alone(browser: Callable[..., httpx.AsyncClient], token: str) -> None:
    async with browser(token=token) as one:
        answer = await one.get("/door")
    assert answer.status_code == 405
    assert CONTENT not in answer.text


async def test_a_forged_identity_header_is_dropped(browser: Callable[..., httpx.AsyncClient]) -> None:
    async with browser() as one:
        answer = await one.get("/sign-in", headers={"X-Consent-Session": "s-stolen"})
    assert answer.text == f"{CONTENT} []"


async def test_staff_is_known_by_the_name_of_the_session_and_by_nothing_else(
    browser: Callable[..., httpx.AsyncClient], desk: Desk, token: str
) -> None:
    known = visit.look_up(desk, token)
    assert known is not None
    async with browser(token=token) as one:
        answer = await one.get("/today", headers={"x-consent-session": "s-stolen"})
    assert answer.text == f"{CONTENT} {[known.session.id]}"


async def test_the_cookie_of_an_ended_session_opens_nothing(
    browser: Callable[..., httpx.AsyncClient], desk: Desk, token: str
) -> None:
    known = visit.look_up(desk, token)
    assert known is not None
    visit.sign_out(desk, known)
    async with browser(token=token) as one:
        answer = await one.get("/today")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("host", ["http://evil.example", "http://localhost.evil.example", "http://10.0.0.1:8501"])
async def test_another_host_name_is_refused(browser: Callable[..., httpx.AsyncClient], token: str, host: str) -> None:
    async with browser(token=token, host=host) as one:
        answer = await one.get("/healthz")
    assert answer.status_code == 403


async def test_in_production_only_the_public_name_is_ours(browser: Callable[..., httpx.AsyncClient]) -> None:
    async with browser(public_url="https://consent.example", demo=False) as one:
        assert (await one.get("/sign-in")).status_code == 403
        assert (await one.get("/healthz")).status_code == 200
    async with browser(public_url="https://consent.example", demo=False, host="http://consent.example") as one:
        answer = await one.get("/healthz")
    assert answer.status_code == 200
    assert "max-age" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize("origin", [None, "null", "http://localhost:9999", "https://localhost:8501", "http://evil"])
async def test_a_post_from_another_origin_is_refused(
    browser: Callable[..., httpx.AsyncClient], token: str, origin: str | None
) -> None:
    async with browser(token=token) as one:
        answer = await one.post("/door", headers={"Origin": origin} if origin else {})
    assert answer.status_code == 403


async def test_methods_that_no_page_uses_are_refused(browser: Callable[..., httpx.AsyncClient], token: str) -> None:
    async with browser(token=token) as one:
        answers = [await one.request(method, "/today") for method in ("PUT", "DELETE", "OPTIONS", "PATCH", "POST")]
    assert {answer.status_code for answer in answers} == {405}


async def test_every_answer_forbids_frames_and_keeping(browser: Callable[..., httpx.AsyncClient], token: str) -> None:
    async with browser(token=token) as one:
        for path in ("/today", "/nothing-here", "/media/x"):
            headers = (await one.get(path)).headers
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["cache-control"] == "no-store"
            assert headers["x-content-type-options"] == "nosniff"


async def test_the_content_policy_names_streamlits_inline_script_and_allows_no_eval(
    browser: Callable[..., httpx.AsyncClient],
) -> None:
    async with browser() as one:
        policy = (await one.get("/healthz")).headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts.count("'sha256-") == (STATIC / "index.html").read_text().count("<script>") == 1
    assert "unsafe-eval" not in scripts.replace("wasm-unsafe-eval", "")
    assert "unsafe-inline" not in scripts


async def test_strangers_who_dribble_leave_room_for_the_people_at_work(desk: Desk, token: str) -> None:
    held = anyio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/sign-in":
            await held.wait()
        await PlainTextResponse(CONTENT)(scope, receive, send)

    guard = Guard(slow, desk=lambda: desk, sockets=Sockets(), static=STATIC, public_url="", demo=True)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=guard), base_url=HOST) as one:
        async with anyio.create_task_group() as many:
            for _ in range(MOST_OF_ONE["stranger"]):
                many.start_soon(one.get, "/sign-in")
            await anyio.wait_all_tasks_blocked()
            assert (await one.get("/sign-in")).status_code == 503
            known = await one.get("/today", headers={"Cookie": f"consent_session={token}"})
            assert known.text == CONTENT
            held.set()
        assert (await one.get("/sign-in")).status_code == 200
