"""F22, F25: what one client may send, and how many sockets it may hold."""

import os
import resource
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus

from consent.web.sockets import MOST_OF_ONE, MOST_SOCKETS
from consent.workflow import rehearsal, visit
from consent.workflow.desk import Desk
from tests.findings.bare import Bare, bare, gone, until
from tests.headless import Tab
from tests.running_app import RunningApp

MIB = 1024 * 1024
GARBAGE, TEXT = b"\xff\xff garbage", "a frame of text"
PER_SESSION = 4
LITTLE_ROOM = 12
MOST_REMEMBERED = 128
"""Sessions without a socket that Streamlit keeps, each with its event loop."""


@pytest.fixture(scope="module")
def habits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    with bare("habits.py", tmp_path_factory.mktemp("habits")) as here:
        yield here


def large(mib: int) -> bytes:
    """A message that means nothing much, of that size."""
    message = BackMsg()
    message.rerun_script.query_string = "x" * (mib * MIB)
    return bytes(message.SerializeToString())


def end_of(tab: Tab, frame: bytes | str) -> int | None:
    """Send it, and read on until the socket ends: the code of its close frame, or None when there was none."""
    with pytest.raises(ConnectionClosed) as closed:  # noqa: PT012 - any of these lines may meet the end
        tab.line.send(frame)
        while True:
            tab.line.recv(timeout=10)
    return closed.value.rcvd.code if closed.value.rcvd else None


def test_f22_a_stranger_may_send_twenty_megabytes_at_once_on_bare_streamlit(habits: Bare) -> None:
    with Tab.open(habits.base_url, origin="") as stranger:
        stranger.run().send(large(20))
        stranger.wait_until(lambda tab: tab.messages.count("new_session") == 2)
        assert stranger.run().says("The page is whole."), gone("F22: frames of up to 25 MB")
        assert end_of(stranger, large(26)) == 1009


def test_f22_garbage_ends_a_socket_and_a_text_frame_fails_inside_on_bare_streamlit(habits: Bare) -> None:
    with Tab.open(habits.base_url) as tab:
        assert end_of(tab.run(), GARBAGE) == 1002
    with Tab.open(habits.base_url) as tab:
        end_of(tab.run(), TEXT)
    log = next(habits.folder.glob("*.log"))
    assert until(lambda: "DecodeError" in log.read_text() and "ASGI" in log.read_text(), within=5), gone(
        "F22: tracebacks in the log for garbage and text"
    )


@pytest.mark.parametrize(
    ("frame", "codes"),
    [(GARBAGE, {1002}), (TEXT, {1003, 1002, 1000, None}), (large(3), {1009}), (large(21), {1009, None})],
    ids=["garbage", "text", "3 MiB", "21 MiB"],
)
def test_f22_a_bad_frame_ends_its_own_socket_and_nobody_elses_here(
    server: RunningApp, frame: bytes | str, codes: set[int | None]
) -> None:
    cookie = server.sign_in("stone")
    with (
        Tab.open(server.base_url, cookie=cookie, path="today") as beside,
        Tab.open(server.base_url, cookie=cookie) as tab,
    ):
        beside.run()
        assert end_of(tab.run(), frame) in codes
        assert beside.run().says("Eleanor Whitfield")
    assert "garbage" not in server.log.read_text()


def files(pid: int) -> int:
    """How many file descriptors a process holds."""
    return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - names are enough


def test_f25_a_socket_costs_four_descriptors_and_the_last_ones_fail_without_a_word_on_bare_streamlit(
    habits: Bare,
) -> None:
    pid = habits.process.pid
    with ExitStack() as held:
        held.enter_context(Tab.open(habits.base_url)).run()
        before = files(pid)
        for _ in range(5):
            held.enter_context(Tab.open(habits.base_url)).run()
        assert files(pid) - before >= 5 * PER_SESSION, gone("F25: four descriptors a session")
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (files(pid) + LITTLE_ROOM, 4096))
        with pytest.raises((ConnectionClosed, TimeoutError, OSError)):  # noqa: PT012 - which one fails is the finding
            for _ in range(LITTLE_ROOM):
                held.enter_context(Tab.open(habits.base_url, timeout=3)).run(timeout=3)
            pytest.fail(gone("F25: no cap on sockets"))


def test_f25_one_session_holds_only_so_many_sockets_and_is_refused_politely_here(server: RunningApp) -> None:
    cookie = server.sign_in("lund")
    with ExitStack() as held:
        tabs = [held.enter_context(Tab.open(server.base_url, cookie=cookie)).run() for _ in range(MOST_OF_ONE)]
        with pytest.raises(InvalidStatus) as refused:
            Tab.open(server.base_url, cookie=cookie)
        assert refused.value.response.status_code == 403
        with Tab.open(server.base_url, cookie=server.sign_in("lund")) as other:
            assert other.run().texts()
        tabs[0].close()
        assert until(lambda: opens(server, cookie), within=5)


def opens(server: RunningApp, cookie: str) -> bool:
    try:
        Tab.open(server.base_url, cookie=cookie).close()
    except InvalidStatus:
        return False
    return True


def many_sessions(desk: Desk, count: int) -> list[str]:
    """The cookies of so many sessions of one person, kept as a sign-in keeps them."""
    person = rehearsal.signed_in(desk, "lund").staff.id
    tokens = [desk.entropy.token() for _ in range(count)]
    for token in tokens:
        desk.sessions.add(visit.new_session(desk, person=person, device="browser", token=token))
    return tokens


def test_f25_all_sockets_together_stay_below_the_limit_of_descriptors_here(server: RunningApp, desk: Desk) -> None:
    pid = server.process.pid
    with ExitStack() as held:
        opened = 0
        with pytest.raises(InvalidStatus) as refused:  # noqa: PT012 - one of them is the first too many
            for cookie in many_sessions(desk, MOST_SOCKETS // MOST_OF_ONE + 2):
                for _ in range(MOST_OF_ONE):
                    held.enter_context(Tab.open(server.base_url, cookie=cookie))
                    opened += 1
        assert (refused.value.response.status_code, opened) == (403, MOST_SOCKETS)
        assert httpx.get(f"{server.base_url}/healthz").is_success
        limit, _ = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        assert files(pid) + MOST_SOCKETS * PER_SESSION + MOST_REMEMBERED * PER_SESSION < limit
