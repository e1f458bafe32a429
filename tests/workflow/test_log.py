"""The one log over all records: places, checkpoints, whoever gets them, and what is told when one is missing."""

from dataclasses import replace

import pytest

from consent.errors import Broken, Busy, SealRefused
from consent.model import checkpoint, log
from consent.model.document import document
from consent.model.entry import Stamp
from consent.model.events import MattersNoted
from consent.model.note import Key
from consent.model.status import Status
from consent.ports.log import KeptCheckpoint
from consent.workflow import health, publish, seal
from consent.workflow import log as the_log
from consent.workflow.desk import note
from consent.workflow.proof import in_log, inside
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
    assert the_log.taken(story.desk.ledger) == (first, second)
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
    story.ledger.kept["episode:e-1"], rest = story.ledger.kept["episode:e-1"][:4], story.ledger.kept["episode:e-1"][4:]
    anchored = the_log.anchor(story.desk, stream=entry.stream)
    story.ledger.kept["episode:e-1"] += rest
    assert (anchored.entry, anchored.log, anchored.size) == (4, story.desk.log_key.public().name, story.log.size())
    proved = checkpoint.read_proof(anchored.proof.encode(), log_key=the_log.key(story.desk))
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
    publish.tend(story.desk, whole=True)
    assert [one.size for one in target.got] == [len(story.ledger.order)], "the first one is made at once"
    write(story, 2)
    story.clock.advance(minutes=4, seconds=59)
    publish.tend(story.desk, whole=False)
    assert story.log.size() == len(story.ledger.order)
    assert len(target.got) == 1
    story.clock.advance(seconds=1)
    publish.tend(story.desk, whole=False)
    assert [one.size for one in target.got][1:] == [len(story.ledger.order)]
    story.clock.advance(hours=1)
    assert publish.tend(story.desk, whole=True) == 0, "nothing was written since"


def test_an_empty_log_has_no_checkpoint(story: Story) -> None:
    story.ledger.order.clear()
    assert publish.tend(story.desk, whole=True) == 0
    assert story.log.newest() is None
    assert not publish.late(story.desk)


def test_a_target_that_is_down_holds_nobody_up_and_gets_the_newest_later(story: Story, target: MemoryTarget) -> None:
    target.fault = Busy("The folder for checkpoints did not take one.")
    publish.tend(story.desk, whole=True)
    assert publish.late(story.desk)
    write(story, 1)
    story.clock.advance(minutes=5)
    publish.tend(story.desk, whole=False)
    assert target.got == []
    target.fault = None
    story.clock.advance(minutes=1)
    publish.tend(story.desk, whole=False)
    assert [one.size for one in target.got] == [len(story.ledger.order)]
    assert not health.is_checkpoint_late(story.desk)


def test_a_target_that_stays_down_is_told_once(
    story: Story, target: MemoryTarget, capsys: pytest.CaptureFixture[str]
) -> None:
    def said() -> int:
        return capsys.readouterr().out.count("checkpoint")

    target.fault = Busy("It stays down.")
    for times in (1, 0, 0):
        publish.tend(story.desk, whole=False)
        assert said() == times
    target.fault = None
    story.clock.advance(minutes=1)
    publish.tend(story.desk, whole=False)
    target.fault = Busy("It stays down.")
    write(story, 1)
    story.clock.advance(minutes=5)
    publish.tend(story.desk, whole=False)
    assert said() == 1


def test_a_target_is_late_an_hour_after_its_last_checkpoint_when_there_are_newer_ones(
    story: Story, target: MemoryTarget
) -> None:
    publish.tend(story.desk, whole=True)
    story.clock.advance(hours=2)
    assert not publish.late(story.desk), "nothing was written"
    target.fault = Busy("It is down.")
    write(story, 1)
    publish.tend(story.desk, whole=False)
    assert publish.late(story.desk)


def test_a_database_that_was_rolled_back_is_found_by_whoever_has_a_larger_checkpoint(
    story: Story, target: MemoryTarget
) -> None:
    publish.tend(story.desk, whole=True)
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


def test_a_finished_document_carries_the_proof_of_its_signature(story: Story) -> None:
    story.at(Status.SEALED)
    (anchored,) = story.now.anchors
    entries = story.ledger.entries(f"episode:{story.episode}")
    assert entries[anchored.number].header.find(b'"SealBegun"') > 0, "the making begins right behind"
    files = {one.name: one.content for one in inside(document(story.now), entries[: anchored.number + 1])}
    number, proved = in_log(files, the_log.key(story.desk))
    assert (number, proved.signed.checkpoint.head.size) == (anchored.event.entry, anchored.event.size)
    assert anchored.event.root in str(document(story.now).blocks[-1])
    with pytest.raises(Broken, match="does not hold"):
        in_log(files, FakeLogKey(2).public())
    with pytest.raises(Broken, match="carries no proof"):
        in_log({name: files[name] for name in ("document.json", "events.json")}, the_log.key(story.desk))
    other = Story()
    other.open(name="Ana Berg", mrn="0004418")
    other.at(Status.SEALED)
    another = other.ledger.entries(f"episode:{other.episode}")[: other.now.anchors[0].number + 1]
    mixed = files | {"events.json": inside(document(other.now), another)[1].content}
    with pytest.raises(Broken, match="not for this record"):
        in_log(mixed, the_log.key(story.desk))


def test_two_that_seal_at_once_take_no_larger_checkpoint_for_a_rewriting(story: Story) -> None:
    write(story, 2)
    fast = replace(story.desk)

    class Slow(FakeLogKey):
        def public(self) -> Key:
            write(story, 1)
            the_log.covered(fast)
            return super().public()

    the_log.covered(replace(story.desk, log_key=Slow()))


def test_a_seal_waits_while_the_log_is_not_the_one_that_was_signed(story: Story) -> None:
    story.at(Status.ATTESTED)
    key, size = the_log.key(story.desk), len(story.ledger.order) + 1
    other = checkpoint.Checkpoint(origin=key.name, head=log.Head(size, bytes(32)))
    written = other.signed(key, story.desk.log_key.sign).written
    story.log.keep(KeptCheckpoint(size=size, at=story.desk.now(), note=written))
    assert seal.work_once(story.desk) == 0
    assert story.now.status is Status.ATTESTED
    assert story.now.last_problem == "The log does not continue its last checkpoint."
