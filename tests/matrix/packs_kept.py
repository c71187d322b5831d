"""The question packs of the rich installation: two organisations' own, and two of the publisher."""

from typing import Any

from tests.matrix.drafts_kept import keep_drafts
from tests.world import Someone, World


def keep_packs(world: World, ids: dict[str, dict[str, str]]) -> None:
    """Keep them, offer one, and apply organisation A's to its review; and drafts of findings."""
    keep_drafts(world, ids)
    made = ids["pack"] = {
        tag: _post(
            someone,
            "/packs",
            {"title": f"PACKTITLE-{tag}", "questions": [{"question": f"PACKQUESTION-{tag}"}]},
        )["id"]
        for tag, someone in (
            ("ORGA", world.reviewer_a),
            ("ORGB", world.reviewer_b),
            ("PUB", world.coordinator),
            ("OFFERED", world.coordinator),
        )
    }
    _post(world.coordinator, f"/packs/{made['OFFERED']}/offer", {"nothing_withheld": True})
    applied = {"review_id": ids["review"]["ORGA"]}
    run = _post(world.reviewer_a, f"/packs/{made['ORGA']}/apply", applied)
    ids["run"] = {"ORGA": run["run_id"]}


def _post(someone: Someone, path: str, body: object) -> Any:
    answer = someone.client.post(f"/api/v1{path}", json=body)
    assert answer.status_code in (200, 201), (path, answer.text)
    return answer.json()
