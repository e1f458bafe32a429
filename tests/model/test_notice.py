"""The notice of a withdrawal, of a confirmation and of a correction as frozen blocks."""

import pytest

from consent.errors import WrongState
from consent.model import blocks as b
from consent.model.document import document
from consent.model.notice import notice, title
from consent.model.noticed import Notice
from consent.model.status import Status
from consent.workflow import notices
from tests.samples.story import Story


@pytest.fixture
def filed(story: Story) -> Story:
    story.at(Status.FILED)
    return story


def begun(story: Story) -> Notice:
    """The last notice, with its making begun and stopped there."""
    story.press.finding = "Stopped."
    notices.make_waiting(story.desk)
    story.press.finding = ""
    return story.now.notices[-1]


def texts(made: b.Document) -> str:
    told = [getattr(block, "text", "") for block in made.blocks]
    told += [cell for block in made.blocks if isinstance(block, b.Table) for row in block.rows for cell in row]
    told += [item for block in made.blocks if isinstance(block, b.ListBlock) for item in block.items]
    return "\n".join(told)


def test_each_notice_names_the_document_its_patient_and_who_was_told(filed: Story) -> None:
    filed.confirm("changed", "A new wound")
    filed.confirm("stands", "Looked at it, it heals", by="stone")
    filed.withdraw(said="Not today")
    made = filed.now.sealed
    assert made
    begun(filed)
    found = [notice(filed.now, told) for told in filed.now.notices]
    said = [
        ("Asked on the day: something has changed", "A new wound", "Ngozi Okafor, RN"),
        ("Consent confirmed on the day", "Looked at it, it heals", "Avery Stone, MD"),
        ("Withdrawal of a consent", "Not today", "Ngozi Okafor, RN"),
    ]
    for one, words in zip(found, said, strict=True):
        plan = filed.now.plan
        for word in (*words, made.event.document, plan.patient.name, plan.patient.mrn, filed.episode):
            assert word in texts(one)
        assert one.head == document(filed.now).head
        assert plan.patient.name not in one.title


def test_a_withdrawal_without_a_word_says_that_none_is_needed(filed: Story) -> None:
    filed.withdraw()
    assert "No reason was given; none is needed." in texts(notice(filed.now, begun(filed)))


def test_a_withdrawal_after_the_start_is_told_as_one(filed: Story) -> None:
    filed.check_in()
    filed.start(filed.time_out())
    filed.withdraw()
    assert "after the procedure had begun" in texts(notice(filed.now, begun(filed)))


def test_the_digest_can_be_compared_by_eye_and_is_the_same_in_groups(filed: Story) -> None:
    filed.withdraw()
    told = begun(filed)
    assert told.begun
    _, _, after = texts(notice(filed.now, told)).partition("to compare by eye:\n")
    assert after.splitlines()[0].replace(" ", "") == told.begun.event.about


def test_what_happens_later_does_not_change_a_notice(filed: Story) -> None:
    filed.confirm()
    told = begun(filed)
    before = notice(filed.now, told)
    filed.withdraw()
    notices.make_waiting(filed.desk)
    assert notice(filed.now, filed.now.notices[0]) == before


def test_a_notice_names_the_one_made_before_it(filed: Story) -> None:
    filed.confirm()
    notices.make_waiting(filed.desk)
    first = filed.now.notices[0].document
    filed.withdraw()
    assert f"has SHA-256 {first}" in texts(notice(filed.now, begun(filed)))


def test_a_correction_of_a_refusal_belongs_to_the_record_of_it(story: Story) -> None:
    story.at(Status.REFUSED)
    story.seal()
    notices.correct(story.desk, story.staff("stone"), episode=story.episode, text="It was the right hand")
    made = notice(story.now, begun(story))
    assert title(story.now, story.now.notices[0]) == "Correction to the record of a refusal"
    assert "belongs to the record of a refusal with SHA-256\n" in texts(made)
    assert "It was the right hand" in texts(made)


def test_there_is_no_notice_before_its_making_has_begun(filed: Story) -> None:
    filed.withdraw()
    with pytest.raises(WrongState):
        notice(filed.now, filed.now.notices[0])
