"""What is added to a finished record: corrections, and notices as documents linked by digest both ways."""

import json
from dataclasses import replace

import pytest

from consent.errors import BadInput, Broken, Busy, NotAllowed, NotFound, Unprintable, WrongState
from consent.model.canon import sha256_hex
from consent.model.episode import Episode
from consent.model.notice import notice
from consent.model.noticed import Notice
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.workflow import deliver, health, notices, proof, seal
from consent.workflow.desk import row_of, stream_of
from tests.fakes.press import FakePress
from tests.samples.story import Story


@pytest.fixture
def filed(story: Story) -> Story:
    story.at(Status.FILED)
    return story


def correct(story: Story, text: str = "It is the ring finger", by: str = "stone") -> Episode:
    return notices.correct(story.desk, story.staff(by), episode=story.episode, text=text)


def last(story: Story) -> Notice:
    return story.now.notices[-1]


def content(story: Story, told: Notice) -> bytes:
    return story.ledger.document(EVERYTHING, told.document).content


def test_a_withdrawal_becomes_a_notice_that_names_the_document(filed: Story) -> None:
    before, made = filed.now, filed.now.sealed
    filed.withdraw(said="Not today")
    assert seal.work_once(filed.desk) == 2
    told = last(filed)
    assert made
    assert told.sealed
    assert told.sealed.event.about == made.event.document
    assert told.document == sha256_hex(content(filed, told))
    assert made.event.document.encode() in content(filed, told)
    assert filed.ledger.document(EVERYTHING, told.document).kind == f"withdrawal-{told.entry}"
    assert (filed.now.sealed, filed.now.status, filed.now.outlets) == (made, before.status, before.outlets)


def test_a_withdrawal_before_sealing_waits_for_the_document(story: Story) -> None:
    story.at(Status.ATTESTED)
    story.confirm()
    story.withdraw()
    assert (notices.make_waiting(story.desk), story.now.unmade, story.now.unmade_since) == (0, (), "")
    assert "NoticeBegun" not in story.kinds()
    assert seal.work_once(story.desk) == 6
    assert [one.of for one in story.now.notices if one.sealed] == ["confirmation", "withdrawal"]
    assert story.now.status is Status.FILED


def test_while_the_document_cannot_be_made_its_notices_wait(story: Story) -> None:
    story.at(Status.ATTESTED)
    story.withdraw()
    story.press.finding = "The file breaks rule P1."
    assert seal.work_once(story.desk) == 0
    assert "NoticeBegun" not in story.kinds()
    story.press.finding = ""
    assert seal.work_once(story.desk) == 4


def test_each_confirmation_gets_a_notice_of_its_own(filed: Story) -> None:
    filed.confirm("changed", "A new wound")
    filed.confirm("stands", "It heals", by="stone")
    seal.work_once(filed.desk)
    first, second = filed.now.notices
    assert first.document != second.document
    assert (first.before, second.before) == ("", first.document)


def test_a_refusal_needs_no_notice(story: Story) -> None:
    story.at(Status.PATIENT_SIGNED)
    story.withdraw()
    seal.work_once(story.desk)
    assert story.now.notices == ()


def test_a_correction_is_added_and_the_same_tap_twice_is_one(filed: Story) -> None:
    made = filed.now.sealed
    for _ in range(2):
        correct(filed)
    correct(filed, "And on the other day")
    assert filed.kinds().count("CorrectionNoted") == 2
    assert seal.work_once(filed.desk) == 4
    assert seal.work_once(filed.desk) == 0
    assert [one.of for one in filed.now.notices] == ["correction"] * 2
    assert filed.now.sealed == made


@pytest.mark.parametrize("text", ["", "  \n", "x" * 4001, "\U0001f600"])
def test_a_correction_has_words_that_can_be_printed(filed: Story, text: str) -> None:
    with pytest.raises(BadInput):
        correct(filed, text)
    assert "CorrectionNoted" not in filed.kinds()


def test_only_a_clinician_who_is_privileged_for_the_procedure_corrects(filed: Story) -> None:
    for login in ("hale", "okafor", "audit", "desk"):
        with pytest.raises(NotAllowed):
            correct(filed, by=login)
    with pytest.raises(NotAllowed):
        notices.correct(filed.desk, filed.tablet, episode=filed.episode, text="Me")
    assert "CorrectionNoted" not in filed.kinds()


@pytest.mark.parametrize("status", [Status.READING, Status.PATIENT_SIGNED, Status.ATTESTED, Status.SEALING])
def test_there_is_nothing_to_correct_before_the_document(story: Story, status: Status) -> None:
    story.at(status)
    with pytest.raises(WrongState):
        correct(story)


def test_a_second_try_makes_the_same_bytes_however_late(filed: Story) -> None:
    correct(filed)
    filed.press.faults.append(Busy("Out of memory."))
    notices.make_waiting(filed.desk)
    told = last(filed)
    assert told.begun
    expected = notice(filed.now, told)
    attached = proof.inside(expected, filed.ledger.entries(stream_of(filed.episode))[: told.begun.number])
    filed.clock.advance(hours=5)
    filed.confirm()
    notices.make_waiting(filed.desk)
    (made, _) = filed.now.notices
    front = filed.now.seals[made.document].front
    assert content(filed, made)[:front] == filed.press.build(expected, attached)


def test_two_workers_at_once_make_one_notice(filed: Story) -> None:
    filed.withdraw()
    entry = last(filed).entry
    filed.press.meanwhile.append(lambda: notices.make(filed.desk, episode=filed.episode, entry=entry))
    notices.make(filed.desk, episode=filed.episode, entry=entry)
    kinds = filed.kinds()
    assert (kinds.count("NoticeBegun"), kinds.count("NoticeSealed"), len(filed.ledger.documents)) == (1, 1, 2)
    assert notices.make(filed.desk, episode=filed.episode, entry=entry) == filed.now
    assert notices.make(filed.desk, episode=filed.episode, entry=1) == filed.now


def test_why_a_notice_failed_is_kept_once_shown_and_holds_up_nobody(filed: Story) -> None:
    filed.confirm()
    filed.withdraw()
    filed.press.faults += [Unprintable("No sign.")]
    assert notices.make_waiting(filed.desk) == 1
    assert [bool(one.sealed) for one in filed.now.notices] == [False, True]
    row = filed.ledger.row(EVERYTHING, filed.episode)
    assert row
    assert (row.last_problem, row) == ("No sign.", row_of(filed.now))
    filed.press.faults += [Unprintable("No sign.")]
    notices.make_waiting(filed.desk)
    assert filed.kinds().count("NoticeFailed") == 1
    assert seal.work_once(filed.desk) == 3
    assert filed.now.problem == ""


def test_a_notice_that_fails_its_own_check_is_not_kept(filed: Story) -> None:
    filed.withdraw()
    filed.press.finding = "The file breaks rule P1."
    with pytest.raises(Broken):
        notices.make(filed.desk, episode=filed.episode, entry=last(filed).entry)
    assert len(filed.ledger.documents) == 1
    assert notices.waiting(filed.desk) == (filed.episode,)


def test_a_notice_is_delivered_once_to_every_outlet_and_says_what_it_belongs_to(story: Story) -> None:
    story.at(Status.FILED)
    made = story.now.sealed
    correct(story)
    seal.work_once(story.desk)
    _, metadata = story.outlet.got[last(story).document]
    told = json.loads(metadata)
    assert made
    assert (told["notice"]["of"], told["notice"]["belongs_to"]) == ("correction", made.event.document)
    assert told["document"]["sha256"] == last(story).document
    assert "notice" not in json.loads(story.outlet.got[made.event.document][1])
    assert (story.kinds().count("NoticeDelivered"), story.kinds().count("Delivered"), story.outlet.calls) == (1, 1, 2)
    assert last(story).outlets == (story.outlet.name,)
    with pytest.raises(NotFound):
        deliver.notice_metadata(story.now, replace(last(story), sealed=None))


def test_a_notice_that_is_not_delivered_stays_owed_and_leaves_the_consent_as_it_is(filed: Story) -> None:
    before = filed.now
    filed.withdraw()
    filed.outlet.faults += [Busy("The chart is full.")]
    assert seal.work_once(filed.desk) == 1
    assert (filed.now.problem, filed.now.last_problem, last(filed).outlets) == ("The chart is full.", "", ())
    assert (filed.now.status, filed.now.delivered) == (before.status, before.delivered)
    filed.clock.advance(minutes=1)
    assert deliver.deliver_due(filed.desk) == 1
    assert (filed.now.problem, last(filed).outlets) == ("", before.outlets)


def test_a_notice_in_the_chart_does_not_file_a_document_that_is_not(story: Story) -> None:
    story.at(Status.SEALED)
    story.withdraw()
    notices.make_waiting(story.desk)
    consent = story.now.sealed
    assert consent
    held = next(item for item in story.ledger.owed(now="9999") if item.document == consent.event.document)
    story.ledger.postpone(held, due="9999")
    assert deliver.deliver_due(story.desk) == 1
    assert (story.now.status, story.now.delivered, story.now.outlets) == (Status.SEALED, None, ())
    assert last(story).outlets == ("chart-folder",)


def test_whoever_may_open_the_document_opens_its_notices_and_that_is_written_down(filed: Story) -> None:
    filed.withdraw()
    seal.work_once(filed.desk)
    name = last(filed).document
    auditor = filed.staff("audit")
    assert deliver.export(filed.desk, auditor, document=name) == content(filed, last(filed))
    assert filed.kinds(f"access:{filed.episode}")[-1] == "DocumentExported"
    assert b"Withdrawal of a consent" in deliver.export_large(filed.desk, auditor, document=name)
    with pytest.raises(NotAllowed):
        deliver.export(filed.desk, filed.tablet, document=name)


def test_the_later_file_of_a_notice_is_the_notice_too(filed: Story) -> None:
    filed.sealer.problem = "The time-stamp authority did not answer in time."
    filed.withdraw()
    assert seal.work_once(filed.desk) == 3
    told = last(filed)
    later = filed.now.upgraded[told.document].document
    assert filed.now.notice(later) == told
    assert b"Withdrawal of a consent" in deliver.export_large(filed.desk, filed.staff("audit"), document=later)
    assert (
        "(withdrawal)"
        in proof.check(
            FakePress(),
            pdf=filed.ledger.document(EVERYTHING, later).content,
            events=proof.bundle(filed.desk, episode=filed.episode)[1],
        )[1][1]
    )


def test_a_bundle_with_its_notices_holds_together(filed: Story) -> None:
    filed.confirm()
    seal.work_once(filed.desk)
    correct(filed)
    seal.work_once(filed.desk)
    pdf, events = proof.bundle(filed.desk, episode=filed.episode)
    assert proof.check(FakePress(), pdf=pdf, events=events)
    for told in filed.now.notices:
        _, said = proof.check(FakePress(), pdf=content(filed, told), events=events)
        assert f"({told.of})" in said[1]
        assert sha256_hex(pdf) in said[2]
        with pytest.raises(Broken, match="not the one that was finished"):
            proof.check(FakePress(), pdf=content(filed, told) + b" ", events=events)


def test_a_notice_about_another_document_is_found(filed: Story) -> None:
    filed.withdraw()
    notices.make_waiting(filed.desk)
    told, other = last(filed), filed.now.sealed
    assert other
    moved = replace(other, event=other.event.model_copy(update={"document": "0" * 64}))
    entries = filed.ledger.entries(stream_of(filed.episode))
    with pytest.raises(Broken, match="another document"):
        proof._notice_holds(
            FakePress(), replace(filed.now, sealed=moved), told, pdf=content(filed, told), entries=entries
        )


def test_the_watch_sees_a_late_or_a_lost_notice(filed: Story) -> None:
    filed.clock.advance(hours=1)
    filed.withdraw()
    assert not health.is_seal_late(filed.desk)
    filed.clock.advance(minutes=6)
    assert health.is_seal_late(filed.desk)
    notices.make_waiting(filed.desk)
    assert not health.is_seal_late(filed.desk)
    assert not health.is_delivery_late(filed.desk)
    filed.clock.advance(minutes=16)
    assert health.is_delivery_late(filed.desk)
    assert health.holds(filed.desk, stream_of(filed.episode))
    del filed.ledger.documents[last(filed).document]
    assert not health.holds(filed.desk, stream_of(filed.episode))
