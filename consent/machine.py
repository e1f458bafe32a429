"""The machine under this program: rights of files, kinds of disk, room, descriptors, and one server a store.

Decides when a machine is not fit to keep records.

Invariants:
- What this user owns and others may read is closed to them; what somebody else owns is refused (catalogue K11).
- SQLite lies on a disk of this machine: over a network its locks do not hold (catalogue E12).
- A store in a file has one server (catalogue K8). The lock ends with the process, in whatever way; commands take none.

Refuses to guess: where the system does not tell the kind of a disk, none is said.
"""

import fcntl
import os
import re
import resource
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from consent.errors import SettingRefused, StoreRefused

LOCK = "server.lock"
LEAST_DESCRIPTORS = 2048
WANTED_DESCRIPTORS = 65536
"""A session takes four (threats.md F25)."""
_MOUNTS = Path("/proc/self/mountinfo")
_ESCAPE = re.compile(r"\\([0-7]{3})")
_OTHERS = 0o077
_NETWORK = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "davfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
)
_NETWORK_FUSE = frozenset(
    {"ceph", "curlftpfs", "davfs2", "gcsfuse", "glusterfs", "rclone", "s3fs", "smbnetfs", "sshfs"}
)


def keep_to_owner() -> None:
    """What this process makes from now on is for its own user alone."""
    os.umask(_OTHERS)


def close_to_others(path: Path, *, what: str) -> None:
    """Take every right of other users away from a file or folder, if it is there.

    Raises:
        StoreRefused: It belongs to somebody else, or the rights cannot be changed.
    """
    if not path.exists():
        return
    found = path.stat()
    if found.st_uid != os.geteuid():
        raise StoreRefused(
            f"{what} belongs to another user.", "Give it to the user that the app runs as (chown), and start again."
        )
    if found.st_mode & _OTHERS:
        with suppress(OSError):
            path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)
    if is_open_to_others(path):
        raise StoreRefused(
            f"{what} can be read by other users, and that cannot be changed.",
            "Put it on a disk that keeps rights, and start again.",
        )


def is_open_to_others(path: Path) -> bool:
    """Whether anybody but its owner has any right to it."""
    return bool(path.stat().st_mode & _OTHERS)


def check_disk(path: Path, *, mounts: str, what: str) -> None:
    """Refuse a file that lies on another machine. Raises StoreRefused."""
    kind = kind_of_disk(path, mounts=mounts)
    if kind in _NETWORK or kind.removeprefix("fuse.") in _NETWORK_FUSE:
        raise StoreRefused(
            f"{what} lies on a network file system ({kind}), where locks do not hold.",
            "Name a folder on a disk of this machine in CONSENT_RECORDS, or use PostgreSQL (CONSENT_DATABASE).",
        )


def kind_of_disk(path: Path, *, mounts: str) -> str:
    """The file system that a path is on, as ``ext4``; empty when it is not told.

    Args:
        path: Absolute; it need not be there yet.
        mounts: The text of ``/proc/self/mountinfo``; of two mounts at one place the later one holds.
    """
    held, kind = Path(), ""
    for line in mounts.splitlines():
        mounted, _, source = line.partition(" - ")
        places, kinds = mounted.split(), source.split()
        if len(places) > 4 and kinds:  # noqa: PLR2004 - proc(5): the fifth field is the mount point
            place = Path(_ESCAPE.sub(lambda found: chr(int(found[1], 8)), places[4]))
            if path.is_relative_to(place) and len(place.parts) >= len(held.parts):
                held, kind = place, kinds[0]
    return kind


def mounts() -> str:
    """What is mounted where, as the system tells it; empty where it does not."""
    try:
        return _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def free_bytes(folder: Path) -> int:
    """How much room is left for what this folder holds. Raises StoreRefused."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        raise StoreRefused("The data folder is not there.", "Check CONSENT_RECORDS, and that it is mounted.") from None


def raise_descriptors() -> int:
    """Let this process open as many files and sockets as it may, up to 65,536; gives how many that are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, WANTED_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return WANTED_DESCRIPTORS if soft == resource.RLIM_INFINITY else soft


def check_descriptors() -> None:
    """Refuse a machine that lets this process open too little. Raises SettingRefused."""
    found = raise_descriptors()
    if found < LEAST_DESCRIPTORS:
        raise SettingRefused(
            f"This process may open {found} files and sockets; it needs {LEAST_DESCRIPTORS}.",
            "Raise the limit (LimitNOFILE=65536 in a systemd unit, or ulimit -n), and start again.",
        )


@contextmanager
def sole_server(folder: Path) -> Iterator[None]:
    """Be the one server of the store in this folder, until the end of the block.

    Raises:
        StoreRefused: There is another; names its process.
    """
    handle = _lock_file(folder)
    try:
        if not _taken(handle):
            other = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
            raise StoreRefused(
                f"Another server, process {other}, uses this data folder.",
                "Stop that one first, or name another folder in CONSENT_RECORDS.",
            )
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def server_of(folder: Path) -> str:
    """The process that serves the store in this folder; empty when none does."""
    if not (folder / LOCK).exists():
        return ""
    handle = _lock_file(folder)
    try:
        return "" if _taken(handle) else os.pread(handle, 20, 0).decode("ascii", "replace").strip()
    finally:
        os.close(handle)


def _lock_file(folder: Path) -> int:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        raise StoreRefused(
            "The data folder cannot be made or written to.", "Check CONSENT_RECORDS and who may write there."
        ) from None


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
