"""Checkpoints by e-mail, to a server of the tests: what a mail holds, and when none goes out."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from socket import create_server
from typing import Any

import pytest

from consent.chart.checkpoint_mail import CheckpointMail
from consent.errors import Busy, SettingRefused
from consent.ports.log import KeptCheckpoint
from tests.adapters.chart.conftest import context
from tests.adapters.chart.letterbox import Letterbox, listening

NOTE = "bedside-consent/log-1\n7\nAAAA\n\n\N{EM DASH} bedside-consent/log-1 AAAAAAAA\n".encode()
KEPT = KeptCheckpoint(size=7, at="2026-03-02T09:00:00.000000Z", note=NOTE)
TO = "keeper@university.example"


def sent(server: str, **more: Any) -> None:
    made: dict[str, Any] = {"sender": "log@clinic.example", "to": TO, "seconds": 5, **more}
    mail = CheckpointMail(server, **made)
    assert mail.send(KEPT, before=0, proof=lambda _: ()) == b""


def test_a_mail_holds_the_checkpoint_as_text_and_file_and_nothing_else() -> None:
    box = Letterbox()
    with listening(box) as port:
        sent(f"smtp://127.0.0.1:{port}")
    message = box.message()
    assert box.got[0].rcpt_tos == [TO]
    assert message["Subject"] == "Checkpoint of bedside-consent/log-1: 7 entries"
    body, (attached,) = message.get_body(), message.iter_attachments()
    assert body is not None
    assert NOTE.decode() in body.get_content().replace("\r\n", "\n")
    assert (attached.get_filename(), attached.get_content()) == ("0000000007.checkpoint", NOTE)
    assert (message["To"], message["Date"].datetime) == (TO, datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert sorted(message.keys()) == ["Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_user_signs_in_by_tls_alone(
    certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, scheme: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    (tmp_path / "secret").write_text("a secret of the mail server\n", encoding="utf-8")
    box, at = Letterbox(), context(certificate)
    tls = {"ssl_context": at} if scheme == "smtps" else {"tls_context": at, "require_starttls": True}
    with listening(box, authenticator=box.signed_in, auth_require_tls=scheme == "smtp", **tls) as port:
        sent(f"{scheme}://log@localhost:{port}", password_file=tmp_path / "secret")
    assert box.known == [(b"log", b"a secret of the mail server")]
    assert len(box.got) == 1


def test_g19_a_server_whose_certificate_leads_nowhere_gets_neither_password_nor_mail(
    certificate: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("a secret of the mail server", encoding="utf-8")
    box, at = Letterbox(), context(certificate)
    with listening(box, authenticator=box.signed_in, tls_context=at) as port, pytest.raises(Busy) as refused:
        sent(f"smtp://log@localhost:{port}", password_file=tmp_path / "secret")
    assert (box.got, box.known, "secret" in str(refused.value)) == ([], [], False)


def test_g19_a_server_that_is_down_or_says_no_is_told(tmp_path: Path) -> None:
    with pytest.raises(Busy, match="did not take one"):
        sent("smtp://127.0.0.1:1")
    box = Letterbox()
    box.fault = "552 Too much mail"
    with listening(box) as port:
        with pytest.raises(Busy, match="did not take one"):
            sent(f"smtp://127.0.0.1:{port}")
        with pytest.raises(Busy, match="did not take one"):
            sent(f"smtp://me@127.0.0.1:{port}", password_file=tmp_path / "none")


def test_another_machine_gets_nothing_without_tls() -> None:
    box = Letterbox()
    with listening(box, hostname="127.0.0.2") as port, pytest.raises(Busy, match="did not take one"):
        sent(f"smtp://127.0.0.2:{port}")
    assert box.got == []


def test_this_machine_gets_no_password_without_tls(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a secret of the mail server", encoding="utf-8")
    box = Letterbox()
    options: dict[str, Any] = {"authenticator": box.signed_in, "auth_require_tls": False}
    with listening(box, **options) as port, pytest.raises(Busy, match="did not take one"):
        sent(f"smtp://log@localhost:{port}", password_file=tmp_path / "secret")
    assert (box.got, box.known) == ([], [])


def test_g19_a_server_that_never_comes_to_its_end_is_left() -> None:
    over, listener = threading.Event(), create_server(("127.0.0.1", 0))

    def greet() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            while not over.wait(0.01):
                connection.sendall(b"220-wait\r\n")

    greeting = threading.Thread(target=greet)
    greeting.start()
    try:
        with pytest.raises(Busy, match="did not take one"):
            sent(f"smtp://127.0.0.1:{listener.getsockname()[1]}", seconds=0.5)
    finally:
        over.set()
        greeting.join()
        listener.close()


@pytest.mark.parametrize(
    "server",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://me:secret@mail.example",
        "smtp://x:y",
        "smtp://x/?y",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_being_told(server: str) -> None:
    with pytest.raises(SettingRefused, match="CONSENT_MAIL_SERVER") as refused:
        sent(server)
    assert "secret" not in str(refused.value)


def test_a_user_and_a_password_go_together_and_a_mail_has_two_ends(tmp_path: Path) -> None:
    made: Callable[..., CheckpointMail] = CheckpointMail
    with pytest.raises(SettingRefused, match="go together"):
        made("smtp://me@mail.example", sender="a@b.example", to=TO)
    with pytest.raises(SettingRefused, match="go together"):
        made("smtp://mail.example", sender="a@b.example", to=TO, password_file=tmp_path)
    for ends in (
        {"to": ""},
        {"to": "a@b.example,c@d.example"},
        {"sender": "nobody"},
        {"sender": "a@b.example\nBcc: x"},
    ):
        with pytest.raises(SettingRefused, match="CONSENT_MAIL_TO"):
            made("smtp://mail.example", **{"sender": "a@b.example", "to": TO} | ends)
