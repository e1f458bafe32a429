"""The key of the log as files: made once, closed to others, and refused when it is not whole."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from consent.errors import SealRefused
from consent.model.checkpoint import Checkpoint, origin, read
from consent.model.log import Frontier
from consent.seal.log_key import LogKeyFiles

NAME = origin("log-1")


@pytest.fixture
def key(tmp_path: Path) -> LogKeyFiles:
    made = LogKeyFiles(tmp_path / "log")
    made.make(NAME, secret=bytes(32))
    return made


def test_a_key_is_made_once_and_signs_checkpoints_in_its_name(key: LogKeyFiles) -> None:
    public = key.public()
    LogKeyFiles(key.folder).make(origin("log-2"), secret=bytes(range(32)))
    again = LogKeyFiles(key.folder)
    assert again.public() == public
    assert public.name == NAME
    signed = Checkpoint(origin=NAME, head=Frontier().grown([bytes(32)]).head).signed(public, again.sign)
    assert read(signed.written, log_key=public).checkpoint.head.size == 1
    assert [oct(file.stat().st_mode & 0o777) for file in sorted(key.folder.iterdir())] == ["0o400", "0o444"]
    assert (key.folder / "log.vkey").read_text() == f"{public}\n"


def test_a_key_that_others_may_read_is_refused(key: LogKeyFiles) -> None:
    (key.folder / "key.pem").chmod(0o440)
    with pytest.raises(SealRefused, match="read by others"):
        key.public()


@pytest.mark.parametrize("name", ["key.pem", "log.vkey"])
def test_a_key_that_is_not_whole_is_refused(key: LogKeyFiles, name: str) -> None:
    file = key.folder / name
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-20])
    file.chmod(0o400)
    with pytest.raises(SealRefused, match="cannot be understood"):
        key.public()
    file.unlink()
    with pytest.raises(SealRefused, match="missing"):
        LogKeyFiles(key.folder).sign(b"")


def test_two_halves_of_two_keys_are_refused(key: LogKeyFiles, tmp_path: Path) -> None:
    other = LogKeyFiles(tmp_path / "other")
    other.make(NAME, secret=bytes(range(32)))
    file = key.folder / "log.vkey"
    file.chmod(0o600)
    file.write_bytes((other.folder / "log.vkey").read_bytes())
    with pytest.raises(SealRefused, match="do not belong together"):
        key.public()


def test_a_key_of_another_kind_is_refused(key: LogKeyFiles) -> None:
    other = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = key.folder / "key.pem"
    file.chmod(0o600)
    file.write_bytes(other)
    file.chmod(0o400)
    with pytest.raises(SealRefused, match="do not belong together"):
        key.public()


def test_a_key_is_not_made_where_there_is_no_data_folder(tmp_path: Path) -> None:
    with pytest.raises(SealRefused, match="cannot be made"):
        LogKeyFiles(tmp_path / "gone" / "log").make(NAME, secret=bytes(32))


def test_what_a_process_left_half_made_that_was_killed_goes_with_the_next_key(tmp_path: Path) -> None:
    half = tmp_path / ".consent-half-1" / "new"
    half.mkdir(parents=True)
    (half / "key.pem").write_bytes(b"half")
    LogKeyFiles(tmp_path / "log").make(NAME, secret=bytes(32))
    assert [one.name for one in tmp_path.iterdir()] == ["log"]
