"""A sealing key on a token, with SoftHSM as the token: sealed, judged, and what happens when it is not there."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pkcs11
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from consent.errors import Broken, SealRefused
from consent.seal import keys
from consent.seal.pades import PadesSealer
from tests.adapters.seal import sealing
from tests.adapters.seal.conftest import Office

PIN: Final = "271828"
LABEL: Final = "clinic"
MODULES: Final = [*Path("/usr").glob("lib*/**/libsofthsm2.so")]
KINDS: Final[dict[str, Callable[[], sealing.Key]]] = {
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "RSA 2048": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
}
Token = Callable[[sealing.Sealer], Path]
"""Puts a key on the token, and gives the folder that names it."""


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Token]:
    folder = tmp_path_factory.mktemp("token")
    config = folder / "softhsm2.conf"
    (folder / "kept").mkdir()
    config.write_text(f"directories.tokendir = {folder / 'kept'}\nobjectstore.backend = file\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        # For as long as this process lives: the library reads it once, when it is first asked.
        patched.setenv("SOFTHSM2_CONF", str(config))
        _softhsm("--init-token", "--free", "--label", "clinic", "--so-pin", "314159", "--pin", PIN)
        count = iter(range(100))

        def put(by: sealing.Sealer) -> Path:
            number = next(count)
            label, file = f"seal-{number}", folder / "key.pem"
            file.write_bytes(by.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            _softhsm("--import", str(file), "--token", "clinic", "--label", label, "--id", f"{number:04}", "--pin", PIN)
            file.unlink()
            place = folder / label
            place.mkdir()
            (place / "certificate.pem").write_bytes(by.pem)
            (place / "chain.pem").write_bytes(b"".join(map(sealing.pem, by.above)))
            told = {"module": str(MODULES[0]), "token": "clinic", "key": label}
            (place / "token.json").write_text(json.dumps(told), encoding="utf-8")
            return place

        yield put


def _softhsm(*arguments: str) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)


def _load(folder: Path, *, pin: str = PIN) -> keys.SealingKey:
    return keys.load(folder, installation="i-1", now=sealing.NOW, passphrase=pin.encode())


def _issued(kind: str) -> sealing.Sealer:
    return sealing.sealer(key=KINDS[kind](), by=sealing.sealer(name="Authority", authority=True))


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_on_a_token_seals(office: Office, token: Token, *, kind: str) -> None:
    by = _issued(kind)
    folder = token(by)
    for _ in range(2):
        pdf = PadesSealer(_load(folder)).seal(office.kept.file(), at=sealing.NOW).content
        assert office.judge(pdf, by=by) == ("", "")
    assert not (folder / keys.KEY).exists()


def test_a_token_that_holds_another_key_than_the_certificates_seals_nothing(office: Office, token: Token) -> None:
    folder = token(_issued("P-256"))
    (folder / "certificate.pem").write_bytes((other := _issued("P-256")).pem)
    (folder / "chain.pem").write_bytes(sealing.pem(other.above[0]))
    with pytest.raises(Broken, match=r"not the clinic's, or does not hold"):
        PadesSealer(_load(folder)).seal(office.kept.file(), at=sealing.NOW)


def test_a_pin_that_was_refused_is_not_tried_again(office: Office, token: Token) -> None:
    folder = token(_issued("P-256"))
    sealer = PadesSealer(_load(folder, pin="000000"))
    for _ in range(12):  # a token that was asked as often would be locked
        with pytest.raises(SealRefused, match="refuses its PIN"):
            sealer.seal(office.kept.file(), at=sealing.NOW)
    PadesSealer(_load(folder)).seal(office.kept.file(), at=sealing.NOW)


def test_a_token_is_not_asked_again_even_where_it_would_open(office: Office, token: Token) -> None:
    folder = token(_issued("P-256"))
    sealer = PadesSealer(_load(folder, pin="000000"))
    with pytest.raises(SealRefused, match="refuses its PIN"):
        sealer.seal(office.kept.file(), at=sealing.NOW)
    _change_pin(PIN, "000000")
    try:
        with pytest.raises(SealRefused, match="refuses its PIN"):
            sealer.seal(office.kept.file(), at=sealing.NOW)
        PadesSealer(_load(folder, pin="000000")).seal(office.kept.file(), at=sealing.NOW)
    finally:
        _change_pin("000000", PIN)


def _change_pin(old: str, new: str) -> None:
    (held,) = pkcs11.lib(str(MODULES[0])).get_tokens(token_label=LABEL)
    with held.open(rw=True, user_pin=old) as session:
        session.set_pin(old, new)


def test_a_pin_that_is_no_text_is_refused_as_any_wrong_one(office: Office, token: Token) -> None:
    folder = token(_issued("P-256"))
    sealer = PadesSealer(keys.load(folder, installation="i-1", now=sealing.NOW, passphrase=b"\xff27"))
    with pytest.raises(SealRefused, match="refuses its PIN"):
        sealer.seal(office.kept.file(), at=sealing.NOW)


@pytest.mark.parametrize("wrong", [{"token": "another"}, {"key": "another"}])
def test_a_token_that_is_not_there_is_told(office: Office, token: Token, *, wrong: dict[str, str]) -> None:
    folder = token(_issued("P-256"))
    told = json.loads((folder / "token.json").read_text(encoding="utf-8")) | wrong
    (folder / "token.json").write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(SealRefused, match="does not answer, or does not hold it"):
        PadesSealer(_load(folder)).seal(office.kept.file(), at=sealing.NOW)


@pytest.mark.parametrize("content", ["", "{}", '{"module": "/", "token": "", "key": "x"}', '{"module": 1}'])
def test_a_place_that_cannot_be_read_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "token.json").write_text(content, encoding="utf-8")
    (tmp_path / "certificate.pem").write_bytes(_issued("P-256").pem)
    with pytest.raises(SealRefused, match=r"token\.json"):
        _load(tmp_path)


def test_a_library_that_is_not_installed_is_told(tmp_path: Path, token: Token) -> None:
    folder = tmp_path / "moved"
    shutil.copytree(token(_issued("P-256")), folder)
    told = json.loads((folder / "token.json").read_text(encoding="utf-8")) | {"module": str(tmp_path / "none.so")}
    (folder / "token.json").write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(SealRefused, match=r"not where token\.json says"):
        _load(folder)
