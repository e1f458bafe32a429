"""``hold`` and ``erase`` at a console, and what ``verify.py`` says of the certificate from another folder."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from consent.settings import Settings
from consent.wiring import opened
from consent.workflow import log, rehearsal, seal
from tests.house.sources import ROOT
from tests.warm import warm

Run = Callable[..., "subprocess.CompletedProcess[str]"]
PATIENT = "Eleanor Whitfield"


@pytest.fixture
def run(records: Path) -> Run:
    """Run a command as one of the staff, on a demo store of one's own."""
    told = {"CONSENT_RECORDS": str(records), "CONSENT_MODE": "demo", "PATH": "/usr/bin:/bin"}
    told |= {"CONSENT_PASSWORD": rehearsal.PASSWORD, "CONSENT_RETENTION_YEARS": "10"}
    return lambda *arguments, by="vale": warm().run("consent", *map(str, arguments), "--as", by, environment=told)


@pytest.fixture
def filed(records: Path) -> tuple[str, str]:
    """A finished record, and the log's key."""
    desk, store = opened(Settings(mode="demo", records=records))
    with closing(store):
        clinician = rehearsal.signed_in(desk, "stone")
        episode = rehearsal.book(desk, clinician, patient=PATIENT).id
        rehearsal.prepare_it(desk, clinician, episode=episode)
        clinician = rehearsal.patient_reads(desk, clinician, episode=episode)
        rehearsal.talk(desk, clinician, episode=episode)
        clinician = rehearsal.patient_signs(desk, clinician, episode=episode)
        rehearsal.clinician_signs(desk, clinician, episode=episode)
        seal.work_once(desk)
        return episode, str(log.key(desk))


def said(done: "subprocess.CompletedProcess[str]", *, status: int = 0) -> str:
    assert done.returncode == status, done.stdout + done.stderr
    assert PATIENT not in done.stdout + done.stderr
    return done.stderr if status else done.stdout


def test_g16_k12_two_persons_erase_a_record_at_a_console_and_anybody_can_judge_the_certificate(
    run: Run, filed: tuple[str, str], tmp_path: Path
) -> None:
    episode, key = filed
    held = run("hold", "set", episode, "--why", "lawsuit", "--matter", "LH-7")
    assert said(held) == f"{episode}: held for LH-7. Nothing of it may be erased.\n"
    assert "under legal hold. A claim or suit (LH-7)" in said(
        run("erase", "propose", episode, "--reason", "error"), status=1
    )
    assert "not held any more" in said(run("hold", "lift", episode, "--matter", "LH-7"))
    assert said(run("erase", "due")) == "0 records are older than 10 years, and nothing holds them.\n"
    assert "has to be kept until" in said(run("erase", "propose", episode, "--reason", "retention"), status=1)
    assert "may not do this" in said(run("erase", "propose", episode, "--reason", "error", by="stone"), status=1)
    assert f"erase agree {episode}" in said(run("erase", "propose", episode, "--reason", "error"))
    assert "Taken back" in said(run("erase", "drop", episode, by="ota"))
    said(run("erase", "propose", episode, "--reason", "error"))
    assert "same person" in said(run("erase", "agree", episode), status=1)
    assert "and 1 documents. Its chain stays." in said(run("erase", "agree", episode, by="ota"))
    certificate(run, episode, key, folder=tmp_path / "certificate")


def certificate(run: Run, episode: str, key: str, *, folder: Path) -> None:
    told = said(run("erase", "certificate", episode, "--out", folder, by="lund"))
    assert (folder / "certificate.txt").read_text() + "\n" == told
    for line in (f"Record: {episode}", "Proposed by: Tomas Vale, Records officer", "Agreed by: Ines Ota, Privacy"):
        assert line in told
    assert {one.name for one in folder.iterdir()} == {f"certificate.{end}" for end in ("txt", "segment", "checkpoint")}
    assert PATIENT.encode() not in b"".join(one.read_bytes() for one in folder.iterdir())
    assert "cannot be written" in said(run("erase", "certificate", episode, "--out", folder), status=1)
    judged = judge(folder, key)
    assert (judged.returncode, "PROVED: all of them" in judged.stdout) == (0, True), judged.stdout + judged.stderr
    assert "by two persons, Tomas Vale and Ines Ota (error)." in judged.stdout
    segment = folder / "certificate.segment"
    segment.write_bytes(segment.read_bytes().replace(b'"payload":null', b'"payload":"e30="', 1))
    assert judge(folder, key).returncode == 1


def judge(folder: Path, key: str) -> "subprocess.CompletedProcess[str]":
    file, checkpoint = folder / "certificate.segment", folder / "certificate.checkpoint"
    command = [sys.executable, "-I", ROOT / "verify.py", file, "--log-key", key, "--checkpoint", checkpoint]
    return subprocess.run([*map(str, command)], cwd="/", capture_output=True, text=True, check=False)


def test_there_is_no_certificate_before_two_persons_have_erased(
    run: Run, filed: tuple[str, str], tmp_path: Path
) -> None:
    done = run("erase", "certificate", filed[0], "--out", tmp_path / "certificate")
    assert "Two persons have not erased this record." in said(done, status=1)
    assert not (tmp_path / "certificate").exists()
