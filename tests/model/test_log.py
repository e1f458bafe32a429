"""The log's tree, held against the recursive definitions of RFC 6962 and the vectors of Certificate Transparency."""

import hashlib
import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consent.errors import BadInput, Broken
from consent.model import canon, log
from consent.model.log import Frontier, Head

CT_DATA = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
CT_ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Data and roots that the tests of Certificate Transparency have used since its first implementation."""
EVERY = 34
sizes = st.integers(1, log.MOST)


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def leaves(count: int) -> list[bytes]:
    return [sha(b"\x00%d" % number) for number in range(count)]


def mth(hashes: Sequence[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha(b"")
    k = split(len(hashes))
    return sha(b"\x01" + mth(hashes[:k]) + mth(hashes[k:]))


def split(count: int) -> int:
    k = 1
    while 2 * k < count:
        k *= 2
    return k


def path(m: int, hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """RFC 6962, 2.1.1, as it is written."""
    if len(hashes) == 1:
        return ()
    k = split(len(hashes))
    return (*path(m, hashes[:k]), mth(hashes[k:])) if m < k else (*path(m - k, hashes[k:]), mth(hashes[:k]))


def subproof(m: int, hashes: Sequence[bytes], *, known: bool = True) -> tuple[bytes, ...]:
    """RFC 6962, 2.1.2, as it is written."""
    if m == len(hashes):
        return () if known else (mth(hashes),)
    k = split(len(hashes))
    if m <= k:
        return (*subproof(m, hashes[:k], known=known), mth(hashes[k:]))
    return (*subproof(m - k, hashes[k:], known=False), mth(hashes[:k]))


class Pile:
    """Stored hashes, and how many of them were read."""

    def __init__(self, hashes: Sequence[bytes] = ()) -> None:
        self.kept: dict[tuple[int, int], bytes] = {}
        self.read = 0
        self.frontier = Frontier().grown(hashes, keep=self.keep)

    def keep(self, level: int, index: int, one: bytes) -> None:
        assert (level, index) not in self.kept
        self.kept[level, index] = one

    def at(self, level: int, index: int) -> bytes:
        self.read += 1
        return self.kept[level, index]


class Alike(Pile):
    """A log of any size whose leaves are all the same: a subtree's hash depends on its level alone."""

    def __init__(self) -> None:
        super().__init__()
        self.levels = [sha(b"\x00")]
        for _ in range(63):
            self.levels.append(sha(b"\x01" + self.levels[-1] * 2))

    def at(self, level: int, index: int) -> bytes:
        assert index >= 0
        self.read += 1
        return self.levels[level]

    def head(self, size: int) -> Head:
        return Frontier.stored(size, self.at).head


def flipped(one: bytes, bit: int = 0) -> bytes:
    return one[: bit // 8] + bytes([one[bit // 8] ^ 1 << bit % 8]) + one[bit // 8 + 1 :]


PILE = Pile(leaves(EVERY))


def head(size: int) -> Head:
    return Head(size, mth(leaves(EVERY)[:size]))


def test_the_roots_are_those_of_certificate_transparency() -> None:
    hashes = [bytes.fromhex(canon.leaf_digest(bytes.fromhex(data))) for data in CT_DATA]
    found = [Frontier().grown(hashes[:size]).head.root.hex() for size in range(1, 9)]
    assert found == [mth(hashes[:size]).hex() for size in range(1, 9)] == list(CT_ROOTS)


def test_an_empty_log_has_the_root_of_nothing() -> None:
    assert Frontier().head == Head(0, sha(b"")) == Frontier.stored(0, PILE.at).head


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70), st.integers(0, 70))
def test_a_log_grows_in_portions_as_it_does_at_once(hashes: list[bytes], cut: int) -> None:
    at_once = Frontier().grown(hashes)
    assert Frontier().grown(hashes[:cut]).grown(hashes[cut:]) == at_once
    assert at_once.head == Head(len(hashes), mth(hashes))
    assert Frontier.stored(len(hashes), Pile(hashes).at) == at_once


@pytest.mark.parametrize("size", range(EVERY))
def test_every_full_subtree_is_kept_once_with_its_hash(size: int) -> None:
    kept = Pile(leaves(size)).kept
    full = {
        (level, index): mth(leaves(size)[index << level : index + 1 << level])
        for level in range(size.bit_length())
        for index in range(size >> level)
    }
    assert kept == full
    assert [place for place in kept if place[0] == 0] == [(0, index) for index in range(size)]


@pytest.mark.parametrize("size", range(1, EVERY + 1))
def test_paths_are_those_of_the_definition_and_hold(size: int) -> None:
    hashes = leaves(size)
    for index, leaf in enumerate(hashes):
        proof = log.inclusion_proof(index, size=size, hash_at=PILE.at)
        assert proof == path(index, hashes)
        assert log.is_included(leaf, index=index, head=head(size), proof=proof)


@pytest.mark.parametrize("newer", range(1, EVERY + 1))
def test_continuations_are_those_of_the_definition_and_hold(newer: int) -> None:
    for older in range(1, newer + 1):
        proof = log.consistency_proof(older, newer, PILE.at)
        assert proof == subproof(older, leaves(newer))
        assert log.is_consistent(head(older), head(newer), proof)


@given(sizes, st.data())
def test_a_proof_reads_two_hashes_a_level_at_most_up_to_the_largest_log(size: int, data: st.DataObject) -> None:
    pile = Alike()
    index = data.draw(st.integers(0, size - 1))
    proof = log.inclusion_proof(index, size=size, hash_at=pile.at)
    assert pile.read <= 2 * size.bit_length()
    assert log.is_included(pile.levels[0], index=index, head=pile.head(size), proof=proof)
    pile.read = 0
    proof = log.consistency_proof(index + 1, size, pile.at)
    assert pile.read <= 2 * size.bit_length()
    assert log.is_consistent(pile.head(index + 1), pile.head(size), proof)


def test_growing_needs_no_more_memory_for_more_leaves() -> None:
    leaf = sha(b"\x00")
    tracemalloc.start()
    try:
        grown = Frontier().grown(leaf for _ in range(50_000))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown.head == Alike().head(50_000)
    assert peak < 30_000


@given(st.integers(1, EVERY), st.data())
def test_no_altered_path_holds(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaf, proof = leaves(size)[index], path(index, leaves(size))

    def holds(*, leaf: bytes = leaf, index: int = index, size: int = size, proof: log.Proof = proof) -> bool:
        return log.is_included(leaf, index=index, head=head(size), proof=proof)

    other, place = data.draw(st.integers(-2, EVERY)), data.draw(st.integers(0, max(len(proof) - 1, 0)))
    assert holds()
    assert not holds(leaf=flipped(leaf, data.draw(st.integers(0, 255))))
    assert other == index or not holds(index=other)
    assert other == size or other < 0 or not holds(size=other)
    assert not holds(proof=(*proof, leaf))
    if proof:
        bad = flipped(proof[place], data.draw(st.integers(0, 255)))
        assert not holds(proof=proof[:-1])
        assert not holds(proof=(*proof[:place], bad, *proof[place + 1 :]))
        assert not holds(proof=(*proof[:place], *proof[place + 1 :]))
    assert len(proof) < 2 or not holds(proof=proof[::-1])


@given(st.integers(1, EVERY), st.integers(1, EVERY), st.data())
def test_no_altered_continuation_holds(older: int, newer: int, data: st.DataObject) -> None:
    assume(older < newer)
    proof = subproof(older, leaves(newer))
    other, place = data.draw(st.integers(0, EVERY)), data.draw(st.integers(0, len(proof) - 1))
    bad = flipped(proof[place], data.draw(st.integers(0, 255)))
    assert log.is_consistent(head(older), head(newer), proof)
    assert other == older or not log.is_consistent(head(other), head(newer), proof)
    assert other == newer or not log.is_consistent(head(older), head(other), proof)
    assert not log.is_consistent(head(newer), head(older), proof)
    assert not log.is_consistent(Head(older, flipped(head(older).root)), head(newer), proof)
    assert not log.is_consistent(head(older), Head(newer, flipped(head(newer).root)), proof)
    for altered in ((*proof, bad), proof[:-1], proof[1:], (*proof[:place], bad, *proof[place + 1 :]), (bad, *proof)):
        assert not log.is_consistent(head(older), head(newer), altered)
    assert len(proof) < 2 or not log.is_consistent(head(older), head(newer), proof[::-1])


def test_a_tree_continues_itself_by_no_proof_at_all() -> None:
    assert log.is_consistent(head(5), head(5), ())
    assert not log.is_consistent(head(5), head(5), (head(5).root,))
    assert not log.is_consistent(head(5), Head(5, head(4).root), ())
    assert log.consistency_proof(5, 5, PILE.at) == ()


def test_a_smaller_tree_of_the_same_root_is_no_part_of_it() -> None:
    assert not log.is_consistent(head(4), Head(5, head(4).root), ())


def test_nothing_is_proved_from_the_empty_tree() -> None:
    for newer in (Head(0, canon.EMPTY_TREE), head(4)):
        assert not log.is_consistent(Head(0, canon.EMPTY_TREE), newer, ())
        assert not log.is_consistent(Head(0, canon.EMPTY_TREE), newer, (newer.root,))
    with pytest.raises(BadInput, match="nothing can be proved"):
        log.consistency_proof(0, 4, PILE.at)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_hash_of_another_length_proves_nothing(length: int) -> None:
    """Two inner nodes of one preimage, parted at another place: a checker that only joins them would say yes."""
    left, right = leaves(2)
    joined, root = left + right, Head(2, mth([left, right]))
    leaf, sibling = joined[:length], joined[length:]
    assert sha(b"\x01" + leaf + sibling) == root.root
    assert not log.is_included(leaf, index=0, head=root, proof=(sibling,))
    longer = Head(2, sha(b"\x01" + left + joined[:length]))
    assert not log.is_consistent(Head(1, left), longer, (joined[:length],))


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (5, 4), (0, 0), (0, -1), (0, log.MOST + 1)])
def test_a_place_outside_the_tree_has_no_path(index: int, size: int) -> None:
    with pytest.raises(BadInput, match="no leaf"):
        log.inclusion_proof(index, size=size, hash_at=PILE.at)


@pytest.mark.parametrize(("older", "newer"), [(0, 0), (-1, 4), (5, 4), (1, log.MOST + 1)])
def test_sizes_that_cannot_follow_each_other_have_no_proof(older: int, newer: int) -> None:
    with pytest.raises(BadInput, match="nothing can be proved"):
        log.consistency_proof(older, newer, PILE.at)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_stored_hash_of_another_length_is_a_broken_promise(length: int) -> None:
    with pytest.raises(Broken, match="length"):
        log.inclusion_proof(0, size=2, hash_at=lambda _level, _index: bytes(length))
    with pytest.raises(Broken, match="length"):
        log.consistency_proof(1, 2, lambda _level, _index: bytes(length))
    with pytest.raises(Broken, match="length"):
        Frontier().grown([bytes(length)])
    with pytest.raises(Broken, match="length"):
        Frontier(1, (bytes(length),))
    for pair in ((bytes(length), bytes(32)), (bytes(32), bytes(length))):
        with pytest.raises(Broken, match="length"):
            canon.node_hash(*pair)


@pytest.mark.parametrize(("size", "hashes"), [(1, 0), (0, 1), (2, 2), (3, 1), (-1, 1), (log.MOST + 1, 1)])
def test_an_edge_that_does_not_fit_its_size_is_a_broken_promise(size: int, hashes: int) -> None:
    with pytest.raises(Broken, match="edge"):
        Frontier(size, (bytes(32),) * hashes)


def test_no_log_has_less_than_nothing() -> None:
    with pytest.raises(Broken, match="edge"):
        Frontier.stored(-1, PILE.at)


@pytest.mark.parametrize(
    ("size", "root"),
    [(-1, bytes(32)), (log.MOST + 1, bytes(32)), (1, bytes(31)), (1, bytes(33)), (1, b""), (0, bytes(32)), (0, b"")],
)
def test_a_head_that_cannot_be_is_refused(size: int, root: bytes) -> None:
    with pytest.raises(BadInput, match="not the head of a log"):
        Head(size, root)


def test_the_largest_log_has_a_head_and_proofs() -> None:
    pile, size = Alike(), 2**63 - 1
    path = log.inclusion_proof(size - 1, size=size, hash_at=pile.at)
    assert log.is_included(pile.levels[0], index=size - 1, head=pile.head(size), proof=path)
    assert log.is_consistent(pile.head(2), pile.head(size), log.consistency_proof(2, size, pile.at))


def test_the_only_leaf_of_a_log_is_at_no_other_place() -> None:
    assert [index for index in range(-1, 4) if log.is_included(leaves(1)[0], index=index, head=head(1), proof=())] == [
        0
    ]
