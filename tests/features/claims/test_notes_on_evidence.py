"""A note on what a claim rests on is closed with the item: by the second wall alone, too."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.features.claims.situations import OPEN, marked_claim
from tests.features.claims.test_coverage_and_evidence import put_evidence
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.shared import SharedWorld

SAID = "The first page shows it."


def behind_the_wall(world: SharedWorld, someone: Someone) -> list[str]:
    """Read the notes as the web role with somebody's own context, past all that decides."""
    context = ("reviewer", someone.organisation_id, someone.id)
    with Session(world.web.engine) as session:
        for key, value in zip(("side", "organisation", "person"), context, strict=True):
            session.execute(
                text("SELECT set_config(:k, :v, true)"), {"k": f"vitrine.{key}", "v": value}
            )
        asked = "SELECT body FROM guarded_fields WHERE field LIKE 'evidence.%'"
        return [str(body) for body in session.execute(text(asked)).scalars()]


def noted(world: SharedWorld) -> tuple[str, str]:
    """Let a claim rest on an item, with a note that everybody may read; gives both ids."""
    claim, item = marked_claim(world, "1.1", OPEN), put_evidence(world)
    body = {"item_id": item, "note": SAID}
    assert post_json(world.author, f"/claims/{claim}/evidence", **body).status_code == 200
    world.change("UPDATE guarded_fields SET sensitivity = '{}' WHERE subject_id = :c", c=claim)
    assert [behind_the_wall(world, one) for one in (world.reviewer_a, world.reviewer_b)] == [
        [SAID], [SAID],
    ]  # fmt: skip
    return claim, item


def test_a_note_goes_with_the_item_that_is_closed(shared: SharedWorld) -> None:
    _, item = noted(shared)
    shared.change("UPDATE evidence_items SET state = 'refused' WHERE id = :i", i=item)
    assert behind_the_wall(shared, shared.reviewer_b) == []
    shared.change("UPDATE evidence_items SET state = 'ready' WHERE id = :i", i=item)
    assert behind_the_wall(shared, shared.reviewer_b) == [SAID]


def test_a_note_goes_with_the_link(shared: SharedWorld) -> None:
    claim, item = noted(shared)
    taken = post_json(shared.author, f"/claims/{claim}/evidence/remove", item_id=item)
    assert taken.status_code == 200
    assert behind_the_wall(shared, shared.reviewer_b) == []
