"""The drafts of findings of the rich installation: one's own, one opened, one filed with a file."""

from typing import Any

from tests.world import Someone, World


def keep_drafts(world: World, ids: dict[str, dict[str, str]]) -> None:
    """Draft findings in organisation A's review, and file one; remembers their ids."""
    lead = world.lead_a
    made = ids["draft"] = {
        tag: _post(
            lead,
            "/findings/drafts",
            {
                "review_id": ids["review"]["ORGA"],
                "page": 2,
                "finding_class": "B",
                "materiality": "claim",
                "statement": f"DRAFTED-{tag}",
                "references": [{"title": f"REFERENCE-{tag}"}],
            },
        )["id"]
        for tag in ("PRIVATE", "OPENED", "FILED")
    }
    _post(lead, f"/findings/drafts/{made['OPENED']}/people", {"everybody": True})
    ids["file"] = {}
    for tag in ("PRIVATE", "FILED"):
        path = f"/api/v1/findings/drafts/{made[tag]}"
        sent = lead.client.post(
            f"{path}/files",
            data={"title": f"FILETITLE-{tag}"},
            files={"file": ("f.txt", f"FILEBYTES-{tag}".encode())},
        )
        assert sent.status_code == 200, sent.text
        ids["file"][tag] = lead.client.get(path).json()["files"][0]["id"]
    done = _post(lead, "/findings/drafts/file", {"drafts": [made["FILED"]]})
    ids["finding"]["FILED"] = done["filed"][0]["id"]


def _post(someone: Someone, path: str, body: object) -> Any:
    answer = someone.client.post(f"/api/v1{path}", json=body)
    assert answer.status_code in (200, 201), (path, answer.text)
    return answer.json()
