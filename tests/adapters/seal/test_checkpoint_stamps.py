"""Time stamps on the log's checkpoints, by an authority on loopback, with openssl as another judge of its tokens."""

import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from consent.chart.checkpoints import CheckpointFolder
from consent.errors import Broken, Busy, SealRefused
from consent.model import canon
from consent.ports.log import KeptCheckpoint
from consent.seal import keys, stamp
from consent.seal.checkpoint_stamps import CheckpointStamps
from tests.adapters.seal.authorities import AT, World
from tests.adapters.seal.test_levels import FAULTS, LONG_ENOUGH

NOTE = "bedside-consent/log-1\n7\nAAAA\n\n\N{EM DASH} bedside-consent/log-1 AAAAAAAA\n".encode()
KEPT = KeptCheckpoint(size=7, at=canon.instant(AT), note=NOTE)


@pytest.fixture
def roots(world: World, tmp_path: Path) -> Path:
    file = tmp_path / "roots.pem"
    file.write_bytes(world.certificate("root").public_bytes(Encoding.PEM))
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "outside"
    made.mkdir()
    return made


def sent(url: str, *, roots: Path, folder: Path, kept: KeptCheckpoint = KEPT, seconds: float = 30) -> None:
    place = CheckpointFolder(folder)
    place.send(kept, before=0, proof=lambda _: ())
    stamps = CheckpointStamps(url, roots=roots, keep=place.keep, seconds=seconds)
    assert (stamps.held(), stamps.send(kept, before=0, proof=lambda _: ())) == (0, b"")


def holds_by_openssl(folder: Path, roots: Path) -> bool:
    command = "openssl ts -verify -token_in -in 0000000007.tst -data 0000000007.checkpoint -CAfile"
    done = subprocess.run([*command.split(), roots], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode == 0 and "Verification: OK" in done.stdout


def test_a_token_lies_beside_the_checkpoint_and_openssl_takes_it(world: World, roots: Path, folder: Path) -> None:
    sent(world.authority().url, roots=roots, folder=folder)
    assert sorted(one.name for one in folder.iterdir()) == ["0000000007.checkpoint", "0000000007.tst"]
    token = (folder / "0000000007.tst").read_bytes()
    assert stamp.when(token, NOTE, roots=world.authority().roots) == AT
    assert NOTE not in token
    assert holds_by_openssl(folder, roots)
    (folder / "0000000007.checkpoint").unlink()
    (folder / "0000000007.checkpoint").write_bytes(NOTE + b"x")
    assert not holds_by_openssl(folder, roots)


@pytest.mark.parametrize("fault", FAULTS)
def test_g19_whatever_an_authority_does_no_token_is_kept_that_does_not_count(
    world: World, roots: Path, folder: Path, *, fault: str
) -> None:
    seconds = LONG_ENOUGH if fault == "slow" else 30
    with pytest.raises(Busy, match="time-stamp authority") as told:
        sent(world.authority(fault).url, roots=roots, folder=folder, seconds=seconds)
    assert ("did not answer in time" in told.value.what) == (fault == "slow")
    assert ("has another time" in told.value.what) == (fault == "clock")
    assert [one.name for one in folder.iterdir()] == ["0000000007.checkpoint"]
    assert world.asked


def test_g19_an_authority_that_is_not_there_or_that_nobody_named_stamps_nothing(
    world: World, own: keys.SealingKey, *, roots: Path, folder: Path
) -> None:
    with pytest.raises(Busy, match="could not be reached"):
        sent("http://127.0.0.1:1/", roots=roots, folder=folder)
    roots.write_bytes(own.certificate.public_bytes(Encoding.PEM))
    with pytest.raises(Busy, match="no token that counts"):
        sent(world.authority().url, roots=roots, folder=folder)
    with pytest.raises(SealRefused):
        sent(world.authority().url, roots=folder / "none", folder=folder)
    assert [one.name for one in folder.iterdir()] == ["0000000007.checkpoint"]


def test_a_checkpoint_that_nobody_could_have_stamped_for_days_is_stamped(
    world: World, roots: Path, folder: Path
) -> None:
    kept = replace(KEPT, at=canon.instant(AT - timedelta(days=9)))
    sent(world.authority().url, roots=roots, folder=folder, kept=kept)
    assert (folder / "0000000007.tst").exists()


def test_a_token_over_other_bytes_by_another_root_or_that_is_none_does_not_hold(
    world: World, own: keys.SealingKey
) -> None:
    known = world.authority().roots
    token, at = stamp.ask(world.authority(), NOTE)
    assert stamp.when(token, NOTE, roots=known) == at
    changed = token[:-1] + bytes([token[-1] ^ 1])
    for wrong, content, roots in (
        (token, NOTE + b"x", known),
        (token, NOTE, (own.certificate,)),
        (changed, NOTE, known),
        (token + b"x", NOTE, known),
        (b"", NOTE, known),
        (b"no token", NOTE, known),
    ):
        with pytest.raises(Broken, match="does not hold"):
            stamp.when(wrong, content, roots=roots)
