"""What the tests of question packs have in common: a pack, kept, offered or applied."""

from typing import Any

from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.shared import SharedWorld

MISSING = "pck_00000000000000000000"
QUESTIONS: list[dict[str, Any]] = [
    {"topic": "Seeing it", "question": "Who would see {pathway}? CANARY-PACK-1"},
    {
        "question": "How fast is {pathway} stopped?",
        "type": "data",
        "form": "table",
        "purpose": "For our position on {pathway}.",
        "instead": "Ranges.",
        "priority": "high",
    },
]


def kept(world: SharedWorld, someone: Someone | None = None, **changes: Any) -> str:
    """Keep a pack as somebody (reviewer A unless named); gives its id."""
    body = {"title": "Monitoring CANARY-PACK", "questions": QUESTIONS, **changes}
    made = post_json(someone or world.reviewer_a, "/packs", **body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def offered(world: SharedWorld) -> str:
    """Keep a pack as the coordinator and offer it."""
    pack = kept(world, world.coordinator)
    done = post_json(world.coordinator, f"/packs/{pack}/offer", nothing_withheld=True)
    assert done.status_code == 200, done.text
    return pack


def applied(world: SharedWorld, pack: str, **changes: Any) -> dict[str, Any]:
    """Apply a pack to the review of organisation A; gives the run."""
    body = {"review_id": world.made.review_a, **changes}
    made = post_json(world.reviewer_a, f"/packs/{pack}/apply", **body)
    assert made.status_code == 201, made.text
    return dict(made.json())


def read(someone: Someone, path: str, status: int = 200) -> Any:
    """Read by the API."""
    answer = someone.client.get(f"/api/v1{path}")
    assert answer.status_code == status, answer.text
    return answer.json()
