"""A notice as the press makes it: on one page, and by its rules."""

from io import BytesIO

import pikepdf
import pytest

from consent.model.notice import notice
from consent.model.status import Status
from consent.paper.press import FpdfPress
from consent.workflow import notices
from tests.samples.story import Story


@pytest.fixture
def told(story: Story) -> Story:
    """A record that was asked about again, corrected and taken back; each notice made after the one before."""
    story.at(Status.FILED)
    story.confirm("changed", "She has had a cold since Monday.")
    notices.make_waiting(story.desk)
    text = "The talk took 25 minutes, not 15. I entered the wrong number."
    notices.correct(story.desk, story.staff("stone"), episode=story.episode, text=text)
    notices.make_waiting(story.desk)
    story.withdraw(said="I want to wait until my daughter is back.")
    notices.make_waiting(story.desk)
    return story


def test_each_notice_stands_on_one_page_that_passes_the_check(told: Story) -> None:
    press = FpdfPress()
    for one in told.now.notices:
        pdf = press.build(notice(told.now, one))
        press.check(pdf)
        with pikepdf.open(BytesIO(pdf)) as opened:
            assert len(opened.pages) == 1


def test_a_long_correction_goes_on_on_the_next_page(told: Story) -> None:
    text = "Word for word. " * 260
    notices.correct(told.desk, told.staff("stone"), episode=told.episode, text=text)
    notices.make_waiting(told.desk)
    pdf = FpdfPress().build(notice(told.now, told.now.notices[-1]))
    FpdfPress().check(pdf)
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert len(opened.pages) == 2
