"""A host that takes the log's checkpoints over HTTP, and may answer with its cosignature (C2SP tlog-witness).

Decides what is sent there: the size that the host has seen, the proof that the log continues it, and the checkpoint.

Invariants:
- Nothing else leaves: no name of a patient, no entry. A checkpoint is a size, a hash and a signature.
- What the host has seen is asked of the host: it may have seen more, or less, than is written here.
- Nobody is waited for longer than some seconds all told, and no answer is read beyond its limit.

Refuses an address without TLS unless it is this machine's own, one with a password in it, and to be sent elsewhere.
"""

import re
import ssl
import threading
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_RDWR
from urllib.parse import urlsplit

from consent.errors import Broken, Busy, SettingRefused
from consent.model.note import encoded
from consent.ports.log import KeptCheckpoint, ProofFrom

SECONDS = 10.0
MOST = 65_536
"""Bytes of an answer: a hundred cosignatures have fewer."""
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n?")
_OK, _MOVED, _ERRORS, _CONFLICT = 200, 300, 400, 409
_BROKEN = {422: "does not find that the log continues what it saw before: the log was rewritten"}
_WHY = {
    400: "does not read what was sent",
    403: "does not know the key of this log: give it what `python -m consent log` shows",
    404: "does not know this log: give it what `python -m consent log` shows",
}


class CheckpointHost:
    """The target "checkpoint-host", and which.

    Args:
        url: Where it listens; ``/add-checkpoint`` is put behind.
        seconds: How long it is waited for.

    Raises:
        SettingRefused: The address may not be used.
    """

    every = timedelta()

    def __init__(self, url: str, *, seconds: float = SECONDS) -> None:
        try:
            to, port = urlsplit(url), urlsplit(url).port
        except ValueError:
            raise _unfit() from None
        is_plain = to.scheme == "http" and to.hostname in _LOOPBACK
        if not to.hostname or not (to.scheme == "https" or is_plain) or "@" in to.netloc or to.query or to.fragment:
            raise _unfit()
        self.name = f"checkpoint-host {to.netloc}{to.path.rstrip('/')}"
        self._host, self._port, self._path = to.hostname, port, f"{to.path.rstrip('/')}/add-checkpoint"
        self._plain, self._seconds, self._held = is_plain, seconds, 0

    def held(self) -> int:
        """What it said that it has seen."""
        return self._held

    def send(self, checkpoint: KeptCheckpoint, *, before: int, proof: ProofFrom) -> bytes:
        """Hand a checkpoint over; gives the lines of its cosignatures. Raises Broken, Busy."""
        status, answer = self._asked(checkpoint, before, proof)
        if status == _CONFLICT:
            before = self._seen(answer, asked=before, size=checkpoint.size)
            status, answer = self._asked(checkpoint, before, proof)
        if status == _CONFLICT:
            self._seen(answer, asked=before, size=checkpoint.size)
            raise Busy("The host for checkpoints saw another one meanwhile.", "It is tried again.")
        if status in _BROKEN:
            raise Broken(f"The host for checkpoints {_BROKEN[status]}.", "Run `python -m consent verify --all`.")
        if status != _OK:
            why = "sends elsewhere, which is not followed" if _MOVED <= status < _ERRORS else f"answers {status}"
            raise Busy(f"The host for checkpoints {_WHY.get(status, why)}.", "Check CONSENT_CHECKPOINT_HOSTS.")
        self._held = checkpoint.size
        return answer

    def _seen(self, answer: bytes, *, asked: int, size: int) -> int:
        """What the host has seen, as it answers when that is not what it was told."""
        told = _SIZE.fullmatch(answer)
        if told is None:
            raise Busy("The host for checkpoints gave an answer that cannot be used.")
        self._held = seen = int(told[1])
        if seen == asked:
            raise Broken(
                "The host for checkpoints has another one of the same size: the log was rewritten.",
                "Stop the app and keep both: that one, and the database as it is.",
            )
        if seen > size:
            raise Busy("The host for checkpoints has one that covers more.", "It is tried again with a newer one.")
        return seen

    def _asked(self, checkpoint: KeptCheckpoint, before: int, proof: ProofFrom) -> tuple[int, bytes]:
        lines = (f"old {before}", *(encoded(one) for one in (proof(before) if before else ())), "", "")
        body = "\n".join(lines).encode() + checkpoint.note
        connection = self._connection()
        try:
            connection.connect()
            late = threading.Timer(self._seconds, _cut, (connection,))
            late.start()
            try:
                connection.request("POST", self._path, body, {"Content-Type": "text/plain; charset=utf-8"})
                response = connection.getresponse()
                answer = response.read(MOST + 1)
            finally:
                late.cancel()
        except (OSError, HTTPException):
            raise Busy("The host for checkpoints could not be reached.", "Check it and its certificate.") from None
        finally:
            connection.close()
        if len(answer) > MOST:
            raise Busy("The host for checkpoints gave an answer that is too long.")
        return response.status, answer

    def _connection(self) -> HTTPConnection:
        if self._plain:
            return HTTPConnection(self._host, self._port, timeout=self._seconds)
        context = ssl.create_default_context()
        return HTTPSConnection(self._host, self._port, timeout=self._seconds, context=context)


def _cut(connection: HTTPConnection) -> None:
    """End a connection that another thread reads from."""
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(SHUT_RDWR)


def _unfit() -> SettingRefused:
    return SettingRefused(
        "The setting CONSENT_CHECKPOINT_HOSTS cannot be used.",
        "Give https addresses with blanks between them; http goes to this machine only.",
    )
