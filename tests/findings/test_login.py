"""F19: Streamlit's own sign-in, and what there is in its place here.

There is no provider here: Authlib, which ``st.login`` needs for one, is not a dependency of ours. The cookie is made by
the function of Streamlit that its callback calls with what a provider said; all after that is the running server.
"""

import asyncio
import base64
import time
import zlib
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest
from starlette.responses import Response
from streamlit.web.server.starlette import starlette_auth_routes as theirs
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.findings.bare import Bare, bare, free_port, gone
from tests.headless import Tab
from tests.house.sources import calls, code, dotted
from tests.running_app import RunningApp

KEY = "a-key-of-the-bare-server"
MAIL = "jane.doe@clinic.example"
THIRTY_DAYS = 2592000


@pytest.fixture(scope="module")
def provided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """A bare server that is set up for a provider which is not there."""
    folder, port = tmp_path_factory.mktemp("login"), free_port()
    secrets = folder / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text(
        f'[auth]\nredirect_uri = "http://localhost:{port}/oauth2callback"\ncookie_secret = "{KEY}"\n'
        'client_id = "c"\nclient_secret = "s"\nserver_metadata_url = "http://localhost:9/nothing"\n'
    )
    with bare("habits.py", folder, port=port) as here:
        yield here


@pytest.fixture
def signed_in(provided: Bare, monkeypatch: pytest.MonkeyPatch) -> str:
    """The ``Set-Cookie`` after a sign-in whose id token ended a minute ago."""
    monkeypatch.setattr(theirs, "get_cookie_secret", lambda: KEY)
    answer, ended = Response(), int(time.time()) - 60
    user = {"email": MAIL, "exp": ended, "origin": provided.base_url, "is_logged_in": True, "provider": "default"}
    asyncio.run(theirs._set_auth_cookie(answer, user, {"id_token": "t"}))
    return next(one for one in answer.headers.getlist("set-cookie") if one.startswith("_streamlit_user="))


def value_of(cookie: str) -> str:
    return SimpleCookie(cookie)["_streamlit_user"].value


def opened(here: Bare, cookie: str) -> Tab:
    xsrf = generate_xsrf_token_string()
    sent = {"Cookie": f"_streamlit_user={value_of(cookie)}; _streamlit_xsrf={xsrf}"}
    return Tab.open(here.base_url, query="show=user", headers=sent, xsrf=xsrf)


def test_f19_the_cookie_lives_for_thirty_days_and_goes_without_tls_on_bare_streamlit(signed_in: str) -> None:
    assert f"Max-Age={THIRTY_DAYS}" in signed_in, gone("F19: 30 days")
    assert "secure" not in signed_in.lower(), gone("F19: no Secure")
    assert "HttpOnly" in signed_in


def test_f19_the_cookie_is_read_without_its_key_on_bare_streamlit(signed_in: str) -> None:
    packed = value_of(signed_in).strip(".").split(".")[0]
    plain = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    plain = zlib.decompress(plain) if value_of(signed_in).startswith(".") else plain
    assert MAIL.encode() in plain, gone("F19: a readable cookie")


def test_f19_a_logout_ends_nothing_and_an_ended_token_counts_on_bare_streamlit(provided: Bare, signed_in: str) -> None:
    with opened(provided, signed_in) as tab:
        assert tab.run().says(f"signed in: True, {MAIL}"), gone("F19: an id token that has ended counts")
        foreign = {"Cookie": f"_streamlit_user={value_of(signed_in)}", "Origin": "http://evil.example"}
        left = httpx.get(f"{provided.base_url}/auth/logout", headers=foreign)
        assert (left.status_code, "Max-Age=0" in left.headers["set-cookie"]) == (302, True), gone("F19: logout by GET")
        assert tab.run().says("signed in: True"), gone("F19: other tabs stay signed in")
    with opened(provided, signed_in) as again:
        assert again.run().says(f"signed in: True, {MAIL}"), gone("F19: the old cookie works after logout")


@pytest.mark.parametrize("path", ["/auth/login", "/auth/logout", "/oauth2callback"])
def test_f19_streamlits_sign_in_has_no_address_and_no_user_here(server: RunningApp, path: str) -> None:
    cookies = {"consent_session": server.sign_in("stone")}
    assert httpx.get(f"{server.base_url}{path}").status_code == 404
    assert httpx.get(f"{server.base_url}{path}", cookies=cookies).status_code == 404
    used = {dotted(call.func) for source in code() for call in calls(source)}
    assert not used & {"st.login", "st.logout", "streamlit.login", "streamlit.logout"}


def test_f19_a_sign_out_ends_the_cookie_and_every_open_tab_here(server: RunningApp) -> None:
    cookie = server.sign_in("stone")
    known = {"Cookie": f"consent_session={cookie}"}
    with Tab.open(server.base_url, cookie=cookie, path="today") as tab:
        assert tab.run().says("Avery Stone")
        door = known | {"Origin": server.base_url, "X-Consent-Door": "1"}
        assert httpx.post(f"{server.base_url}/door", json={"purpose": "sign_out"}, headers=door).is_success
        with pytest.raises(ConnectionClosed):
            tab.run()
    assert httpx.get(f"{server.base_url}/today", headers=known).headers["location"] == "/sign-in"
    with pytest.raises(InvalidStatus):
        Tab.open(server.base_url, cookie=cookie)


def test_f19_the_cookie_has_no_lifetime_and_says_nothing_here(server: RunningApp) -> None:
    form = {"login": "stone", "password": "bedside-demo"}
    answer = httpx.post(f"{server.base_url}/sign-in", data=form, headers={"Origin": server.base_url})
    kept = SimpleCookie(answer.headers["set-cookie"])["consent_session"]
    assert (kept["max-age"], kept["expires"], kept["samesite"], kept["httponly"]) == ("", "", "strict", True)
    assert b"stone" not in base64.urlsafe_b64decode(kept.value + "=" * (-len(kept.value) % 4))


def test_f19_no_secret_of_streamlits_sign_in_is_kept_here(kept: Path) -> None:
    assert not list(kept.rglob("secrets.toml"))
    assert not (Path(__file__).parents[2] / ".streamlit" / "secrets.toml").exists()
