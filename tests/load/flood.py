"""A flood of sockets from foreign origins, on a machine whose packets to the world vanish (threats.md F13).

Bare Streamlit asks the internet for its own address, on the event loop, for each foreign Origin: with egress that is
dropped and not refused, one such request stops the server for everybody.

Decides nothing: gives the waiting times of ``/healthz``, quiet and in the flood, and what the flood was answered.

Invariants:
- It runs inside a network namespace of its own (``inside``), whose only way out leads nowhere: nothing leaves.
- What was asked ends: as many rounds as were named, each answer waited for at most ``PATIENCE`` seconds.
"""

import json
import shutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event
from time import perf_counter
from urllib.parse import urlsplit

import httpx

from tests.running_app import ROOT, running

PATIENCE = 30.0
NOWHERE = """ip link set lo up && ip addr add 10.99.0.2/32 dev lo &&
ip route add default dev lo src 10.99.0.2 && exec "$@" """
HANDSHAKE = (
    "GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


@dataclass
class Flood:
    """What came of it.

    Attributes:
        quiet: How long each look at ``/healthz`` took before the flood, in seconds.
        flooded: How long each took in it.
        refused: How many of the flood's handshakes were refused.
        others: What its other handshakes were answered; a name for no answer.
        vanished: Whether packets to the world vanish here: otherwise nothing was tried.
    """

    quiet: list[float] = field(default_factory=list)
    flooded: list[float] = field(default_factory=list)
    refused: int = 0
    others: list[str] = field(default_factory=list)
    vanished: bool = False


def p99(times: list[float]) -> float:
    """The time that one in a hundred takes longer than."""
    return sorted(times)[max(0, -(-len(times) * 99 // 100) - 1)]


def healthy(base_url: str, looks: int) -> list[float]:
    """How long ``/healthz`` takes, look by look. Raises what httpx does when one is not answered."""
    times = []
    with httpx.Client(timeout=PATIENCE) as client:
        for _ in range(looks):
            begun = perf_counter()
            client.get(f"{base_url}/healthz").raise_for_status()
            times.append(perf_counter() - begun)
    return times


def knock(base_url: str, number: int) -> str:
    """One handshake from a foreign origin; gives the answer's first line."""
    host = urlsplit(base_url).netloc
    sent = HANDSHAKE.format(host=host, origin=f"http://evil-{number}.example")
    with socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2])), PATIENCE) as line:
        line.sendall(sent.encode())
        return line.recv(4096).split(b"\r\n")[0].decode("latin-1")


def flood(base_url: str, *, looks: int, hands: int = 8) -> Flood:
    """Look at ``/healthz`` while as many hands as named knock without a pause.

    Args:
        base_url: The server.
        looks: How often, quiet and in the flood each.
        hands: How many knock at once.
    """
    found, over = Flood(quiet=healthy(base_url, looks), vanished=_vanishes()), Event()

    def knocking(hand: int) -> list[str]:
        answers, number = [], hand
        while not over.is_set():
            try:
                answers.append(knock(base_url, number))
            except OSError as error:
                answers.append(type(error).__name__)
            number += hands
        return answers

    with ThreadPoolExecutor(hands) as pool:
        busy = [pool.submit(knocking, hand) for hand in range(hands)]
        try:
            found.flooded = healthy(base_url, looks)
        finally:
            over.set()
        answers = [one for hand in busy for one in hand.result()]
    found.others = [one for one in answers if " 403 " not in one]
    found.refused = len(answers) - len(found.others)
    return found


def _vanishes() -> bool:
    """Whether a packet to the world is neither answered nor refused."""
    with suppress(TimeoutError), socket.create_connection(("192.0.2.1", 80), 1):
        return False
    return True


def can_be_alone() -> bool:
    """Whether this machine lets us have a network namespace with a way to nowhere."""
    if not (shutil.which("unshare") and shutil.which("ip")):
        return False
    command = ["unshare", "-n", "sh", "-c", NOWHERE, "sh", "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def inside(records: Path, *, looks: int) -> Flood:
    """The flood of a real server on a data folder, in a network namespace."""
    command = ["unshare", "-n", "sh", "-c", NOWHERE, "sh", sys.executable, "-m", "tests.load.flood"]
    told = subprocess.run(
        [*command, str(records), str(looks)], cwd=ROOT, capture_output=True, text=True, timeout=3600, check=True
    )
    return Flood(**json.loads(told.stdout.splitlines()[-1]))


if __name__ == "__main__":
    with running(Path(sys.argv[1])) as server:
        sys.stdout.write(json.dumps(asdict(flood(server.base_url, looks=int(sys.argv[2])))) + "\n")
