"""A host that takes checkpoints as a cosigner does (C2SP tlog-witness), on loopback; it can be made to fail."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from consent.errors import BadInput
from consent.model import canon, checkpoint, log
from consent.model.log import Head
from consent.model.note import Key, KeyKind, decoded

MOMENT = 1_770_000_000
Reply = tuple[int, bytes, dict[str, str]]


class Cosigner:
    """Verifies what it gets, and cosigns it. ``fault`` is answered instead while it is set."""

    def __init__(self, log_key: Key, *, name: str = "cosigner.example", seed: int = 7) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(bytes([seed] * 32))
        public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key = Key(name=name, kind=KeyKind.COSIGNATURE, public=public)
        self.log_key, self.head = log_key, Head(0, canon.EMPTY_TREE)
        self.fault: Reply | None = None
        self.got: list[bytes] = []
        self.statuses: list[int] = []
        self.over = threading.Event()
        self.url = ""

    def cosigned(self, raw: bytes) -> bytes:
        note = checkpoint.read(raw, log_key=self.log_key).note
        return checkpoint.cosigned(
            note, log_key=self.log_key, cosigner=self.key, sign=self._private.sign, moment=MOMENT
        ).written

    def answered(self, path: str, body: bytes) -> Reply:
        self.got.append(body)
        if self.fault:
            return self.fault
        above, _, raw = body.partition(b"\n\n")
        old, *proof = above.decode().split("\n")
        asked = re.fullmatch(r"old (0|[1-9]\d*)", old)
        if asked is None or path != "/at/add-checkpoint":
            return 400, b"", {}
        try:
            head = checkpoint.read(raw, log_key=self.log_key).checkpoint.head
        except BadInput:
            return 403, b"", {}
        if int(asked[1]) != self.head.size or (head.size == self.head.size and head != self.head):
            return 409, b"%d\n" % self.head.size, {"Content-Type": "text/x.tlog.size"}
        if self.head.size and not log.is_consistent(self.head, head, [decoded(line) for line in proof]):
            return 422, b"", {}
        self.head = head
        return 200, self.cosigned(raw).removeprefix(raw), {}


@contextmanager
def receiving(cosigner: Cosigner, *, tls: SSLContext | None = None) -> Iterator[Cosigner]:
    """A cosigner behind a port that the system gives, by TLS where there is something to show."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer, headers = cosigner.answered(self.path, body)
            cosigner.statuses.append(status)
            if status == 0:
                cosigner.over.wait(30)
                return
            self.send_response(status)
            for name, value in {"Content-Length": str(len(answer)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    cosigner.url = f"http://127.0.0.1:{server.server_port}/at"
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        cosigner.url = f"https://localhost:{server.server_port}/at"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield cosigner
    finally:
        cosigner.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
