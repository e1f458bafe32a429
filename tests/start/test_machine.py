"""The machine under the store: kinds of disk, rights, descriptors, and one server (catalogue E12, K8, K11)."""

import os
import stat
from pathlib import Path

import pytest

from consent import machine
from consent.errors import SettingRefused, StoreRefused
from consent.settings import Settings
from consent.wiring import opened

MOUNTS = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:40 / /srv/nfs rw - nfs4 server:/export rw,vers=4.2
31 22 0:41 / /srv/win rw shared:7 master:1 - cifs //server/share rw
32 22 0:42 / /srv/ssh rw - fuse.sshfs who@server:/ rw
33 22 0:43 / /srv/two\040words rw - smb3 //server/share rw
34 30 0:44 / /srv/nfs/local rw - xfs /dev/vdb rw
35 22 0:45 / /srv/over rw - ext4 /dev/vdc rw
36 22 0:46 / /srv/over rw - nfs server:/export rw
37 22 0:47 / /srv/box rw - fuse.bindfs /dev/vda rw
""".strip()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/nfs/records/consent.sqlite", "nfs4"),
        ("/srv/win/consent.sqlite", "cifs"),
        ("/srv/ssh/a/b/c", "fuse.sshfs"),
        ("/srv/two words/consent.sqlite", "smb3"),
        ("/srv/over/consent.sqlite", "nfs"),
    ],
)
def test_e12_a_database_on_a_network_file_system_is_refused(path: str, kind: str) -> None:
    assert machine.kind_of_disk(Path(path), mounts=MOUNTS) == kind
    with pytest.raises(StoreRefused, match="network file system") as caught:
        machine.check_disk(Path(path), mounts=MOUNTS, what="The database")
    assert "CONSENT_RECORDS" in caught.value.next_step


@pytest.mark.parametrize("path", ["/srv/nfs/local/a", "/srv/nfs-else/a", "/var/a", "/srv/box/a", "/"])
def test_a_database_on_a_disk_of_this_machine_is_not(path: str) -> None:
    machine.check_disk(Path(path), mounts=MOUNTS, what="The database")


def test_where_the_system_does_not_tell_no_kind_is_said() -> None:
    assert machine.kind_of_disk(Path("/a"), mounts="") == ""
    machine.check_disk(Path("/a"), mounts="", what="The database")


def production_of(folder: Path) -> Settings:
    pepper = folder / "pepper"
    pepper.write_bytes(bytes(32))
    pepper.chmod(0o600)
    return Settings(mode="production", records=folder / "records", facility="A clinic", pepper_file=pepper)


def test_e12_the_store_is_not_even_made_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mountinfo").write_text(f"22 1 0:40 / {tmp_path.resolve()} rw - nfs4 server:/export rw\n")
    monkeypatch.setattr(machine, "_MOUNTS", tmp_path / "mountinfo")
    with pytest.raises(StoreRefused, match="nfs4"):
        opened(production_of(tmp_path))
    assert not (tmp_path / "records").exists()


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_k11_rights_that_others_have_are_taken_away_at_start(tmp_path: Path) -> None:
    chosen = production_of(tmp_path)
    opened(chosen)[1].close()
    files = [chosen.records / f"consent.sqlite{ending}" for ending in ("", "-wal", "-shm")]
    for file in files:
        file.touch()
        file.chmod(0o666)
    chosen.records.chmod(0o777)
    _, store = opened(chosen)
    assert [rights(path) for path in (chosen.records, *files)] == [0o700, 0o600, 0o600, 0o600]
    store.close()


def test_k11_what_belongs_to_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = production_of(tmp_path)
    chosen.records.mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(StoreRefused, match=r"CONSENT_RECORDS.*belongs to another user"):
        opened(chosen)


def test_k11_rights_that_cannot_be_changed_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = production_of(tmp_path)
    chosen.records.mkdir()
    chosen.records.chmod(0o755)
    monkeypatch.setattr(Path, "chmod", lambda *_: None)
    with pytest.raises(StoreRefused, match="cannot be changed"):
        opened(chosen)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o602])
def test_k11_a_pepper_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    chosen = production_of(tmp_path)
    (tmp_path / "pepper").chmod(mode)
    with pytest.raises(SettingRefused, match="CONSENT_PEPPER_FILE"):
        opened(chosen)
    assert not chosen.records.exists()


def test_a_pepper_that_is_short_missing_or_not_named_is_refused(tmp_path: Path) -> None:
    chosen = production_of(tmp_path)
    (tmp_path / "pepper").write_bytes(bytes(31))
    for refused in (chosen, chosen.model_copy(update={"pepper_file": tmp_path / "none"})):
        with pytest.raises(SettingRefused, match="CONSENT_PEPPER_FILE"):
            opened(refused)
    with pytest.raises(SettingRefused, match="CONSENT_PEPPER_FILE is missing"):
        opened(chosen.model_copy(update={"pepper_file": None}))
    opened(Settings(mode="demo", records=tmp_path / "demo"))[1].close()


def test_k08_a_store_has_one_server_until_that_one_ends(tmp_path: Path) -> None:
    assert machine.server_of(tmp_path) == ""
    with machine.sole_server(tmp_path / "records"):
        assert machine.server_of(tmp_path / "records") == str(os.getpid())
        with (
            pytest.raises(StoreRefused, match=f"process {os.getpid()}"),
            machine.sole_server(tmp_path / "records"),
        ):
            pass
        assert rights(tmp_path / "records" / machine.LOCK) == 0o600
    with machine.sole_server(tmp_path / "records"):
        pass
    assert machine.server_of(tmp_path / "records") == ""


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("", "records/consent.sqlite"),
        ("sqlite:///other.db", "records/other.db"),
        ("sqlite:////srv/a.db", "/srv/a.db"),
        ("sqlite+pysqlite:////srv/a.db", "/srv/a.db"),
    ],
)
def test_the_file_that_is_looked_at_is_the_one_that_is_opened(tmp_path: Path, address: str, file: str) -> None:
    chosen = Settings(mode="demo", records=tmp_path / "records", database=address)
    assert chosen.database_file == tmp_path / file


def test_postgresql_is_no_file() -> None:
    assert Settings(mode="demo", database="postgresql+psycopg://host/name").database_file is None
