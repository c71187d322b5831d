"""Statements of the rich installation: one shared and written on, one released and updated.

What is written after a draft was shared is its organisation's own again.
"""

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.audit.signatures import bytes_to_sign
from tests.world import Someone, World

_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def keep_statements(world: World, ids: dict[str, dict[str, str]]) -> None:
    """Write, share, comment on and release statements; remembers their ids."""
    made = ids["statement"] = {
        "SHARED": _begin(world.lead_a, ids, "ORGA", "OPINION-SHARED"),
        "BRELEASED": _begin(world.lead_b, ids, "ORGB", "OPINION-BRELEASED"),
    }
    shared = f"/statements/{made['SHARED']}"
    _upload(world.lead_a, shared, "UPLOAD-SHARED")
    _post(world.lead_a, f"{shared}/share", {"days": 7})
    _post(world.lead_a, f"{shared}/sections/rigour", {"text": "OPINION-DRAFT", "revision": 1})
    remark = {
        "kind": "fact", "section": "rigour", "comment": "REMARK-SHARED", "nothing_withheld": True,
    }  # fmt: skip
    ids["comment"] = {"SHARED": _post(world.coordinator, f"{shared}/comments", remark)["id"]}
    _release(world.lead_b, made["BRELEASED"])
    # Its update is uploaded and sealed, so that somebody can be given what waits to be signed.
    made["BDRAFT"] = _begin(world.lead_b, ids, "ORGB", "OPINION-BDRAFT", topic="information")
    _upload(world.lead_b, f"/statements/{made['BDRAFT']}", "UPLOAD-BDRAFT")
    _post(world.lead_b, f"/statements/{made['BDRAFT']}/seal", {})


def _begin(
    lead: Someone, ids: dict[str, dict[str, str]], code: str, text: str, topic: str = "rigour"
) -> str:
    path = f"/reviews/{ids['review'][code]}/statement"
    made = str(_post(lead, path, {"version_id": ids["version"]["shared"]})["id"])
    _post(lead, f"/statements/{made}/sections/{topic}", {"text": text, "revision": 0})
    return made


def _upload(lead: Someone, statement: str, text: str) -> None:
    file = {"file": ("statement.md", f"# {text}\n".encode(), "text/markdown")}
    answer = lead.client.post(f"/api/v1{statement}/file", files=file)
    assert answer.status_code == 200, answer.text


def _release(lead: Someone, statement: str) -> None:
    line = _KEY.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    _post(lead, "/signing-keys", {"label": "Mine", "public_key": line})
    digest = _post(lead, f"/statements/{statement}/seal", {})["digest"]
    signature = base64.b64encode(_KEY.sign(bytes_to_sign(digest))).decode()
    body = {
        "digest": digest, "signature": signature, "nothing_withheld": True, "hits_confirmed": True,
    }  # fmt: skip
    _post(lead, f"/statements/{statement}/release", body)


def _post(someone: Someone, path: str, body: object) -> Any:
    answer = someone.client.post(f"/api/v1{path}", json=body)
    assert answer.status_code in (200, 201), (path, answer.text)
    return answer.json()
