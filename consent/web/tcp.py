"""What leaves the server leaves at once: small answers are not held back until the other side has confirmed the last.

Decides it for the listening socket, from which each accepted one inherits it (``tcp(7)``: ``TCP_NODELAY``, RFC 9293,
3.7.4). Streamlit binds its socket itself and names no protocol; asyncio then takes it for something else than TCP, and
leaves each page, tap and answer to wait for up to 40 ms.
"""

import gc
import socket

import structlog

_LOG = structlog.get_logger("consent")


def send_at_once() -> None:
    """Set it on each socket of this process that listens for TCP; a log line says when there is none."""
    listening = [one for one in gc.get_objects() if isinstance(one, socket.socket) and _listens(one)]
    for one in listening:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not listening:
        _LOG.warning("answers_wait")


def _listens(one: socket.socket) -> bool:
    of_tcp = one.family in {socket.AF_INET, socket.AF_INET6} and one.type == socket.SOCK_STREAM
    return of_tcp and one.fileno() >= 0 and bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
