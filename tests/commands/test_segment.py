"""``segment`` at a console, and what ``verify.py`` says of its files from another folder, without this project."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from consent.settings import Settings
from consent.store.engine import open_store
from consent.wiring import opened
from consent.workflow import log
from tests.house.sources import ROOT
from tests.warm import warm

Run = Callable[..., "subprocess.CompletedProcess[str]"]
BARE = "import runpy, sys; sys.modules |= {'pikepdf': None, 'asn1crypto': None}; sys.argv = sys.argv[1:]; "
BARE += "runpy.run_path(sys.argv[0], run_name='__main__')"
"""Runs a program where neither package is."""
ENCODED = ("header", "payload", "salt", "note", "content")


@pytest.fixture
def run(records: Path) -> Run:
    """Run a command on a demo store of one's own."""
    environment = {"CONSENT_RECORDS": str(records), "CONSENT_MODE": "demo", "PATH": "/usr/bin:/bin"}
    return lambda *arguments: warm().run("consent", *map(str, arguments), environment=environment)


def _alone(*arguments: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-I", "-c", BARE, ROOT / "verify.py", *arguments]
    return subprocess.run([*map(str, command)], cwd="/", capture_output=True, text=True, check=False)


@pytest.fixture
def outside(run: Run, records: Path) -> tuple[str, Path]:
    """The log's key, and a checkpoint over all there is, in a folder of its own."""
    kept = records.parent / "outside" / "kept.checkpoint"
    kept.parent.mkdir()
    assert run("checkpoint", "--to", kept).returncode == 0
    desk, store = opened(Settings(mode="demo", records=records))
    with closing(store):
        return str(log.key(desk)), kept


def test_a_segment_is_proved_by_a_checkpoint_and_unanchored_without(
    run: Run, outside: tuple[str, Path], tmp_path: Path
) -> None:
    key, kept = outside
    file = tmp_path / "all.segment"
    assert run("segment", "--to", file).returncode == 0
    assert file.stat().st_mode & 0o777 == 0o600, "it holds what patients said"
    proved, alone = _alone(file, "--log-key", key, "--checkpoint", kept.parent), _alone(file, "--log-key", key)
    assert (proved.returncode, "PROVED: all of them" in proved.stdout) == (0, True), proved.stdout + proved.stderr
    assert (alone.returncode, "UNANCHORED" in alone.stdout) == (3, True), alone.stdout + alone.stderr
    file.write_bytes(file.read_bytes()[:-40])
    cut = _alone(file, "--log-key", key, "--checkpoint", kept)
    assert (cut.returncode, "NOT PROVED" in cut.stdout) == (1, True), cut.stdout


def test_what_was_changed_in_the_store_is_in_the_segment_and_named(
    run: Run, outside: tuple[str, Path], records: Path
) -> None:
    address = f"sqlite:///{records / 'consent.sqlite'}"
    with closing(open_store(address, mode="demo")) as store, store.writing() as writer:
        writer.exec_driver_sql("DROP TRIGGER event_payload_refuses_update")
        writer.exec_driver_sql("UPDATE event_payload SET payload = salt WHERE rowid = 9")
    for number, part in enumerate([(), ("--from", 3), ("--from", 1, "--until", 12)]):
        assert run("segment", "--to", records / f"{number}", *part).returncode == 0
        told = _alone(records / f"{number}", "--log-key", outside[0], "--checkpoint", outside[1])
        assert (told.returncode, "what it says was changed" in told.stdout) == (1, True), told.stdout


def test_headers_alone_are_proved_where_they_are_asked_for(run: Run, outside: tuple[str, Path], tmp_path: Path) -> None:
    file, known = tmp_path / "headers", ("--log-key", outside[0], "--checkpoint", outside[1])
    assert run("segment", "--to", file, "--without-contents").returncode == 0
    assert {"payload", "salt", "content"} & {key for line in _lines(file) for key in line} == set()
    asked, not_asked = _alone(file, *known, "--without-contents"), _alone(file, *known)
    assert (asked.returncode, "were not asked for" in asked.stdout) == (0, True), asked.stdout
    assert (not_asked.returncode, "what it said is gone" in not_asked.stdout) == (1, True), not_asked.stdout


def _lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def test_g10_the_evidence_for_one_record_verifies_alone_and_holds_no_other_patient(
    run: Run, outside: tuple[str, Path], records: Path
) -> None:
    desk, store = opened(Settings(mode="demo", records=records))
    with closing(store):
        own, *others = desk.ledger.streams("episode:")
        names = {desk.ledger.read(one)[0].event.patient.name for one in others}  # type: ignore[union-attr]  # it was opened
    file, episode = records / "evidence", own.removeprefix("episode:")
    assert run("segment", "--to", file, "--episode", episode).returncode == 0
    proved = _alone(file, "--log-key", outside[0], "--checkpoint", outside[1], "--episode", episode)
    assert (proved.returncode, "PROVED: all of them" in proved.stdout) == (0, True), proved.stdout + proved.stderr
    assert _alone(file, "--log-key", outside[0]).returncode == 3
    assert _alone(file, "--log-key", outside[0], "--checkpoint", outside[1], "--episode", "e-x").returncode == 1
    told = [base64.b64decode(str(line[part])) for line in _lines(file) for part in ENCODED if line.get(part)]
    written = file.read_text() + b"\n".join(told).decode(errors="replace")
    assert own in written
    assert others
    assert [one for one in (*others, *names) if one in written] == []


def test_a_file_that_is_there_and_a_stretch_that_is_not_are_refused(run: Run, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("mine")
    assert run("segment", "--to", there).returncode == 1
    assert there.read_text() == "mine"
    for wrong in (("--from", -1), ("--until", 10**6), ("--from", 5, "--until", 4), ("--episode", "e-none")):
        assert run("segment", "--to", tmp_path / "new", *wrong).returncode == 1, wrong
    assert run("segment", "--to", tmp_path / "new", "--episode", "e", "--from", 1).returncode == 1
    assert not (tmp_path / "new").exists()


def test_wrong_usage_of_the_judge_has_its_own_status(run: Run, outside: tuple[str, Path], tmp_path: Path) -> None:
    file = tmp_path / "all.segment"
    run("segment", "--to", file)
    assert [_alone(file).returncode, _alone(file, "--log-key", "x+1+y").returncode] == [2, 2]
    assert _alone(file, "--log-key", outside[0], "--checkpoint", tmp_path / "none").returncode == 2
    other = outside[0].replace("bedside", "badside")
    assert _alone(file, "--log-key", other).returncode == 2, "its id is another"
    (tmp_path / "wrong").write_bytes(outside[1].read_bytes().replace(b"consent", b"konsent"))
    assert _alone(file, "--log-key", outside[0], "--checkpoint", tmp_path / "wrong").returncode == 1
