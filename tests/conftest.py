"""What several rooms of tests share."""

import pytest
from hypothesis import settings

from tests.samples.story import Story

settings.register_profile("consent", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("consent")


@pytest.fixture
def story() -> Story:
    """A clinic with its staff, and nobody's consent yet."""
    return Story()
