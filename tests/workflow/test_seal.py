"""From the last signature to the finished document: catalogue D1, D3, D4 and what a crash half-way leaves."""

from datetime import timedelta

import pytest

from consent.errors import Broken, Busy, Unprintable
from consent.model import canon
from consent.model.canon import sha256_hex
from consent.model.document import document
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.workflow import seal
from consent.workflow.desk import Desk, stream_of
from consent.workflow.proof import inside
from tests.samples.story import Story


@pytest.fixture
def attested(story: Story) -> Story:
    story.at(Status.ATTESTED)
    return story


def test_a_sealed_document_is_named_by_its_bytes_and_owed_to_the_chart(attested: Story) -> None:
    sealed = attested.seal().sealed
    assert sealed
    stored = attested.ledger.document(EVERYTHING, sealed.event.document)
    assert (sha256_hex(stored.content), len(stored.content)) == (stored.digest, sealed.event.size)
    assert (stored.kind, stored.episode) == ("consented", attested.episode)
    (owed,) = attested.ledger.owed(now=attested.desk.now())
    assert owed.id == f"chart-folder:{stored.digest}"


def test_sealing_twice_makes_one_document(attested: Story) -> None:
    first = attested.seal()
    assert attested.seal() == first
    assert attested.press.built == 1
    assert attested.kinds().count("Sealed") == 1


def test_two_workers_at_once_make_one_document(attested: Story) -> None:
    attested.press.meanwhile.append(attested.seal)
    assert attested.seal().status is Status.SEALED
    assert (attested.kinds().count("SealBegun"), attested.kinds().count("Sealed")) == (1, 1)
    assert len(attested.ledger.documents) == 1


def test_patient_and_clinician_behind_each_other_make_one_document(story: Story) -> None:
    story.at(Status.DISCUSSED)
    for sign in (story.sign, story.attest):
        seal.work_once(story.desk)
        sign()
    assert [seal.work_once(story.desk) for _ in range(3)] == [2, 0, 0]
    assert len(story.ledger.documents) == 1


@pytest.mark.parametrize("status", [Status.DISCUSSED, Status.PATIENT_SIGNED])
def test_half_signed_is_never_sealed(story: Story, status: Status) -> None:
    before = story.at(status)
    assert story.seal() == before
    assert seal.work_once(story.desk) == 0
    assert story.press.built == 0


def test_a_refusal_is_sealed_as_a_record_of_its_own(story: Story) -> None:
    story.at(Status.REFUSED)
    sealed = story.seal().sealed
    assert sealed
    assert story.ledger.document(EVERYTHING, sealed.event.document).kind == "refused"


def test_a_second_try_makes_the_same_bytes_however_late(attested: Story) -> None:
    attested.press.faults.append(Busy("Out of memory."))
    with pytest.raises(Busy):
        attested.seal()
    expected = document(attested.now)
    attested.clock.advance(hours=5)
    sealed = attested.seal().sealed
    assert sealed
    begun = attested.ledger.entries(stream_of(attested.episode))[: sealed.number - 2]
    stored = attested.ledger.document(EVERYTHING, sealed.event.document)
    front = attested.now.seals[stored.digest].front
    assert stored.content[:front] == attested.press.build(expected, inside(expected, begun))


def test_a_document_that_fails_its_own_check_is_not_kept(attested: Story) -> None:
    attested.press.finding = "The file breaks rule P1."
    with pytest.raises(Broken):
        attested.seal()
    assert attested.ledger.documents == {}
    assert attested.now.status is Status.SEALING


def test_why_it_failed_is_kept_once_and_shown_on_the_lists(attested: Story) -> None:
    attested.press.finding = "The file breaks rule P1."
    assert [seal.work_once(attested.desk) for _ in range(3)] == [0, 0, 0]
    assert attested.kinds().count("SealFailed") == 1
    row = attested.ledger.row(EVERYTHING, attested.episode)
    assert row is not None
    assert row.last_problem == "The file breaks rule P1."
    attested.press.finding = ""
    seal.work_once(attested.desk)
    assert attested.now.last_problem == ""
    assert attested.now.status is Status.FILED


def test_another_failure_is_kept_as_well(attested: Story) -> None:
    attested.press.faults += [Busy("One."), Unprintable("Two."), Unprintable("Two.")]
    for _ in range(3):
        seal.work_once(attested.desk)
    assert attested.kinds().count("SealFailed") == 2


def test_one_record_that_cannot_be_sealed_does_not_hold_up_the_others(attested: Story) -> None:
    first = attested.episode
    attested.open(name="Ann Lee", mrn="77")
    attested.prepare()
    attested.hand_over()
    attested.refuse()
    assert set(seal.waiting(attested.desk)) == {first, attested.episode}
    attested.press.faults.append(Unprintable("No sign."))
    seal.work_once(attested.desk)
    assert {row.status for row in attested.ledger.rows.values()} == {"sealing", "filed"}


def test_a_full_disk_is_no_loss_and_no_end(attested: Story) -> None:
    attested.ledger.full = True
    assert seal.work_once(attested.desk) == 0
    assert not attested.now.sealing
    attested.ledger.full = False
    seal.work_once(attested.desk)
    assert attested.now.status is Status.FILED


def test_while_one_worker_seals_no_other_one_does(attested: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[bool] = []

    def sealing(desk: Desk) -> int:
        tried.append(desk.ledger.lease(seal.LEASE, holder="w-other", now=desk.now(), until="9999"))
        return 0

    monkeypatch.setattr(seal, "_seal_waiting", sealing)
    seal.work_once(attested.desk)
    assert tried == [False]


def test_one_worker_at_a_time_and_the_next_at_once(attested: Story) -> None:
    now = attested.desk.clock.now()
    until = canon.instant(now + timedelta(minutes=1))
    assert attested.ledger.lease(seal.LEASE, holder="w-other", now=canon.instant(now), until=until)
    assert seal.work_once(attested.desk) == 0
    attested.clock.advance(minutes=1)
    assert seal.work_once(attested.desk) == 2
    assert seal.work_once(attested.desk) == 0
    assert attested.ledger.lease(seal.LEASE, holder="w-other", now=attested.desk.now(), until="9999")
