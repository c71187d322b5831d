"""Positions, recommendations and assurances of the rich installation: drafts, and what was given.

What is released is what stood then; what was written after is its organisation's own again.
"""

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.audit.signatures import bytes_to_sign
from tests.world import Someone, World

_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_SAFE = {"nothing_withheld": True}


def keep_positions(world: World, ids: dict[str, dict[str, str]]) -> None:
    """Take and release positions, recommend, and give assurances; remembers their ids."""
    version = ids["version"]["shared"]
    for tag, code, reviewer, lead in (
        ("RELEASED", "ORGA", world.reviewer_a, world.lead_a),
        ("BRELEASED", "ORGB", world.reviewer_b, world.lead_b),
    ):
        review = f"/reviews/{ids['review'][code]}"
        _take(reviewer, review, version, f"POSITION-{tag}")
        _post(lead, f"{review}/release-positions", {"version_id": version})
    _take(world.reviewer_a, f"/reviews/{ids['review']['ORGA']}", version, "POSITION-DRAFT")
    made = ids["recommendation"] = {
        tag: _recommend(someone, ids["review"][code], tag)
        for tag, code, someone in (
            ("DRAFT", "ORGA", world.reviewer_a),
            ("FILED", "ORGA", world.reviewer_a),
            ("BFILED", "ORGB", world.reviewer_b),
        )
    }
    for tag, someone in (("FILED", world.lead_a), ("BFILED", world.lead_b)):
        _post(someone, f"/recommendations/{made[tag]}/file", {})
    answer = {"response": "declined", "text": "RESPONSE-FILED", **_SAFE}
    _post(world.coordinator, f"/recommendations/{made['FILED']}/response", answer)
    _assure(world, ids)


def _assure(world: World, ids: dict[str, dict[str, str]]) -> None:
    approver = world.approver
    line = _KEY.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    key = _post(approver, "/signing-keys", {"label": "KEYLABEL", "public_key": line})
    ids["key"] = {"APPROVER": key["id"]}
    made = ids["assurance"] = {}
    for tag, code in (("OPEN", "ORGA"), ("GIVEN", "ORGA"), ("BGIVEN", "ORGB")):
        path = f"/reviews/{ids['review'][code]}/assurances"
        made[tag] = str(_post(world.coordinator, path, {})["id"])
        wording = {
            "outcome": "affirmed",
            "text": f"ASSURANCE-{tag}",
            "scope": f"COVERS-{tag}",
            "as_of": "2026-05-04",
            "signatory_id": approver.id,
        }
        view = _post(world.coordinator, f"/assurances/{made[tag]}/draft", wording)
        signed = base64.b64encode(_KEY.sign(bytes_to_sign(view["digest"]))).decode()
        if tag != "OPEN":
            _post(approver, f"/assurances/{made[tag]}/signature", {"signature": signed})
            _post(approver, f"/assurances/{made[tag]}/release", _SAFE)


def _take(someone: Someone, review: str, version: str, reasons: str) -> None:
    said = {"stance": "agree", "confidence": "low", "reasons": reasons}
    body = {"version_id": version, "alone": said}
    _post(someone, f"{review}/positions/conclusion", body)


def _recommend(someone: Someone, review: str, tag: str) -> str:
    body = {"text": f"ADVICE-{tag}", "urgency": "next_cycle"}
    return str(_post(someone, f"/reviews/{review}/recommendations", body)["id"])


def _post(someone: Someone, path: str, body: object) -> Any:
    answer = someone.client.post(f"/api/v1{path}", json=body)
    assert answer.status_code in (200, 201), (path, answer.text)
    return answer.json()
