"""A request in two parts, with a team and with somebody cleared for nothing; a routing rule."""

from typing import Any

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
    read = world.coordinator.client.get(f"/api/v1/requests/{request_id}").json()
    return {
        "team": {"MONITORING": team["id"]},
        "rule": {"MONITORING": rule["id"]},
        "absence": {"AUTHOR": away["id"]},
        "part": {"PARTED": read["parts"][0]["id"]},
    }


def _post(someone: Someone, path: str, **body: Any) -> Any:
    answer = someone.client.post(f"/api/v1{path}", json=body)
    assert answer.status_code in (200, 201), (path, answer.text)
    return answer.json()
