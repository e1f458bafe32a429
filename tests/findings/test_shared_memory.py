"""F14, F15, F16: what a stranger can empty, see or fill in the memory that all sessions share, and what of it here."""

import http.client
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string
from websockets.exceptions import InvalidStatus

from tests.findings.bare import Bare, bare, gone
from tests.headless import Tab
from tests.house.sources import ROOT, code, name_of
from tests.running_app import RunningApp

MIB = 1024 * 1024
SAMPLES = (
    "import streamlit as st\n\n\n@st.cache_data\ndef rows() -> list[str]:\n    return []\n",
    "import streamlit as st\n\n\n@st.cache_resource\ndef engine() -> object:\n    return object()\n",
    "from streamlit import cache_data\n\nprint(cache_data)\n",
)


@pytest.fixture(scope="module")
def habits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    with bare("habits.py", tmp_path_factory.mktemp("habits")) as here:
        yield here


def clear_cache(tab: Tab) -> None:
    """Ask for it, and wait until it has been dealt with: a socket's messages are taken in their order."""
    tab.send(BackMsg(clear_cache=True))
    tab.run()


def names_on(tab: Tab) -> set[str]:
    """Which of the two is named in the line above the page."""
    return {widget.label for widget in tab.run().widgets()} & {"Avery Stone", "Ngozi Okafor"}


def test_f14_a_stranger_empties_the_cache_of_everybody_on_bare_streamlit(habits: Bare) -> None:
    with Tab.open(habits.base_url, query="show=engine") as tab, Tab.open(habits.base_url, origin="") as stranger:
        tab.run()
        tab.run()
        assert habits.noted().count("engine made") == 1
        clear_cache(stranger)
        tab.run()
    assert habits.noted().count("engine made") == 2, gone("F14: clear_cache from an anonymous socket")


def test_f14_a_stranger_has_no_socket_and_a_colleagues_message_empties_nothing_here(server: RunningApp) -> None:
    with pytest.raises(InvalidStatus) as refused:
        Tab.open(server.base_url)
    assert refused.value.response.status_code == 403
    with (
        Tab.open(server.base_url, cookie=server.sign_in("stone"), path="today") as doctor,
        Tab.open(server.base_url, cookie=server.sign_in("okafor"), path="today") as nurse,
    ):
        before = doctor.run().texts()
        clear_cache(nurse)
        assert doctor.run().texts() == before
        assert doctor.says("Eleanor Whitfield")


def test_f15_one_persons_list_is_shown_to_another_on_bare_streamlit(habits: Bare) -> None:
    with (
        Tab.open(habits.base_url, query="show=list", headers={"X-Who": "alice"}) as alice,
        Tab.open(habits.base_url, query="show=list", headers={"X-Who": "bob"}) as bob,
    ):
        assert alice.run().says("Patients of alice")
        assert bob.run().says("Patients of alice"), gone("F15: cache_data across users")


@pytest.mark.parametrize("sample", SAMPLES)
def test_f15_a_cache_of_streamlit_is_refused_by_the_linter_here(sample: str) -> None:
    command = [sys.executable, "-m", "ruff", "check", "--select", "TID251", "--stdin-filename", "pages/sample.py", "-"]
    judged = subprocess.run(command, cwd=ROOT, input=sample, capture_output=True, text=True, check=False)
    assert judged.returncode == 1
    assert "TID251" in judged.stdout


def test_f15_no_file_caches_by_streamlit_and_each_sees_their_own_name_here(server: RunningApp) -> None:
    named = [name_of(path) for path in code() if "st.cache" in path.read_text() or "import cache_" in path.read_text()]
    assert named == []
    with (
        Tab.open(server.base_url, cookie=server.sign_in("stone"), path="today") as doctor,
        Tab.open(server.base_url, cookie=server.sign_in("okafor"), path="today") as nurse,
    ):
        assert (names_on(doctor), names_on(nurse)) == ({"Avery Stone"}, {"Ngozi Okafor"})


def test_f16_a_stranger_fills_the_memory_without_any_uploader_on_bare_streamlit(habits: Bare) -> None:
    own = generate_xsrf_token_string()
    with Tab.open(habits.base_url, origin="") as stranger:
        answer = httpx.put(
            f"{habits.base_url}/_stcore/upload_file/{stranger.run().session_id}/anything",
            files={"file": ("scan", b"x" * 20 * MIB)},
            headers={"X-Xsrftoken": own, "Cookie": f"_streamlit_xsrf={own}"},
        )
    assert answer.status_code == 204, gone("F16: uploads to a page without an uploader")


@pytest.mark.parametrize("login", ["", "stone"])
def test_f16_an_upload_is_refused_before_its_body_here(server: RunningApp, login: str) -> None:
    own, cookie = generate_xsrf_token_string(), server.sign_in("stone")
    with Tab.open(server.base_url, cookie=cookie) as tab:
        line = http.client.HTTPConnection(urlsplit(server.base_url).netloc, timeout=10)
        line.putrequest("PUT", f"/_stcore/upload_file/{tab.run().session_id}/anything")
        line.putheader("Content-Length", str(50 * MIB))
        line.putheader("Origin", server.base_url)
        line.putheader("X-Xsrftoken", own)
        known = f"; consent_session={cookie}" if login else ""
        line.putheader("Cookie", f"_streamlit_xsrf={own}{known}")
        line.endheaders()
        assert line.getresponse().status == 405
        line.close()
