"""Time stamps on the log's checkpoints: an authority's word that the log was so at that moment (RFC 3161).

Decides how often the authority is asked, and that its token lies beside the checkpoint.

Invariants:
- Nothing leaves but the SHA-256 of a checkpoint.
- A token is kept when it is over that checkpoint, leads to a root that the clinic has named, and is not older than
  what it stamps.

Refuses nothing by itself: roots that cannot be read are told when the authority is asked.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from consent.errors import Busy
from consent.ports.log import STAMP, KeptCheckpoint, ProofFrom

SECONDS = 10.0


class CheckpointStamps:
    """The target "checkpoint-stamps".

    Args:
        url: Where the authority listens.
        roots: A file of the roots that its certificates have to lead to.
        keep: Keeps a token beside the checkpoint over so many entries, by its ending.
        seconds: How long it is waited for.
    """

    name = "checkpoint-stamps"
    every = timedelta(days=1)

    def __init__(
        self, url: str, *, roots: Path, keep: Callable[[int, str, bytes], None], seconds: float = SECONDS
    ) -> None:
        self._url, self._roots, self._keep, self._seconds = url, roots, keep, seconds

    def held(self) -> int:
        """An authority keeps nothing."""
        return 0

    def send(self, checkpoint: KeptCheckpoint, *, before: int, proof: ProofFrom) -> bytes:  # noqa: ARG002 - an authority compares nothing
        """Have a checkpoint stamped. Raises Busy, SealRefused."""
        from consent.seal import stamp  # pyHanko takes half a second to load
        from consent.seal.authority import TOLERANCE, Authority
        from consent.seal.certificates import read

        authority = Authority(self._url, tuple(read(self._roots)), seconds=self._seconds)
        token, at = stamp.ask(authority, checkpoint.note)
        if at < datetime.fromisoformat(checkpoint.at) - TOLERANCE:
            raise Busy("The time-stamp authority has another time than this machine.", "Check both clocks.")
        self._keep(checkpoint.size, STAMP, token)
        return b""
