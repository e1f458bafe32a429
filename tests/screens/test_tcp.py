"""What leaves the server leaves at once."""

import socket

from consent.web import tcp
from tests.running_app import RunningApp


def test_what_a_listening_socket_accepts_sends_at_once() -> None:
    with socket.socket() as listening:  # as Streamlit makes its own
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        tcp.send_at_once()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_the_program_finds_the_socket_on_which_it_listens(server: RunningApp) -> None:
    assert "answers_wait" not in server.log.read_text()
