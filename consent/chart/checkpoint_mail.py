"""Checkpoints of the log by e-mail: once a day, to somebody whose mail nobody of the clinic can delete.

Decides what the mail says: whose log, how far, and the checkpoint as text and as a file.

Invariants:
- Nothing else leaves: no name of a patient, no entry. A checkpoint is a size, a hash and a signature.
- A password and a mail to another machine go by TLS alone, with a certificate that is checked.
- Nobody is waited for longer than some seconds all told.

Refuses an address with a password in it.
"""

import re
import smtplib
import ssl
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from socket import SHUT_RDWR, socket
from typing import Any
from urllib.parse import unquote, urlsplit

from consent.errors import Busy, SettingRefused
from consent.ports.log import KeptCheckpoint, ProofFrom

SECONDS = 20.0
_PORTS = {"smtp": 587, "smtps": 465}
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_ADDRESS = re.compile(r"[^\s@<>,;:]+@[^\s@<>,;:]+")


class CheckpointMail:
    """The target "checkpoint-mail", and to whom.

    Args:
        server: ``smtps://user@host``, or ``smtp://…`` for STARTTLS; a port may stand behind.
        sender: From which address.
        to: To which address.
        password_file: Holds the user's password; None: nobody signs in.
        seconds: How long the server is waited for.

    Raises:
        SettingRefused: One of the addresses may not be used, or a user has no password.
    """

    every = timedelta(days=1)

    def __init__(
        self, server: str, *, sender: str, to: str, password_file: Path | None = None, seconds: float = SECONDS
    ) -> None:
        try:
            at, port = urlsplit(server), urlsplit(server).port
        except ValueError:
            raise _unfit() from None
        more = at.password or at.path.strip("/") or at.query or at.fragment
        if at.scheme not in _PORTS or not at.hostname or more or not all(map(_ADDRESS.fullmatch, (sender, to))):
            raise _unfit()
        if bool(at.username) != (password_file is not None):
            raise SettingRefused(
                "A user of the mail server and a password go together.",
                "Name both, in CONSENT_MAIL_SERVER and CONSENT_MAIL_PASSWORD_FILE, or neither.",
            )
        self.name = f"checkpoint-mail {to}"
        self._host, self._port, self._sealed = at.hostname, port or _PORTS[at.scheme], at.scheme == "smtps"
        self._user, self._password_file = unquote(at.username or ""), password_file
        self._sender, self._to, self._seconds = sender, to, seconds

    def held(self) -> int:
        """A mail does not say."""
        return 0

    def send(self, checkpoint: KeptCheckpoint, *, before: int, proof: ProofFrom) -> bytes:  # noqa: ARG002 - a mail compares nothing
        """Send a checkpoint. Raises Busy."""
        try:
            with self._server() as server:
                if self._password_file is not None:
                    server.login(self._user, self._password_file.read_text(encoding="utf-8").strip())
                server.send_message(self._message(checkpoint))
        except (OSError, ValueError):  # smtplib's own are both
            raise Busy(
                "The mail server for checkpoints did not take one.",
                "Check CONSENT_MAIL_… and the server's certificate.",
            ) from None
        return b""

    def _server(self) -> "_Server":
        context, named = ssl.create_default_context(), self._sender.rpartition("@")[2]
        if self._sealed:
            return _SealedServer(self._host, self._port, named, timeout=self._seconds, context=context)
        server = _Server(self._host, self._port, named, timeout=self._seconds)
        if self._user or self._host not in _LOOPBACK:
            try:
                server.starttls(context=context)
            except BaseException:
                server.close()
                raise
        return server

    def _message(self, checkpoint: KeptCheckpoint) -> EmailMessage:
        text = checkpoint.note.decode()
        message = EmailMessage()
        message["From"], message["To"] = self._sender, self._to
        message["Date"] = format_datetime(datetime.fromisoformat(checkpoint.at))
        message["Subject"] = f"Checkpoint of {text.partition(chr(10))[0]}: {checkpoint.size} entries"
        message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        message.set_content(
            "Keep this. It shows whether the log of consents was rewritten since: ask the clinic for\n"
            f"`python -m consent verify --all --checkpoint FILE` with the file below.\n\n{text}",
            cte="quoted-printable",
        )
        message.add_attachment(
            checkpoint.note,
            maintype="application",
            subtype="octet-stream",
            filename=f"{checkpoint.size:010}.checkpoint",
        )
        return message


class _Server(smtplib.SMTP):
    """A connection that ends after its timeout, however slowly the server goes on."""

    def connect(self, *to: Any, **more: Any) -> tuple[int, bytes]:  # noqa: ANN401 - whatever smtplib gives itself
        """Connect, and begin to count."""
        self._late = threading.Timer(self.timeout, self._cut)
        self._late.daemon = True
        self._late.start()
        return super().connect(*to, **more)

    def close(self) -> None:
        """End it, and the counting."""
        self._late.cancel()
        super().close()

    def _cut(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                socket.shutdown(self.sock, SHUT_RDWR)  # TLS's own would let what is written meanwhile out unsealed


class _SealedServer(_Server, smtplib.SMTP_SSL):
    """The same, by TLS from its first byte."""


def _unfit() -> SettingRefused:
    return SettingRefused(
        "The setting CONSENT_MAIL_SERVER, CONSENT_MAIL_FROM or CONSENT_MAIL_TO cannot be used.",
        "A server is smtps://user@host or smtp://user@host; the other two hold addresses.",
    )
