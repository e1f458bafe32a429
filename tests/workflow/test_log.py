"""The one log over all records: places, checkpoints, whoever gets them, and what is told when one is missing."""

from dataclasses import replace

import pytest

from consent.errors import Broken, Busy, SealRefused
from consent.model import checkpoint, log
from consent.model.entry import Stamp
from consent.model.events import MattersNoted
from consent.ports.log import KeptCheckpoint
from consent.workflow import health
from consent.workflow import log as the_log
from consent.workflow.desk import note
from tests.fakes.log import FakeLogKey, MemoryTarget
from tests.samples.story import Story

STAMP = Stamp(actor="p-1", at="2026-03-02T09:00:00.000000Z", device="tablet 1", sign_in="s-1")


def write(story: Story, count: int, stream: str = "episode:e-1") -> None:
    for _ in range(count):
        note(story.desk, STAMP, stream=stream, events=[MattersNoted(hope="to eat again")])


@pytest.fixture
def target(story: Story) -> MemoryTarget:
    target = MemoryTarget()
    story.desk = replace(story.desk, targets=(target,))
    return target


def test_a_checkpoint_covers_everything_that_was_written_until_then(story: Story) -> None:
    write(story, 5)
    signed = the_log.covered(story.desk)
    assert signed.checkpoint.head.size == len(story.ledger.order) == story.log.size()
    assert the_log.covered(story.desk) == signed, "nothing was written since"
    write(story, 1)
    assert the_log.covered(story.desk).checkpoint.head.size == signed.checkpoint.head.size + 1


def test_the_key_is_taken_once_and_another_signs_nothing_until_it_is_taken_on_purpose(story: Story) -> None:
    first = the_log.key(story.desk)
    assert the_log.key(story.desk) == first
    story.desk = replace(story.desk, log_key=FakeLogKey(2))
    write(story, 1)
    with pytest.raises(SealRefused, match="another one"):
        the_log.covered(story.desk)
    second = the_log.take(story.desk)
    assert the_log.taken(story.desk) == (first, second)
    assert the_log.newest(story.desk) is None
    assert the_log.covered(story.desk).note.signatures[0].key_id == second.id


def test_what_an_earlier_key_signed_is_still_read(story: Story) -> None:
    before = the_log.covered(story.desk)
    story.desk = replace(story.desk, log_key=FakeLogKey(2))
    the_log.take(story.desk)
    assert the_log.newest(story.desk) == before
    assert the_log.covered(story.desk).checkpoint.head.size == before.checkpoint.head.size + 1


def test_an_entry_is_proved_offline_by_its_file(story: Story) -> None:
    write(story, 9)
    entry = story.ledger.entries("episode:e-1")[3]
    raw = the_log.proof(story.desk, stream=entry.stream, number=entry.number)
    proved = checkpoint.read_proof(raw, log_key=the_log.key(story.desk))
    assert proved.proves(bytes.fromhex(entry.leaf))
    assert not proved.proves(bytes.fromhex(story.ledger.entries("episode:e-1")[4].leaf))


def test_a_log_that_does_not_continue_its_last_checkpoint_gets_no_other(story: Story) -> None:
    write(story, 3)
    key, size = the_log.key(story.desk), len(story.ledger.order)
    other = checkpoint.Checkpoint(origin=key.name, head=log.Head(size, bytes(32)))
    written = other.signed(key, story.desk.log_key.sign).written
    story.log.keep(KeptCheckpoint(size=size, at=story.desk.now(), note=written))
    for more in (0, 2):
        write(story, more)
        with pytest.raises(Broken, match="does not continue"):
            the_log.covered(story.desk)


def test_a_checkpoint_that_nobody_of_ours_signed_is_not_taken_for_one(story: Story) -> None:
    the_log.key(story.desk)
    the_log.sequence(story.desk)
    stranger = FakeLogKey(3)
    forged = checkpoint.Checkpoint(origin=stranger.name, head=the_log.head(story.desk))
    written = forged.signed(stranger.public(), stranger.sign).written
    story.log.keep(KeptCheckpoint(size=story.log.size(), at=story.desk.now(), note=written))
    with pytest.raises(Broken, match="not signed"):
        the_log.newest(story.desk)


def test_the_worker_gives_places_at_once_and_a_checkpoint_every_five_minutes(
    story: Story, target: MemoryTarget
) -> None:
    write(story, 2)
    the_log.tend(story.desk, whole=True)
    assert [one.size for one in target.got] == [len(story.ledger.order)], "the first one is made at once"
    write(story, 2)
    story.clock.advance(minutes=4, seconds=59)
    the_log.tend(story.desk, whole=False)
    assert story.log.size() == len(story.ledger.order)
    assert len(target.got) == 1
    story.clock.advance(seconds=1)
    the_log.tend(story.desk, whole=False)
    assert [one.size for one in target.got][1:] == [len(story.ledger.order)]
    story.clock.advance(hours=1)
    assert the_log.tend(story.desk, whole=True) == 0, "nothing was written since"


def test_an_empty_log_has_no_checkpoint(story: Story) -> None:
    story.ledger.order.clear()
    assert the_log.tend(story.desk, whole=True) == 0
    assert story.log.newest() is None
    assert not the_log.is_late(story.desk)


def test_a_target_that_is_down_holds_nobody_up_and_gets_the_newest_later(story: Story, target: MemoryTarget) -> None:
    target.fault = Busy("The folder for checkpoints did not take one.")
    the_log.tend(story.desk, whole=True)
    assert the_log.is_late(story.desk)
    write(story, 1)
    story.clock.advance(minutes=5)
    the_log.tend(story.desk, whole=False)
    assert target.got == []
    target.fault = None
    the_log.tend(story.desk, whole=False)
    assert [one.size for one in target.got] == [len(story.ledger.order)]
    assert not health.is_checkpoint_late(story.desk)


def test_a_target_is_late_an_hour_after_its_last_checkpoint_when_there_are_newer_ones(
    story: Story, target: MemoryTarget
) -> None:
    the_log.tend(story.desk, whole=True)
    story.clock.advance(hours=2)
    assert not the_log.is_late(story.desk), "nothing was written"
    target.fault = Busy("It is down.")
    write(story, 1)
    the_log.tend(story.desk, whole=False)
    assert the_log.is_late(story.desk)


def test_a_database_that_was_rolled_back_is_found_by_whoever_has_a_larger_checkpoint(
    story: Story, target: MemoryTarget
) -> None:
    the_log.tend(story.desk, whole=True)
    assert not health.is_checkpoint_late(story.desk)
    target.got.append(KeptCheckpoint(size=story.log.size() + 1, at=story.desk.now(), note=b"later"))
    with pytest.raises(Broken, match="covers more"):
        health.is_checkpoint_late(story.desk)


def test_proofs_between_checkpoints_hold(story: Story) -> None:
    heads = []
    for count in (1, 2, 5, 8):
        write(story, count)
        heads.append(the_log.covered(story.desk).checkpoint.head)
    for older in heads:
        for newer in heads[heads.index(older) :]:
            path = log.consistency_proof(older.size, newer.size, story.log.hash_at)
            assert log.is_consistent(older, newer, path)
