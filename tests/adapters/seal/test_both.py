"""What the clinic's own sealer makes of a real record, before ours, ``verify.py``, and the tools of others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

import verify as by_itself
from consent.ports.sealing import SealedPdf, SealLevel
from consent.seal import keys, verdict
from consent.seal.certificates import fingerprint
from consent.seal.pades import PadesSealer
from tests.adapters.seal import changes, sealing, tools
from tests.adapters.seal.authorities import AT, World


@dataclass(frozen=True)
class Clinic:
    """A record, a key of the clinic's own, one with a certificate of a CA, and the authorities."""

    kept: sealing.Record
    own: keys.SealingKey
    issued: keys.SealingKey
    world: World

    def key(self, name: str) -> keys.SealingKey:
        return self.issued if CASES[name].issued else self.own

    def seals(self, level: SealLevel, *, issued: bool = False) -> SealedPdf:
        return self.sealer(level, issued=issued).seal(self.kept.file(), at=AT)

    def sealer(self, level: SealLevel, *, issued: bool = False) -> PadesSealer:
        authority = None if level is SealLevel.B_B else self.world.authority()
        return PadesSealer(self.issued if issued else self.own, level=level, authority=authority)

    def lifted(self, level: SealLevel) -> SealedPdf:
        """To B-LTA, later."""
        return self.sealer(SealLevel.B_LTA, issued=True).upgrade(self.seals(level, issued=True).content, at=AT)

    def after_an_outage(self) -> SealedPdf:
        sealer = self.sealer(SealLevel.B_T)
        self.world.down.add("tsa")
        before = sealer.seal(self.kept.file(), at=AT)
        self.world.down.clear()
        return sealer.upgrade(before.content, at=AT + timedelta(minutes=4))


@dataclass(frozen=True)
class Case:
    """How a file is sealed, and what it reaches."""

    make: Callable[[Clinic], SealedPdf]
    level: SealLevel
    issued: bool = False


CASES: Final = {
    "own key, B-B": Case(lambda clinic: clinic.seals(SealLevel.B_B), SealLevel.B_B),
    "own key, B-T": Case(lambda clinic: clinic.seals(SealLevel.B_T), SealLevel.B_T),
    "own key, B-T after an outage": Case(lambda clinic: clinic.after_an_outage(), SealLevel.B_T),
    "of a CA, B-B": Case(lambda clinic: clinic.seals(SealLevel.B_B, issued=True), SealLevel.B_B, issued=True),
    "of a CA, B-T": Case(lambda clinic: clinic.seals(SealLevel.B_T, issued=True), SealLevel.B_T, issued=True),
    "of a CA, B-LT": Case(lambda clinic: clinic.seals(SealLevel.B_LT, issued=True), SealLevel.B_LT, issued=True),
    "of a CA, B-LTA": Case(lambda clinic: clinic.seals(SealLevel.B_LTA, issued=True), SealLevel.B_LTA, issued=True),
    "of a CA, B-LTA after B-B": Case(lambda clinic: clinic.lifted(SealLevel.B_B), SealLevel.B_LTA, issued=True),
    "of a CA, B-LTA after B-T": Case(lambda clinic: clinic.lifted(SealLevel.B_T), SealLevel.B_LTA, issued=True),
    "of a CA, B-LTA after B-LT": Case(lambda clinic: clinic.lifted(SealLevel.B_LT), SealLevel.B_LTA, issued=True),
}


@pytest.fixture(scope="module")
def clinic(_world: World, own: keys.SealingKey, tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    placed = _world.place(tmp_path_factory.mktemp("clinic") / "issued", "seal")
    return Clinic(sealing.record(), own, keys.load(placed, now=AT, installation="i-1"), _world)


@pytest.fixture(scope="module")
def files(clinic: Clinic, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with each sealed file, and the roots that others are told to believe."""
    folder = tmp_path_factory.mktemp("sealed")
    for name, case in CASES.items():
        made = case.make(clinic)
        assert (made.level, made.problem) == (case.level, "")
        (folder / f"{name}.pdf").write_bytes(made.content)
        roots = {clinic.key(name).root, clinic.world.certificate("root")}
        (folder / f"{name}.pem").write_bytes(b"".join(map(sealing.pem, roots)))
    return folder


@pytest.fixture(scope="module")
def pyhanko(files: Path) -> Mapping[str, bool]:
    return tools.pyhanko(files, CASES)


def _judged(pdf: bytes, pin: str) -> tuple[verdict.Verdict, by_itself.Report]:
    return verdict.verify(pdf, pinned=frozenset({pin}), at=AT), by_itself.judge(pdf, pins={pin}, at=AT)


@pytest.mark.parametrize("name", CASES)
def test_what_the_clinic_seals_is_proved_by_both_judges_with_its_level(name: str, clinic: Clinic, files: Path) -> None:
    pdf = (files / f"{name}.pdf").read_bytes()
    ours, alone = _judged(pdf, clinic.key(name).fingerprint)
    assert (ours.proved, alone.failed) == (True, ""), (ours.failed, alone.failed)
    assert (ours.level, alone.level) == (CASES[name].level, CASES[name].level)
    assert (ours.episode, ours.sealed_at) == (clinic.kept.episode, AT)


@pytest.mark.parametrize("name", CASES)
def test_what_the_clinic_seals_is_pinned_to_its_own_certificate(name: str, clinic: Clinic, files: Path) -> None:
    pdf = (files / f"{name}.pdf").read_bytes()
    for pin in (fingerprint(clinic.issued.root), fingerprint(clinic.world.certificate("seal-revoked"))):
        ours, alone = _judged(pdf, pin)
        assert ([one.code for one in ours.failed], alone.failed) == (["pin"], "pin")


@pytest.mark.parametrize("name", CASES)
def test_one_changed_bit_of_what_the_clinic_seals_is_refused_by_both(name: str, clinic: Clinic, files: Path) -> None:
    pdf = (files / f"{name}.pdf").read_bytes()
    start, end, _ = changes.gap(pdf)
    for place in (len(pdf) // 3, start - 40, start + 900, end + 30):
        ours, alone = _judged(changes.flip(pdf, 8 * place), clinic.key(name).fingerprint)
        assert ours.failed, place
        assert alone.failed, place


@pytest.mark.parametrize("name", CASES)
def test_what_the_clinic_seals_holds_for_the_tools_of_others(
    name: str, files: Path, pyhanko: Mapping[str, bool]
) -> None:
    assert (pyhanko[name], tools.pdfsig(files, name), tools.openssl(files, name)) == (True, True, True)
