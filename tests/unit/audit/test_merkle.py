"""The tree: known roots, frontier against recursion, proofs that hold and proofs that do not."""

from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    ProofInvalid,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# A busy machine is no fault of the code.
UNHURRIED = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _leaves(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def _recursive_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(_recursive_root(leaves[:split]), _recursive_root(leaves[split:]))


def test_the_hashes_are_those_of_the_rfc() -> None:
    assert sha256(b"").digest() == EMPTY_ROOT
    assert leaf_hash(b"").hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    assert node_hash(b"N123", b"N456").hex() == (
        "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )


@pytest.mark.parametrize("count", range(34))
def test_the_frontier_gives_the_root_of_the_recursive_definition(count: int) -> None:
    leaves = _leaves(count)
    assert root_of(leaves) == _recursive_root(leaves)


@UNHURRIED
@given(st.integers(0, 70), st.integers(0, 70))
def test_a_packed_frontier_goes_on_where_it_stopped(first: int, more: int) -> None:
    leaves = _leaves(first + more)
    tree = Frontier()
    for leaf in leaves[:first]:
        tree.push(leaf)
    tree = Frontier.unpack(first, tree.packed())
    for leaf in leaves[first:]:
        tree.push(leaf)
    assert tree.root() == _recursive_root(leaves)


def test_a_frontier_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="frontier nodes"):
        Frontier.unpack(3, b"\x00" * 32)
    with pytest.raises(ValueError, match="whole number"):
        Frontier.unpack(1, b"\x00" * 33)


@UNHURRIED
@given(st.integers(1, 70).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_an_inclusion_proof_holds_for_its_leaf_and_for_no_other(pair: tuple[int, int]) -> None:
    size, index = pair
    leaves = _leaves(size)
    proof = inclusion_proof(leaves, index)
    root = root_of(leaves)
    verify_inclusion(index=index, size=size, leaf=leaves[index], proof=proof, root=root)
    for other in range(size):
        if other != index:
            with pytest.raises(ProofInvalid):
                verify_inclusion(index=other, size=size, leaf=leaves[index], proof=proof, root=root)


@UNHURRIED
@given(st.integers(1, 70).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))
def test_a_consistency_proof_holds_for_a_prefix_and_not_for_another(pair: tuple[int, int]) -> None:
    second, first = pair
    leaves = _leaves(second)
    proof = consistency_proof(leaves, first)
    old, new = root_of(leaves[:first]), root_of(leaves)
    verify_consistency(first=first, second=second, first_root=old, second_root=new, proof=proof)
    forked = root_of([leaf_hash(b"fork"), *leaves[1:first]])
    with pytest.raises(ProofInvalid):
        verify_consistency(
            first=first, second=second, first_root=forked, second_root=new, proof=proof
        )


@pytest.mark.parametrize("size", range(1, 40))
def test_the_path_of_the_last_leaf_is_the_frontier_before_it(size: int) -> None:
    leaves = _leaves(size)
    tree = Frontier()
    for leaf in leaves[:-1]:
        tree.push(leaf)
    assert tree.next_leaf_path() == inclusion_proof(leaves, size - 1)


def test_proofs_are_not_made_for_leaves_that_are_not_there() -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(_leaves(3), 3)
    with pytest.raises(ValueError, match="no consistency proof"):
        consistency_proof(_leaves(3), 4)
