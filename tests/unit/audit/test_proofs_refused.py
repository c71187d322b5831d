"""Proofs that prove nothing: each way in which one can be wrong is refused by its own words."""

import pytest

from app.audit.merkle import (
    ProofInvalid,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from app.audit.note import VerifierKey
from app.audit.shards import base_of, earlier, next_origin

LEAVES = [leaf_hash(bytes([number])) for number in range(7)]
ROOT = root_of(LEAVES)
OTHER = leaf_hash(b"another")


@pytest.mark.parametrize("index", [-1, 7, 2**70])
def test_a_leaf_beyond_the_tree_is_in_no_tree(index: int) -> None:
    with pytest.raises(ProofInvalid, match="beyond"):
        verify_inclusion(index=index, size=7, leaf=LEAVES[0], proof=[], root=ROOT)


@pytest.mark.parametrize("leaf", [b"", LEAVES[3][:-1], LEAVES[3] + b"\0"])
def test_what_is_no_hash_is_no_leaf(leaf: bytes) -> None:
    with pytest.raises(ProofInvalid, match="32 bytes"):
        verify_inclusion(index=3, size=7, leaf=leaf, proof=inclusion_proof(LEAVES, 3), root=ROOT)


@pytest.mark.parametrize("index", range(7))
def test_a_proof_of_inclusion_is_neither_longer_shorter_nor_another(index: int) -> None:
    proof = inclusion_proof(LEAVES, index)

    def check(changed: list[bytes]) -> None:
        verify_inclusion(index=index, size=7, leaf=LEAVES[index], proof=changed, root=ROOT)

    check(proof)
    for changed, words in (
        ([*proof, OTHER], "too long"),
        (proof[:-1], "too short"),
        ([OTHER, *proof[1:]], "another root"),
    ):
        with pytest.raises(ProofInvalid, match=words):
            check(changed)


@pytest.mark.parametrize("first", range(1, 7))
def test_a_proof_of_consistency_is_neither_longer_shorter_nor_another(first: int) -> None:
    proof = consistency_proof(LEAVES, first)
    old = root_of(LEAVES[:first])

    def check(changed: list[bytes], old: bytes = old, new: bytes = ROOT) -> None:
        verify_consistency(first=first, second=7, first_root=old, second_root=new, proof=changed)

    check(proof)
    with pytest.raises(ProofInvalid, match="empty"):
        check([])
    with pytest.raises(ProofInvalid, match="too long"):
        check([*proof, OTHER])
    with pytest.raises(ProofInvalid, match=r"too short|empty"):
        check(proof[:-1])
    with pytest.raises(ProofInvalid, match=r"first root|second root"):
        check(proof, old=OTHER)
    with pytest.raises(ProofInvalid, match="second root"):
        check(proof, new=OTHER)


@pytest.mark.parametrize(("first", "second"), [(0, 7), (8, 7), (-1, 7), (0, 0)])
def test_nothing_is_shown_of_an_empty_or_a_larger_tree(first: int, second: int) -> None:
    with pytest.raises(ProofInvalid, match="no consistency"):
        verify_consistency(
            first=first, second=second, first_root=ROOT, second_root=ROOT, proof=[ROOT]
        )
    with pytest.raises(ValueError, match="no consistency proof"):
        consistency_proof(LEAVES[:second], first)


@pytest.mark.parametrize(("proof", "new"), [([OTHER], ROOT), ([], OTHER)])
def test_two_trees_of_one_size_are_the_same_tree(proof: list[bytes], new: bytes) -> None:
    verify_consistency(first=7, second=7, first_root=ROOT, second_root=ROOT, proof=[])
    with pytest.raises(ProofInvalid, match="same size"):
        verify_consistency(first=7, second=7, first_root=ROOT, second_root=new, proof=proof)


def test_a_name_that_no_log_has_is_taken_for_what_it_is() -> None:
    strange = "log\nrestored"
    assert (base_of(strange), next_origin("log/restored-3")) == (strange, "log/restored-4")
    key = VerifierKey("log/restored-2", bytes(32))
    assert earlier(key, "log") == VerifierKey("log", bytes(32))
    assert earlier(key, strange) is None
    assert earlier(key, "log/restored-3") is None
