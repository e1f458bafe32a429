"""A finished file to seal, the clinic's own key, the authorities that a seal may ask, and both judges."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import verify as by_itself
from consent.model.blocks import Document
from consent.paper.press import FpdfPress
from consent.seal import keys, verdict
from consent.seal.pades import PadesSealer
from consent.wiring import SystemClock
from tests.adapters.seal import sealing
from tests.adapters.seal.authorities import AT, World, serving
from tests.adapters.seal.sealing import Record, Sealer

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


@dataclass(frozen=True)
class Office:
    """What the tests of a verdict start from."""

    clinic: Sealer
    kept: Record
    sealed: bytes

    def judge(
        self,
        pdf: bytes,
        *,
        by: Sealer | None = None,
        pin: str = "",
        episode: str = "",
        lists: tuple[bytes, ...] = (),
    ) -> tuple[str, str]:
        """The checks at which ours and ``verify.py`` stop; empty: proved."""
        pin, now = pin or (by or self.clinic).pin, SystemClock().now()
        ours = verdict.verify(pdf, pinned=frozenset({pin}), at=now, episode=episode, lists=lists)
        theirs = by_itself.judge(pdf, pins={pin}, at=now, episode=episode, crls=lists)
        return "".join(one.code for one in ours.failed), theirs.failed

    def seals(self, *inside: bytes) -> bytes:
        """The document sealed with the right key, with its record or with what stands in for it."""
        return sealing.seal(self.kept.file(*inside), self.clinic)


@pytest.fixture(scope="session")
def office() -> Office:
    clinic, kept = sealing.sealer(), sealing.record()
    return Office(clinic, kept, PadesSealer(clinic.sealing).seal(kept.file(), at=sealing.NOW).content)
