"""A version with evidence that is text, marked in lines, fields and words, read by two sides."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from tests.world import Someone, World
from tests.worlds.reports import (
    ImportedVersion,
    grant_internally,
    imported_version,
    review_with_grant,
    settle,
)

TRANSCRIPT = (
    b"Operator: begin\nModel: the vault is Heliotrope\nsecret plan line\nsecret end\nDone\n"
)
TABLE = b"name,score,note\nAriadne,0.91,=cmd()\nTheseus,-1.50,plain\n"
LOG = b'{"run": "r1", "Orpheus": {"ok": true, "score": 1.10}, "steps": ["go", "Eurydice"]}'
RECORDS = b'{"id": 1, "said": "Persephone waits"}\n{"id": 2, "said": "nothing"}\n'
FILES = (("text", TRANSCRIPT), ("csv", TABLE), ("json", LOG), ("jsonl", RECORDS))
REASON = {"character": "Name of a system", "justification": "It would help an attacker."}


@dataclass(frozen=True)
class WithEvidence(ImportedVersion):
    """A published version with four items, and the grants of organisations A and B."""

    grant_a: str
    grant_b: str


def attach(
    world: World, made: ImportedVersion, kind: str, content: bytes, *, who: Someone | None = None
) -> Any:
    """Attach a file as the author (or somebody else); gives the answer."""
    return (who or world.author).client.post(
        f"/api/v1/versions/{made.version_id}/evidence-desk",
        data={"title": f"The {kind} item", "kind": kind},
        files={"file": (f"NAMEOFFILE.{kind}", content, "application/octet-stream")},
    )


def propose(
    world: World, made: ImportedVersion, code: str, *categories: str, **place: int | None
) -> list[dict[str, Any]]:
    """Propose one place of an item as the author; gives the marks."""
    place.setdefault("line_to", place["line_from"])
    answer = world.author.client.post(
        f"/api/v1/versions/{made.version_id}/redactions/evidence/{code}",
        json={"places": [place], "categories": list(categories), **REASON},
    )
    assert answer.status_code == 201, answer.text
    return list(answer.json())


def decide_all(world: World, made: ImportedVersion) -> None:
    """Approve every proposal as the approver."""
    base = f"/api/v1/versions/{made.version_id}/redactions"
    groups = world.approver.client.get(base, params={"state": "proposed"}).json()
    answer = world.approver.client.post(
        f"{base}/decide",
        json={"groups": [group["id"] for group in groups], "approve": True, "statement": True},
    )
    assert answer.status_code == 200, answer.text


def version_with_evidence(world: World) -> WithEvidence:
    """Import, attach, mark, approve and publish; A may download by *reviewer*, B read *limited*."""
    made = imported_version(world, title="Report with evidence")
    grant_internally(world, made, world.approver)
    for kind, content in FILES:
        answer = attach(world, made, kind, content)
        assert answer.status_code == 202, answer.text
    settle(world)
    propose(world, made, "E1", "LEG", line_from=2, field=0, char_from=20, char_to=26)
    propose(world, made, "E1", "SEC", line_from=3, line_to=4)
    propose(world, made, "E2", "LEG", line_from=2, field=0)
    propose(world, made, "E3", "LEG", line_from=3, field=0)
    propose(world, made, "E3", "SEC", line_from=9)
    propose(world, made, "E4", "SEC", line_from=1, field=3)
    decide_all(world, made)
    published = world.coordinator.client.post(f"/api/v1/versions/{made.version_id}/publish")
    assert published.status_code == 200, published.text
    _, grant_a = review_with_grant(world, made, "ORGA", preset="reviewer")
    _, grant_b = review_with_grant(world, made, "ORGB", preset="limited")
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE grants SET handling = 'download' WHERE id = :id"), {"id": grant_a}
        )
    settle(world)
    return WithEvidence(made.report_id, made.version_id, grant_a, grant_b)
