"""A hasher that hashes nothing, and counts how often it was asked."""


class PlainHasher:
    """The port ``Hasher``."""

    def __init__(self) -> None:
        self.asked = 0

    def hash(self, secret: str) -> str:
        return f"plain:{secret}"

    def verify(self, kept: str, secret: str) -> bool:
        self.asked += 1
        return kept == self.hash(secret)
