"""Who may not: other organisations, other roles, the drafter, the wrong state. Each is recorded."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.access.narrowing import granted_codes, narrow_field
from app.db.session import enter_context
from app.domain.targets import Target
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.transaction import begin
from tests.world import World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import Asked, draft_body, request_in

BODIES: dict[str, dict[str, Any]] = {
    "submit": {},
    "draft": {"question": "Changed?"},
    "clarification": {"clarification": "All."},
    "accept": {},
    "return": {"return_reason": "No."},
    "withdraw": {},
    "take": {},
    "reworded": {"reworded": "Other."},
    "clock": {"priority": "high"},
    "ask-clarification": {"clarification_asked": "Which?", "nothing_withheld": True},
    "assignment": {"responder_id": "per_nobody"},
    "notes": {"note": "N."},
    "answer": {"answer": "A."},
    "check": {},
    "send-back": {"note": "N."},
    "release": {"determination": "full", "nothing_withheld": True},
}


def _post(world: World, who: str, asked: Asked, act: str) -> Any:
    path = f"/api/v1/requests/{asked.request_id}/{act}"
    return world.people[who].client.post(path, json=BODIES[act])


@pytest.mark.parametrize("act", BODIES)
def test_another_organisation_finds_nothing_as_if_it_did_not_exist(
    world: World, version: SharedVersion, act: str
) -> None:
    asked = request_in(world, "submitted", version)
    missing = Asked(world, version, new_id("request"))
    for who in ("reviewer_b", "stress_tester"):
        foreign, unknown = (_post(world, who, thing, act) for thing in (asked, missing))
        assert foreign.status_code == unknown.status_code == 404
        assert foreign.content == unknown.content
        assert set(foreign.headers) == set(unknown.headers)
    refused = "SELECT count(*) FROM audit_entry WHERE object = :id AND outcome = 'denied'"
    with world.owner.connect() as connection:
        assert connection.execute(text(refused), {"id": asked.request_id}).scalar_one() == 2


@pytest.mark.parametrize("door", ["/requests/{}", "/api/v1/requests/{}"])
def test_who_may_not_read_gets_the_same_page_as_for_nothing(
    world: World, version: SharedVersion, door: str
) -> None:
    asked = request_in(world, "submitted", version)
    for who in ("reviewer_b", "responder", "author", "administrator", "internal_reader"):
        client = world.people[who].client
        foreign, unknown = (
            client.get(door.format(name)) for name in (asked.request_id, new_id("request"))
        )
        assert foreign.status_code == unknown.status_code == 404, who
        assert foreign.content == unknown.content
    assert asked.entries("request:read", "denied") == 5


def test_a_draft_is_seen_by_its_organisation_alone(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "draft", version)
    assert asked.seen_by(world.lead_a)["state"] == "draft"
    for who in ("coordinator", "approver", "auditor", "reviewer_b"):
        client = world.people[who].client
        assert client.get(f"/api/v1/requests/{asked.request_id}").status_code == 404
        assert asked.request_id not in client.get("/api/v1/requests").text
        assert asked.request_id not in client.get("/requests").text


# act, step before it, who may not: forbidden to somebody who may see the request
FORBIDDEN = (
    *(("take", "submitted", who) for who in ("approver", "auditor", "reviewer_a")),
    *(("assignment", "submitted", who) for who in ("approver", "auditor", "lead_a")),
    *(("reworded", "released", who) for who in ("coordinator", "auditor")),
    *(("notes", "assigned", who) for who in ("auditor", "reviewer_a")),
    *(("answer", "assigned", who) for who in ("approver", "auditor", "second_author")),
    *(("release", "in_check", who) for who in ("responder", "auditor", "lead_a")),
    *(("release", "assigned", who) for who in ("coordinator", "approver")),
    *(("accept", "released", who) for who in ("coordinator", "approver", "responder")),
    *(("return", "released", who) for who in ("coordinator", "responder")),
    *(("accept", "in_check", who) for who in ("lead_a", "reviewer_a")),
    *(("clarification", "submitted", who) for who in ("reviewer_a", "coordinator")),
    *(("withdraw", "submitted", who) for who in ("coordinator",)),
    *(("submit", "submitted", who) for who in ("lead_a",)),
)


@pytest.mark.parametrize("step", ["submitted", "assigned", "in_check", "released"])
def test_the_wrong_role_or_state_is_refused_and_recorded(
    world: World, version: SharedVersion, step: str
) -> None:
    asked = request_in(world, step, version)
    before = asked.seen_by(world.coordinator)["timeline"]
    cases = [(act, who) for act, at, who in FORBIDDEN if at == step]
    denied = "SELECT count(*) FROM audit_entry WHERE object = :id AND outcome = 'denied'"
    for act, who in cases:
        response = _post(world, who, asked, act)
        assert response.status_code == 403, (act, who, response.text)
    with world.owner.connect() as connection:
        recorded = connection.execute(text(denied), {"id": asked.request_id}).scalar_one()
    assert recorded == len(cases)
    assert asked.seen_by(world.coordinator)["timeline"] == before


def test_whoever_had_a_hand_in_the_draft_cannot_release_it(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "assigned", version)
    asked.post(world.coordinator, "answer", answer="Mine first.")
    asked.post(world.responder, "answer", answer="Ours now.")
    asked.post(world.responder, "check")
    early = _post(world, "coordinator", asked, "release")
    assert early.status_code == 403
    assert "had a hand" in early.json()["detail"]
    asked.post(world.approver, "release", determination="full", nothing_withheld=True)


def test_a_drafter_cannot_release_their_own_answer(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "assigned", version)
    asked.post(world.coordinator, "answer", answer="Mine.")
    asked.post(world.coordinator, "check")
    refused = _post(world, "coordinator", asked, "release")
    assert refused.status_code == 403
    assert asked.entries("request:answer:release", "denied") == 1
    assert "You drafted this answer" in asked.page_for(world.coordinator)


def test_nobody_states_what_a_text_holds_without_being_cleared_for_it(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "submitted", version)
    grants = "UPDATE grants SET state = :state WHERE review_id IS NULL AND person_ids = :who"
    values = {"who": [world.coordinator.id]}
    with world.owner.begin() as connection:
        connection.execute(text(grants), {**values, "state": "revoked"})
    try:
        response = world.coordinator.client.post(
            f"/api/v1/requests/{asked.request_id}/assignment",
            json={"responder_id": world.responder.id, "nothing_withheld": True},
        )
    finally:
        with world.owner.begin() as connection:
            connection.execute(text(grants), {**values, "state": "in_force"})
    assert response.status_code == 403
    assert asked.seen_by(world.coordinator)["state"] == "submitted"


def test_a_request_is_not_submitted_half_said(world: World, version: SharedVersion) -> None:
    made = world.reviewer_a.client.post("/api/v1/requests", json={"review_id": version.review_a})
    asked = Asked(world, version, made.json()["id"])
    refused = _post(world, "lead_a", asked, "submit")
    assert refused.status_code == 422
    assert set(refused.json()["fields"]) == {"question", "basis", "expected_form"}
    assert asked.seen_by(world.lead_a)["number"] is None


@pytest.mark.parametrize(
    "slipped",
    [{"state": "closed"}, {"organisation_id": "org_x"}, {"number": "RQ-ORGA-0001"}, {"alias": "x"}],
    ids=["state", "organisation", "number", "alias"],
)
def test_nothing_slips_in_beside_a_command(
    world: World, version: SharedVersion, slipped: dict[str, str]
) -> None:
    body = draft_body(version) | slipped
    response = world.reviewer_a.client.post("/api/v1/requests", json=body)
    assert response.status_code == 422


@pytest.mark.parametrize(
    "basis",
    [
        {"kind": "page", "page": 99},
        {"kind": "page"},
        {"kind": "passage", "page": 1},
        {"kind": "passage", "page": 1, "words": [0, 5000]},
        {"kind": "claim", "id": "clm_nothing"},
    ],
)
def test_what_a_request_is_about_must_exist_in_ones_own_edition(
    world: World, version: SharedVersion, basis: dict[str, Any]
) -> None:
    response = world.reviewer_a.client.post(
        "/api/v1/requests", json=draft_body(version, basis=basis)
    )
    assert response.status_code == 422


def test_row_level_security_keeps_what_the_application_would_forget(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "in_check", version)
    counts = {
        "reviewer_a": (1, 0, 0, 0, 2),
        "reviewer_b": (0, 0, 0, 0, 0),
        "coordinator": (1, 1, 1, 1, 5),
    }
    tables = ("requests", "assignments", "internal_notes", "answers", "guarded_fields")
    keys = ("id", "request_id", "request_id", "request_id", "subject_id")
    for who, expected in counts.items():
        with Session(world.web.engine) as session:
            enter_context(session, world.people[who].actor)
            found = tuple(
                session.execute(
                    text(f"SELECT count(*) FROM {table} WHERE {key} = :id"),
                    {"id": asked.request_id},
                ).scalar_one()
                for table, key in zip(tables, keys, strict=True)
            )
            assert found == expected, who
    with Session(world.web.engine) as session:
        enter_context(session, world.reviewer_a.actor)
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(
                text(
                    "INSERT INTO internal_notes (id, request_id, written_by, written_at)"
                    " VALUES ('not_x', :id, :person, now())"
                ),
                {"id": asked.request_id, "person": world.reviewer_a.id},
            )


def test_editing_a_colleagues_draft_does_not_make_it_less_sensitive(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "draft", version)
    sensitivity = text(
        "SELECT sensitivity FROM guarded_fields WHERE subject_id = :id AND field = 'question'"
    )
    terms = "UPDATE undertakings SET digest = :digest WHERE person_id = :person"
    with world.owner.begin() as connection:
        before = connection.execute(sensitivity, {"id": asked.request_id}).scalar_one()
        digest = connection.execute(
            text("SELECT digest FROM undertakings WHERE person_id = :person"),
            {"person": world.lead_a.id},
        ).scalar_one()
        # The lead has not accepted the terms now in force, so nothing is lifted for them.
        connection.execute(text(terms), {"digest": "other", "person": world.lead_a.id})
    try:
        asked.post(world.lead_a, "draft", question="The same, shorter?")
    finally:
        with world.owner.begin() as connection:
            connection.execute(text(terms), {"digest": digest, "person": world.lead_a.id})
    with world.owner.connect() as connection:
        after = connection.execute(sensitivity, {"id": asked.request_id}).scalar_one()
    assert before == after == ["COM", "PII", "SEC"]


def test_a_text_that_is_not_there_cannot_be_narrowed(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "submitted", version)
    with begin(world.web, world.coordinator.actor) as tx, pytest.raises(NotFound):
        narrow_field(tx, Target("request", asked.request_id), field="reworded", narrowed_to=())


def test_a_narrowing_is_bound_by_what_grants_in_force_lift(
    world: World, version: SharedVersion
) -> None:
    publisher = world.organisations["PUB"]
    with begin(world.web, world.coordinator.actor) as tx:
        lifted = {
            someone.name: granted_codes(
                tx, version.version_id, organisation_id=publisher, person_id=someone.id
            )
            for someone in (world.coordinator, world.responder)
        }
        of_a = granted_codes(tx, version.version_id, organisation_id=world.organisations["ORGA"])
    assert "LEG" in lifted["coordinator"]
    assert lifted["responder"] == frozenset()
    assert "SEC" in of_a
    assert "LEG" not in of_a
