"""Chance against both verdicts: single bits, and files that were mangled (catalogue F3)."""

from random import Random

import pytest

from tests.adapters.seal import changes, sealing
from tests.adapters.seal.conftest import Office

SOME, ALL = 60, pytest.param(1000, marks=pytest.mark.soak)


@pytest.mark.parametrize("times", [SOME, ALL])
def test_seal_f03_one_bit_flipped_anywhere_is_refused_by_both(office: Office, times: int) -> None:
    chance, passed = Random(2026), []  # noqa: S311 - a seed, not a secret
    start, end, _ = changes.gap(office.sealed)
    for time in range(times):
        place = chance.randrange(start, end) if time % 4 == 0 else chance.randrange(len(office.sealed))
        ours, theirs = office.judge(changes.flip(office.sealed, 8 * place + time % 8))
        if not (ours and theirs):
            passed.append(f"byte {place}, bit {time % 8}: ours {ours or 'proved'}, verify.py {theirs or 'proved'}")
    assert not passed, "\n".join(passed)


@pytest.mark.parametrize("times", [SOME // 2, ALL])
@pytest.mark.parametrize("kind", ["with a timestamp", "with a chain"])
def test_seal_f03_one_bit_flipped_in_a_larger_seal_is_refused_by_both(office: Office, kind: str, times: int) -> None:
    between = sealing.sealer(name="Between", authority=True, by=sealing.sealer(name="Root", authority=True))
    by, stamper = (sealing.sealer(by=between), None) if kind == "with a chain" else (office.clinic, sealing.stamper())
    pdf = sealing.seal(office.kept.file(), by, stamper=stamper)
    assert office.judge(pdf, by=by) == ("", "")
    chance, held = Random(2026), 2 * len(changes.der(pdf))  # noqa: S311 - a seed, not a secret
    for _ in range(times):
        place, bit = changes.gap(pdf)[0] + 1 + chance.randrange(held), chance.randrange(8)
        assert all(office.judge(changes.flip(pdf, 8 * place + bit), by=by)), f"byte {place}, bit {bit}"


@pytest.mark.parametrize("times", [SOME, ALL])
def test_both_agree_on_files_that_were_mangled(office: Office, times: int) -> None:
    other, apart, proved = office.seals(), [], 0
    for seed in range(times):
        ours, theirs = office.judge(changes.fuzz(office.sealed, other, Random(seed)))  # noqa: S311 - a seed, not a secret
        proved += not ours
        if bool(ours) is not bool(theirs):
            apart.append(f"seed {seed}: ours {ours or 'proved'}, verify.py {theirs or 'proved'}")
    assert not apart, "\n".join(apart)
    assert 0 < proved < times // 2, "a fuzz that proves nothing, or everything, compares nothing"


@pytest.mark.parametrize("times", [SOME // 4, ALL])
def test_both_agree_on_records_that_were_mangled_and_sealed_with_the_right_key(office: Office, times: int) -> None:
    apart, proved = [], 0
    for seed in range(times):
        chance = Random(seed)  # noqa: S311 - a seed, not a secret
        inside = [_retyped(one, chance) if chance.random() < 0.6 else one for one in office.kept.inside]
        ours, theirs = office.judge(office.seals(*inside))
        proved += not ours
        if bool(ours) is not bool(theirs):
            apart.append(f"seed {seed}: ours {ours or 'proved'}, verify.py {theirs or 'proved'}")
    assert not apart, "\n".join(apart)
    assert 0 < proved < times


def _retyped(text: bytes, chance: Random) -> bytes:
    """One character against another, one left out, or one more."""
    place = chance.randrange(len(text))
    return (
        text[:place]
        + chance.choice((b"", b"a", b"0", b'"', b"\\", b" ", text[place : place + 1] * 2))
        + text[place + 1 :]
    )
