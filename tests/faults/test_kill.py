"""Kill the process at each named step between the signature and the filed document, then let the sweep go on.

Expected each time: exactly one document and one filed copy, whatever died when (catalogue D4, E3, E7, E8).
"""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from consent.model import canon
from consent.model.events_day import ConsentWithdrawn
from consent.model.events_notices import NoticeBegun, NoticeDelivered, NoticeSealed
from consent.settings import Settings
from consent.wiring import opened
from consent.workflow.desk import stream_of
from tests.faults.finish import finish, stepping, withdraw
from tests.faults.whole import check_filed
from tests.warm import warm

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
    check_filed(folder, ready[1])


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
