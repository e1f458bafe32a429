"""Secrets hashed lightly, for tests of everything else: each hash takes a fifth of a second, and thousands are made.

What is kept says how it was hashed, so that a process that hashes in earnest verifies it as well. How much work the
product does is held by ``tests/adapters/store/test_hasher.py``.
"""

from functools import partial

import pytest
from argon2 import PasswordHasher

from consent.store import hasher

LIGHTLY = partial(PasswordHasher, time_cost=1, memory_cost=64, parallelism=1)
EARNEST = PasswordHasher


def hash_lightly(patch: pytest.MonkeyPatch) -> None:
    """From now on in this process."""
    patch.setattr(hasher, "PasswordHasher", LIGHTLY)


def hash_in_earnest(patch: pytest.MonkeyPatch) -> None:
    """As the product does."""
    patch.setattr(hasher, "PasswordHasher", EARNEST)
