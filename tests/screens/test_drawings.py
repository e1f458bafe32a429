"""Drawings: the same for everybody, in words too, marked on the patient's own side, and kept for a while."""

import re
from pathlib import Path

import httpx
import pytest
import streamlit
from starlette.applications import Starlette

from consent.drawings import DRAWINGS
from consent.web.guard import Guard
from consent.web.routes import ROUTES
from consent.web.sockets import Sockets
from consent.words import say
from consent.workflow.desk import Desk

STATIC = Path(streamlit.__file__).parent / "static"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_a_drawing_needs_no_session_and_may_be_kept(desk: Desk) -> None:
    app = Starlette(routes=ROUTES)
    guard = Guard(app, desk=lambda: desk, sockets=Sockets(), static=STATIC, public_url="", demo=True)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=guard), base_url="http://localhost:8501") as one:
        answer, none = await one.get("/drawings/body-left.svg"), await one.get("/drawings/nobody.svg")
    assert (answer.status_code, answer.content) == (200, DRAWINGS["body-left"])
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert (none.status_code, none.headers["cache-control"]) == (404, "no-store")


@pytest.mark.parametrize("name", list(DRAWINGS))
def test_a_drawing_says_what_it_shows_and_refers_to_nothing_outside(name: str) -> None:
    text = DRAWINGS[name].decode()
    words = say(f"drawing.{name.partition('-')[0]}.words")
    assert f"<title>{words}</title>" in text
    assert 'role="img"' in text
    assert re.findall(r"<script|foreignObject|\son\w+=|url\(|@import", text) == []
    assert [to for to in re.findall(r'href="([^"]*)"', text) if not to.startswith("#")] == []


def test_the_patients_left_is_right_of_who_sees_the_front_and_left_of_who_sees_the_back() -> None:
    front, back = re.findall(
        r'<g transform="translate\((?:95|355) 34\)">(.*?)</g>', DRAWINGS["body"].decode(), re.DOTALL
    )
    assert 'class="half l"/>' in front
    assert 'class="half r" transform="scale(-1 1)"' in front
    assert 'class="half r"/>' in back
    assert 'class="half l" transform="scale(-1 1)"' in back


@pytest.mark.parametrize("mark", ["left", "right", "both", "midline"])
def test_a_mark_changes_what_is_filled_and_nothing_else(mark: str) -> None:
    plain, marked = DRAWINGS["body"].decode(), DRAWINGS[f"body-{mark}"].decode()
    assert marked == plain.replace('class="plain"', f'class="{mark}"')
    assert marked != plain
