"""What the tests of positions have in common: claims of the shared version, positions on them."""

from collections.abc import Iterable
from typing import Any

from httpx import Response

from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.shared import SharedWorld

OPEN, WITHHELD = "The monitor reads every transcript", "passes the gatehouse before"
REASONS = "KESTREL-DRAFT: the sample in the evidence is too small."
BODY: dict[str, Any] = {
    "stance": "reservations",
    "confidence": "high",
    "reasons": REASONS,
    "rests_on": [{"status": "reported"}],
}


def claims(world: SharedWorld) -> tuple[str, str]:
    """Mark two claims, the second load-bearing, with a word withheld from B; gives their ids."""
    there = world.rows("SELECT id FROM claims ORDER BY code")
    if there:
        return str(there[0][0]), str(there[1][0])
    made = [
        post_json(
            world.author,
            f"/versions/{world.made.version_id}/claims",
            code=code,
            quote=quote,
            load_bearing=bearing,
            pathway=1,
        ).json()["id"]
        for code, quote, bearing in (("C1", OPEN, False), ("C2", WITHHELD, True))
    ]
    return made[0], made[1]


def codes(world: SharedWorld, rows: Iterable[dict[str, Any]]) -> list[str]:
    """Give the publisher's codes of rows, whatever their reader may call these claims."""
    known = {str(claim): str(code) for claim, code in world.rows("SELECT id, code FROM claims")}
    return [known[row["claim_id"]] if row["claim_id"] else row["code"] for row in rows]


def name_of(world: SharedWorld, someone: Someone) -> str:
    """Give the name of somebody's organisation, as it is registered."""
    ((name,),) = world.rows(
        "SELECT name FROM organisations WHERE id = :i", i=someone.actor.organisation_id
    )
    return str(name)


def sheet(world: SharedWorld, who: str = "reviewer_a", **query: str) -> Any:
    """Read a worksheet by the API."""
    review = world.made.review_a if who.endswith("_a") else world.made.review_b
    return world.people[who].client.get(f"/api/v1/reviews/{review}/positions", params=query).json()


def keep(world: SharedWorld, claim: str, who: str = "reviewer_a", **bases: Any) -> Response:
    """Take a position on a claim in full."""
    review = world.made.review_a if who.endswith("_a") else world.made.review_b
    return post_json(
        world.people[who],
        f"/reviews/{review}/positions/{claim}",
        version_id=world.made.version_id,
        **bases,
    )


def release(world: SharedWorld, who: Someone | None = None, **more: Any) -> Response:
    """Release the positions of A (or of whoever is given) on the version."""
    someone = who or world.lead_a
    review = world.made.review_b if someone is world.lead_b else world.made.review_a
    return post_json(
        someone, f"/reviews/{review}/release-positions", version_id=world.made.version_id, **more
    )


def matrix(world: SharedWorld, who: str = "coordinator", **query: str) -> Response:
    """Ask for the matrix of the version."""
    found: Response = world.people[who].client.get(
        f"/api/v1/versions/{world.made.version_id}/positions", params=query
    )
    return found
