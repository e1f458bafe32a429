"""Catalogue D5, D11 to D13: the order in which things happen to one record, and what may not be taken back or lost."""

import pytest

from consent.errors import AlreadyDone, NotAllowed, StaleEpisode, WrongState
from consent.model.blockers import before_finish
from consent.model.blocks import Table
from consent.model.document import document
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.workflow import read, seal
from tests.samples.story import SITE, Story
from tests.samples.template import sample

LEFT, RIGHT = SITE, SITE.model_copy(update={"side": "right"})


def test_d05_of_two_who_prepare_at_once_the_second_is_told_and_sees_what_the_first_wrote(story: Story) -> None:
    seen = story.open().version
    story.prepare(by="okafor", why="It hurts when you write", seen=seen)
    before = story.now
    with pytest.raises(StaleEpisode) as told:
        story.prepare(by="stone", why="It hurts at night", sites=[RIGHT], seen=seen)
    assert story.now == before
    assert told.value.next_step
    story.prepare(by="stone", why="It hurts at night", seen=before.version)
    assert [one.event.why for one in story.ledger.read(f"episode:{story.episode}") if one.event.kind == "Tailored"] == [
        "It hurts when you write",
        "It hurts at night",
    ]


@pytest.mark.parametrize("status", [Status.READING, Status.READ, Status.DISCUSSED])
def test_d11_the_other_side_is_read_answered_and_talked_about_again(story: Story, status: Status) -> None:
    story.at(status)
    asked = story.now.questions
    story.prepare(sites=[RIGHT])
    now = story.now
    assert now.status is Status.PREPARED
    assert (now.shown, now.answers, now.acknowledged, now.checks, now.choices) == ({}, {}, {}, {}, {})
    assert (now.finished, now.discussed, now.presented, now.identified_at) == (None, None, None, "")
    assert now.questions == asked  # what was asked is not lost
    with pytest.raises((WrongState, NotAllowed)):
        story.sign()


@pytest.mark.parametrize("status", [Status.PATIENT_SIGNED, Status.ATTESTED, Status.FILED])
def test_d11_after_a_signature_the_side_cannot_change_under_it(story: Story, status: Status) -> None:
    story.at(status)
    signed = story.now
    with pytest.raises((WrongState, AlreadyDone)):
        story.prepare(sites=[RIGHT])
    assert story.now == signed
    assert signed.case.tailored.sites == (LEFT,)


@pytest.mark.parametrize("reason", ["", "I want to wait"])
def test_d12_a_refusal_needs_no_reason_and_no_signature_and_reaches_the_chart(story: Story, reason: str) -> None:
    story.at(Status.READING)
    story.refuse(reason)
    assert story.kinds().count("Refused") == 1
    assert seal.work_once(story.desk) == 2
    now = story.now
    assert now.sealed
    assert (now.status, now.outcome) == (Status.FILED, "refused")
    assert (now.signed, now.attested) == (None, None)
    filed = story.ledger.document(EVERYTHING, now.sealed.event.document)
    assert filed.kind == "refused"
    assert list(story.outlet.got) == [filed.digest]


@pytest.mark.parametrize("status", [Status.READ, Status.DISCUSSED, Status.PATIENT_SIGNED])
def test_d12_after_a_no_only_another_attempt_leads_to_a_consent(story: Story, status: Status) -> None:
    story.at(status)
    refused, first = story.refuse(), story.episode
    for verb in (story.prepare, story.hand_over, story.talk, story.sign, story.attest):
        with pytest.raises((WrongState, NotAllowed, AlreadyDone, StaleEpisode)):
            verb()
    assert story.now == refused
    assert story.seal().outcome == "refused"
    again = story.open()
    assert again.id != first
    assert again.status is Status.OPENED


TWO = (
    {"id": "photo", "ask": "May we take a photo for teaching?"},
    {"id": "student", "ask": "May a student watch?"},
)


def _rows(story: Story) -> dict[str, str]:
    tables = [block for block in document(story.now).blocks if isinstance(block, Table)]
    return {row[0]: row[1] for table in tables for row in table.rows if len(row) > 1}


def test_d13_a_no_stands_in_the_document_as_clearly_as_a_yes() -> None:
    story = Story(sample(clauses=TWO))
    story.at(Status.READING)
    story.read()
    read.choose(story.desk, story.tablet, clause="student", choice="yes")
    story.finish()
    for step in (story.talk, story.sign, story.attest, story.seal):
        step()
    assert story.now.choices == {"photo": "no", "student": "yes"}
    shown = _rows(story)
    assert [shown[str(clause["ask"])] for clause in TWO] == ["No", "Yes"]


def test_d13_each_choice_is_its_own_and_none_is_made_for_the_patient() -> None:
    story = Story(sample(clauses=TWO))
    story.at(Status.READING)
    story.identify()
    read.choose(story.desk, story.tablet, clause="photo", choice="no")
    assert story.now.choices == {"photo": "no"}
    for one in before_finish(story.now):
        read.show(story.desk, story.tablet, page=one.about)
    assert "choice" in {one.code for one in before_finish(story.now)}
