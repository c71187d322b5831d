"""AC-02, AC-05, AC-07, AC-08, AC-09: one organisation's door into another's rooms.

AC-01, every id on every route, is the crawl in tests/matrix; AC-06 its bundles.
"""

import json
import re
from dataclasses import replace
from datetime import timedelta
from inspect import signature
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.installation import UnsafeRole, open_for_web
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.tokens import new_token
from app.models.people import Membership, SignedInSession
from app.web import csrf
from app.web.routing import declared_routes
from app.web.session import COOKIE
from app.worker import crontabs, task_bodies
from tests.world import Someone
from tests.worlds.shared import SharedWorld


@pytest.fixture(scope="module")
def room(shared_room: SharedWorld) -> SharedWorld:
    """Give one world to the whole module."""
    return shared_room


def _draft(room: SharedWorld, someone: Someone, **more: Any) -> Any:
    review = room.made.review_a if someone.name.endswith("_a") else room.made.review_b
    body = {
        "review_id": review, "type": "explanation", "question": "What is it?",
        "purpose": "To know.", "expected_form": "short_text", "basis": {"kind": "report"}, **more,
    }  # fmt: skip
    return someone.client.post("/api/v1/requests", json=body)


# ---- AC-02 mass assignment


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        inner = [m for f in annotation.model_fields.values() for m in _models(f.annotation)]
        return [annotation, *inner]
    return [model for part in get_args(annotation) for model in _models(part)]


def test_every_command_of_the_api_refuses_names_that_it_does_not_know(room: SharedWorld) -> None:
    commands = {
        model
        for route in declared_routes(room.application)  # type: ignore[arg-type]  # a FastAPI application
        for field in route.dependant.body_params
        for model in _models(field.field_info.annotation)
    }
    assert len(commands) > 20
    assert {m.__name__ for m in commands if m.model_config.get("extra") != "forbid"} == set()


SLIPPED_IN = {
    "organisation_id": "org_of_somebody_else", "state": "released", "drafted_by": "per_other",
    "number": "RQ-ORGB-0001", "sensitivity": [], "roles": ["coordinator"], "lifted": ["LEG"],
    "id": "req_chosen", "actor": "per_other",
}  # fmt: skip


@pytest.mark.parametrize("name", SLIPPED_IN)
def test_what_is_slipped_into_a_command_is_refused(room: SharedWorld, name: str) -> None:
    before = room.rows("SELECT count(*) FROM requests")
    refused = _draft(room, room.reviewer_a, **{name: SLIPPED_IN[name]})
    assert refused.status_code == 422
    assert name in refused.json()["fields"]
    assert room.rows("SELECT count(*) FROM requests") == before
    assert _draft(room, room.reviewer_a).status_code == 201, "and without it, it is taken"


def test_what_is_slipped_into_a_form_changes_nothing(room: SharedWorld) -> None:
    answer = room.reviewer_a.client.post(
        "/requests",
        data={
            csrf.FORM_FIELD: csrf.token_for("test-secret"),
            "review_id": room.made.review_a, "type": "explanation", "question": "By form",
            "organisation_id": room.organisations["ORGB"], "state": "released",
            "drafted_by": room.coordinator.id, "number": "RQ-ORGB-0009", "id": "req_chosen",
        },
    )  # fmt: skip
    assert answer.status_code == 303
    made = answer.headers["location"].rpartition("/")[2]
    rows = room.rows(
        "SELECT organisation_id, state, drafted_by, number FROM requests WHERE id = :id", id=made
    )
    assert rows == [(room.organisations["ORGA"], "draft", room.reviewer_a.id, None)]


def test_a_review_of_another_organisation_cannot_be_named(room: SharedWorld) -> None:
    foreign = _draft(room, room.reviewer_b, review_id=room.made.review_a)
    missing = _draft(room, room.reviewer_b, review_id="rev_zzzzzzzzzzzzzzzzzzzz")
    assert (foreign.status_code, foreign.content) == (missing.status_code, missing.content)
    assert foreign.status_code in (403, 404)
    assert _draft(room, room.reviewer_b).status_code == 201


# ---- AC-05 counts, numbers, order


def _everything_of(someone: Someone) -> dict[str, Any]:
    paths = ["home", "reports", "reviews", "requests?show=all", "requests?sort=number", "findings",
             "session"]  # fmt: skip
    return {path: someone.client.get(f"/api/v1/{path}").json() for path in paths}


def test_what_one_organisation_does_leaves_no_trace_in_the_others_lists(
    room: SharedWorld,
) -> None:
    before, own = _everything_of(room.lead_b), _everything_of(room.lead_a)
    for _ in range(3):
        made = _draft(room, room.reviewer_a).json()["id"]
        assert room.lead_a.client.post(f"/api/v1/requests/{made}/submit").status_code == 200
    finding = {
        "review_id": room.made.review_a, "page": 1, "finding_class": "A",
        "materiality": "cosmetic", "statement": "A slip.",
    }  # fmt: skip
    assert room.reviewer_a.client.post("/api/v1/findings", json=finding).status_code == 201
    assert _everything_of(room.lead_b) == before
    assert _everything_of(room.lead_a) != own, "in its own lists it shows"


def test_numbers_count_within_one_organisation_and_ids_count_nothing(room: SharedWorld) -> None:
    made = _draft(room, room.reviewer_b).json()["id"]
    assert room.lead_b.client.post(f"/api/v1/requests/{made}/submit").status_code == 200
    first = room.rows("SELECT number FROM requests WHERE id = :id", id=made)
    assert first == [("RQ-ORGB-0001",)], "the first of B's, however many A has sent"
    ids = [str(i) for (i,) in room.rows("SELECT id FROM requests ORDER BY created_at")]
    assert len(ids) > 3
    assert all(re.fullmatch(r"req_[0-9a-z]{20}", i) for i in ids)
    assert ids != sorted(ids), "their order is not the order of their making"


def test_no_answer_carries_a_tag_by_which_it_could_be_compared(room: SharedWorld) -> None:
    version = room.made.version_id
    for path in ("/", f"/versions/{version}/pages/2/image", f"/api/v1/versions/{version}"):
        headers = room.reviewer_a.client.get(path).headers
        assert not {"etag", "last-modified", "age", "expires"} & set(headers)
        assert headers["cache-control"] == "no-store"


# ---- AC-07 one person, two organisations


def _also_of_b(room: SharedWorld) -> Someone:
    """Let reviewer A be a reviewer of B as well, and give them a browser signed in for B."""
    token, digest = new_token()
    membership = new_id("membership")
    with Session(room.owner) as session:
        session.add(
            Membership(
                id=membership, person_id=room.reviewer_a.id,
                organisation_id=room.organisations["ORGB"], roles=["reviewer"], state="active",
                created_at=now(),
            )
        )  # fmt: skip
        session.flush()
        session.add(
            SignedInSession(
                id=new_id("session"), token_hash=digest, person_id=room.reviewer_a.id,
                membership_id=membership, provider_id=f"idp_{room.organisations['ORGB'][4:]}",
                csrf_secret="test-secret", amr=[], created_at=now(), seen_at=now(),
                expires_at=now() + timedelta(hours=1),
            )
        )  # fmt: skip
        session.commit()
    client = room.anonymous()
    client.cookies.set(COOKIE, token, domain="vitrine.test", path="/")
    client.headers["X-Vitrine-CSRF"] = "1"
    twin = replace(room.reviewer_a, organisation_id=room.organisations["ORGB"], token=token)
    twin.client = client
    return twin


def test_somebody_of_two_organisations_acts_for_one_at_a_time(room: SharedWorld) -> None:
    a, b = room.reviewer_a, _also_of_b(room)
    of_a = f"/api/v1/requests/{_draft(room, a).json()['id']}"
    of_b = f"/api/v1/requests/{_draft(room, room.reviewer_b).json()['id']}"
    assert [a.client.get(path).status_code for path in (of_a, of_b)] == [200, 404]
    assert [b.client.get(path).status_code for path in (of_a, of_b)] == [404, 200]
    entered = {row["id"] for row in b.client.get("/api/v1/requests?show=all").json()["rows"]}
    assert of_b.rpartition("/")[2] in entered
    assert of_a.rpartition("/")[2] not in entered
    version = f"/api/v1/versions/{room.made.version_id}"
    assert a.client.get(version).status_code == 200
    assert b.client.get(version).status_code == 404, "for B this person accepted no terms"
    acting = room.rows(
        "SELECT DISTINCT acting_for FROM audit_entry WHERE object = :id AND outcome = 'denied'",
        id=of_a.rpartition("/")[2],
    )
    assert acting == [(room.organisations["ORGB"],)], "the log says for whom"


# ---- AC-08 row-level security by a pooled connection, a view, the owner, an unset context


def test_a_pooled_connection_remembers_nobody(room: SharedWorld) -> None:
    for _ in range(12):  # every connection of the pool has served somebody
        assert room.reviewer_a.client.get("/api/v1/requests").status_code == 200
    with room.web.engine.connect() as connection:
        for table in ("requests", "reviews", "people", "guarded_fields", "edition_pages"):
            rows = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            assert rows == 0, table
    with room.owner.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM requests")).scalar_one() > 0


PAST_THE_WALLS = {
    "audit_enqueue": "a trigger",
    "end_sessions_through": "ends the sessions of a provider that one may close; shows none",
    "find_session": "who is signed in, by the hash of the token",
    "other_memberships": "one's own other organisations, by name",
    "vitrine_edition_states": "how far each edition is, to the publisher: states and counts only",
    "vitrine_editions_aside": "which versions have an edition put aside, to the publisher: counts",
    "vitrine_find_texts": "which texts have some words, to the publisher: ids within the wall",
    "vitrine_grants_kept_from_me": "which of one's organisation's grants one may not know of: ids",
    "vitrine_kept_from_me": "which of one's organisation's requests one may not know of: ids",
    "vitrine_receipts_kept_from_me": "which of one's organisation's receipts likewise: ids",
    "vitrine_rests_on": "which removals an outsider sees stand in withheld claims: ids of removals",
    "vitrine_similar": "which texts ask alike, to the publisher: ids within the wall",
    "vitrine_slot": "the slot of the organisation acted for",
    "vitrine_slot_evidence": "the proof of one's own slice of the log; others are blinded",
    "vitrine_slots_of": "slots of organisations that the caller knows by id",
}


def test_there_is_no_view_and_every_function_that_walks_past_the_walls_was_reviewed(
    room: SharedWorld,
) -> None:
    views = "SELECT viewname FROM pg_views WHERE schemaname = 'public'"
    assert room.rows(views) == []
    passing = room.rows(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        " AND proowner = (SELECT oid FROM pg_roles WHERE rolname = 'vitrine_owner')"
        " AND has_function_privilege('vitrine_web', oid, 'EXECUTE') ORDER BY proname"
    )
    names = {str(name) for (name,) in passing if not str(name).startswith("procrastinate")}
    assert names == set(PAST_THE_WALLS)


@pytest.mark.parametrize("role", ["database_owner_url"])
def test_the_web_does_not_start_with_a_role_that_walks_past_the_walls(
    room: SharedWorld, role: str
) -> None:
    settings = room.web.settings
    open_for_web(settings).engine.dispose()
    with pytest.raises(UnsafeRole):
        open_for_web(settings.model_copy(update={"database_url": getattr(settings, role)}))


# ---- AC-09 work in the background


def test_the_worker_without_a_side_sees_nothing_and_the_web_cannot_take_its_side(
    room: SharedWorld,
) -> None:
    for engine, sides in ((room.worker.engine, {"": 0}), (room.web.engine, {"": 0, "system": 0})):
        for side, expected in sides.items():
            with engine.begin() as connection:
                connection.execute(
                    text("SELECT set_config('vitrine.side', :side, true)"), {"side": side}
                )
                seen = connection.execute(text("SELECT count(*) FROM requests")).scalar_one()
            assert seen == expected
    with room.worker.engine.begin() as connection:
        connection.execute(text("SELECT set_config('vitrine.side', 'system', true)"))
        assert connection.execute(text("SELECT count(*) FROM requests")).scalar_one() > 0


def test_a_job_about_nothing_does_nothing(room: SharedWorld) -> None:
    before = json.dumps(room.rows("SELECT count(*) FROM editions"))
    for name, body in task_bodies().items():
        if name in crontabs():  # is given a moment, and no id of anybody's
            continue
        wanted = {"page": "1", "edition": "0" * 64}
        nothing = {
            argument: wanted.get(argument, "ver_zzzzzzzzzzzzzzzzzzzz")
            for argument in list(signature(body).parameters)[1:]
        }
        assert nothing, name
        try:
            body(room.worker, **nothing)
        except Exception as refused:
            assert type(refused).__name__ in {"NotFound", "Forbidden"}, name
    assert json.dumps(room.rows("SELECT count(*) FROM editions")) == before
