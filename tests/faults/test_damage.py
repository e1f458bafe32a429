"""Files that were copied while they changed, damaged, swapped or brought back from different times."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from consent.cli import main
from consent.errors import Broken, ConsentError, NotFound
from consent.settings import Settings
from consent.wiring import opened
from consent.workflow import deliver, health, log, publish, rehearsal
from consent.workflow.desk import Desk, load, stream_of
from tests.faults.conftest import _discussed
from tests.faults.finish import finish

GONE = "DELETE FROM document WHERE episode = '{one}'"
SWAPPED = """
    CREATE TEMP TABLE was AS SELECT digest, content FROM document;
    UPDATE document SET content = (SELECT content FROM was WHERE was.digest <> document.digest);
"""
Two = tuple[Path, str, str]
Asked = Callable[[], tuple[int, dict[str, str]]]


@pytest.fixture(scope="session")
def both(filed: Path, ready: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Two:
    """A store with two filed records."""
    folder = tmp_path_factory.mktemp("both") / "records"
    shutil.copytree(filed, folder)
    desk, store = opened(Settings(mode="demo", records=folder))
    with closing(store):
        other = _discussed(desk)
        finish(desk, other)
    return folder, ready[1], other


@pytest.fixture
def two(both: Two, tmp_path: Path) -> Two:
    """A copy of it."""
    return Path(shutil.copytree(both[0], tmp_path / "records")), *both[1:]


@pytest.fixture
def desk(two: Two) -> Iterator[Desk]:
    desk, store = opened(Settings(mode="demo", records=two[0]))
    with closing(store):
        yield desk


def doctor_of(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """What the doctor says of it, by the line's name."""
    monkeypatch.setenv("CONSENT_MODE", "demo")
    monkeypatch.setenv("CONSENT_RECORDS", str(folder))
    main(["doctor"])
    return {line[6:].split(":")[0]: line for line in capsys.readouterr().out.splitlines()}


def as_insider(folder: Path, *statements: str) -> None:
    """Change the file of the database with its triggers out of the way."""
    with closing(sqlite3.connect(folder / "consent.sqlite")) as database, database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            database.executescript(statement)


def test_e13_a_copy_of_the_file_alone_lacks_what_lies_beside_it_and_a_checkpoint_tells(
    two: Two, tmp_path: Path, *, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, outside = two[0], tmp_path / "outside"
    outside.mkdir()
    monkeypatch.setenv("CONSENT_CHECKPOINTS", str(outside))
    desk, store = opened(Settings(mode="demo", records=folder, checkpoints=outside))
    with closing(store), closing(sqlite3.connect(folder / "consent.sqlite", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM event").fetchone()  # what comes now stays beside the file
        rehearsal.signed_in(desk, "okafor")
        log.covered(desk)
        publish.publish(desk)
        copy = Path(shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns("*-wal", "*-shm")))
    assert doctor_of(folder, monkeypatch, capsys)["checkpoints"][:4] != "STOP"
    assert "covers more than the database has" in doctor_of(copy, monkeypatch, capsys)["checkpoints"]
    assert main(["verify", "--all"]) == 1


def test_e14_a_bit_that_is_another_names_its_record_and_leaves_the_others(two: Two) -> None:
    folder, one, other = two
    file = folder / "consent.sqlite"
    content = bytearray(file.read_bytes())
    with closing(sqlite3.connect(file)) as database:
        query = (
            "SELECT payload FROM event_payload WHERE stream = ? AND instr(payload, CAST('To climb the stairs' AS BLOB))"
        )
        (payload,) = database.execute(query, (stream_of(one),)).fetchone()
    content[content.index(payload) + 12] ^= 1
    file.write_bytes(content)
    desk, store = opened(Settings(mode="demo", records=folder))
    with closing(store):
        with pytest.raises(Broken, match=stream_of(one)) as told:
            health.check_streams(desk)
        assert stream_of(other) not in str(told.value)
        with pytest.raises(Broken):
            load(desk, one)
        assert load(desk, other).sealed


def test_e14_no_bit_anywhere_in_the_file_ends_in_anything_but_words(two: Two) -> None:
    file = two[0] / "consent.sqlite"
    content = file.read_bytes()
    for place in range(17, len(content), 50_021):
        damaged = bytearray(content)
        damaged[place] ^= 0x10
        file.write_bytes(damaged)
        try:
            desk, store = opened(Settings(mode="demo", records=two[0]))
            with closing(store):
                health.check_streams(desk)
        except ConsentError:
            continue


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (GONE, 1),
        ("UPDATE document SET content = x'' WHERE episode = '{one}'", 1),
        (SWAPPED, 2),
    ],
    ids=["missing", "empty", "swapped with another patient's"],
)
def test_e15_a_document_that_is_not_its_own_is_named_and_goes_to_nobody(
    change: str, named: int, *, two: Two, desk: Desk
) -> None:
    folder, one, other = two
    digests = {episode: load(desk, episode).sealed for episode in (one, other)}
    as_insider(folder, change.format(one=one))
    with pytest.raises(Broken) as told:
        health.check_streams(desk)
    assert [stream_of(episode) in str(told.value) for episode in (one, other)] == [True, named == 2]
    auditor = rehearsal.signed_in(desk, "lund")
    for number, (episode, sealed) in enumerate(digests.items(), start=1):
        assert sealed, episode
        if number <= named:
            with pytest.raises((Broken, NotFound)):
                deliver.export(desk, auditor, document=sealed.event.document)
        else:
            assert deliver.export(desk, auditor, document=sealed.event.document).startswith(b"%PDF")


def test_e16_a_store_older_than_its_chart_and_one_that_lost_a_document_are_told_by_the_doctor(
    two: Two, ready: tuple[Path, str], *, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, one, other = two
    assert doctor_of(folder, monkeypatch, capsys)["chart"].startswith("ok")
    as_insider(folder, GONE.format(one=one))
    assert stream_of(one) in doctor_of(folder, monkeypatch, capsys)["chains"]
    for ending in ("", "-wal", "-shm"):
        (folder / f"consent.sqlite{ending}").unlink(missing_ok=True)
    shutil.copy(ready[0] / "consent.sqlite", folder / "consent.sqlite")
    told = doctor_of(folder, monkeypatch, capsys)["chart"]
    assert told.startswith("look  chart: 2 ")
    assert other in told or one in told
