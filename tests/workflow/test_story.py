"""The factory of the other tests: every status is reached through the verbs."""

import pytest

from consent.model.status import Status
from tests.samples.story import Story


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.NONE])
def test_the_verbs_lead_to_every_status_there_is(story: Story, status: Status) -> None:
    assert story.at(status).status is status
