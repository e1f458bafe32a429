"""``verify.py`` as a program of its own: what it tells beyond yes and no, in its report and at the console."""

from pathlib import Path

import pytest

import verify as by_itself
from consent.wiring import SystemClock
from tests.adapters.seal import changes, sealing
from tests.adapters.seal.conftest import Office
from tests.adapters.seal.test_later import behind

SEAL = ["size", "form", "coverage", "container"]
SEAL += ["cms", "algorithms", "certificates", "attributes", "digest", "signature"]
RECORD = ["attachments", "canonical", "entries", "episode"]
NO_PIN = "0" * 64


def _report(office: Office, pdf: bytes, *, pin: str = "", episode: str = "") -> by_itself.Report:
    return by_itself.judge(pdf, pins={pin or office.clinic.pin}, at=SystemClock().now(), episode=episode)


def test_what_held_is_told_in_its_order(office: Office) -> None:
    held = _report(office, office.sealed, episode=office.kept.episode).held
    assert held == [*SEAL, "pin", "structure", "update", "window", *RECORD, "covers", "expected"]
    held = _report(office, sealing.seal(sealing.notice_record().file(), office.clinic)).held
    assert held == [*SEAL, "pin", "structure", "update", "window", *RECORD, "belongs"]


def test_a_timestamp_is_told_where_it_is(office: Office) -> None:
    upon = sealing.seal(office.kept.file(), office.clinic, stamper=sealing.stamper())
    held = _report(office, upon).held
    assert held == [*SEAL, "timestamp", "pin", "structure", "update", "window", *RECORD, "covers"]
    held = _report(office, behind(office.sealed)).held
    assert held == [*SEAL, "pin", "timestamp", "structure", "update", "later", "window", *RECORD, "covers"]


def test_a_list_of_revoked_certificates_is_told_where_it_was_given(office: Office) -> None:
    above = sealing.sealer(name="Authority", authority=True)
    by = sealing.sealer(by=above)
    pdf = sealing.seal(office.kept.file(), by)
    told = by_itself.judge(pdf, pins={by.pin}, at=SystemClock().now(), crls=(sealing.revocations(above),)).held
    assert told == [*SEAL, "pin", "structure", "update", "window", "list", "revoked", *RECORD, "covers"]


def test_of_a_stage_that_fails_nothing_is_told(office: Office) -> None:
    assert _report(office, office.sealed[:-1] + b"x").held == []
    changed = _report(office, office.sealed.replace(b"/OneColumn", b"/TwoColumn"))
    assert (changed.held, changed.certificate) == (SEAL[:4], "")
    stranger = _report(office, office.sealed, pin=NO_PIN)
    assert (stranger.held, stranger.failed, stranger.certificate) == (SEAL, "pin", office.clinic.pin)


def test_a_file_may_be_as_large_as_what_is_judged(office: Office) -> None:
    start = office.sealed[:-8]
    assert _report(office, start.ljust(by_itself.LIMIT, b"x")).failed == "form"
    assert _report(office, start.ljust(by_itself.LIMIT + 1, b"x")).failed == "size"


@pytest.fixture
def sealed(office: Office, tmp_path: Path) -> Path:
    path = tmp_path / "consent.pdf"
    path.write_bytes(office.sealed)
    return path


def test_the_command_says_why_and_ends_with_a_status(
    office: Office, sealed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pin = office.clinic.pin
    assert by_itself.main([str(sealed), "--pin", pin]) == 0
    told = capsys.readouterr().out
    assert told.startswith("held    size: It is not larger than what is judged.\n")
    assert told.endswith(f"SHA-256 of the certificate: {pin}\nLevel of the seal (PAdES): B-B\nProved.\n")
    assert by_itself.main([str(sealed), "--pin", NO_PIN]) == 1
    told = capsys.readouterr().out
    assert f"FAILED  pin: {by_itself.CHECKS['pin'][1]}\nSHA-256 of the certificate: {pin}\nRefused.\n" in told
    assert "Level" not in told
    sealed.write_bytes(b"Not a PDF.")
    assert by_itself.main([str(sealed), "--pin", pin]) == 1
    assert "SHA-256" not in capsys.readouterr().out


def test_the_command_takes_pins_as_others_print_them_and_the_certificate_itself(
    office: Office, sealed: Path, tmp_path: Path
) -> None:
    pin = office.clinic.pin.upper()
    colons = ":".join(pin[at : at + 2] for at in range(0, 64, 2))
    assert by_itself.main([str(sealed), "--pin", NO_PIN, "--pin", colons]) == 0
    certificate = tmp_path / "certificate.pem"
    certificate.write_bytes(office.clinic.pem)
    assert by_itself.main([str(sealed), "--cert", str(certificate)]) == 0
    assert by_itself.main([str(sealed), "--cert", str(certificate), "--episode", office.kept.episode]) == 0
    assert by_itself.main([str(sealed), "--cert", str(certificate), "--episode", "e-another"]) == 1


def test_wrong_usage_has_a_status_of_its_own(sealed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert by_itself.main([str(tmp_path / "missing.pdf")]) == 2
    assert by_itself.main([str(sealed), "--cert", str(sealed)]) == 2
    assert capsys.readouterr().err == f"{by_itself.UNREAD}\n" * 2
    with pytest.raises(SystemExit) as ended:
        by_itself.main([str(sealed), "--pin", "12"])
    assert ended.value.code == 2
    assert "a fingerprint has 64 hexadecimal digits" in capsys.readouterr().err


def test_the_command_reads_no_more_than_it_judges(
    office: Office, sealed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sealed.open("r+b") as opened:
        opened.truncate(by_itself.LIMIT + 2)
    assert by_itself.main([str(sealed), "--pin", office.clinic.pin]) == 1
    assert "FAILED  size" in capsys.readouterr().out


def test_a_container_begins_as_every_signature_does(office: Office) -> None:
    digits = changes.digits(office.sealed)
    for head in (b"3182", b"3081", b"3083", b"0482"):
        pdf = changes.contained(office.sealed, head + digits[4:])
        assert _report(office, pdf).failed == "container"
