"""Kill the process at each named step between the signature and the filed document, then let the sweep go on.

Expected each time: exactly one document and one filed copy, whatever died when (catalogue D4, E3, E7, E8).
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from consent.model import canon
from consent.model.events import Attested, Delivered, Sealed, Signed
from consent.model.events_day import ConsentWithdrawn
from consent.model.events_notices import NoticeBegun, NoticeDelivered, NoticeSealed
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.settings import Settings
from consent.wiring import opened
from consent.workflow.desk import stream_of
from tests.faults.finish import finish, stepping, withdraw
from tests.warm import warm

CHILD = Path(__file__).with_name("finish.py")
STEPS = (
    "append.Presented.before",
    "append.Presented.after",
    "append.Signed.before",
    "append.Signed.after",
    "append.Attested.before",
    "append.Attested.after",
    "append.SealBegun.before",
    "append.SealBegun.after",
    "press.built",
    "press.checked",
    "append.Sealed.before",
    "append.Sealed.after",
    "chart.pdf_written",
    "chart.pdf_renamed",
    "chart.json_written",
    "chart.json_renamed",
    "append.Delivered.before",
    "append.Delivered.after",
)

NOTICE_STEPS = (
    "append.ConsentWithdrawn.before",
    "append.ConsentWithdrawn.after",
    "append.NoticeBegun.before",
    "append.NoticeBegun.after",
    "press.built",
    "press.checked",
    "append.NoticeSealed.before",
    "append.NoticeSealed.after",
    "chart.pdf_written",
    "chart.pdf_renamed",
    "chart.json_written",
    "chart.json_renamed",
    "append.NoticeDelivered.before",
    "append.NoticeDelivered.after",
)


def _child(folder: Path, episode: str, step: str = "") -> "subprocess.Popen[bytes]":
    command = [sys.executable, str(CHILD), str(folder), episode, step]
    root = str(CHILD.parents[2])
    return subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root})


def _check_one_of_each(folder: Path, episode: str) -> None:
    """The sweep of a new process goes on; then exactly one document, one filed copy, each signature once."""
    desk, store = opened(Settings(mode="demo", records=folder))
    assert _finished(folder, episode) is Status.FILED
    events = [one.event for one in desk.ledger.read(stream_of(episode))]
    for kind in (Signed, Attested, Sealed, Delivered):
        assert sum(isinstance(event, kind) for event in events) == 1, kind
    row = desk.ledger.row(EVERYTHING, episode)
    assert row is not None
    filed = list((folder / "chart").glob("*.pdf"))
    assert [canon.sha256_hex(file.read_bytes()) for file in filed] == [row.document]
    described = json.loads(filed[0].with_suffix(".json").read_bytes())
    assert described["document"]["sha256"] == row.document
    assert [file.name for file in (folder / "chart").glob(".*")] == []
    assert desk.ledger.document(EVERYTHING, row.document).content == filed[0].read_bytes()
    assert desk.ledger.owed(now="9999") == ()
    store.close()


def _finished(folder: Path, episode: str) -> Status:
    desk, store = opened(Settings(mode="demo", records=folder))
    desk.ledger.lease("seal", holder="sweep", now="9998", until="")
    status = finish(desk, episode)
    store.close()
    return status


def test_every_named_step_is_passed_on_the_way(ready: tuple[Path, str], copied: Callable[[], Path]) -> None:
    passed: list[str] = []
    folder = copied()
    finish(stepping(folder, passed.append), ready[1])
    assert set(STEPS) <= set(passed)


@pytest.mark.parametrize("step", STEPS)
def test_e07_e08_a_kill_at_a_step_leaves_one_document_and_one_filed_copy(
    step: str, ready: tuple[Path, str], copied: Callable[[], Path]
) -> None:
    folder = copied()
    child = warm().run("tests.faults.finish", str(folder), ready[1], step, environment=os.environ)
    assert child.returncode == -signal.SIGKILL, child.stderr
    _check_one_of_each(folder, ready[1])


@pytest.mark.parametrize("step", NOTICE_STEPS)
def test_e07_a_kill_at_a_step_of_a_notice_leaves_one_notice_and_one_filed_copy(
    step: str, filed: Path, *, ready: tuple[Path, str], tmp_path: Path
) -> None:
    folder = tmp_path / "records"
    shutil.copytree(filed, folder)
    child = warm().run("tests.faults.finish", str(folder), ready[1], step, environment=os.environ)
    assert child.returncode == -signal.SIGKILL, child.stderr
    desk, store = opened(Settings(mode="demo", records=folder))
    desk.ledger.lease("seal", holder="sweep", now="9998", until="")
    withdraw(desk, ready[1])
    events = [one.event for one in desk.ledger.read(stream_of(ready[1]))]
    for kind in (ConsentWithdrawn, NoticeBegun, NoticeSealed, NoticeDelivered):
        assert sum(isinstance(event, kind) for event in events) == 1, kind
    (made,) = (event for event in events if isinstance(event, NoticeSealed))
    kept = {canon.sha256_hex(file.read_bytes()) for file in (folder / "chart").glob("*.pdf")}
    assert kept == {made.about, made.document}
    assert [file.name for file in (folder / "chart").glob(".*")] == []
    assert desk.ledger.owed(now="9999") == ()
    store.close()


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_200_kills_at_random_moments_leave_one_document_and_one_filed_copy_each(
    ready: tuple[Path, str], copied: Callable[[], Path]
) -> None:
    seed = int(os.environ.get("CONSENT_SOAK_SEED", "20261122"))
    moments = random.Random(seed)  # noqa: S311 - moments to kill at, printed with their seed
    print(f"seed {seed}")
    killed = 0
    for _ in range(200):
        folder = copied()
        child = _child(folder, ready[1])
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(moments.uniform(0, 1.2))
        child.kill()
        child.communicate(timeout=60)
        killed += child.returncode == -signal.SIGKILL
        _check_one_of_each(folder, ready[1])
    print(f"{killed} of 200 died by the kill; the others had finished before it")
