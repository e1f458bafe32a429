"""A finished file to seal, the clinic's own key, and the authorities that a seal may ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.model.blocks import Document
from consent.paper.press import FpdfPress
from consent.seal import keys
from tests.adapters.seal.authorities import AT, World, serving

SAMPLE = Path(__file__).parents[1] / "paper" / "golden" / "sample.json"


@pytest.fixture(scope="session")
def pdf() -> bytes:
    return FpdfPress().build(Document.model_validate_json(SAMPLE.read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> keys.SealingKey:
    """A key of the clinic's own making."""
    folder = tmp_path_factory.mktemp("own") / "seal"
    keys.make(folder, facility="St. Example Hospital", installation="i-1", at=AT)
    return keys.load(folder, now=AT, installation="i-1")


@pytest.fixture(scope="session")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    with serving(lambda port: World(folder, port)) as world:
        yield world


@pytest.fixture
def world(_world: World) -> World:
    """Authorities that are all there."""
    _world.down.clear()
    _world.asked.clear()
    return _world


@pytest.fixture
def issued(world: World, tmp_path: Path) -> keys.SealingKey:
    """A key with a certificate of a CA."""
    return keys.load(world.place(tmp_path / "issued", "seal"), now=AT, installation="i-1")
