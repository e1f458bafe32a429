"""All of the log verified from a page: against what, by whom, and stopped."""

import pytest

from consent.errors import BadInput
from consent.workflow import log, proving
from tests.fakes.verifier import FakeVerifier
from tests.samples.story import Story


def test_everything_is_held_against_the_folder_and_what_somebody_brings(story: Story) -> None:
    auditor, verifier = story.staff("audit"), FakeVerifier()
    first = log.covered(story.desk).note.written
    story.open(name="Ana Berg", mrn="0004418")
    second = log.covered(story.desk).note.written
    proving.begin(story.desk, auditor, verifier=verifier, outside=[first], brought=second.decode())
    assert (verifier.notes, verifier.keys) == ([first, second], [str(log.key(story.desk))])
    now = proving.progress(story.desk, story.staff("vale"), verifier=verifier)
    assert (now.by, now.running, now.against) == (auditor.staff.name, True, 2)
    proving.stop(story.desk, auditor, verifier=verifier)
    assert proving.progress(story.desk, auditor, verifier=verifier).stopped


def test_nothing_begins_against_what_is_no_checkpoint_of_this_log(story: Story) -> None:
    verifier = FakeVerifier()
    with pytest.raises(BadInput, match="no checkpoint of this log"):
        proving.begin(story.desk, story.staff("audit"), verifier=verifier, outside=(), brought="something")
    assert not verifier.progress().by
