"""What each tool says of the same files, ours and ``verify.py`` beside pyHanko's command, pdfsig and openssl.

The other tools answer other questions: they know nothing of a clinic's pin or of what has to be in a document, and each
calls a file good that is not. Their answers are kept here so that a new version of them is looked at.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.request import urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from consent.seal import keys
from consent.seal.container import LIMIT
from consent.seal.pades import PadesSealer
from tests.adapters.seal import changes, sealing, tools
from tests.adapters.seal.authorities import World, serving
from tests.adapters.seal.conftest import Office
from tests.adapters.seal.sealing import Sealer

REVOKED: Final = "a certificate that was revoked"
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
    size: int = 0
    """Bytes that it is stretched to."""


@dataclass(frozen=True)
class Lost:
    """A seal by a certificate that its authority has revoked, and what the authority publishes of that."""

    pdf: bytes
    pin: str
    root: bytes
    revoked: bytes


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
    REVOKED: Case(lambda _: b"", "revoked", pyhanko=False, pdfsig=True, openssl=False),
    "500 MB": Case(lambda office: office.sealed, "size", pyhanko=True, pdfsig=False, openssl=True, size=500_000_000),
    "empty": Case(lambda _: b"", "form", pyhanko=False, pdfsig=False, openssl=None),
    "not a PDF": Case(lambda _: b"Not a PDF.", "form", pyhanko=False, pdfsig=False, openssl=None),
}


@pytest.fixture(scope="module")
def lost(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lost]:
    """While its authority answers."""
    folder = tmp_path_factory.mktemp("lost")
    with serving(lambda port: World(folder, port, at=sealing.NOW)) as world:
        key = keys.load(world.place(folder / "placed", "seal-revoked"), now=sealing.NOW, installation="i-1")
        # A list says something of a seal that is older than itself; this authority makes one in 30 days.
        pdf = PadesSealer(key).seal(office.kept.file(), at=sealing.NOW - timedelta(days=40)).content
        with urlopen(f"{world.url}/ca/crls/interm/latest.crl") as answer:  # noqa: S310 - on loopback
            revoked: bytes = answer.read()
        yield Lost(pdf, key.fingerprint, sealing.pem(world.certificate("root")), revoked)


def _stretch(file: Path, size: int) -> None:
    """Nothing but zeros between the file and its last lines, which come once more."""
    with file.open("r+b") as opened:
        pdf = opened.read()
        opened.truncate(size)
        opened.seek(size)
        opened.write(b"\n" + pdf[pdf.rindex(b"startxref") :])


@pytest.fixture(scope="module")
def files(office: Office, lost: Lost, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with each file under its name, and the certificate that it is judged by."""
    folder = tmp_path_factory.mktemp("files")
    for name, case in CASES.items():
        pdf, believed = (
            (lost.pdf, lost.root) if name == REVOKED else (case.make(office), (case.by or office.clinic).pem)
        )
        (folder / f"{name}.pdf").write_bytes(pdf)
        (folder / f"{name}.pem").write_bytes(believed)
        if case.size:
            _stretch(folder / f"{name}.pdf", case.size)
    list_ = x509.load_der_x509_crl(lost.revoked)
    (folder / f"{REVOKED}.crl").write_bytes(list_.public_bytes(serialization.Encoding.PEM))
    return folder


@pytest.fixture(scope="module")
def pyhanko(files: Path) -> Mapping[str, bool]:
    return tools.pyhanko(files, CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_file_has_its_verdict_from_ours_and_from_verify_py(
    name: str, office: Office, *, files: Path, lost: Lost
) -> None:
    case = CASES[name]
    with (files / f"{name}.pdf").open("rb") as opened:
        pdf = opened.read(LIMIT + 1)
    pin, lists = (lost.pin, (lost.revoked,)) if name == REVOKED else ((case.by or office.clinic).pin, ())
    assert office.judge(pdf, pin=pin, episode=office.kept.episode, lists=lists) == (case.ours, case.ours)


def test_a_seal_by_a_lost_key_counts_until_its_authority_is_asked(office: Office, lost: Lost) -> None:
    assert office.judge(lost.pdf, pin=lost.pin) == ("", "")


@pytest.mark.parametrize("name", CASES)
def test_a_file_has_its_verdict_from_other_tools(name: str, files: Path, pyhanko: Mapping[str, bool]) -> None:
    case = CASES[name]
    said = (pyhanko[name], tools.pdfsig(files, name), tools.openssl(files, name))
    assert said == (case.pyhanko, case.pdfsig, case.openssl)
