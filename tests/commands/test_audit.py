"""``verify --all`` and ``verify --episode`` at a console: what is told, the exit status, and how it goes on."""

import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from consent.cli.audit import _going_on
from consent.model.audit import STRETCH, Part
from consent.ports import EVERYTHING
from consent.settings import Settings
from consent.store.audit import SqlArchive
from consent.store.engine import open_store
from consent.store.ledger import SqlLedger
from consent.store.log import SqlLog
from consent.wiring import auditing, opened
from consent.workflow import drafts, keeping, log, rehearsal
from consent.workflow.audit import Stretch, in_turn, verify_all
from tests.adapters.store.conftest import Make
from tests.fakes.clock import FixedClock
from tests.warm import warm

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(records: Path) -> Run:
    """Run a command on a demo store of one's own."""

    def start(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return warm().run("consent", *arguments, environment=_environment(records))

    return start


def _environment(records: Path) -> Mapping[str, str]:
    password = {"CONSENT_PASSWORD": rehearsal.PASSWORD}
    return {"CONSENT_RECORDS": str(records), "CONSENT_MODE": "demo", "PATH": "/usr/bin:/bin"} | password


def test_g03_without_a_checkpoint_from_outside_the_answer_is_unanchored(run: Run) -> None:
    done = run("verify", "--all")
    assert (done.returncode, "UNANCHORED" in done.stdout) == (3, True), done.stderr
    run("checkpoint")
    assert run("verify", "--all").returncode == 3, "one in the database anchors nothing"


def test_against_a_checkpoint_all_is_proved_and_what_was_changed_is_named(
    run: Run, records: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.checkpoint"
    assert run("checkpoint", "--to", str(kept)).returncode == 0
    assert run("checkpoint", "--to", str(kept)).returncode == 1, "nothing is overwritten"
    done = run("verify", "--all", "--checkpoint", str(kept))
    assert (done.returncode, "PROVED: all of them" in done.stdout) == (0, True), done.stdout + done.stderr
    with (
        closing(open_store(f"sqlite:///{records / 'consent.sqlite'}", mode="demo")) as store,
        store.writing() as writer,
    ):
        writer.exec_driver_sql("DROP TRIGGER event_payload_refuses_update")
        writer.exec_driver_sql("UPDATE event_payload SET payload = salt WHERE rowid = 9")
    done = run("verify", "--all", "--checkpoint", str(kept))
    assert (done.returncode, "what it says was changed" in done.stdout) == (1, True), done.stdout
    assert "NOT PROVED: 1 things do not hold." in done.stderr


def test_one_record_is_proved_by_a_folder_of_checkpoints(run: Run, records: Path, tmp_path: Path) -> None:
    desk, store = opened(Settings(mode="demo", records=records))
    with closing(store):
        episode = desk.ledger.streams("episode:")[0].removeprefix("episode:")
    assert run("verify", "--episode", episode).returncode == 3
    run("checkpoint", "--to", str(tmp_path / "1.checkpoint"))
    done = run("verify", "--episode", episode, "--checkpoint", str(tmp_path))
    assert (done.returncode, "PROVED" in done.stdout) == (0, True), done.stdout + done.stderr
    assert run("verify", "--episode", "e-none", "--checkpoint", str(tmp_path)).returncode == 1
    assert run("verify").returncode == 1


def test_g16_an_erased_record_is_told_in_words_and_its_exports_say_why_there_are_none(
    run: Run, records: Path, tmp_path: Path
) -> None:
    desk, store = opened(Settings(mode="demo", records=records))
    with closing(store):
        episode = desk.ledger.in_status(EVERYTHING, "opened")[0].episode
        clock = FixedClock()
        clock.advance(days=400)
        desk = replace(desk, clock=clock)
        drafts.tidy(desk)
        keeping.propose(desk, rehearsal.signed_in(desk, "vale"), episode=episode, reason="error")
        keeping.agree(desk, rehearsal.signed_in(desk, "ota"), episode=episode)
    run("checkpoint", "--to", str(tmp_path / "1.checkpoint"))
    for which in (("--all",), ("--episode", episode)):
        done = run("verify", *which, "--checkpoint", str(tmp_path))
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"episode:{episode}: erased on " in done.stdout
        assert "by two persons, Tomas Vale and Ines Ota (error)." in done.stdout
    for name in ("document", "bundle", "replay"):
        out = () if name == "replay" else ("--out", str(tmp_path / name))
        done = run(name, episode, *out, "--as", "lund")
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == "What this record said was erased. Its page says when and by whom.\n"


def test_g09_a_checkpoint_of_another_log_is_refused(run: Run, tmp_path: Path) -> None:
    stranger = Settings(mode="demo", records=tmp_path / "other")
    desk, store = opened(stranger)
    with closing(store):
        note = log.covered(desk).note.written
        key = str(log.key(desk))
    (tmp_path / "theirs").write_bytes(note)
    done = run("verify", "--all", "--checkpoint", str(tmp_path / "theirs"))
    assert (done.returncode, "no checkpoint of this log" in done.stderr) == (1, True)
    done = run("verify", "--all", "--checkpoint", str(tmp_path / "theirs"), "--log-key", key)
    assert done.returncode == 1, "read with the key that was named, and then it is not this log's"
    assert run("verify", "--all", "--checkpoint", str(tmp_path / "none")).returncode == 1
    assert run("verify", "--all", "--log-key", "x+1+y").returncode == 2


@pytest.fixture
def long(tmp_path: Path) -> Settings:
    """A log of more than two stretches, with a checkpoint in the second one."""
    chosen = Settings(mode="demo", records=tmp_path / "long")
    desk, store = opened(chosen)
    make = Make()
    with closing(store):
        for number, count in enumerate((STRETCH + 9, STRETCH + 90)):
            stream = f"episode:e-{number}"
            made = make.entries(stream, [make.event()] * count)
            SqlLedger(store).append(make.commit(stream, entries=made))
            log.covered(desk)
    return chosen


def test_several_processes_come_to_what_one_comes_to(long: Settings) -> None:
    desk, store = opened(long)
    with closing(store), auditing(long, alone=STRETCH) as (archive, look):
        keys = log.taken(desk.ledger)
        outside = [signed for signed in [log.newest(desk)] if signed]
        alone = SqlArchive(store)
        reports = [
            verify_all(archive, desk.ledger, outside=outside, keys=keys, look=look),
            verify_all(alone, desk.ledger, outside=outside, keys=keys, look=in_turn(alone)),
        ]
    assert reports[0] == reports[1]
    assert (reports[0].faults, reports[0].unanchored) == ([], 0)
    assert reports[0].entries == SqlLog(store).size() > 2 * STRETCH


def test_what_was_looked_at_before_it_was_stopped_is_not_looked_at_again(long: Settings, tmp_path: Path) -> None:
    desk, store = opened(long)
    kept, asked = tmp_path / "kept.part", list[int]()
    with closing(store):
        archive = SqlArchive(store)

        def look(stretches: Iterable[Stretch], *, stop: int) -> Iterator[Part]:
            for one in stretches:
                asked.append(one[0])
                if len(asked) == stop:
                    raise KeyboardInterrupt
                yield from in_turn(archive)([one])

        def verified(stop: int) -> object:
            going_on = _going_on(lambda stretches: look(stretches, stop=stop), kept)
            return verify_all(archive, desk.ledger, outside=[], keys=log.taken(desk.ledger), look=going_on)

        with pytest.raises(KeyboardInterrupt):
            verified(2)
        with kept.open("ab") as file:
            file.write(b'{"first": 4096, "cou')
        report = verified(0)
        assert asked == [0, STRETCH, STRETCH, 2 * STRETCH]
        assert report == verify_all(
            archive, desk.ledger, outside=[], keys=log.taken(desk.ledger), look=in_turn(archive)
        )


def test_g05_a_backup_older_than_a_checkpoint_is_found_out_when_it_is_restored(run: Run, tmp_path: Path) -> None:
    early, late, backup = tmp_path / "early", tmp_path / "late", tmp_path / "backup"
    run("checkpoint", "--to", str(early))
    assert run("backup", "--to", str(backup)).returncode == 0
    _, store = opened(Settings(mode="demo", records=tmp_path / "records"))
    with closing(store):
        SqlLedger(store).append(Make().commit("episode:e-later"))
    run("checkpoint", "--to", str(late))
    for number, (known, status, told) in enumerate(
        [(early, 0, "PROVED: all of them"), (late, 1, "some are gone"), (tmp_path / "none", 1, "")]
    ):
        place = _environment(tmp_path / f"restored-{number}")
        done = warm().run(
            "consent", "restore", "--from", str(backup), "--checkpoint", str(known), environment={**place}
        )
        assert (done.returncode, told in done.stdout) == (status, True), done.stdout + done.stderr
