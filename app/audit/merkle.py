"""RFC 6962 Merkle trees: hashes, the frontier, inclusion and consistency proofs.

Here: pure arithmetic over 32-byte hashes, named after the steps of RFC 9162 section 2.1. Not here:
what a leaf contains (`commitment`), where leaves are kept (`sequencer`), signatures (`note`).
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


class ProofInvalid(ValueError):
    """A proof does not show what it claims."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return SHA-256(00 || leaf data)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the perfect subtrees of a growing tree, largest first: all a writer must keep.

    It has as many nodes as `size` has one bits, so a million leaves need at most 20 hashes.
    """

    __slots__ = ("nodes", "size")

    def __init__(self, size: int = 0, nodes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.nodes = list(nodes)
        if size < 0 or len(self.nodes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} frontier nodes")

    @classmethod
    def unpack(cls, size: int, packed: bytes) -> "Frontier":
        """Read the form that `packed` gives."""
        nodes = [packed[at : at + HASH_SIZE] for at in range(0, len(packed), HASH_SIZE)]
        if any(len(node) != HASH_SIZE for node in nodes):
            raise ValueError("a packed frontier is a whole number of hashes")
        return cls(size, nodes)

    def packed(self) -> bytes:
        """Return the nodes one after the other, largest subtree first."""
        return b"".join(self.nodes)

    def copy(self) -> "Frontier":
        """Return an independent frontier of the same tree."""
        return Frontier(self.size, self.nodes)

    def push(self, leaf: bytes) -> None:
        """Append one leaf hash."""
        node = leaf
        carried = self.size
        while carried & 1:
            node = node_hash(self.nodes.pop(), node)
            carried >>= 1
        self.nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root

    def next_leaf_path(self) -> list[bytes]:
        """Return the inclusion proof that the next leaf pushed will have as the last leaf."""
        return self.nodes[::-1]


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes, reading them once and keeping the frontier only."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.push(leaf)
    return frontier.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the path from leaf `index` to the root over `leaves` (leaf hashes)."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"no leaf {index} in a tree of {len(leaves)}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root_of(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root_of(leaves[:split])]


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """Return the proof that the tree over the first `first` leaves is a prefix of the whole."""
    if not 0 < first <= len(leaves):
        raise ValueError(f"no consistency proof from {first} to {len(leaves)}")
    return _subproof(leaves, first, whole=True)


def verify_inclusion(
    *, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that `leaf` (a leaf hash) is at `index` of the tree of `size` with `root`.

    Raises ProofInvalid.
    """
    if not 0 <= index < size:
        raise ProofInvalid(f"index {index} is beyond a tree of {size}")
    if len(leaf) != HASH_SIZE:
        raise ProofInvalid("a leaf hash has 32 bytes")
    position, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofInvalid("the proof is too long")
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        position >>= 1
        last >>= 1
    if last != 0:
        raise ProofInvalid("the proof is too short")
    if node != root:
        raise ProofInvalid("the proof leads to another root")


def verify_consistency(
    *, first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree of `first` leaves is a prefix of the tree of `second` leaves.

    Raises ProofInvalid; also for `first` = 0, where nothing would be shown.
    """
    if not 0 < first <= second:
        raise ProofInvalid(f"no consistency from {first} to {second}")
    if first == second:
        if proof or first_root != second_root:
            raise ProofInvalid("trees of the same size need the same root and no proof")
        return
    if not proof:
        raise ProofInvalid("the proof is empty")
    path = list(proof) if first & (first - 1) else [first_root, *proof]
    old, new = _climb(path, first - 1, second - 1)
    if old != first_root:
        raise ProofInvalid("the proof leads to another first root")
    if new != second_root:
        raise ProofInvalid("the proof leads to another second root")


def _climb(path: Sequence[bytes], position: int, last: int) -> tuple[bytes, bytes]:
    while position & 1:
        position >>= 1
        last >>= 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofInvalid("the proof is too long")
        if position & 1 or position == last:
            old = node_hash(sibling, old)
            new = node_hash(sibling, new)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            new = node_hash(new, sibling)
        position >>= 1
        last >>= 1
    if last != 0:
        raise ProofInvalid("the proof is too short")
    return old, new


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _subproof(leaves: Sequence[bytes], first: int, *, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [root_of(leaves)]
    split = _split(len(leaves))
    if first <= split:
        return [*_subproof(leaves[:split], first, whole=whole), root_of(leaves[split:])]
    return [*_subproof(leaves[split:], first - split, whole=False), root_of(leaves[:split])]
