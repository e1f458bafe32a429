"""The log over all records as a Merkle tree: roots, and proofs about them (RFC 6962, 2.1; RFC 9162, 2.1).

Decides which hashes a tree of so many leaves has, which of them make a proof, and whether a proof holds. A leaf is that
of an entry (``entry.leaf``), as bytes. Hashes are named as in a pile of tiles: ``(level, index)`` is the subtree over
the 2**level leaves from leaf index * 2**level on. Only full subtrees have a name; none of them ever changes.

Invariants:
- A log grows leaf by leaf from its frontier alone: one hash for each bit of its size.
- A proof is made of at most two stored hashes for each level of the tree, however many leaves there are.
- What makes a proof follows the recursive definition; what checks one is the iterative algorithm of RFC 9162.
- Whoever checks says no to whatever does not fit: a hash that is not 32 bytes, a path too long or too short.

Refuses a place outside the tree, and to prove anything from the empty tree: every log would continue it. Whether a leaf
is the right one, and whether a root is anybody's word, is not asked here (``checkpoint``).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from consent.errors import BadInput, Broken
from consent.model import canon

HashAt: TypeAlias = Callable[[int, int], bytes]
"""The stored hash of a full subtree, by level and index."""
Keep: TypeAlias = Callable[[int, int, bytes], None]
"""Takes level, index and hash of a subtree that has become full."""
Proof: TypeAlias = tuple[bytes, ...]
MOST = 2**63 - 1
"""How many leaves a log can have; Go's ``tlog`` counts no further."""


@dataclass(frozen=True, slots=True)
class Head:
    """How many leaves a log had, and the root over them.

    Raises:
        BadInput: There is no such tree.
    """

    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MOST or len(self.root) != canon.HASH_BYTES:
            raise BadInput("This is not the head of a log: its size or its root cannot be right.")
        if self.size == 0 and self.root != canon.EMPTY_TREE:
            raise BadInput("This is not the head of a log: without leaves there is only one root.")


@dataclass(frozen=True, slots=True)
class Frontier:
    """The full subtrees at the right edge of a log, the largest first: all that it needs to grow.

    Raises:
        Broken: The hashes are not those of a log of that size.
    """

    size: int = 0
    hashes: Proof = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MOST or len(self.hashes) != self.size.bit_count():
            raise Broken("The hashes at the edge of the log do not fit its size.")
        for one in self.hashes:
            _checked(one)

    @classmethod
    def stored(cls, size: int, hash_at: HashAt) -> "Frontier":
        """The frontier of the first leaves of a log, from its stored hashes. Raises Broken."""
        return cls(size, tuple(hash_at(level, index) for level, index in pieces(0, size)))

    def grown(self, leaves: Iterable[bytes], *, keep: Keep | None = None) -> "Frontier":
        """The frontier after more leaves.

        Args:
            leaves: Their hashes, in order; taken one at a time.
            keep: Told of every subtree that became full, a leaf first, then what it completed.

        Raises:
            Broken: One is not 32 bytes long.
        """
        hashes, size = list(self.hashes), self.size
        for leaf in leaves:
            level, index, node = 0, size, _checked(leaf)
            while True:
                if keep is not None:
                    keep(level, index, node)
                if not index & 1:
                    break
                level, index, node = level + 1, index >> 1, canon.node_hash(hashes.pop(), node)
            hashes.append(node)
            size += 1
        return Frontier(size, tuple(hashes))

    @property
    def head(self) -> Head:
        """Size and root."""
        if not self.hashes:
            return Head(0, canon.EMPTY_TREE)
        *before, root = self.hashes
        for left in reversed(before):
            root = canon.node_hash(left, root)
        return Head(self.size, root)


def pieces(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Level and index of the full subtrees side by side over the leaves of [begin, end), each as large as can be."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        yield level, begin >> level
        begin += 1 << level


def inclusion_proof(index: int, *, size: int, hash_at: HashAt) -> Proof:
    """The path that shows that a leaf is in the tree (RFC 6962, 2.1.1), from its sibling up.

    Args:
        index: The leaf's place, from 0.
        size: The leaves of the tree.
        hash_at: Gives stored hashes.

    Raises:
        BadInput: The tree has no such leaf.
        Broken: A stored hash is not 32 bytes long.
    """
    if not 0 <= index < size <= MOST:
        raise BadInput("The log has no leaf at this place.")
    return _path(index, 0, size, hash_at=hash_at)


def consistency_proof(older: int, newer: int, hash_at: HashAt) -> Proof:
    """The hashes that show that a tree continues a smaller one (RFC 6962, 2.1.2). Empty when they are the same.

    Args:
        older: The leaves of the smaller tree.
        newer: The leaves of the larger one.
        hash_at: Gives stored hashes.

    Raises:
        BadInput: There is no such pair of trees; the empty one has no proof.
        Broken: A stored hash is not 32 bytes long.
    """
    if not 0 < older <= newer <= MOST:
        raise BadInput("Between these sizes of the log nothing can be proved.")
    return _continuation(older, 0, newer, hash_at=hash_at)


def is_included(leaf: bytes, *, index: int, head: Head, proof: Sequence[bytes]) -> bool:
    """Whether the proof leads from the leaf at its place to the root (RFC 9162, 2.1.3.2).

    A size that gives the path the same shape would do as well: it is the signature on the head that binds the size.
    """
    if not 0 <= index < head.size or not _are_hashes((leaf, *proof)):
        return False
    place, last, node = index, head.size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = canon.node_hash(sibling, node)
            place, last = _up_from_the_right(place, last)
        else:
            node = canon.node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == head.root


def is_consistent(older: Head, newer: Head, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the newer head continues the older one (RFC 9162, 2.1.4.2); never from size 0."""
    if not 0 < older.size <= newer.size or not _are_hashes(proof):
        return False
    if older.size == newer.size:
        return older.root == newer.root and not proof
    if not proof:
        return False
    is_full = older.size & (older.size - 1) == 0
    path = (older.root, *proof) if is_full else tuple(proof)
    place, last = _past_the_right(older.size - 1, newer.size - 1)
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = canon.node_hash(sibling, old), canon.node_hash(sibling, new)
            place, last = _up_from_the_right(place, last)
        else:
            new = canon.node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == older.root and new == newer.root


def _path(index: int, begin: int, end: int, *, hash_at: HashAt) -> Proof:
    """PATH(index, D[begin:end]) of RFC 6962, 2.1.1."""
    if end - begin == 1:
        return ()
    middle = _middle(begin, end)
    if index < middle:
        return (*_path(index, begin, middle, hash_at=hash_at), _root(middle, end, hash_at))
    return (*_path(index, middle, end, hash_at=hash_at), _root(begin, middle, hash_at))


def _continuation(older: int, begin: int, end: int, *, hash_at: HashAt) -> Proof:
    """SUBPROOF(older, D[begin:end]) of RFC 6962, 2.1.2; what begins at 0 and ends there is known to whoever checks."""
    if older == end:
        return () if begin == 0 else (_root(begin, end, hash_at),)
    middle = _middle(begin, end)
    if older <= middle:
        return (*_continuation(older, begin, middle, hash_at=hash_at), _root(middle, end, hash_at))
    return (*_continuation(older, middle, end, hash_at=hash_at), _root(begin, middle, hash_at))


def _root(begin: int, end: int, hash_at: HashAt) -> bytes:
    """MTH(D[begin:end]) of RFC 6962, 2.1, from the largest stored subtrees."""
    count = end - begin
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return _checked(hash_at(level, begin >> level))
    middle = _middle(begin, end)
    return canon.node_hash(_root(begin, middle, hash_at), _root(middle, end, hash_at))


def _middle(begin: int, end: int) -> int:
    """Where a tree parts: behind the largest power of two that is smaller than its leaves."""
    return begin + (1 << ((end - begin - 1).bit_length() - 1))


def _up_from_the_right(place: int, last: int) -> tuple[int, int]:
    """Up to the level at which a node is a right child; at the tree's edge several levels have none."""
    while not place & 1 and place:
        place, last = place >> 1, last >> 1
    return place, last


def _past_the_right(place: int, last: int) -> tuple[int, int]:
    """Up past every level at which a node is a right child: to the largest subtree that both trees hold."""
    while place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _are_hashes(hashes: Iterable[bytes]) -> bool:
    return all(len(one) == canon.HASH_BYTES for one in hashes)


def _checked(one: bytes) -> bytes:
    if len(one) != canon.HASH_BYTES:
        raise Broken("A hash of the log has the wrong length.")
    return one
