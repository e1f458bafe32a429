"""A mail server on loopback that keeps what comes; it can be made to fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session

from tests.running_app import free_port


class Letterbox:
    """What came, and by whom. ``fault`` is answered instead while it is set."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.sealed: list[bool] = []
        self.known: list[tuple[bytes, bytes]] = []
        self.fault = ""

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, _server: Any, session: Session, envelope: Envelope
    ) -> str:
        if self.fault:
            return self.fault
        self.got.append(envelope)
        self.sealed.append(session.ssl is not None)
        return "250 OK"

    def signed_in(self, *given: Any) -> AuthResult:
        data = given[-1]
        self.known.append((data.login, data.password))
        return AuthResult(success=data.password == b"a secret of the mail server")

    def message(self) -> EmailMessage:
        """The first that came."""
        content = self.got[0].content
        assert isinstance(content, bytes)
        found = message_from_bytes(content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found


@contextmanager
def listening(box: Letterbox, *, hostname: str = "127.0.0.1", **options: Any) -> Iterator[int]:
    port = free_port()
    server = Controller(box, hostname=hostname, port=port, **options)
    server.start()
    try:
        yield port
    finally:
        server.stop()
