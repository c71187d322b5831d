"""The claims of the rich installation: one that all read, and one whose words few do."""

from typing import Any

from sqlalchemy import text

from tests.world import Someone, World

SECRET_CODE = "S-777"
"""Of a claim whose every word is withheld from whom SEC is not lifted for."""


def mark_claims(world: World, version_id: str, ids: dict[str, dict[str, str]]) -> None:
    """Mark both, name a pathway and note something of evidence; remembers their ids."""
    base = f"/versions/{version_id}"
    opened = {"code": "P-1", "quote": "before the monitor PUBQUOKKA reads it", "pathway": 1}
    secret = {"code": SECRET_CODE, "quote": "SECQUOKKA", "page": 2, "pathway": 77,
              "load_bearing": True}  # fmt: skip
    ids["claim"] = {
        tag: _post(world.author, f"{base}/claims", wish)["id"]
        for tag, wish in (("OPEN", opened), ("SECRET", secret))
    }
    _post(world.author, f"{base}/pathways", {"number": 1, "title": "PATHWAYTITLE-GUARDED"})
    with world.owner.connect() as connection:
        item = connection.execute(
            text("SELECT id FROM evidence_items WHERE version_id = :v"), {"v": version_id}
        ).scalar_one()
    ids["item"] = {"shared": item}
    noted = {"item_id": item, "note": "EVIDENCENOTE-GUARDED"}
    _post(world.author, f"/claims/{ids['claim']['OPEN']}/evidence", noted)


def _post(someone: Someone, path: str, body: object) -> Any:
    answer = someone.client.post(f"/api/v1{path}", json=body)
    assert answer.status_code in (200, 201), (path, answer.text)
    return answer.json()
