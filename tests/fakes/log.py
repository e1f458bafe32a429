"""The log in memory, a key that is always the same, and a target that may be down."""

import json
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from consent.errors import Broken
from consent.model.log import Frontier
from consent.model.note import Key, KeyKind
from consent.ports.log import KeptCheckpoint, Line, ProofFrom, Sent, Sought
from tests.fakes.ledger import MemoryLedger


class MemoryLog:
    """The port ``Log`` over the entries of a ledger in memory."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self._ledger = ledger
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.checkpoints: dict[int, KeptCheckpoint] = {}
        self._sent: dict[str, Sent] = {}
        self._edge = Frontier()

    def sequence(self, *, most: int, whole: bool) -> int:  # noqa: ARG002 - it always looks at all
        leaves = [bytes.fromhex(one.leaf) for one in self._ledger.order[self._edge.size :][:most]]
        self._edge = self._edge.grown(leaves, keep=lambda level, index, made: self.nodes.update({(level, index): made}))
        return len(leaves)

    def size(self) -> int:
        return self._edge.size

    def hash_at(self, level: int, index: int) -> bytes:
        found = self.nodes.get((level, index))
        if found is None:
            raise Broken("A hash of the log is missing.")
        return found

    def place(self, stream: str, number: int) -> int | None:
        places = [(one.stream, one.number) for one in self._ledger.order[: self._edge.size]]
        return places.index((stream, number)) if (stream, number) in places else None

    def at(self, place: int) -> str:
        return str(json.loads(self._ledger.order[place].header)["at"]) if place < self._edge.size else ""

    def lines(self, sought: Sought, *, most: int, below: int) -> tuple[Line, ...]:
        found = list[Line]()
        for number, one in enumerate(self._ledger.order, start=1):
            told = json.loads(one.header)
            fits = [
                not sought.streams or one.stream in sought.streams,
                sought.actor in {"", told["actor"]},
                sought.kind in {"", told["kind"]},
                told["at"] >= sought.since and (not sought.until or told["at"] < sought.until),
                not below or number < below,
            ]
            if all(fits):
                place = number - 1 if number <= self._edge.size else None
                found.append(Line(id=number, place=place, stream=one.stream, number=one.number, header=one.header))
        return tuple(found[::-1][:most])

    def keep(self, checkpoint: KeptCheckpoint) -> None:
        self.checkpoints.setdefault(checkpoint.size, checkpoint)

    def newest(self) -> KeptCheckpoint | None:
        return self.checkpoints[max(self.checkpoints)] if self.checkpoints else None

    def note_sent(self, target: str, sent: Sent) -> None:
        self._sent[target] = sent

    def sent(self, target: str) -> Sent | None:
        return self._sent.get(target)


class FakeLogKey:
    """The port ``LogKey``, with a key of a fixed seed."""

    def __init__(self, seed: int = 1) -> None:
        self._private, self.name = Ed25519PrivateKey.from_private_bytes(bytes([seed] * 32)), "bedside-consent/log-1"

    def make(self, name: str, *, secret: bytes) -> None:
        """It is there."""

    def public(self) -> Key:
        public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return Key(name=self.name, kind=KeyKind.NOTE, public=public)

    def sign(self, content: bytes) -> bytes:
        return self._private.sign(content)


class MemoryTarget:
    """The port ``Target``. ``fault`` is raised while it is set."""

    name = "memory"
    every = timedelta()

    def __init__(self) -> None:
        self.got: list[KeptCheckpoint] = []
        self.fault: Exception | None = None

    def held(self) -> int:
        return max((one.size for one in self.got), default=0)

    def send(self, checkpoint: KeptCheckpoint, *, before: int, proof: ProofFrom) -> bytes:
        if self.fault:
            raise self.fault
        if before:
            proof(before)
        self.got.append(checkpoint)
        return b""
