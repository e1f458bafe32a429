"""The proxy in front of several app servers: one address, and the test says where new connections lead.

Decides nothing. As nginx does with ``proxy_set_header``, it puts the server's own address in place of its own: all
ports have five digits, so that no length changes.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from socketserver import BaseRequestHandler, ThreadingTCPServer


@dataclass
class Proxy:
    """One such proxy."""

    port: int
    leads_to: int

    @property
    def base_url(self) -> str:
        """What a browser is told."""
        return f"http://localhost:{self.port}"


class _Listening(ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 100


@contextmanager
def proxy(leads_to: int) -> Iterator[Proxy]:
    """A proxy that leads to this port, until the end of the block."""

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", made.leads_to), 5) as server:
                server.settimeout(None)
                own, theirs = f"localhost:{made.port}".encode(), f"localhost:{server.getpeername()[1]}".encode()
                back = threading.Thread(target=_pump, args=(server, self.request), daemon=True)
                back.start()
                _pump(self.request, server, (own, theirs))
                back.join()

    with _Listening(("127.0.0.1", 0), Handler) as listening:
        made = Proxy(listening.server_address[1], leads_to)
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        try:
            yield made
        finally:
            listening.shutdown()


def _pump(source: socket.socket, to: socket.socket, instead: tuple[bytes, bytes] = (b"", b"")) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            to.sendall(data.replace(*instead) if instead[0] else data)
    for one in (source, to):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
