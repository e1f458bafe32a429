"""Catalogue H29-H31: floods, sockets and lines that are kept open, and bodies that never end; staff go on working."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus

from consent.web.sockets import MOST_OF_ONE, MOST_SOCKETS
from consent.words import say
from consent.workflow import visit
from tests.catalogue.open_clinic import OpenClinic
from tests.headless import Tab
from tests.load.flood import can_be_alone, inside, p99

MIB = 1024 * 1024
SLACK = 0.25
"""Seconds by which one slow moment of a shared machine may lengthen a look."""


def test_h29_a_flood_of_foreign_origins_with_vanishing_egress_stops_nobody(records: Path) -> None:
    if not can_be_alone():
        pytest.skip("no network namespaces here: unshare -n, or ip, is missing or not allowed")
    found = inside(records, looks=300)
    assert found.vanished
    assert len(found.flooded) == len(found.quiet) == 300
    assert found.refused > 300
    assert found.others == []
    assert p99(found.flooded) < 20 * p99(found.quiet) + SLACK


@contextmanager
def staff_at_work(clinic: OpenClinic) -> Iterator[None]:
    """A member of staff whose tab works before, and still works after what happens in between."""
    with Tab.open(clinic.server.base_url, cookie=clinic.session("stone"), path="today") as tab:
        assert tab.run().says("Eleanor Whitfield")
        yield
        assert tab.run().tick().says("Eleanor Whitfield")
        assert clinic.ask("GET", "/healthz").status_code == 200


def refused(clinic: OpenClinic, cookie: str = "") -> int:
    """The status with which one more socket is refused."""
    with pytest.raises(InvalidStatus) as answer:
        Tab.open(clinic.server.base_url, cookie=cookie)
    return answer.value.response.status_code


def test_h30_three_hundred_strangers_get_no_socket(clinic: OpenClinic) -> None:
    with staff_at_work(clinic):
        assert {refused(clinic) for _ in range(300)} == {403}


def test_h30_lines_that_say_nothing_or_dribble_keep_nobody_out(clinic: OpenClinic) -> None:
    host = urlsplit(clinic.server.base_url)
    with staff_at_work(clinic), ExitStack() as held:
        lines = [held.enter_context(socket.create_connection(("127.0.0.1", host.port or 0), 10)) for _ in range(100)]
        for line in lines[50:]:
            line.sendall(b"GET /_stcore/stream HTTP/1.1\r\nHost: ")
        for letter in b"localhost\r\nX-A: b":
            for line in lines[50:]:
                line.sendall(bytes([letter]))
            assert clinic.ask("GET", "/today", cookie=clinic.cookies["nurse"]).status_code == 200
        with Tab.open(clinic.server.base_url, cookie=clinic.cookies["nurse"], path="today") as tab:
            assert tab.run().says("Eleanor Whitfield")


def test_h30_one_session_has_only_so_many_sockets(clinic: OpenClinic) -> None:
    cookie = clinic.session("okafor")
    with ExitStack() as held:
        for _ in range(MOST_OF_ONE):
            held.enter_context(Tab.open(clinic.server.base_url, cookie=cookie))
        assert refused(clinic, cookie) == 403
        assert clinic.ask("GET", "/today", cookie=cookie).status_code == 200
    with Tab.open(clinic.server.base_url, cookie=cookie, path="today") as tab:
        assert tab.run().says("Ngozi Okafor")


def test_h30_above_the_most_sockets_one_more_is_refused_and_the_others_go_on(clinic: OpenClinic) -> None:
    nurse = next(one for one in clinic.desk.people.all() if one.login == "okafor")
    with staff_at_work(clinic), ExitStack() as held:
        opened = 1
        while opened < MOST_SOCKETS:
            cookie = visit.begin(clinic.desk, nurse, device="browser")
            for _ in range(min(MOST_OF_ONE, MOST_SOCKETS - opened)):
                held.enter_context(Tab.open(clinic.server.base_url, cookie=cookie))
                opened += 1
        another = visit.begin(clinic.desk, nurse, device="browser")
        assert refused(clinic, another) == 403
        assert clinic.ask("GET", "/today", cookie=another).status_code == 200
        held.close()
        with Tab.open(clinic.server.base_url, cookie=another, path="today") as tab:
            assert tab.run().says("Ngozi Okafor")


def resident(clinic: OpenClinic) -> int:
    """Bytes of memory that the server holds."""
    lines = Path(f"/proc/{clinic.server.process.pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


def offer(clinic: OpenClinic, method: str, path: str, *, cookie: str = "", length: int = 0) -> str:
    """Declare a body, send none of it (or, without a length, as much as is taken); gives the answer's status line."""
    host = urlsplit(clinic.server.base_url).netloc
    kind = f"Content-Length: {length}" if length else "Transfer-Encoding: chunked"
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {clinic.server.base_url}\r\n{kind}\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nCookie: consent_session={cookie}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2])), 10) as line:
        line.sendall(head.encode())
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        with suppress(OSError):
            for _ in range(0 if length else 200 * MIB // 65536):
                line.sendall(chunk)
        with suppress(ConnectionError):
            return line.recv(200).split(b"\r\n")[0].decode()
    return "cut"


@pytest.mark.parametrize("who", ["anonymous", "clinician"])
def test_h31_two_hundred_megabytes_are_refused_before_they_are_read(clinic: OpenClinic, who: str) -> None:
    cookie, before = clinic.cookies[who], resident(clinic)
    wanted = {
        ("PUT", "/_stcore/upload_file/x/y"): "405",
        ("POST", "/_stcore/upload_file/x/y"): "405",
        ("POST", "/sign-in"): "413",
        ("POST", "/door"): "413",
        ("POST", "/api/sign/clinician"): "413",
        ("GET", "/today"): "413",
    }
    with staff_at_work(clinic):
        for (method, path), status in wanted.items():
            answers = {offer(clinic, method, path, cookie=cookie, length=200 * MIB).split(" ")[1] for _ in range(10)}
            assert answers == {status}, (method, path)
    assert resident(clinic) - before < 40 * MIB


def test_h31_a_body_without_a_length_is_cut_where_it_is_too_large(clinic: OpenClinic) -> None:
    before = resident(clinic)
    with staff_at_work(clinic):
        for _ in range(10):
            answer = offer(clinic, "POST", "/sign-in")
            assert answer == "cut" or answer.split(" ")[1] in {"413", "422"}, answer
    assert resident(clinic) - before < 40 * MIB


def test_h31_a_refusal_says_so_in_words(clinic: OpenClinic) -> None:
    answer = clinic.ask("POST", "/sign-in", content=b"x" * MIB)
    assert (answer.status_code, answer.text) == (413, say("door.too_large"))
