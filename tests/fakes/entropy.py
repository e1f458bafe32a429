"""Randomness that counts, so that every run of a test makes the same bytes."""


class CountingEntropy:
    """The port ``Entropy``."""

    def __init__(self) -> None:
        self._count = 0

    def _next(self) -> int:
        self._count += 1
        return self._count

    def salt(self) -> bytes:
        return self._next().to_bytes(32, "big")

    def token(self) -> str:
        return f"token-{self._next()}"

    def name(self, prefix: str) -> str:
        return f"{prefix}-{self._next():032x}"
