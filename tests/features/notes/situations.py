"""What the tests of notes have in common: a passage kept, with a text or without."""

from typing import Any

from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.shared import SharedWorld

PHRASE = "reads every transcript"
TEXT = "Ask who checks the NIGHTJAR samples."
MISSING = "rdn_00000000000000000000"


def place(
    world: SharedWorld, someone: Someone | None = None, *, phrase: str = PHRASE, page: int = 1
) -> dict[str, Any]:
    """Name a phrase as a command does, in somebody's own edition."""
    first, last = world.span(someone or world.reviewer_a, page, phrase)
    return {"page": page, "word_from": first, "word_to": last}


def kept(
    world: SharedWorld,
    someone: Someone | None = None,
    *,
    phrase: str = PHRASE,
    page: int = 1,
    **more: Any,
) -> str:
    """Keep a note as somebody (reviewer A unless named); gives its id."""
    who = someone or world.reviewer_a
    path = f"/versions/{world.made.version_id}/notes"
    made = post_json(who, path, **{**place(world, who, phrase=phrase, page=page), **more})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def listed(someone: Someone, query: str = "") -> list[dict[str, Any]]:
    """List somebody's notes by the API."""
    answer = someone.client.get(f"/api/v1/notes{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["rows"])
