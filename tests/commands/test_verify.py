"""Both verdicts as a person at a console asks for them: in processes of their own."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from consent.seal.pades import PadesSealer
from tests.adapters.seal import sealing
from tests.house.sources import ROOT, imported
from tests.warm import warm

CLINIC = sealing.sealer()


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sealed") / "consent.pdf"
    path.write_bytes(PadesSealer(CLINIC.sealing).seal(sealing.record().file(), at=sealing.NOW).content)
    path.with_suffix(".pem").write_bytes(CLINIC.pem)
    return path


def _ours(*arguments: object) -> "subprocess.CompletedProcess[str]":
    return warm().run("consent", "verify", *map(str, arguments), environment={})


def _alone(*arguments: object) -> "subprocess.CompletedProcess[str]":
    """``verify.py`` from another folder, without this project on its path."""
    command = [sys.executable, "-I", str(ROOT / "verify.py"), *map(str, arguments)]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)


def test_a_sealed_document_is_proved_in_sentences(sealed: Path) -> None:
    colons = ":".join(CLINIC.pin[at : at + 2] for at in range(0, 64, 2)).upper()
    ours, alone = _ours(sealed, "--pin", colons), _alone(sealed, "--pin", colons)
    assert (ours.returncode, alone.returncode) == (0, 0), ours.stderr + alone.stderr
    assert "What was signed is the text of" in alone.stdout
    assert "What was signed is the text that" in ours.stdout
    assert alone.stdout.endswith("Level of the seal (PAdES): B-B\nProved.\n")
    assert "Level of the seal (PAdES): B-B\n" in ours.stdout
    assert _alone(sealed, "--cert", sealed.with_suffix(".pem")).returncode == 0


def test_a_changed_document_is_refused_with_the_reason(sealed: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(sealed.read_bytes().replace(b"/OneColumn", b"/TwoColumn"))
    for said in (_ours(changed, "--pin", CLINIC.pin), _alone(changed, "--pin", CLINIC.pin)):
        assert said.returncode == 1
        assert "changed" in said.stdout + said.stderr
        assert "roved:" not in said.stdout


def test_without_a_pin_nothing_is_proved_and_the_fingerprint_is_shown(sealed: Path) -> None:
    for said in (_ours(sealed), _alone(sealed)):
        assert said.returncode == 1
        assert CLINIC.pin in said.stdout


def test_another_episode_than_the_expected_one_is_refused(sealed: Path) -> None:
    for said in (_ours, _alone):
        assert said(sealed, "--pin", CLINIC.pin, "--episode", "e-another").returncode == 1


def test_a_list_of_revoked_certificates_is_judged_where_it_is_given(tmp_path: Path) -> None:
    above = sealing.sealer(name="Authority", authority=True)
    by = sealing.sealer(by=above)
    pdf, one, other = (tmp_path / name for name in ("consent.pdf", "none.crl", "gone.crl"))
    pdf.write_bytes(sealing.seal(sealing.record().file(), by))
    one.write_bytes(sealing.revocations(above))
    other.write_bytes(sealing.revocations(above, {by: sealing.NOW - timedelta(hours=1)}))
    for said in (_ours, _alone):
        assert said(pdf, "--pin", by.pin, "--crl", one).returncode == 0
        refused = said(pdf, "--pin", by.pin, "--crl", one, "--crl", other)
        assert refused.returncode == 1
        assert "was revoked" in refused.stdout + refused.stderr
    missing = tmp_path / "missing.crl"
    assert (_ours(pdf, "--crl", missing).returncode, _alone(pdf, "--crl", missing).returncode) == (1, 2)


def test_wrong_usage_is_told_apart_from_a_refusal(sealed: Path, tmp_path: Path) -> None:
    assert (_ours(sealed, "--pin", "12").returncode, _alone(sealed, "--pin", "12").returncode) == (2, 2)
    assert (_ours(tmp_path / "no.pdf").returncode, _alone(tmp_path / "no.pdf").returncode) == (1, 2)


def test_verify_py_knows_neither_this_project_nor_pyhanko() -> None:
    roots = {name.split(".")[0] for name in imported(ROOT / "verify.py")} - set(sys.stdlib_module_names)
    assert roots == {"cryptography", "asn1crypto", "pikepdf"}
    ours = {name for path in (ROOT / "consent/seal").glob("*.py") for name in imported(path)}
    assert [name for name in ours if name.split(".")[0] == "verify"] == []
