"""What each tool says of the same files, ours and ``verify.py`` beside pyHanko's command, pdfsig and openssl.

The other tools answer other questions: they know nothing of a clinic's pin or of what has to be in a document, and each
calls a file good that is not. Their answers are kept here so that a new version of them is looked at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.adapters.seal import changes, sealing, tools
from tests.adapters.seal.conftest import Office
from tests.adapters.seal.sealing import Sealer

EXPIRED, EARLY = sealing.sealer(days=(-10, -2)), sealing.sealer(days=(2, 10))


@dataclass(frozen=True)
class Case:
    """A file, and what is said of it: the code of the failed check, or empty; another tool's yes or no.

    ``openssl`` is None where there is nothing to give it.
    """

    make: Callable[[Office], bytes]
    ours: str
    pyhanko: bool
    pdfsig: bool
    openssl: bool | None
    by: Sealer | None = None


CASES: Final = {
    "untouched": Case(lambda office: office.sealed, "", pyhanko=True, pdfsig=True, openssl=True),
    "one bit flipped": Case(
        lambda office: changes.flip(office.sealed, 8 * (len(office.sealed) // 3)),
        "digest",
        pyhanko=False,
        pdfsig=False,
        openssl=False,
    ),
    "bytes appended": Case(
        lambda office: office.sealed + b"\n% more\n", "form", pyhanko=True, pdfsig=False, openssl=True
    ),
    "a line break appended": Case(
        lambda office: office.sealed + b"\n", "coverage", pyhanko=True, pdfsig=False, openssl=True
    ),
    "an empty revision more": Case(
        lambda office: changes.update(office.sealed, page=False), "coverage", pyhanko=True, pdfsig=False, openssl=True
    ),
    "a page changed in a revision more": Case(
        lambda office: changes.update(office.sealed, page=True), "coverage", pyhanko=False, pdfsig=False, openssl=True
    ),
    "another record's file, swapped with this one": Case(
        lambda office: sealing.seal(sealing.record(second=True).file(), office.clinic),
        "expected",
        pyhanko=True,
        pdfsig=True,
        openssl=True,
    ),
    "the seal stripped": Case(lambda office: office.kept.file(), "seal", pyhanko=True, pdfsig=False, openssl=None),
    "sealed by a stranger of the same name": Case(
        lambda office: sealing.seal(office.kept.file(), sealing.sealer()),
        "pin",
        pyhanko=False,
        pdfsig=True,
        openssl=False,
    ),
    "a certificate that had expired": Case(
        lambda office: sealing.seal(office.kept.file(), EXPIRED),
        "window",
        pyhanko=True,
        pdfsig=True,
        openssl=False,
        by=EXPIRED,
    ),
    "a certificate that was not yet valid": Case(
        lambda office: sealing.seal(office.kept.file(), EARLY),
        "window",
        pyhanko=True,
        pdfsig=True,
        openssl=False,
        by=EARLY,
    ),
    "truncated": Case(lambda office: office.sealed[:-2000], "form", pyhanko=False, pdfsig=False, openssl=None),
    "empty": Case(lambda _: b"", "form", pyhanko=False, pdfsig=False, openssl=None),
    "not a PDF": Case(lambda _: b"Not a PDF.", "form", pyhanko=False, pdfsig=False, openssl=None),
}


@pytest.fixture(scope="module")
def files(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with each file under its name, and the certificate that it is judged by."""
    folder = tmp_path_factory.mktemp("files")
    for name, case in CASES.items():
        (folder / f"{name}.pdf").write_bytes(case.make(office))
        (folder / f"{name}.pem").write_bytes((case.by or office.clinic).pem)
    return folder


@pytest.fixture(scope="module")
def pyhanko(files: Path) -> Mapping[str, bool]:
    return tools.pyhanko(files, CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_file_has_its_verdict_from_ours_and_from_verify_py(name: str, office: Office, files: Path) -> None:
    case = CASES[name]
    pdf = (files / f"{name}.pdf").read_bytes()
    assert office.judge(pdf, by=case.by, episode=office.kept.episode) == (case.ours, case.ours)


@pytest.mark.parametrize("name", CASES)
def test_a_file_has_its_verdict_from_other_tools(name: str, files: Path, pyhanko: Mapping[str, bool]) -> None:
    case = CASES[name]
    said = (pyhanko[name], tools.pdfsig(files, name), tools.openssl(files, name))
    assert said == (case.pyhanko, case.pdfsig, case.openssl)
