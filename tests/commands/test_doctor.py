"""``python -m consent doctor``: one line a check, and what it says of a clinic that is not in order."""

import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from consent import machine
from consent.cli import main
from consent.options import variable
from consent.settings import Settings, read
from consent.wiring import SteppingClock, SystemClock, opened
from consent.words import say
from consent.workflow import rehearsal
from tests.faults.conftest import _discussed


@pytest.fixture
def records(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A demo clinic's data folder, which the environment names."""
    folder = Path(shutil.copytree(furnished, tmp_path / "records"))
    monkeypatch.setenv("CONSENT_MODE", "demo")
    monkeypatch.setenv("CONSENT_RECORDS", str(folder))
    return folder


def asked(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, str]]:
    """Exit status, and the lines by their name."""
    status = main(["doctor"])
    lines = capsys.readouterr().out.splitlines()
    return status, {line[6:].split(":")[0]: line for line in lines}


@pytest.mark.usefixtures("records")
def test_a_clinic_in_order_is_ok_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = asked(capsys)
    assert {line[:6] for line in lines.values()} == {"ok    "}
    assert status == 0
    assert lines.keys() >= {"options", "room", "pepper", "store", "accounts", "templates", "chart", "chains", "eraser"}


def test_the_command_ends_with_its_verdict(records: Path) -> None:
    (records / "consent.sqlite").write_bytes(b"no database" * 500)
    done = subprocess.run([sys.executable, "-m", "consent", "doctor"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "STOP  store: " in done.stdout
    assert "Checks that say STOP: 1." in done.stderr


@pytest.mark.usefixtures("records")
def test_production_without_its_settings_is_told_all_of_them_at_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSENT_MODE", "production")
    monkeypatch.setenv(variable("server.maxUploadSize"), "200")
    status, lines = asked(capsys)
    stops = {name for name, line in lines.items() if line.startswith("STOP")}
    assert (status, stops) == (1, {"options", "public url", "facility", "pepper"})
    assert lines["store"].startswith("look")


def test_a_store_that_is_not_there_is_not_made(capsys: pytest.CaptureFixture[str], records: Path) -> None:
    shutil.rmtree(records)
    status, lines = asked(capsys)
    assert (status, lines["store"][:4]) == (0, "look")
    assert not records.exists()


def test_a_changed_event_and_a_changed_document_are_named_by_their_stream(
    capsys: pytest.CaptureFixture[str], records: Path
) -> None:
    with sqlite3.connect(records / "consent.sqlite") as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE event_payload SET payload = 'x' WHERE stream LIKE 'person:%' AND number = 1")
        database.execute("UPDATE document SET content = 'x'")
    database.close()
    status, lines = asked(capsys)
    assert (status, lines["chains"][:4]) == (1, "STOP")
    assert "person:" in lines["chains"]


def test_a_first_start_is_told_how_to_make_the_first_account(capsys: pytest.CaptureFixture[str], records: Path) -> None:
    shutil.rmtree(records)
    opened(Settings(mode="demo", records=records))[1].close()
    _, lines = asked(capsys)
    assert lines["accounts"].startswith("look")
    assert "first-token" in lines["accounts"]


def test_the_running_server_is_named_and_not_disturbed(capsys: pytest.CaptureFixture[str], records: Path) -> None:
    with machine.sole_server(records):
        status, lines = asked(capsys)
    assert status == 0
    assert "Process" in lines["server"]


def test_a_document_that_waits_is_told(capsys: pytest.CaptureFixture[str], records: Path) -> None:
    shutil.rmtree(records)
    hour_ago = SystemClock().now() - timedelta(hours=1)
    desk, store = opened(Settings(mode="demo", records=records), clock=SteppingClock(hour_ago))
    rehearsal.hire(desk)
    episode = _discussed(desk)
    rehearsal.patient_signs(desk, rehearsal.signed_in(desk, "stone"), episode=episode)
    rehearsal.clinician_signs(desk, rehearsal.signed_in(desk, "stone"), episode=episode)
    store.close()
    status, lines = asked(capsys)
    assert (status, lines["seals"][:4], lines["deliveries"][:4]) == (1, "STOP", "ok  ")


def test_whether_checkpoints_leave_the_database_is_told(
    capsys: pytest.CaptureFixture[str], records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No checkpoint of the log leaves" in asked(capsys)[1]["checkpoints"]
    folder = records.parent / "checkpoints"
    monkeypatch.setenv("CONSENT_CHECKPOINTS", str(folder))
    assert asked(capsys)[1]["checkpoints"].startswith("STOP")
    folder.mkdir()
    assert main(["checkpoint"]) == 0
    capsys.readouterr()
    assert asked(capsys)[1]["checkpoints"].startswith("look  checkpoints: Checkpoints lie on the disk of the database")
    (kept,) = folder.iterdir()
    kept.rename(folder / "9999999999.checkpoint")
    line = asked(capsys)[1]["checkpoints"]
    assert line.startswith("STOP  checkpoints: A checkpoint that left the database covers more")


def test_a_chart_folder_that_is_not_mounted_is_told(
    capsys: pytest.CaptureFixture[str], records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pepper = records.parent / "pepper"
    pepper.write_bytes(bytes(32))
    pepper.chmod(0o600)
    given = {"MODE": "production", "FACILITY": "A clinic", "PEPPER_FILE": str(pepper), "CHART": str(records / "none")}
    for name, value in given.items():
        monkeypatch.setenv(f"CONSENT_{name}", value)
    shutil.rmtree(records)
    opened(read())[1].close()
    status, lines = asked(capsys)
    assert (status, lines["chart"][:4], lines["keys"][:2]) == (1, "STOP", "ok")


@pytest.mark.usefixtures("records")
def test_on_postgresql_no_server_is_said_to_be_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, postgres: str
) -> None:
    monkeypatch.setenv("CONSENT_DATABASE", postgres)
    _, lines = asked(capsys)
    assert lines["server"] == f"ok    server: {say('doctor.many_servers')}"
