"""What several rooms of tests share."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from consent.settings import Settings
from consent.wiring import opened
from consent.workflow import rehearsal
from tests.light import hash_lightly
from tests.samples.story import Story

settings.register_profile("consent", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("consent")


@pytest.fixture(scope="session", autouse=True)
def _lightly() -> Iterator[None]:
    """Secrets are hashed lightly; ``test_hasher`` and fresh processes hash them as the product does."""
    with pytest.MonkeyPatch.context() as patch:
        hash_lightly(patch)
        yield


@pytest.fixture
def story() -> Story:
    """A clinic with its staff, and nobody's consent yet."""
    return Story()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a demo clinic, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("furnished") / "records"
    made, store = opened(Settings(mode="demo", records=folder))
    rehearsal.populate(made)
    store.close()
    return folder


@pytest.fixture
def records(furnished: Path, tmp_path: Path) -> Path:
    """A data folder of one's own."""
    return Path(shutil.copytree(furnished, tmp_path / "records"))
