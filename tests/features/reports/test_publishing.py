"""A version is published once, by who may, and only when every redaction is decided."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.clock import now
from app.models.reviews import Grant
from app.web import csrf
from tests.world import World
from tests.worlds.entries import entries, jobs
from tests.worlds.reports import (
    LEG,
    SEC,
    ImportedVersion,
    grant_internally,
    imported_version,
    marked,
    review_with_grant,
    settle,
)

Imported = tuple[World, ImportedVersion]


def states(world: World, table: str) -> list[str]:
    """Give the states of all rows of a table."""
    with world.owner.connect() as connection:
        return sorted(connection.execute(text(f"SELECT state FROM {table}")).scalars())


def propose(world: World, version_id: str, phrase: str, code: str) -> None:
    """Propose every occurrence of a phrase as the author."""
    base = f"/api/v1/versions/{version_id}/redactions"
    hits = world.author.client.get(f"{base}/search", params={"q": phrase}).json()["hits"]
    answer = world.author.client.post(
        base,
        json={
            "places": [place for hit in hits for place in hit["places"]],
            "categories": [code],
            "character": "Name of a system",
            "justification": "It would help an attacker.",
        },
    )
    assert answer.status_code == 201, answer.text


def test_page_and_api_publish_alike(imported_world: Imported) -> None:
    world, by_page = imported_world
    by_api = imported_version(world, title="Another")
    for made in (by_page, by_api):
        marked(world, made, LEG, "LEG")
    before = len(jobs(world))
    seen = len(entries(world))
    form = world.coordinator.client.post(
        f"/versions/{by_page.version_id}/publish",
        data={"csrf_token": csrf.token_for("test-secret")},
    )
    assert form.status_code == 303
    answer = world.coordinator.client.post(f"/api/v1/versions/{by_api.version_id}/publish")
    assert answer.status_code == 200
    assert answer.json()["state"] == "published"
    assert states(world, "versions") == ["published", "published"]
    assert states(world, "redactions") == ["in_force", "in_force"]
    first, second = entries(world)[seen:]
    assert (first.event, first.facts) == (second.event, second.facts)
    assert first.event == "VersionPublished"
    wanted = ["reports.build_editions", "notices.tell"]
    assert [name for name, _ in jobs(world)[before:]] == wanted * 2
    again = world.coordinator.client.post(f"/api/v1/versions/{by_api.version_id}/publish")
    assert again.status_code in (403, 409)


def test_an_undecided_redaction_blocks_publication(imported_world: Imported) -> None:
    world, made = imported_world
    propose(world, made.version_id, SEC, "SEC")
    answer = world.coordinator.client.post(f"/api/v1/versions/{made.version_id}/publish")
    assert answer.status_code == 409
    page = world.coordinator.client.post(
        f"/versions/{made.version_id}/publish", data={"csrf_token": csrf.token_for("test-secret")}
    )
    assert page.status_code == 409
    assert "wait for a decision" in page.text
    assert states(world, "versions") == ["working"]
    assert [e for e in entries(world) if e.event == "VersionPublished"] == []


def test_nobody_else_publishes(imported_world: Imported) -> None:
    world, made = imported_world
    for who in ("second_author", "approver", "auditor", "reviewer_a", "administrator"):
        path = f"/api/v1/versions/{made.version_id}/publish"
        assert world.people[who].client.post(path).status_code in (403, 404)
    assert states(world, "versions") == ["working"]
    refused = entries(world, action="report:version:publish", outcome="denied")
    assert len(refused) == 5
    assert world.author.client.post(path).status_code == 200  # who owns the report may


def test_an_edition_that_is_not_built_yet_is_said_to_be_prepared(imported_world: Imported) -> None:
    world, made = imported_world
    propose(world, made.version_id, SEC, "SEC")
    with Session(world.owner) as session:
        session.add(
            Grant(
                id="grt_reader", report_id=made.report_id, version_id=made.version_id,
                review_id=None, organisation_id=world.internal_reader.organisation_id,
                person_ids=[world.internal_reader.id], preset="public", lifted=[],
                handling="view", purpose="Reading", working=False,
                starts_at=now() - timedelta(hours=1), ends_at=now() + timedelta(days=1),
                state="in_force", proposed_by=world.author.id, proposed_at=now(),
            )
        )  # fmt: skip
        session.commit()
    client = world.internal_reader.client
    path = f"/versions/{made.version_id}/pages/2"
    waiting = client.get(path)
    assert waiting.status_code == 503
    assert "Your edition is being prepared" in waiting.text
    assert 'http-equiv="refresh"' in waiting.text
    assert client.get(f"/api/v1{path}").json()["code"] == "edition-not-ready"
    assert client.get(f"{path}/image").status_code == 503
    assert SEC not in waiting.text
    settle(world)
    ready = client.get(path)
    assert ready.status_code == 200
    assert SEC not in ready.text


def test_a_proposal_withholds_at_once_from_who_has_not_lifted_it(imported_world: Imported) -> None:
    world, made = imported_world
    grant_internally(world, made, world.internal_reader, "COM")
    path = f"/versions/{made.version_id}/pages/2"
    assert SEC in world.internal_reader.client.get(path).text
    propose(world, made.version_id, SEC, "SEC")
    assert world.internal_reader.client.get(path).status_code == 503
    settle(world)
    assert SEC not in world.internal_reader.client.get(path).text
    assert SEC in world.author.client.get(path).text


def test_a_reviewer_reads_nothing_before_publication(imported_world: Imported) -> None:
    world, made = imported_world
    review_with_grant(world, made, "ORGA", preset="unredacted")
    path = f"/versions/{made.version_id}/pages/1"
    assert world.reviewer_a.client.get(path).status_code == 404
    assert (
        world.coordinator.client.post(f"/api/v1/versions/{made.version_id}/publish").status_code
        == 200
    )
    settle(world)
    assert world.reviewer_a.client.get(path).status_code == 200
    assert world.reviewer_b.client.get(path).status_code == 404


def test_who_has_not_accepted_the_terms_reads_nothing(imported_world: Imported) -> None:
    world, made = imported_world
    world.coordinator.client.post(f"/api/v1/versions/{made.version_id}/publish")
    review_with_grant(world, made, "ORGA", preset="limited", accepted=False)
    settle(world)
    path = f"/versions/{made.version_id}/pages/1"
    assert world.reviewer_a.client.get(path).status_code == 404
