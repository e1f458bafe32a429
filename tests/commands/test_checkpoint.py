"""Checkpoints to a host and from cosigners, at a console: what is told, and what ``verify --all`` says of them."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from consent.errors import SettingRefused
from consent.settings import Settings
from consent.wiring import opened
from consent.workflow import log
from tests.adapters.chart.letterbox import Letterbox, listening
from tests.adapters.chart.receiver import Cosigner, receiving
from tests.adapters.seal.authorities import World, serving
from tests.fakes.log import FakeLogKey
from tests.warm import warm

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def cosigner(records: Path) -> Iterator[Cosigner]:
    desk, store = opened(Settings(mode="demo", records=records))
    with closing(store):
        key = log.key(desk)
    with receiving(Cosigner(key)) as one:
        yield one


@pytest.fixture
def run(records: Path, cosigner: Cosigner, tmp_path: Path) -> Run:
    (tmp_path / "cosigners").write_text(f"# the university's\n{cosigner.key}\n", encoding="utf-8")
    folder = tmp_path / "outside"
    folder.mkdir()
    environment = {"RECORDS": records, "MODE": "demo", "CHECKPOINTS": folder, "COSIGNERS": tmp_path / "cosigners"}

    def start(*arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        given = {f"CONSENT_{name}": str(value) for name, value in {**environment, **more}.items()}
        return warm().run("consent", *arguments, environment={"PATH": "/usr/bin:/bin", **given})

    return start


def test_a_host_cosigns_and_verify_all_tells_who_and_how_far(run: Run, cosigner: Cosigner) -> None:
    sent = run("checkpoint", CHECKPOINT_HOSTS=cosigner.url)
    assert (sent.returncode, cosigner.statuses) == (0, [200]), sent.stderr
    size = sent.stdout.splitlines()[1]
    done = run("verify", "--all")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Cosigned by 1:\n  cosigner.example saw the log continue up to {size} entries, on " in done.stdout
    assert f"Cosigner: {cosigner.key}" in run("log").stdout


def test_one_that_was_cosigned_elsewhere_is_taken_in(run: Run, cosigner: Cosigner, tmp_path: Path) -> None:
    raw = run("checkpoint").stdout.encode()
    assert "Cosigned" not in run("verify", "--all").stdout
    (tmp_path / "back").write_bytes(raw)
    refused = run("checkpoint", "--take", str(tmp_path / "back"))
    assert (refused.returncode, "Nobody known here" in refused.stderr) == (1, True)
    (tmp_path / "back").write_bytes(cosigner.cosigned(raw))
    taken = run("checkpoint", "--take", str(tmp_path / "back"))
    assert (taken.returncode, "cosigner.example saw the log" in taken.stdout) == (0, True), taken.stderr
    assert "Cosigned by 1:" in run("verify", "--all").stdout


def test_g19_a_host_that_is_down_is_named_by_doctor(run: Run) -> None:
    assert run("checkpoint", CHECKPOINT_HOSTS="http://127.0.0.1:1/at").returncode == 0, "it is signed all the same"
    lines = run("doctor", CHECKPOINT_HOSTS="http://127.0.0.1:1/at").stdout
    assert (
        "STOP  checkpoints: The newest checkpoint of the log has not reached checkpoint-host 127.0.0.1:1/at." in lines
    )


def test_a_mail_goes_to_each_by_itself_and_what_it_carries_anchors_the_log(run: Run, tmp_path: Path) -> None:
    box, to = Letterbox(), "keeper@university.example auditor@law.example"
    with listening(box) as port:
        mail = {"MAIL_SERVER": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "log@clinic.example", "MAIL_TO": to}
        assert run("checkpoint", **mail).returncode == 0
        assert "checkpoint-mail keeper@university.example: over " in run("log", **mail).stdout
    assert [envelope.rcpt_tos for envelope in box.got] == [[one] for one in to.split()]
    (attached,) = box.message().iter_attachments()
    (tmp_path / "kept").write_bytes(attached.get_content())
    done = run("verify", "--all", "--checkpoint", str(tmp_path / "kept"))
    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "kept").write_bytes(attached.get_content().replace(b"\n\n", b"0\n\n", 1))
    assert run("verify", "--all", "--checkpoint", str(tmp_path / "kept")).returncode == 1


def test_a_mail_server_without_anybody_to_write_to_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingRefused, match="go to nobody"):
        opened(Settings(mode="demo", records=tmp_path, mail_server="smtps://mail.example"))


def test_a_time_stamp_lies_beside_the_checkpoint_and_verify_all_tells_when(run: Run, tmp_path: Path) -> None:
    roots, now = tmp_path / "roots.pem", datetime.now(UTC)  # noqa: TID251 - the command asks the machine's clock
    keys = tmp_path / "authority"
    keys.mkdir()
    with serving(lambda port: World(keys, port, at=now)) as world:
        roots.write_bytes(world.certificate("root").public_bytes(Encoding.PEM))
        more = {"CHECKPOINT_AUTHORITY": world.authority().url, "TIMESTAMP_ROOTS": str(roots)}
        sent = run("checkpoint", **more)
        size = sent.stdout.splitlines()[1]
        assert f"checkpoint-stamps: over {size}, of " in run("log", **more).stdout
    assert "Time stamps that were not judged: 1." in run("verify", "--all").stdout
    done = run("verify", "--all", TIMESTAMP_ROOTS=str(roots))
    assert f"Time stamps: 1. By the last the log had {size} entries on {now:%Y-%m-%d}T" in done.stdout, done.stderr
    (token,) = (tmp_path / "outside").glob("*.tst")
    token.unlink()
    token.write_bytes(b"no token")
    done = run("verify", "--all", TIMESTAMP_ROOTS=str(roots))
    assert (done.returncode, f"{token.name}: A time stamp" in done.stderr) == (1, True), done.stderr


def test_time_stamps_without_a_place_or_roots_are_refused(tmp_path: Path) -> None:
    chosen = Settings(mode="demo", records=tmp_path, checkpoint_authority="http://tsa.example/")
    for more in ({"checkpoints": tmp_path}, {"timestamp_roots": tmp_path}):
        with pytest.raises(SettingRefused, match="need a place"):
            opened(chosen.model_copy(update=more))


@pytest.mark.parametrize("content", ["cosigner.example+1+x\n", "\xff", str(FakeLogKey().public())])
def test_keys_that_cannot_be_used_and_a_missing_folder_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "cosigners").write_text(content, encoding="latin-1")
    chosen = Settings(mode="demo", records=tmp_path, cosigners=tmp_path / "cosigners")
    with pytest.raises(SettingRefused, match="no place outside"):
        opened(chosen)
    with pytest.raises(SettingRefused, match="CONSENT_COSIGNERS cannot be used"):
        opened(chosen.model_copy(update={"checkpoints": tmp_path}))
