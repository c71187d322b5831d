"""What the tests of claims have in common: places in the small report, claims, addresses."""

from typing import Any

from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.reports import PII, PUBLIC, SEC
from tests.worlds.shared import SharedWorld

OPEN = PUBLIC  # page 1: everybody reads it
PARTLY = f"All traffic passes the {SEC} before it reaches a model."  # page 2: A whole, B in part
HIDDEN = PII  # page 2: A reads it, from B it is withheld whole
LATER = "The safeguards cost forty-one million in the last year."  # page 3: both read it


def register_of(world: SharedWorld, someone: Someone, **query: str) -> Any:
    """Read the register by the JSON API."""
    answer = someone.client.get(f"/api/v1/versions/{world.made.version_id}/claims", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def rows_of(world: SharedWorld, someone: Someone, **query: str) -> list[dict[str, Any]]:
    """Give the rows of somebody's register in their order."""
    groups = register_of(world, someone, **query)["groups"]
    return [row for group in groups for row in group["rows"]]


def marked_claim(world: SharedWorld, code: str, quote: str, **more: Any) -> str:
    """Mark a claim as the author; gives its id."""
    path = f"/versions/{world.made.version_id}/claims"
    made = post_json(world.author, path, code=code, quote=quote, **more)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def four_claims(world: SharedWorld) -> list[str]:
    """Mark an open, a partly and a wholly withheld claim, and another open one."""
    return [
        marked_claim(world, "1.1", OPEN, pathway=1),
        marked_claim(world, "2.1", PARTLY, pathway=2, load_bearing=True),
        marked_claim(world, "7.3", HIDDEN, pathway=7, load_bearing=True),
        marked_claim(world, "3.1", LATER, pathway=3),
    ]
