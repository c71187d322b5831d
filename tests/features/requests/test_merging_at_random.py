"""Whatever coordinators and askers do to three requests, in whatever order: nothing gets lost."""

from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.world import World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import Asked, draft, draft_body

SAFE = {"nothing_withheld": True}
WRONG = {
    "a chain": """SELECT a.id FROM assignments a JOIN assignments b ON b.request_id = a.follows_id
        WHERE a.state <> 'dropped' AND b.state <> 'dropped' AND b.follows_id IS NOT NULL
          AND a.request_id = ANY (:ids)""",
    "a follower with a holder, an answer or a state of its own": """SELECT a.id FROM assignments a
        WHERE a.follows_id IS NOT NULL AND a.state <> 'dropped' AND a.request_id = ANY (:ids)
          AND (a.state <> 'assigned' OR a.responder_id IS NOT NULL OR a.team_id IS NOT NULL
               OR EXISTS (SELECT 1 FROM answers w WHERE w.assignment_id = a.id))""",
    "a follower twice": """SELECT request_id FROM assignments WHERE follows_id IS NOT NULL
        AND state <> 'dropped' AND request_id = ANY (:ids)
        GROUP BY request_id HAVING count(*) > 1""",
    "a request that is with nobody at all": """SELECT r.id FROM requests r
        WHERE r.state IN ('assigned', 'in_progress', 'disclosure_check') AND r.id = ANY (:ids)
          AND NOT EXISTS (SELECT 1 FROM assignments a
                           WHERE a.request_id = r.id AND a.state <> 'dropped')""",
    "an answer released by its drafter": """SELECT w.id FROM answers w
        WHERE w.released_by = w.drafted_by AND w.request_id = ANY (:ids)""",
    "an answer that waits for a release that was": """SELECT a.id FROM assignments a
        JOIN requests main ON main.id = a.follows_id JOIN requests r ON r.id = a.request_id
        WHERE a.state <> 'dropped' AND main.state = 'released' AND r.state = 'assigned'
          AND a.request_id = ANY (:ids)""",
    "an entry of one organisation's record that names another request": """SELECT s.id
        FROM stages s WHERE s.organisation_id IS NOT NULL AND s.subject_id = ANY (:ids)
          AND EXISTS (SELECT 1 FROM unnest(:ids) i
                       WHERE i <> s.subject_id AND s.facts::text LIKE '%' || i || '%')""",
}
ACTS = ("merge", "separate", "assign", "answer", "release", "withdraw")


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.integers(0, 2)),
        min_size=4,
        max_size=14,
    )
)
@example(
    [("merge", 2, 0), ("assign", 0, 0), ("answer", 0, 0), ("release", 0, 0), ("release", 2, 2)]
)
@example(
    [("merge", 2, 0), ("merge", 1, 2), ("withdraw", 0, 0), ("separate", 1, 0), ("merge", 1, 2)]
)
def test_nothing_gets_lost(
    world: World, version: SharedVersion, acts: list[tuple[str, int, int]]
) -> None:
    three = _three(world, version)
    for act, one, other in acts:
        status = _try(world, three[one], three[other], act)
        assert status < 500, (act, one, other)
        assert _wrong(world, three) == [], (act, one, other)
    for asked in three:
        for someone in (world.coordinator, world.approver, world.auditor):
            asked.page_for(someone)


def _three(world: World, version: SharedVersion) -> list[Asked]:
    made = [draft(world, version), draft(world, version)]
    body = draft_body(version, review_id=version.review_b)
    drafted = world.reviewer_b.client.post("/api/v1/requests", json=body).json()["id"]
    made.append(Asked(world, version, drafted))
    for asked, lead in zip(made, (world.lead_a, world.lead_a, world.lead_b), strict=True):
        asked.post(lead, "submit")
    return made


def _try(world: World, asked: Asked, other: Asked, act: str) -> int:
    """Try an act; that it is refused is as good as that it is done. Gives the last status."""
    lead = world.lead_b if asked.version.review_b == _review(world, asked) else world.lead_a
    wishes: dict[str, list[tuple[Any, str, dict[str, Any]]]] = {
        "merge": [(world.coordinator, "merge", {"into": other.request_id})],
        "separate": [(world.coordinator, "separate", {})],
        "assign": [(world.coordinator, "assignment", {"responder_id": world.responder.id, **SAFE})],
        "answer": [
            (world.responder, "answer", {"answer": "So it is."}),
            (world.responder, "check", {}),
        ],
        "release": [(world.approver, "release", {"determination": "full", **SAFE})],
        "withdraw": [(lead, "withdraw", {})],
    }
    status = 0
    for someone, what, body in wishes[act]:
        path = f"/api/v1/requests/{asked.request_id}/{what}"
        status = max(status, someone.client.post(path, json=body).status_code)
    return status


def _review(world: World, asked: Asked) -> str:
    with world.owner.connect() as connection:
        statement = text("SELECT review_id FROM requests WHERE id = :id")
        return str(connection.execute(statement, {"id": asked.request_id}).scalar_one())


def _wrong(world: World, three: list[Asked]) -> list[str]:
    ids = [asked.request_id for asked in three]
    with world.owner.connect() as connection:
        return [
            name
            for name, statement in WRONG.items()
            if connection.execute(text(statement), {"ids": ids}).first()
        ]
