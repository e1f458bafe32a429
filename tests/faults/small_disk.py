"""A small disk that fills up under the program, in a mount namespace of its own; whoever asks gets told as JSON.

``unshare --map-root-user --mount python -m tests.faults.small_disk SCENE FOLDER …``: one of ``SCENES``, and the folder
an empty one for its disk, which is gone with the process. Where nobody may mount, nothing is skipped: it fails.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from consent.errors import Busy, SealRefused, StoreRefused
from consent.model.entry import Header
from consent.ports import EVERYTHING, Commit
from consent.settings import Settings
from consent.store.audit import SqlArchive
from consent.store.engine import open_store
from consent.store.ledger import SqlLedger
from consent.store.moving import silent
from consent.wiring import backed_up, opened
from consent.workflow import log, publish, rehearsal
from consent.workflow.audit import in_turn, verify_all
from consent.workflow.desk import Desk, load
from tests.adapters.store.conftest import Make
from tests.faults.around import Call, around
from tests.faults.finish import finish, withdraw
from tests.faults.whole import check_filed
from tests.light import hash_lightly

ROOT = Path(__file__).parents[2]
PAGE = 4096
TELLS = (StoreRefused, Busy, SealRefused)
"""What somebody is told about a disk."""


def on_small_disk(scene: str, folder: Path, *given: str) -> dict[str, Any]:
    """Play a scene in a folder that is there; gives what it found."""
    command = ["unshare", "--map-root-user", "--mount", sys.executable, "-m", "tests.faults.small_disk"]
    done = subprocess.run([*command, scene, str(folder), *given], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode and "unshare" in done.stderr:
        pytest.fail(f"This machine lets nobody mount a small disk, so that nothing was tested: {done.stderr}")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


class Disk:
    """A disk that can be filled, and given room again."""

    def __init__(self, folder: Path, *, megabytes: int) -> None:
        self.folder, self._ballast = folder, folder / "ballast"
        size = f"size={megabytes}m"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)
        self._ballast.touch()

    def fill(self, *, but: int = 0) -> None:
        """Leave so many bytes of room."""
        found = os.statvfs(self.folder)
        more = found.f_bavail * found.f_frsize - but
        with self._ballast.open("r+b") as file:
            if more > 0:
                os.posix_fallocate(file.fileno(), self._ballast.stat().st_size, more)
            else:
                file.truncate(self._ballast.stat().st_size + more)

    def free(self) -> None:
        """Give all room back."""
        os.truncate(self._ballast, 0)

    @contextmanager
    def full(self, *, but: int = 0) -> Iterator[None]:
        """Full for the length of the block."""
        self.fill(but=but)
        try:
            yield
        finally:
            self.free()

    def files(self) -> dict[str, int]:
        """Every file that was written under a name, with its size; the database apart, which tells of itself."""
        return {
            str(file.relative_to(self.folder)): file.stat().st_size
            for file in self.folder.rglob("*")
            if file.is_file() and file != self._ballast and not file.name.startswith("consent.sqlite")
        }


class Pressed:
    """Makes each call on a full disk first. What that refuses has done nothing, and is done once there is room."""

    def __init__(self, disk: Disk, database: Path) -> None:
        self._disk = disk
        self._observer = _observer(database)
        self.refused: Counter[str] = Counter()
        self.said: set[str] = set()

    def __call__(self, name: str, call: Call, given: tuple[Any, ...]) -> Any:
        before = self._found()
        with self._disk.full():
            try:
                answer = call()
            except TELLS as error:
                said = str(error)
            else:
                assert self._found() == before, f"{name} wrote something on a full disk"
                return answer
        assert self._found() == before, f"{name} was refused, and half of it is there"
        self.refused.update([name, *(f"{name} {kind}" for kind in _kinds(given))])
        self.said.add(said)
        return call()

    def _found(self) -> object:
        return _version(self._observer), self._disk.files()


def _kinds(given: tuple[Any, ...]) -> list[str]:
    commits = (one for one in given if isinstance(one, Commit))
    return [Header.model_validate_json(entry.header).kind for commit in commits for entry in commit.entries]


def settings_on(disk: Disk) -> Settings:
    """A demo clinic on that disk, its checkpoints too."""
    outside = disk.folder / "checkpoints"
    outside.mkdir(exist_ok=True)
    return Settings(mode="demo", records=disk.folder / "records", checkpoints=outside)


def every_write(folder: Path) -> dict[str, Any]:
    """From an empty disk to the filed notice of a withdrawal, a checkpoint outside and a backup."""
    disk = Disk(folder, megabytes=24)
    chosen = settings_on(disk)
    with disk.full(), pytest.raises(StoreRefused) as told:
        opened(chosen)
    desk, store = opened(chosen)
    with closing(store):
        pressed = Pressed(disk, chosen.records / "consent.sqlite")
        pressed.said.add(str(told.value))
        slow = around(desk, pressed)
        episode = rehearsal.play(slow, patient="Eleanor Whitfield").id
        withdraw(slow, episode)
        log.covered(slow)
        publish.publish(slow)
        with disk.full(), pytest.raises(StoreRefused) as refused:
            backed_up(chosen, folder / "backup", silent)
        pressed.said.add(str(refused.value))
        backed_up(chosen, folder / "backup", silent)
        outside = [signed] if (signed := log.newest(desk)) else []
        archive = SqlArchive(store)
        report = verify_all(archive, desk.ledger, outside=outside, keys=log.taken(desk.ledger), look=in_turn(archive))
        return {
            "status": load(desk, episode).status,
            "refused": pressed.refused,
            "said": sorted(pressed.said),
            "faults": [one.what for one in report.faults],
            "unanchored": report.unanchored,
            "left": [name for name in disk.files() if Path(name).name.startswith(".")],
        }


def at_a_write(folder: Path, ready: str, *named: str) -> dict[str, Any]:
    """The disk fills up at a write between the talk and the filed document, at each so-manieth in turn.

    Somebody is told, or the worker tries again later; with room, the same steps lead to one document.
    """
    episode, every = named
    disk, records, said = Disk(folder, megabytes=24), folder / "records", Counter[str]()
    writes = _writes(Path(ready), records, episode)
    for number in writes[:: int(every)]:
        with _copied(Path(ready), records) as desk:
            filling = Filling(disk, records / "consent.sqlite", at=number)
            try:
                finish(around(desk, filling), episode)
            except TELLS as error:
                said[str(error)] += 1
            disk.free()
        check_filed(records, episode)
    return {"writes": len(writes), "told": said}


@contextmanager
def _copied(ready: Path, records: Path) -> Iterator[Desk]:
    shutil.rmtree(records, ignore_errors=True)
    shutil.copytree(ready, records)
    desk, store = opened(Settings(mode="demo", records=records))
    with closing(store):
        yield desk


def _writes(ready: Path, records: Path, episode: str) -> list[int]:
    """Which calls write something, on a disk with room."""
    seen: list[object] = []
    with _copied(ready, records) as desk, closing(_observer(records / "consent.sqlite")) as observer:

        def hands(_name: str, call: Call, _given: tuple[Any, ...]) -> Any:
            seen.append((_version(observer), len(list(records.rglob("*")))))
            return call()

        finish(around(desk, hands), episode)
    return [number for number, (before, after) in enumerate(pairwise(seen)) if before != after]


def _observer(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(database, isolation_level=None)


def _version(observer: sqlite3.Connection) -> object:
    """Another one when anything was written; the log beside the database is emptied, where room would be left."""
    observer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return observer.execute("PRAGMA data_version").fetchone()


class Filling:
    """Makes each call as it is; before one of them the disk fills up."""

    def __init__(self, disk: Disk, database: Path, *, at: int) -> None:
        self._disk, self._database, self._left = disk, database, at

    def __call__(self, _name: str, call: Call, _given: tuple[Any, ...]) -> Any:
        if self._left == 0:
            with closing(_observer(self._database)) as observer:
                _version(observer)
            self._disk.fill()
        self._left -= 1
        return call()


def for_little_only(folder: Path, *, step: int = 65_536) -> dict[str, Any]:
    """There is room for a small commit, and none for one with a document, until there is for all of it."""
    disk, make, refused = Disk(folder, megabytes=16), Make(), 0
    with closing(open_store("sqlite:///consent.sqlite", mode="demo", folder=folder)) as store:
        ledger, observer = SqlLedger(store), _observer(folder / "consent.sqlite")
        large = make.commit(document=make.document(os.urandom(1_000_000)), row=make.row(), outbox=(make.item(),))
        for room in range(0, 8_000_000, step):
            _version(observer)
            with disk.full(but=room):
                try:
                    ledger.append(large)
                except TELLS:
                    refused += 1
                else:
                    break
            assert not ledger.read("episode:e-1")
            assert (ledger.row(EVERYTHING, "e-1"), ledger.owed(now="9999")) == (None, ())
        little = make.commit("episode:e-2")
        _version(observer)
        with disk.full(but=room - step):
            ledger.append(little)
        assert large.document
        kept = ledger.document(EVERYTHING, large.document.digest) == large.document
        return {"refused": refused, "kept": [kept, len(ledger.read("episode:e-1")), len(ledger.read("episode:e-2"))]}


def outlet_alone(folder: Path, ready: str, episode: str) -> dict[str, Any]:
    """Only the disk that takes the documents is full: sealed all the same, and filed once there is room."""
    records = folder / "records"
    with _copied(Path(ready), records) as desk:
        disk = Disk(records / "chart", megabytes=4)
        with disk.full(but=2 * PAGE):
            without_room = finish(desk, episode)
            half = list(disk.files())
        (owed,) = desk.ledger.owed(now="9999")
        said = load(desk, episode).problem
        desk.ledger.postpone(owed, due=desk.now())
        filed = finish(desk, episode)
    check_filed(records, episode)
    return {"without_room": without_room, "half": half, "said": said, "filed": filed}


SCENES: dict[str, Callable[..., dict[str, Any]]] = {
    scene.__name__: scene for scene in (every_write, at_a_write, for_little_only, outlet_alone)
}

if __name__ == "__main__":
    hash_lightly(pytest.MonkeyPatch())
    scene, folder, *given = sys.argv[1:]
    print(json.dumps(SCENES[scene](Path(folder), *given)))
