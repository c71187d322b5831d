"""The public RFC 6962 vectors: 98 inclusion and 98 consistency proofs (transparency-dev)."""

import json
import os
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from app.audit.merkle import ProofInvalid, verify_consistency, verify_inclusion

_ROOT = Path(__file__).resolve().parents[3]
VECTORS = Path(os.environ.get("VITRINE_VECTORS") or _ROOT.parent / "shared" / "vectors" / "rfc6962")
EXPECTED = {"inclusion": 98, "consistency": 98}


def _vectors(kind: str) -> list[tuple[str, dict[str, Any]]]:
    folder = VECTORS / "testdata" / kind
    return [
        (str(path.relative_to(folder)), json.loads(path.read_text()))
        for path in sorted(folder.rglob("*.json"))
    ]


def _decoded(proof: list[str] | None) -> list[bytes]:
    return [b64decode(text) for text in proof or []]


def _inclusion(vector: dict[str, Any]) -> None:
    verify_inclusion(
        index=vector["leafIdx"],
        size=vector["treeSize"],
        leaf=b64decode(vector["leafHash"]),
        proof=_decoded(vector["proof"]),
        root=b64decode(vector["root"]),
    )


def _consistency(vector: dict[str, Any]) -> None:
    verify_consistency(
        first=vector["size1"],
        second=vector["size2"],
        first_root=b64decode(vector["root1"]),
        second_root=b64decode(vector["root2"]),
        proof=_decoded(vector["proof"]),
    )


def _accepted(kind: str, vector: dict[str, Any]) -> bool:
    try:
        (_inclusion if kind == "inclusion" else _consistency)(vector)
    except ProofInvalid:
        return False
    return True


@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_every_public_vector_is_judged_as_its_authors_judge_it(kind: str) -> None:
    vectors = _vectors(kind)
    if not vectors and not os.environ.get("CI"):
        pytest.skip(f"NOT TESTED: no RFC 6962 vectors in {VECTORS}; set VITRINE_VECTORS")
    assert len(vectors) == EXPECTED[kind], f"vectors missing in {VECTORS}"
    wrong = [name for name, vector in vectors if _accepted(kind, vector) == vector["wantErr"]]
    assert wrong == []
    assert any(not vector["wantErr"] for _, vector in vectors)
