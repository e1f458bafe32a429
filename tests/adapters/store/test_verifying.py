"""Everything verified in a process of its own, on both databases: begun once, told, stopped, and what it came to."""

import time
from pathlib import Path

import pytest
from sqlalchemy import text

from consent.errors import WrongState
from consent.model.checkpoint import Checkpoint
from consent.ports.log import KeptCheckpoint
from consent.store.engine import Store
from consent.store.ledger import SqlLedger
from consent.store.log import SqlLog
from consent.store.verifying import OneVerification
from consent.workflow.proving import Progress
from tests.adapters.store.conftest import NOW, Make
from tests.adapters.store.test_log import head
from tests.fakes.log import FakeLogKey

PATIENCE = 120


@pytest.fixture
def made(store: Store, *, url: str, make: Make, tmp_path: Path) -> OneVerification:
    """A store of a few entries, with a checkpoint over them."""
    SqlLedger(store).append(make.commit("episode:e-1", entries=make.entries("episode:e-1", [make.event()] * 3)))
    log, key = SqlLog(store), FakeLogKey()
    log.sequence(most=99, whole=True)
    note = Checkpoint(origin=key.name, head=head(log)).signed(key.public(), key.sign).written
    log.keep(KeptCheckpoint(size=3, at=NOW, note=note))
    return OneVerification(url, "demo", folder=tmp_path / "data")


def ended(verification: OneVerification) -> Progress:
    until = time.monotonic() + PATIENCE
    while verification.progress().running:
        assert time.monotonic() < until
        time.sleep(0.05)
    return verification.progress()


def begin(verification: OneVerification, store: Store) -> None:
    newest = SqlLog(store).newest()
    assert newest
    verification.begin(notes=[newest.note], keys=[str(FakeLogKey().public())], by="Vale", at=NOW)


def test_everything_is_verified_against_what_lies_outside_and_a_change_is_named(
    made: OneVerification, store: Store
) -> None:
    assert made.progress() == Progress()
    begin(made, store)
    with pytest.raises(WrongState, match="runs already"):
        begin(made, store)
    now = ended(made)
    assert now.report
    assert (now.by, now.against, now.report.faults, now.report.anchored, now.report.unanchored) == ("Vale", 1, [], 3, 0)
    off = "DROP TRIGGER node_refuses_update" + (" ON node" if store.dialect == "postgresql" else "")
    with store.writing() as connection:
        connection.execute(text(off))
        connection.execute(text("UPDATE node SET hash = :hash"), {"hash": bytes(32)})
    begin(made, store)
    found = ended(made).report
    assert found
    assert [fault.what for fault in found.faults] == ["the stored hash above it, on level 1, is wrong"]


def test_one_that_is_stopped_came_to_nothing(made: OneVerification, store: Store) -> None:
    begin(made, store)
    made.stop()
    now = ended(made)
    assert (now.stopped, now.report) == (True, None)


def test_one_that_breaks_off_came_to_nothing_and_was_not_stopped(store: Store, url: str, tmp_path: Path) -> None:
    store.close()
    other = OneVerification(url, "production", folder=tmp_path / "data")
    other.begin(notes=[], keys=[], by="Vale", at=NOW)
    assert ended(other) == Progress(by="Vale", at=NOW)
