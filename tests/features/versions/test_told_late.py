"""A review is told of a change that was decided before its organisation could read the version."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from app.features.versions.tasks import tell_late
from app.kernel.clock import now
from tests.features.versions.test_impact import decide
from tests.world import Someone, World
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import settle
from tests.worlds.two_versions import TwoTexts

Both = tuple[World, TwoTexts]
TOLD = "changes the report materially"


def shut(world: World, made: TwoTexts) -> str:
    """End what opens the second version to organisation B; gives its review of that version."""
    with world.owner.begin() as connection:
        where = {"v": made.second.version_id, "o": world.organisations["ORGB"]}
        connection.execute(
            text("UPDATE grants SET state='revoked' WHERE version_id=:v AND organisation_id=:o"),
            where,
        )
        found = connection.execute(
            text("SELECT id FROM reviews WHERE version_id = :v AND organisation_id = :o"), where
        )
        return str(found.scalar_one())


def grant(world: World, review: str, *, hours: int = -1) -> str:
    """Grant the preset `limited` for a review, from so many hours from now; gives the grant."""
    answer = post_json(
        world.coordinator, f"/reviews/{review}/grants", preset="limited", purpose="Review",
        handling="view", starts_at=(now() + timedelta(hours=hours)).isoformat(),
        ends_at=(now() + timedelta(days=20)).isoformat(),
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def told(world: World) -> list[Any]:
    """Give the entries of reviews that were told."""
    return [e for e in entries(world) if e.event == "MaterialChangeTold"]


def inbox(who: Someone) -> str:
    """Read somebody's notices."""
    return str(who.client.get("/notices").text)


def test_who_is_granted_the_version_after_the_decision_is_told_then(published: Both) -> None:
    world, made = published
    review = shut(world, made)
    assert decide(world.coordinator, made).json()["told"] == 1
    settle(world)
    assert [e.object for e in told(world)] == [made.review_a]
    assert TOLD not in inbox(world.lead_b)
    grant(world, review)
    settle(world)
    assert [e.object for e in told(world)] == [made.review_a, made.review_b]
    late = told(world)[1]
    assert (late.outcome, late.actor) == ("done", "system:match")
    assert TOLD in inbox(world.lead_b)
    assert TOLD not in inbox(world.reviewer_b), "its leads are told"
    page = world.lead_b.client.get(f"/versions/{made.second.version_id}").text
    assert "This version changes version 1 materially" in page
    for path in ("/notices", f"/reviews/{made.review_b}", f"/versions/{made.second.version_id}"):
        said = world.lead_b.client.get(path).text
        assert "CANARYREASON" not in said, "the reason needs what its writer had lifted"
        assert made.review_a not in said
        assert "ORGA" not in said
    grant(world, review)
    tell_late(world.worker, version_id=made.second.version_id)
    assert len(told(world)) == 2, "nobody is told twice"


def test_the_reason_comes_along_for_who_is_cleared_for_it(published: Both) -> None:
    world, made = published
    review = shut(world, made)
    decide(world.coordinator, made)
    grant(world, review)
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE grants SET lifted = (SELECT lifted FROM grants WHERE lifted @> '{LEG}'"
                 " LIMIT 1) WHERE organisation_id = :o"),
            {"o": world.organisations["ORGB"]},
        )  # fmt: skip
    settle(world)
    assert "CANARYREASON" in world.lead_b.client.get(f"/reviews/{made.review_b}").text
    assert "CANARYREASON" not in str([e.core for e in entries(world)])


def test_who_may_not_read_the_version_by_then_is_not_told(published: Both) -> None:
    world, made = published
    review = shut(world, made)
    decide(world.coordinator, made)
    settle(world)
    given = grant(world, review)
    assert post_json(world.coordinator, f"/grants/{given}/revoke", reason="A mistake").is_success
    settle(world)
    tell_late(world.worker, timestamp=0)
    assert [e.object for e in told(world)] == [made.review_a]
    assert TOLD not in inbox(world.lead_b)
    with world.owner.connect() as connection:
        rows = connection.execute(
            text("SELECT count(*) FROM material_changes WHERE organisation_id = :o"),
            {"o": world.organisations["ORGB"]},
        )
        assert rows.scalar_one() == 0


def test_a_grant_that_begins_later_is_told_of_by_the_clock(published: Both) -> None:
    world, made = published
    review = shut(world, made)
    decide(world.coordinator, made)
    given = grant(world, review, hours=5)
    settle(world)
    tell_late(world.worker, timestamp=0)
    assert [e.object for e in told(world)] == [made.review_a]
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE grants SET starts_at = now() - interval '1 minute' WHERE id = :g"),
            {"g": given},
        )
    tell_late(world.worker, timestamp=0)
    assert [e.object for e in told(world)] == [made.review_a, made.review_b]


def test_what_was_decided_otherwise_since_is_told_to_nobody(published: Both) -> None:
    world, made = published
    review = shut(world, made)
    decide(world.coordinator, made)
    decide(world.coordinator, made, material=False)
    grant(world, review)
    settle(world)
    assert [e.object for e in told(world)] == [made.review_a]
