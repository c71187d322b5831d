"""Health for administrators, policies for everybody inside, readiness for whoever watches."""

import pytest
from sqlalchemy import text

from tests.world import World
from tests.worlds.entries import entries


def _check(world: World, name: str) -> dict[str, str]:
    checks = world.administrator.client.get("/api/v1/health").json()["checks"]
    return next(dict(check) for check in checks if check["name"] == name)


def test_an_administrator_sees_what_the_portal_leans_on(world: World) -> None:
    page = world.administrator.client.get("/health")
    assert page.status_code == 200
    for name in ("Database", "Worker", "Jobs", "Log", "Objects", "Sandbox", "Editions"):
        assert f">{name}<" in page.text
    assert _check(world, "Objects")["verdict"] == "good"


def test_a_worker_that_is_heard_is_told_from_one_that_is_not(world: World) -> None:
    silent = _check(world, "Worker")
    assert silent["verdict"] == "fault"
    assert "vitrine worker" in silent["remedy"]
    with world.owner.begin() as connection:
        connection.execute(text("INSERT INTO procrastinate_workers DEFAULT VALUES"))
    assert _check(world, "Worker")["verdict"] == "good"


def test_a_sequencer_that_lags_is_told(world: World) -> None:
    assert _check(world, "Log")["verdict"] == "good"
    with world.owner.begin() as connection:
        connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER append_only"))
        connection.execute(text("UPDATE audit_entry SET at = at - interval '5 minutes'"))
        connection.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER append_only"))
    world.author.client.get("/log")  # a refusal: at least one entry waits
    assert world.auditor.client.get("/log").status_code == 200
    with world.owner.begin() as connection:
        connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER append_only"))
        connection.execute(text("UPDATE audit_entry SET at = at - interval '5 minutes'"))
    assert _check(world, "Log")["verdict"] == "fault"


def test_one_broken_check_does_not_hide_the_others(world: World) -> None:
    with world.owner.begin() as connection:
        connection.execute(text("REVOKE SELECT ON procrastinate_workers FROM vitrine_web"))
    broken = _check(world, "Worker")
    assert broken["verdict"] == "fault"
    assert "procrastinate" not in broken["what"]
    assert _check(world, "Database")["what"].startswith("PostgreSQL")


@pytest.mark.parametrize("who", ["coordinator", "auditor", "author", "lead_a", "reviewer_b"])
def test_nobody_else_sees_the_health(world: World, who: str) -> None:
    someone = world.people[who]
    assert someone.client.get("/health").status_code == 404
    assert someone.client.get("/api/v1/health").status_code == 404
    refused = entries(world, action="installation:health:read", outcome="denied")
    assert [entry.actor for entry in refused] == [someone.id] * 2


def test_everybody_inside_reads_the_policies(world: World) -> None:
    page = world.author.client.get("/policies")
    assert page.status_code == 200
    assert "Nobody approves a grant that they proposed." in page.text
    assert "base.four-eyes-grant" in page.text
    told = world.auditor.client.get("/api/v1/policies").json()
    assert told["digest"] == world.web.policies.digest
    shown = {policy["id"] for file in told["files"] for policy in file["policies"]}
    assert shown == {policy.id for policy in world.web.policies.policies()}


def test_outsiders_do_not_read_the_policies(world: World) -> None:
    assert world.reviewer_a.client.get("/policies").status_code == 404
    assert world.lead_b.client.get("/api/v1/policies").status_code == 404
    refused = entries(world, action="policies:read", outcome="denied")
    assert len(refused) == 2


def test_strangers_are_told_live_and_ready_and_nothing_else(world: World) -> None:
    told = world.anonymous().get("/healthz")
    assert told.status_code == 200
    assert told.json() == {"live": True, "ready": True}
    assert world.anonymous().get("/api/v1/health").status_code == 401
