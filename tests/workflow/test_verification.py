"""What everybody may ask about a finished document."""

import pytest

from consent.errors import Refused
from consent.model import canon
from consent.model.document_code import letters
from consent.model.standing import Standing
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.workflow import day, keeping, notices, seal, verification
from consent.workflow.verification import MOST_MISSES, Found
from tests.samples.story import Story

HERE = "192.0.2.7"


def asked(story: Story, code: str = "", *, address: str = HERE) -> Found | None:
    return verification.by_code(story.desk, code=code or letters(story.episode), address=address)


def test_a_finished_document_is_found_by_its_code_and_by_its_file(story: Story) -> None:
    now = story.at(Status.SEALED)
    assert now.sealed
    digest = now.sealed.event.document
    found = asked(story)
    assert found == Found(finished=now.sealed.at, digest=digest, standing=Standing.STANDS)
    assert verification.by_file(story.desk, digest=digest) == found
    assert verification.by_episode(story.desk, episode=story.episode) == found
    content = story.desk.ledger.document(EVERYTHING, digest).content
    assert verification.by_file(story.desk, digest=canon.sha256_hex(content + b"\n")) is None


@pytest.mark.parametrize("status", [Status.OPENED, Status.READING, Status.PATIENT_SIGNED, Status.ATTESTED])
def test_before_it_is_finished_there_is_none(story: Story, status: Status) -> None:
    story.at(status)
    assert asked(story) is None
    assert verification.by_episode(story.desk, episode=story.episode) is None


def test_a_no_is_no_consent(story: Story) -> None:
    story.at(Status.READING)
    story.refuse()
    story.seal()
    found = asked(story)
    assert found
    assert found.standing is Standing.REFUSED


def test_what_was_taken_back_does_not_stand(story: Story) -> None:
    story.at(Status.SEALED)
    day.withdraw(story.desk, story.staff("okafor"), episode=story.episode, said="No more")
    found = asked(story)
    assert found
    assert found.standing is Standing.WITHDRAWN


@pytest.mark.parametrize("was", ["consented", "withdrawn"])
def test_of_an_erased_record_no_more_is_told_than_that_it_was_erased(story: Story, was: str) -> None:
    story.at(Status.FILED)
    if was == "withdrawn":
        story.withdraw()
        seal.work_once(story.desk)
    digest = story.now.newest
    keeping.propose(story.desk, story.staff("vale"), episode=story.episode, reason="law")
    keeping.agree(story.desk, story.staff("ota"), episode=story.episode)
    told = Found(finished=story.desk.now(), digest="", standing=Standing.ERASED)
    assert asked(story) == verification.by_episode(story.desk, episode=story.episode) == told
    assert verification.by_file(story.desk, digest=digest) is None


def test_an_erased_draft_never_had_a_document(story: Story) -> None:
    story.at(Status.CLOSED)
    keeping.propose(story.desk, story.staff("vale"), episode=story.episode, reason="error")
    keeping.agree(story.desk, story.staff("ota"), episode=story.episode)
    assert asked(story) is None


def test_a_correction_is_told_and_its_notice_is_known_as_a_file_of_its_own(story: Story) -> None:
    sealed = story.at(Status.FILED).sealed
    story.clock.advance(days=2)
    notices.correct(story.desk, story.staff("stone"), episode=story.episode, text="It is the ring finger")
    seal.work_once(story.desk)
    found = asked(story)
    assert sealed
    assert found == Found(finished=sealed.at, digest=sealed.event.document, standing=Standing.CORRECTED)
    (notice,) = story.now.notices
    assert notice.sealed
    told = verification.by_file(story.desk, digest=notice.document)
    assert told == Found(finished=notice.sealed.at, digest=notice.document, standing=Standing.CORRECTED)
    assert notice.sealed.at > sealed.at


def test_after_many_misses_an_address_gets_no_answer_for_a_while_and_others_do(story: Story) -> None:
    story.at(Status.SEALED)
    for _ in range(MOST_MISSES):
        assert asked(story, "abcd efgh") is None
    with pytest.raises(Refused):
        asked(story)
    assert asked(story, address="192.0.2.8")
    story.clock.advance(minutes=16)
    assert asked(story)


def test_what_is_found_counts_for_nothing(story: Story) -> None:
    story.at(Status.SEALED)
    assert all(asked(story) for _ in range(MOST_MISSES + 1))


def test_a_file_that_leads_nowhere_counts_too(story: Story) -> None:
    for _ in range(MOST_MISSES):
        verification.missed(story.desk, address=HERE)
    with pytest.raises(Refused):
        verification.check_open(story.desk, address=HERE)
