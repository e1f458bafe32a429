"""The folder that takes checkpoints: whole files, once, and another of the same size is told."""

import os
from pathlib import Path

import pytest

from consent.chart.checkpoints import CheckpointFolder
from consent.errors import Broken, Busy
from consent.ports.log import KeptCheckpoint


def kept(size: int, note: bytes = b"a note") -> KeptCheckpoint:
    return KeptCheckpoint(size=size, at="2026-03-02T09:00:00.000000Z", note=note)


def send(folder: CheckpointFolder, checkpoint: KeptCheckpoint) -> None:
    assert folder.send(checkpoint, before=0, proof=lambda _: ()) == b""


def test_a_checkpoint_lies_there_under_its_size_and_is_sent_twice_without_harm(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path)
    assert folder.held() == 0
    for size in (7, 12_345_678_901, 7):
        send(folder, kept(size))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["0000000007.checkpoint", "12345678901.checkpoint"]
    assert (tmp_path / "0000000007.checkpoint").read_bytes() == b"a note"
    assert folder.held() == 12_345_678_901


def test_another_checkpoint_of_the_same_size_is_told_and_changes_nothing(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path)
    send(folder, kept(7))
    with pytest.raises(Broken, match="rewritten"):
        send(folder, kept(7, b"another note"))
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("0000000007.checkpoint", b"a note")]


def test_a_folder_that_is_not_mounted_is_not_made(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path / "gone")
    with pytest.raises(Busy, match="mounted"):
        send(folder, kept(7))
    assert folder.held() == 0
    assert not (tmp_path / "gone").exists()


def test_what_a_killed_process_left_half_written_goes_an_hour_later_and_not_before(tmp_path: Path) -> None:
    old, new = tmp_path / ".half-0000000007.checkpoint-1", tmp_path / ".half-0000000007.checkpoint-2"
    for half in (old, new):
        half.write_bytes(b"a no")
    os.utime(old, (0, 0))
    CheckpointFolder(tmp_path)
    assert list(tmp_path.iterdir()) == [new]
