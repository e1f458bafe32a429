"""F1, F2, F3: documents by Streamlit's media, and what our door makes of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidStatus

from tests.findings.bare import Bare, bare, gone, until
from tests.headless import Tab
from tests.running_app import ROOT, RunningApp, running

SHORT_MEMORY = "--server.disconnectedSessionTTL=1"


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """Bare Streamlit that forgets a closed tab after a second."""
    with bare("media.py", tmp_path_factory.mktemp("media"), SHORT_MEMORY) as here:
        yield here


@pytest.fixture(scope="module")
def careless(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The same page behind our door."""
    folder = shutil.copytree(furnished, tmp_path_factory.mktemp("careless") / "records")
    with running(folder, script="tests/findings/careless.py") as app:
        yield app


def offered(tab: Tab) -> str:
    """The address at which the page offers its document; for a deferred one, its id."""
    button = next(node.proto.download_button for node in tab.nodes() if node.kind == "download_button")
    return str(button.url or button.deferred_file_id)


def made_by(tab: Tab, file: str) -> str:
    """Have a deferred document made; its address, or empty when it was refused."""
    message = BackMsg()
    asked = message.backend_operation_request
    asked.request_id, asked.session_id, asked.deferred_file.file_id = "1", tab.session_id, file
    tab.send(message)
    tab.wait_until(lambda here: "backend_operation_response" in here.messages)
    return tab.answers[-1].deferred_file.url


def test_f01_a_document_is_open_to_everybody_and_outlives_its_tab_on_bare_streamlit(open_shop: Bare) -> None:
    with Tab.open(open_shop.base_url, query="who=alice") as tab:
        address = open_shop.base_url + offered(tab.run())
        answer = httpx.get(address)
        assert answer.content == b"consent of alice", gone("F1: media without a cookie")
        assert "cache-control" not in answer.headers, gone("F1: media without Cache-Control")
    forgotten = until(lambda: httpx.get(address).status_code != 200, within=3)
    assert not forgotten, gone("F1: media of a closed tab, after the session's lifetime")


def test_f01_a_document_of_a_living_tab_goes_when_the_page_drops_it_on_bare_streamlit(open_shop: Bare) -> None:
    with Tab.open(open_shop.base_url, query="who=ann") as tab:
        address = open_shop.base_url + offered(tab.run())
        reruns = [tab.run("", "show=none") for _ in range(3)]
        assert len(reruns) == 3
        assert until(lambda: httpx.get(address).status_code == 404, within=5)


def test_f01_media_has_no_address_for_anybody_here(careless: RunningApp) -> None:
    cookie = careless.sign_in("stone")
    with Tab.open(careless.base_url, cookie=cookie) as tab:
        address = careless.base_url + offered(tab.run())
        assert "/media/" in address
        assert httpx.get(address, headers={"Cookie": f"consent_session={cookie}"}).status_code == 404
        assert httpx.get(address).status_code in {401, 404}


@pytest.mark.parametrize("page", sorted(file.stem for file in (ROOT / "pages").glob("*.py")))
def test_f01_no_page_hands_anything_to_media_here(server: RunningApp, page: str) -> None:
    with Tab.open(server.base_url, cookie=server.sign_in("stone"), path=page) as tab:
        kinds = {node.kind for node in tab.run().nodes()}
        assert kinds
        assert not kinds & {"download_button", "imgs", "audio", "video", "file_uploader"}
        assert not tab.says("/media/")


def test_f02_one_patients_button_gives_anothers_file_on_bare_streamlit(open_shop: Bare) -> None:
    with (
        Tab.open(open_shop.base_url, query="show=big&who=alice") as alice,
        Tab.open(open_shop.base_url, query="show=big&who=bob") as bob,
    ):
        alice.run()
        received = httpx.get(open_shop.base_url + offered(bob.run())).content
        assert b"alice" in received, gone("F2: two files over 1 MiB with one address")
        assert b"bob" not in received


def test_f02_neither_file_is_given_here(careless: RunningApp) -> None:
    cookie = careless.sign_in("stone")
    for who in ("alice", "bob"):
        with Tab.open(careless.base_url, cookie=cookie, query=f"show=big&who={who}") as tab:
            address = careless.base_url + offered(tab.run())
            answer = httpx.get(address, headers={"Cookie": f"consent_session={cookie}"})
            assert answer.status_code == 404
            assert who.encode() not in answer.content


def test_f03_a_stranger_has_anothers_document_made_on_bare_streamlit(open_shop: Bare) -> None:
    with (
        Tab.open(open_shop.base_url, query="show=later&who=alice") as alice,
        Tab.open(open_shop.base_url) as stranger,
    ):
        address = made_by(stranger.run(), offered(alice.run()))
        assert "made for alice" in open_shop.noted(), gone("F3: another session runs a deferred download")
        assert httpx.get(open_shop.base_url + address).content == b"made later for alice", gone("F3")


def test_f03_what_was_made_cannot_be_fetched_and_strangers_ask_for_nothing_here(careless: RunningApp) -> None:
    cookie = careless.sign_in("lund")
    with Tab.open(careless.base_url, cookie=cookie, query="show=later&who=alice") as tab:
        made = made_by(tab.run(), offered(tab))
        assert made.startswith("/media/")
        answer = httpx.get(careless.base_url + made, headers={"Cookie": f"consent_session={cookie}"})
        assert answer.status_code == 404
    with pytest.raises(InvalidStatus):
        Tab.open(careless.base_url)
