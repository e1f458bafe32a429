"""A seal that lacks something gets it later, and the bedside never waits for that."""

import json

import pytest

from consent.errors import Broken, Busy
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.ports.sealing import SealedPdf, SealLevel
from consent.workflow import day, health, proof, seal
from consent.workflow.finish import UPGRADE
from tests.samples.story import Story


@pytest.fixture
def lacking(story: Story) -> Story:
    """A record whose document was sealed while nobody outside answered."""
    story.at(Status.ATTESTED)
    story.sealer.problem = "The time-stamp authority did not answer in time."
    story.sealer.faults = []
    story.seal()
    return story


def owed(story: Story) -> list[str]:
    return [item.outlet for item in story.ledger.owed(now=story.desk.now())]


def test_a_seal_that_lacks_nothing_owes_nothing(story: Story) -> None:
    story.at(Status.ATTESTED)
    story.seal()
    assert owed(story) == [story.outlet.name]


def test_the_record_says_why_its_seal_is_less_and_the_document_is_delivered_all_the_same(lacking: Story) -> None:
    (certified,) = lacking.now.seals.values()
    assert (certified.level, certified.problem) == ("B-B", "The time-stamp authority did not answer in time.")
    lacking.sealer.faults = [Busy("It is away.")]
    assert seal.work_once(lacking.desk) == 1
    assert lacking.now.delivered
    assert not lacking.now.upgraded


def test_it_is_tried_again_until_somebody_answers_and_once_only(lacking: Story) -> None:
    lacking.sealer.faults = [Busy("It is away."), Busy("It is away.")]
    seal.work_once(lacking.desk)
    assert owed(lacking) == []
    lacking.clock.advance(minutes=1)
    assert seal.work_once(lacking.desk) == 0
    lacking.clock.advance(minutes=2)
    assert seal.work_once(lacking.desk) == 1
    assert lacking.now.sealed
    first = lacking.now.sealed.event.document
    later = lacking.now.upgraded[first]
    kept = [lacking.ledger.document(EVERYTHING, one).content for one in (first, later.document)]
    assert kept[1].startswith(kept[0])
    assert (later.level, later.size) == ("B-T", len(kept[1]))


def test_the_chart_gets_the_later_file_too_and_is_told_which_one_it_replaces(lacking: Story) -> None:
    assert seal.work_once(lacking.desk) == 2
    assert lacking.now.sealed
    first = lacking.now.sealed.event.document
    later = lacking.now.upgraded[first].document
    assert list(lacking.outlet.got) == [first]
    lacking.outlet.faults = [Busy("The chart is full.")]
    assert seal.work_once(lacking.desk) == 0
    assert lacking.now.last_problem == "The chart is full."
    lacking.clock.advance(minutes=1)
    assert seal.work_once(lacking.desk) == 1
    told = {digest: json.loads(metadata) for digest, (_, metadata) in lacking.outlet.got.items()}
    assert "replaces" not in told[first]
    assert (told[later]["document"]["sha256"], told[later]["replaces"]) == (later, first)
    assert told[later]["document"]["size"] == lacking.now.upgraded[first].size
    assert lacking.now.last_problem == ""
    assert lacking.now.delivered
    assert lacking.now.delivered.event.document == first
    lacking.clock.advance(days=1)
    assert (owed(lacking), seal.work_once(lacking.desk)) == ([], 0)


def test_a_bundle_holds_together_with_the_later_file_in_it(lacking: Story) -> None:
    seal.work_once(lacking.desk)
    first, events = proof.bundle(lacking.desk, episode=lacking.episode)
    later = lacking.ledger.document(EVERYTHING, lacking.now.newest).content
    said = [proof.check(lacking.desk.press, pdf=pdf, events=events)[1] for pdf in (first, later)]
    added = "Something was added to its seal later (B-T)."
    assert added in said[1]
    assert said[0] == tuple(one for one in said[1] if one != added)
    with pytest.raises(Broken, match="not the one that was finished"):
        proof.check(lacking.desk.press, pdf=later + b"\n", events=events)


def test_a_later_file_of_a_notice_is_delivered_as_that_notice(lacking: Story) -> None:
    seal.work_once(lacking.desk)
    day.withdraw(lacking.desk, lacking.staff("okafor"), episode=lacking.episode)
    for _ in range(3):
        seal.work_once(lacking.desk)
    (notice,) = lacking.now.notices
    later = lacking.now.upgraded[notice.document].document
    told = json.loads(lacking.outlet.got[later][1])
    assert (told["replaces"], told["notice"]["of"]) == (notice.document, "withdrawal")


def test_what_waits_for_others_is_no_late_delivery(lacking: Story) -> None:
    lacking.sealer.faults = [Busy("It is away.")]
    seal.work_once(lacking.desk)
    lacking.clock.advance(hours=1)
    assert owed(lacking) == [UPGRADE]
    assert not health.is_delivery_late(lacking.desk)


def test_a_seal_that_gets_nothing_more_is_left_alone(lacking: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lacking.sealer, "upgrade", lambda pdf, **_: SealedPdf(pdf, SealLevel.B_B))
    assert seal.work_once(lacking.desk) == 1
    assert not lacking.now.upgraded
    lacking.clock.advance(minutes=1)
    assert seal.work_once(lacking.desk) == 0
