"""Checkpoints to a second host over HTTP, which verifies and cosigns them; and each way in which it refuses."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from consent.chart.checkpoint_host import MOST, CheckpointHost
from consent.chart.checkpoints import CheckpointFolder
from consent.errors import BadInput, Broken, Busy, SettingRefused
from consent.model import canon, checkpoint
from consent.model.entry import Stamp
from consent.model.events import MattersNoted
from consent.model.log import Head
from consent.model.note import encoded
from consent.ports.log import KeptCheckpoint, Sent
from consent.workflow import browse, log, publish
from consent.workflow.desk import note
from tests.adapters.chart.conftest import context
from tests.adapters.chart.receiver import MOMENT, Cosigner, Reply, receiving
from tests.fakes.log import FakeLogKey, MemoryTarget
from tests.samples.story import Story

STAMP = Stamp(actor="p-1", at="2026-03-02T09:00:00.000000Z", device="tablet 1", sign_in="s-1")
SECRET = "Ottilie Quengler 4711-0815"  # noqa: S105 - what no host may ever get


@pytest.fixture
def cosigner() -> Iterator[Cosigner]:
    with receiving(Cosigner(FakeLogKey().public())) as one:
        yield one


@pytest.fixture
def story(story: Story, cosigner: Cosigner, tmp_path: Path) -> Story:
    folder = CheckpointFolder(tmp_path)
    targets = (folder, CheckpointHost(cosigner.url, seconds=5))
    story.desk = replace(story.desk, targets=targets, beside=folder, cosigners=(cosigner.key,))
    return story


def write(story: Story, count: int) -> None:
    for _ in range(count):
        note(story.desk, STAMP, stream="episode:e-1", events=[MattersNoted(hope=SECRET)])
    story.clock.advance(minutes=6)


def grown(story: Story, count: int = 3) -> int:
    write(story, count)
    publish.tend(story.desk, whole=True)
    return story.log.size()


def test_a_host_verifies_each_checkpoint_and_its_cosignature_lies_beside_it(
    story: Story, cosigner: Cosigner, tmp_path: Path
) -> None:
    sizes = [grown(story, count) for count in (3, 1, 7)]
    assert cosigner.statuses == [200] * 3
    files = sorted(tmp_path.glob("*.cosigned"))
    assert [int(one.name.split(".")[0]) for one in files] == sizes
    for one in files:
        read = checkpoint.read(one.read_bytes(), log_key=cosigner.log_key, cosigners=[cosigner.key])
        assert [seen.cosigner for seen in read.seen] == [cosigner.key]
    assert not publish.late(story.desk)


def test_who_cosigned_and_how_far_is_told(story: Story, cosigner: Cosigner) -> None:
    auditor, name = story.staff("audit"), cosigner.key.name
    assert browse.standing(story.desk, auditor).cosigned == ((name, None),)
    grown(story)
    size = grown(story)
    at = canon.instant(datetime.fromtimestamp(MOMENT, UTC))
    assert browse.standing(story.desk, auditor).cosigned == ((name, Sent(size, at)),)
    story.desk = replace(story.desk, cosigners=(Cosigner(cosigner.log_key, seed=8).key,))
    assert [seen for _, seen in browse.standing(story.desk, auditor).cosigned] == [None], (
        "a stranger's counts for nothing"
    )


def test_nothing_of_any_patient_leaves(story: Story, cosigner: Cosigner, tmp_path: Path) -> None:
    grown(story)
    grown(story)
    kept = story.log.checkpoints[max(story.log.checkpoints)].note
    (first, second), outside = cosigner.got, [one.read_bytes() for one in tmp_path.iterdir()]
    assert first.startswith(b"old 0\n\n")
    assert second.endswith(b"\n\n" + kept)
    for sent in (first, second, *outside):
        assert not any(word.encode() in sent for word in SECRET.split())


def test_a_host_that_has_seen_less_or_more_says_so_and_is_asked_again(story: Story, cosigner: Cosigner) -> None:
    grown(story)
    cosigner.head = Head(0, canon.EMPTY_TREE)
    grown(story)
    assert cosigner.statuses == [200, 409, 200], "it lost what it had seen"
    story.log._sent.clear()
    grown(story)
    assert cosigner.statuses[3:] == [409, 200], "the store lost what was sent"


def test_g05_a_database_that_was_rolled_back_is_found_by_the_host(
    story: Story, cosigner: Cosigner, capsys: pytest.CaptureFixture[str]
) -> None:
    cosigner.head = Head(1000, bytes(32))
    grown(story)
    assert "covers more than the database has" in capsys.readouterr().out
    with pytest.raises(Broken, match="something was lost"):
        publish.check_outside(story.desk)


def test_g04_a_log_that_was_made_anew_is_found_by_the_host(story: Story, cosigner: Cosigner) -> None:
    kept, host = _kept(story), CheckpointHost(cosigner.url)
    cosigner.head = Head(2, bytes(32))
    with pytest.raises(Broken, match="rewritten"):
        host.send(kept, before=2, proof=lambda _: (bytes(32),))
    cosigner.head = Head(kept.size, bytes(32))
    with pytest.raises(Broken, match="same size"):
        host.send(kept, before=kept.size, proof=lambda _: ())


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ((503, b"", {}), "answers 503"),
        ((404, b"", {}), "does not know this log"),
        ((403, b"", {}), "does not know the key"),
        ((302, b"", {"Location": "http://127.0.0.1:1/"}), "sends elsewhere"),
        ((307, b"", {"Location": "/other"}), "sends elsewhere"),
        ((409, b"many\n", {}), "cannot be used"),
        ((200, b"x" * (MOST + 1), {}), "too long"),
        ((0, b"", {}), "could not be reached"),
    ],
)
def test_g19_what_a_host_answers_otherwise_is_said_and_safe_to_try_again(
    story: Story, cosigner: Cosigner, *, fault: Reply, said: str
) -> None:
    kept, cosigner.fault = _kept(story), fault
    with pytest.raises(Busy, match=said):
        CheckpointHost(cosigner.url, seconds=0.5).send(kept, before=0, proof=lambda _: ())
    assert len(cosigner.got) == 1


STRANGERS = f"\N{EM DASH} stranger.example {encoded(bytes(76))}\n".encode()


@pytest.mark.parametrize(("answer", "late"), [(b"<html>Welcome</html>", 1), (STRANGERS, 0), (b"", 0)])
def test_an_answer_that_is_no_cosignature_does_not_count_and_a_strangers_is_passed_over(
    story: Story, cosigner: Cosigner, *, answer: bytes, late: int
) -> None:
    cosigner.fault = (200, answer, {})
    grown(story)
    assert len(publish.late(story.desk)) == late


def test_a_cosignature_that_is_wrong_is_not_kept(story: Story, cosigner: Cosigner, tmp_path: Path) -> None:
    forged = f"\N{EM DASH} {cosigner.key.name} {encoded(cosigner.key.id + bytes(72))}\n"
    cosigner.fault = (200, forged.encode(), {})
    grown(story)
    assert list(tmp_path.glob("*.cosigned")) == []
    assert publish.late(story.desk) == (f"checkpoint-host {cosigner.url.removeprefix('http://')}",)


def test_g19_a_host_that_is_down_is_left_alone_for_a_minute_and_the_others_get_theirs(
    story: Story, cosigner: Cosigner, capsys: pytest.CaptureFixture[str]
) -> None:
    other = MemoryTarget()
    story.desk = replace(story.desk, targets=(*story.desk.targets, other))
    cosigner.fault = (503, b"", {})
    grown(story)
    for _ in range(5):
        publish.tend(story.desk, whole=False)
        story.clock.advance(seconds=10)
    assert (len(cosigner.got), len(other.got)) == (1, 1)
    assert capsys.readouterr().out.count("answers 503") == 1
    story.clock.advance(minutes=1)
    publish.tend(story.desk, whole=False)
    assert (len(cosigner.got), capsys.readouterr().out.count("answers 503")) == (2, 0), "told once"
    cosigner.fault = None
    size = grown(story)
    assert cosigner.head.size == size, "it catches up with the newest"
    assert not publish.late(story.desk)


def test_an_address_without_tls_or_with_a_password_is_refused() -> None:
    for url in (
        "http://example.org/log",
        "https://me:secret@example.org",
        "ftp://example.org",
        "https://",
        "https://example.org:x",
        "https://example.org/?a=b",
    ):
        with pytest.raises(SettingRefused, match="CONSENT_CHECKPOINT_HOSTS") as refused:
            CheckpointHost(url)
        assert "secret" not in str(refused.value)
    assert CheckpointHost("https://example.org/log/").name == "checkpoint-host example.org/log"


def test_a_host_whose_certificate_leads_to_a_known_root_gets_it_by_tls_and_no_other_does(
    story: Story, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = _kept(story)
    with receiving(Cosigner(FakeLogKey().public()), tls=context(certificate)) as one:
        with pytest.raises(Busy, match="could not be reached"):
            CheckpointHost(one.url, seconds=5).send(kept, before=0, proof=lambda _: ())
        assert one.got == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        lines = CheckpointHost(one.url, seconds=5).send(kept, before=0, proof=lambda _: ())
        with pytest.raises(Busy, match="could not be reached"):
            CheckpointHost(one.url.replace("localhost", "127.0.0.1"), seconds=5).send(
                kept, before=0, proof=lambda _: ()
            )
    read = checkpoint.read(kept.note + lines, log_key=one.log_key, cosigners=[one.key])
    assert [seen.cosigner for seen in read.seen] == [one.key]


def test_a_host_without_a_certificate_that_leads_to_a_known_root_gets_nothing(story: Story, cosigner: Cosigner) -> None:
    url = cosigner.url.replace("http://", "https://")
    with pytest.raises(Busy, match="could not be reached"):
        CheckpointHost(url, seconds=5).send(_kept(story), before=0, proof=lambda _: ())
    assert cosigner.got == []


def test_a_cosigned_checkpoint_from_elsewhere_is_taken_in(story: Story, cosigner: Cosigner, tmp_path: Path) -> None:
    raw = cosigner.cosigned(_kept(story).note)
    assert [seen.cosigner for seen in publish.take(story.desk, raw).seen] == [cosigner.key]
    (kept,) = tmp_path.glob("*.cosigned")
    assert kept.read_bytes() == raw
    publish.take(story.desk, raw)


def test_g09_what_nobody_known_cosigned_or_another_log_signed_is_not_taken_in(
    story: Story, cosigner: Cosigner, tmp_path: Path
) -> None:
    raw = _kept(story).note
    stranger = Cosigner(cosigner.log_key, name="stranger.example", seed=8)
    for one in (raw, stranger.cosigned(raw)):
        with pytest.raises(BadInput, match="Nobody known here"):
            publish.take(story.desk, one)
    other = FakeLogKey(2)
    theirs = checkpoint.Checkpoint(origin=other.name, head=Head(1, bytes(32))).signed(other.public(), other.sign)
    for one in (b"no note", Cosigner(other.public()).cosigned(theirs.written)):
        with pytest.raises(BadInput, match="no checkpoint of this log"):
            publish.take(story.desk, one)
    assert list(tmp_path.glob("*.cosigned")) == []


@pytest.mark.parametrize("size", [2, 1000])
def test_g04_a_cosigned_checkpoint_that_contradicts_the_log_is_an_alarm(
    story: Story, cosigner: Cosigner, capsys: pytest.CaptureFixture[str], *, size: int
) -> None:
    _kept(story)
    key = FakeLogKey()
    other = checkpoint.Checkpoint(origin=key.name, head=Head(size, bytes(32))).signed(key.public(), key.sign)
    with pytest.raises(Broken, match="rewritten or lost"):
        publish.take(story.desk, cosigner.cosigned(other.written))
    assert "alarm" in capsys.readouterr().out


def _kept(story: Story) -> KeptCheckpoint:
    write(story, 4)
    log.covered(story.desk)
    kept = story.log.newest()
    assert kept is not None
    return kept
