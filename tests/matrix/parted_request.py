"""A request in two parts, with a team and with somebody cleared for nothing; a routing rule."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from app.kernel.clock import now
from tests.world import Someone, World


def texts_of(tag: str) -> dict[str, str]:
    """Give the texts of a draft, each with a canary of its own."""
    names = ("question", "purpose", "substitutes", "reference")
    return {name: f"{name.removesuffix('s').upper()}-{tag}" for name in names}


def put_apart(world: World, request_id: str) -> dict[str, dict[str, str]]:
    """Make a team, a rule, an absence, and both parts of a request; gives their ids by kind."""
    people = {"members": [world.responder.id], "topics": ["TOPIC-MONITORING"]}
    team = _post(world.coordinator, "/teams", name="CREW-MONITORING", **people)
    away = _post(world.author, "/absences", starts_on="2990-01-01", ends_on="2990-01-02")
    rule = _post(world.coordinator, "/routing", name="RULE-MONITORING", team_id=team["id"],
                 words=["RULEWORD-MONITORING"])  # fmt: skip
    parts = f"/requests/{request_id}/parts"
    safe = {"nothing_withheld": True}
    _post(world.coordinator, parts, ask="PART-PARTED", team_id=team["id"], **safe)
    _post(world.coordinator, parts, ask="PART-OTHER", responder_id=world.second_author.id, **safe)
    _interview(world, f"/requests/{request_id}/interview")
    read = world.coordinator.client.get(f"/api/v1/requests/{request_id}").json()
    return {
        "team": {"MONITORING": team["id"]},
        "rule": {"MONITORING": rule["id"]},
        "absence": {"AUTHOR": away["id"]},
        "part": {"PARTED": read["parts"][0]["id"]},
    }


def _interview(world: World, path: str) -> None:
    """Agree on a time by the asker's proposal, let it come, and write notes on both sides."""
    times = {"starts": [(now() + timedelta(hours=1)).isoformat()], "nothing_withheld": True}
    _post(world.coordinator, f"{path}/times", **times, where="CALL-PROPOSED")
    _post(world.lead_a, f"{path}/times", **times, where="ADDRESS-ASKERS")
    slots = world.coordinator.client.get(f"/api/v1{path}").json()["slots"]
    _post(world.coordinator, f"{path}/choice", slot_id=slots[0]["id"])
    with world.owner.begin() as connection:
        connection.execute(text("UPDATE interviews SET starts_at = now() - interval '1 hour'"))
    _post(world.responder, f"{path}/notes", notes="NOTES-INSIDE")
    _post(world.responder, f"{path}/notes", notes="NOTES-SIGNED")
    (notes, _) = world.approver.client.get(f"/api/v1{path}").json()["notes"]
    signing = {"notes_id": notes["id"], "text_digest": notes["digest"], "nothing_withheld": True}
    _post(world.approver, f"{path}/signature", **signing)
    _post(world.reviewer_a, f"{path}/notes", notes="NOTES-ASKERS")  # and the signature falls


def _post(someone: Someone, path: str, **body: Any) -> Any:
    answer = someone.client.post(f"/api/v1{path}", json=body)
    assert answer.status_code in (200, 201), (path, answer.text)
    return answer.json()
