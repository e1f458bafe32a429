"""The start of the real server in production: what it refuses, and what it is like when it runs."""

import base64
import http.client
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from consent.machine import LEAST_DESCRIPTORS
from consent.wiring import DEMO_PASSWORD
from tests.running_app import ROOT, RunningApp
from tests.start.conftest import PUBLIC, THROUGH_TLS, clean, refused, served, token_in


def commanded(settings: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    whole = [sys.executable, "-m", "consent", *arguments]
    return subprocess.run(
        whole, cwd=ROOT, env=clean(settings), capture_output=True, text=True, timeout=120, check=False
    )


def signed_in(app: RunningApp, login: str, password: str) -> httpx.Response:
    data = {"login": login, "password": password}
    return httpx.post(f"{app.base_url}/sign-in", data=data, headers={**THROUGH_TLS, "Origin": PUBLIC})


@pytest.mark.parametrize("setting", ["CONSENT_PUBLIC_URL", "CONSENT_PEPPER_FILE", "CONSENT_FACILITY"])
def test_a_start_without_what_production_needs_ends_with_the_name_of_the_setting(
    production: dict[str, str], setting: str
) -> None:
    del production[setting]
    said = refused(production)
    assert said.startswith(f"The setting {setting} is missing")
    assert len(said.splitlines()) == 1
    assert not Path(production["CONSENT_RECORDS"]).exists()


def test_a_start_with_a_setting_out_of_range_ends_with_its_name(production: dict[str, str]) -> None:
    assert refused(production | {"CONSENT_ZONE": "Mars/Olympus"}).startswith("The setting CONSENT_ZONE")


def test_a_start_with_too_few_descriptors_ends_with_the_limit(production: dict[str, str]) -> None:
    said = refused(production, before=("sh", "-c", 'ulimit -n 512; exec "$@"', "sh"))
    assert said.startswith(f"This process may open 512 files and sockets; it needs {LEAST_DESCRIPTORS}.")


def test_a_start_on_a_demo_store_ends_with_the_mode(production: dict[str, str], records: Path) -> None:
    said = refused(production | {"CONSENT_RECORDS": str(records)})
    assert "This store is for demo" in said
    assert "CONSENT_MODE=demo" in said


def test_k07_the_first_start_has_no_account_and_prints_a_token_that_makes_one(
    production: dict[str, str], tmp_path: Path
) -> None:
    with served(production, tmp_path) as app:
        for login in ("admin", "stone", "root"):
            assert signed_in(app, login, DEMO_PASSWORD).status_code != 303
        first = ("first-admin", "--token", token_in(app.log), "--new-login", "root", "--name", "Jo Park")
        secret = {"CONSENT_NEW_PASSWORD": "a correct horse"}
        assert commanded(production | secret, *first).returncode == 0
        assert commanded(production | secret, *first).returncode == 1
        assert signed_in(app, "root", "a correct horse").status_code == 303
    with served(production, tmp_path) as again:
        assert "--token" not in again.log.read_text()


def test_h35_in_production_nothing_is_served_without_tls(production: dict[str, str], tmp_path: Path) -> None:
    with served(production, tmp_path) as app:
        plain = {"Host": "consent.example"}
        led = httpx.get(f"{app.base_url}/today", headers=plain)
        assert (led.status_code, led.headers["location"]) == (308, f"{PUBLIC}/today")
        posted = httpx.post(f"{app.base_url}/sign-in", headers={**plain, "Origin": PUBLIC})
        assert posted.status_code == 403
        through = httpx.get(f"{app.base_url}/sign-in", headers=THROUGH_TLS)
        assert through.status_code == 200
        assert through.headers["strict-transport-security"].startswith("max-age=")
        assert httpx.get(f"{app.base_url}/healthz", headers=plain).json() == {"ok": True}


def handshake(app: RunningApp, **headers: str) -> int:
    """The status of the answer to a request for a socket."""
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    key = {"Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(), "Sec-WebSocket-Protocol": "streamlit"}
    line = http.client.HTTPConnection(app.base_url.removeprefix("http://"), timeout=30)
    try:
        line.request("GET", "/_stcore/stream", headers={**upgrade, **key, "Origin": PUBLIC, **headers})
        return line.getresponse().status
    finally:
        line.close()


def test_h35_cookie_and_socket_are_for_tls_alone(production: dict[str, str], tmp_path: Path) -> None:
    secret = {"CONSENT_NEW_PASSWORD": "a correct horse"}
    token = commanded(production, "first-token").stdout.strip()
    first = ("first-admin", "--token", token, "--new-login", "root", "--name", "Jo Park")
    assert commanded(production | secret, *first).returncode == 0
    with served(production, tmp_path) as app:
        cookies = signed_in(app, "root", "a correct horse").headers.get_list("set-cookie")
        name, *parts = next(one for one in cookies if "consent_session" in one).split(";")
        assert name.startswith("__Host-consent_session=")
        assert {part.strip().lower() for part in parts} >= {"secure", "httponly", "path=/"}
        assert handshake(app, Cookie=name, **THROUGH_TLS) == 101
        assert handshake(app, Cookie=name, Host="consent.example") == 403


def test_k08_a_second_server_on_the_store_is_refused_and_commands_are_not(
    production: dict[str, str], tmp_path: Path
) -> None:
    with served(production, tmp_path) as app:
        said = refused(production)
        assert said.startswith(f"Another server, process {app.process.pid}, uses this data folder.")
        assert commanded(production, "template", "list").returncode == 0
        os.kill(app.process.pid, signal.SIGKILL)
        app.process.wait()
        with served(production, tmp_path) as next_one:
            assert next_one.process.pid != app.process.pid


def test_k11_whatever_a_running_server_made_is_for_its_user_alone(production: dict[str, str], tmp_path: Path) -> None:
    records = Path(production["CONSENT_RECORDS"])
    records.mkdir()
    records.chmod(0o777)
    with served(production, tmp_path) as app:
        status = Path(f"/proc/{app.process.pid}/status").read_text().splitlines()
        made = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (records, *records.rglob("*"))}
    assert {"consent.sqlite", "consent.sqlite-wal", "server.lock", "chart"} <= made.keys()
    assert {name for name, mode in made.items() if mode & 0o077} == set()
    assert "Umask:\t0077" in status


def test_a_server_takes_the_descriptors_that_it_may_have(production: dict[str, str], tmp_path: Path) -> None:
    with served(production, tmp_path) as app:
        limits = Path(f"/proc/{app.process.pid}/limits").read_text()
    soft, hard = next(line.split()[3:5] for line in limits.splitlines() if line.startswith("Max open files"))
    assert int(soft) == min(int(hard), 65536)
