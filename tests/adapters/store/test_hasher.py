import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from consent.errors import Broken
from consent.ports import Hasher
from consent.store.hasher import Argon2Hasher
from tests.light import hash_in_earnest


@pytest.fixture(autouse=True)
def _in_earnest(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_in_earnest(monkeypatch)


def test_a_secret_is_verified_and_another_is_not() -> None:
    hasher: Hasher = Argon2Hasher()
    kept = hasher.hash("4711 Ö")
    assert hasher.verify(kept, "4711 O\u0308")
    assert not hasher.verify(kept, "4712 Ö")


def test_secrets_are_hashed_with_argon2id_and_a_salt_of_their_own() -> None:
    hasher = Argon2Hasher()
    first, second = hasher.hash("1234"), hasher.hash("1234")
    assert first != second
    found = extract_parameters(first)
    assert (found.type, found.memory_cost, found.time_cost) == (Type.ID, 65536, 3)


@pytest.mark.parametrize("secret", ["", "1234"])
def test_nothing_kept_never_verifies(secret: str) -> None:
    assert not Argon2Hasher().verify("", secret)


def test_without_the_pepper_a_kept_hash_is_of_no_use() -> None:
    kept = Argon2Hasher(pepper=b"from the settings").hash("1234")
    assert Argon2Hasher(pepper=b"from the settings").verify(kept, "1234")
    assert not Argon2Hasher().verify(kept, "1234")
    assert not Argon2Hasher(pepper=b"another").verify(kept, "1234")


def test_a_kept_hash_that_cannot_be_read_is_broken() -> None:
    with pytest.raises(Broken):
        Argon2Hasher().verify("plain text", "1234")


def test_a_broken_character_in_a_secret_is_only_wrong() -> None:
    hasher = Argon2Hasher()
    assert not hasher.verify(hasher.hash("1234"), "1234\ud800")
