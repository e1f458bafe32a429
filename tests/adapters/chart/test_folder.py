import os
import stat
import subprocess
import sys
from errno import EIO, ENOSPC
from pathlib import Path

import pytest

from consent.chart.folder import ChartFolder
from consent.errors import Broken, Busy, StoreRefused
from consent.model.canon import sha256_hex
from consent.ports import Outlet, StoredDocument

ROOT = Path(__file__).parents[3]
CONTENT = b"%PDF-1.7 consent"
STEPS = ["chart.pdf_written", "chart.pdf_renamed", "chart.json_written", "chart.json_renamed"]
STEM = f"e-1_{sha256_hex(CONTENT)[:16]}"


def a_document(episode: str = "e-1", digest: str = sha256_hex(CONTENT)) -> StoredDocument:
    return StoredDocument(digest=digest, episode=episode, kind="consent", content=CONTENT)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_delivery_is_a_pdf_and_the_json_that_describes_it(tmp_path: Path) -> None:
    outlet: Outlet = ChartFolder(tmp_path)
    assert outlet.name == "chart-folder"
    assert outlet.deliver(a_document(), metadata=b'{"mrn":"1"}') == f"{STEM}.pdf"
    assert (tmp_path / f"{STEM}.pdf").read_bytes() == CONTENT
    assert (tmp_path / f"{STEM}.json").read_bytes() == b'{"mrn":"1"}'
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o640}


def test_the_steps_are_told_in_order_with_the_json_last(tmp_path: Path) -> None:
    told: list[str] = []
    ChartFolder(tmp_path, step=told.append).deliver(a_document(), metadata=b"{}")
    assert told == STEPS


def test_delivering_again_changes_nothing(tmp_path: Path) -> None:
    ChartFolder(tmp_path).deliver(a_document(), metadata=b"{}")
    told: list[str] = []
    again = ChartFolder(tmp_path, step=told.append).deliver(a_document(), metadata=b"{}")
    assert (again, told) == (f"{STEM}.pdf", [])


def test_e15_a_pdf_that_was_spoilt_in_the_folder_is_delivered_again(tmp_path: Path) -> None:
    ChartFolder(tmp_path).deliver(a_document(), metadata=b"{}")
    (tmp_path / f"{STEM}.pdf").write_bytes(b"")
    ChartFolder(tmp_path).deliver(a_document(), metadata=b"{}")
    assert (tmp_path / f"{STEM}.pdf").read_bytes() == CONTENT


@pytest.mark.parametrize("step", STEPS)
def test_a_delivery_killed_at_any_step_is_finished_by_the_next(tmp_path: Path, step: str) -> None:
    program = [sys.executable, str(Path(__file__).parent / "delivers_until_killed.py"), str(tmp_path), step]
    killed = subprocess.run(program, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
    assert killed.returncode == -9
    if (tmp_path / f"{STEM}.json").exists():
        assert (tmp_path / f"{STEM}.pdf").read_bytes() == CONTENT
    assert ChartFolder(tmp_path).deliver(a_document(), metadata=b"{}") == f"{STEM}.pdf"
    assert names(tmp_path) == [f"{STEM}.json", f"{STEM}.pdf"]


def test_files_of_others_and_those_under_way_are_left_alone(tmp_path: Path) -> None:
    for name in (".consent-old", ".consent-under-way", ".nfs0001"):
        (tmp_path / name).write_bytes(b"")
    os.utime(tmp_path / ".consent-old", (0, 0))
    ChartFolder(tmp_path)
    assert names(tmp_path) == [".consent-under-way", ".nfs0001"]


@pytest.mark.parametrize(("number", "refusal"), [(ENOSPC, Busy), (EIO, Busy)])
def test_e06_a_fault_of_the_disk_leaves_nothing_half_written(
    tmp_path: Path, number: int, refusal: type[Exception]
) -> None:
    def fail(_: str) -> None:
        raise OSError(number, "a fault", str(tmp_path))

    with pytest.raises(refusal) as caught:
        ChartFolder(tmp_path, step=fail).deliver(a_document(), metadata=b"{}")
    assert str(tmp_path) not in str(caught.value)
    assert names(tmp_path) == []


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    def fail(_: str) -> None:
        raise OSError(ENOSPC, "a fault")

    with pytest.raises(Busy, match="is full"):
        ChartFolder(tmp_path, step=fail).deliver(a_document(), metadata=b"{}")


@pytest.mark.parametrize("place", ["missing", "file"])
def test_a_folder_that_is_not_there_is_refused_when_delivering(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    outlet = ChartFolder(tmp_path / place)
    with pytest.raises(StoreRefused, match="missing"):
        outlet.deliver(a_document(), metadata=b"{}")


@pytest.mark.parametrize("document", [a_document(digest="0" * 64), a_document(episode="../e-1")])
def test_what_is_not_the_sealed_document_is_not_delivered(tmp_path: Path, document: StoredDocument) -> None:
    with pytest.raises(Broken):
        ChartFolder(tmp_path).deliver(document, metadata=b"{}")
    assert names(tmp_path) == []
