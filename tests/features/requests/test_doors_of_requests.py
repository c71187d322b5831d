"""Each intention through both doors: a form and JSON leave the same rows, entries and jobs."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import text

from app.web import csrf
from tests.world import World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import Asked, draft_body, request_in

_ID = re.compile(r"\b([a-z]{3})_[0-9a-z]{20}\b")
_MOVING = re.compile(r"RQ-ORG[AB]-\d{4}|Q-[2-9a-z]{5}|\d{4}-\d\d-\d\dT[\d:.+Z-]+")
_YES = {"nothing_withheld": "yes"}

# act, step before it, who, the form's values, the JSON body
ACTS: tuple[tuple[str, str, str, dict[str, str], dict[str, Any]], ...] = (
    ("submit", "draft", "lead_a", {}, {}),
    ("withdraw", "assigned", "reviewer_a", {}, {}),
    ("take", "submitted", "coordinator", {}, {}),
    ("reworded", "submitted", "coordinator", {"reworded": "In short?"}, {"reworded": "In short?"}),
    (
        "clock",
        "assigned",
        "coordinator",
        {"priority": "high", "due_on": "2040-01-02", "extension": "agreed"},
        {"priority": "high", "due_on": "2040-01-02", "extension": "agreed"},
    ),
    (
        "ask-clarification",
        "submitted",
        "coordinator",
        {"clarification_asked": "Which one?", **_YES},
        {"clarification_asked": "Which one?", "nothing_withheld": True},
    ),
    ("notes", "assigned", "approver", {"note": "Ask them."}, {"note": "Ask them."}),
    ("answer", "assigned", "responder", {"answer": "So far."}, {"answer": "So far."}),
    (
        "send-back",
        "in_check",
        "approver",
        {"note": "Shorter.", **_YES},
        {"note": "Shorter.", "nothing_withheld": True},
    ),
    (
        "release",
        "in_check",
        "coordinator",
        {"determination": "part", "category": "SEC", "reason": "The rest is secret.", **_YES},
        {
            "determination": "part",
            "category": "SEC",
            "reason": "The rest is secret.",
            "nothing_withheld": True,
        },
    ),
    ("accept", "released", "lead_a", {}, {}),
    (
        "return",
        "released",
        "reviewer_a",
        {"return_reason": "Too short."},
        {"return_reason": "Too short."},
    ),
)


def _plain(value: object) -> str:
    """Write a value down without what differs from one request to the next."""
    said = json.dumps(value, sort_keys=True, default=str)
    return _MOVING.sub("*", _ID.sub(r"\1_*", said))


def _left_behind(asked: Asked) -> dict[str, list[str]]:
    """Say what a request has left in the database: rows, texts, steps, entries, jobs."""
    tables = {
        "row": "SELECT to_jsonb(r) AS said FROM requests r WHERE id = :id",
        "assignments": "SELECT to_jsonb(a) AS said FROM assignments a WHERE request_id = :id",
        "answers": "SELECT to_jsonb(a) AS said FROM answers a WHERE request_id = :id",
        "notes": "SELECT to_jsonb(n) AS said FROM internal_notes n WHERE request_id = :id",
        "texts": "SELECT to_jsonb(f) AS said FROM guarded_fields f WHERE subject_id = :id"
        " ORDER BY split_part(field, '.', 1), written_at",
        "steps": "SELECT to_jsonb(s) AS said FROM stages s WHERE subject_id = :id ORDER BY at, id",
        "entries": "SELECT convert_from(core, 'UTF8')::jsonb - 'id' - 'at' #- '{facts,request}'"
        " #- '{facts,channel}' AS said FROM audit_entry WHERE object = :id ORDER BY id",
        "jobs": "SELECT to_jsonb(task_name) AS said FROM procrastinate_jobs"
        " WHERE args::text LIKE '%' || :id || '%' ORDER BY id",
    }
    left = {}
    with asked.world.owner.connect() as connection:
        for name, statement in tables.items():
            rows = connection.execute(text(statement), {"id": asked.request_id})
            left[name] = [_plain(row.said) for row in rows]
    return left


@pytest.mark.parametrize(("act", "step", "who", "form", "body"), ACTS, ids=[a[0] for a in ACTS])
def test_a_form_and_json_do_the_same(
    world: World,
    version: SharedVersion,
    act: str,
    step: str,
    who: str,
    form: dict[str, str],
    body: dict[str, Any],
) -> None:
    by_form, by_json = request_in(world, step, version), request_in(world, step, version)
    before = len(_left_behind(by_form)["entries"])
    by_form.form(world.people[who], act, **form)
    by_json.post(world.people[who], act, **body)
    left = _left_behind(by_form)
    assert left == _left_behind(by_json)
    assert len(left["entries"]) > before


def test_assigning_and_clarifying_do_the_same_by_form_and_json(
    world: World, version: SharedVersion
) -> None:
    by_form, by_json = (request_in(world, "submitted", version) for _ in range(2))
    responder = world.responder.id
    by_form.form(world.coordinator, "assignment", responder_id=responder, **_YES)
    by_json.post(world.coordinator, "assignment", responder_id=responder, nothing_withheld=True)
    assert _left_behind(by_form) == _left_behind(by_json)
    for asked in (by_form, by_json):
        asked.post(
            world.coordinator,
            "ask-clarification",
            clarification_asked="Which?",
            nothing_withheld=True,
        )
    by_form.form(world.reviewer_a, "clarification", clarification="All.")
    by_json.post(world.reviewer_a, "clarification", clarification="All.")
    assert _left_behind(by_form) == _left_behind(by_json)


def test_sending_to_check_does_the_same_by_form_and_json(
    world: World, version: SharedVersion
) -> None:
    by_form, by_json = (request_in(world, "assigned", version) for _ in range(2))
    by_form.form(world.responder, "answer", answer="All of it.", then="check")
    by_json.post(world.responder, "answer", answer="All of it.")
    by_json.post(world.responder, "check")
    assert _left_behind(by_form) == _left_behind(by_json)
    third = request_in(world, "assigned", version)
    third.post(world.responder, "answer", answer="All of it.")
    third.form(world.responder, "check")
    assert _left_behind(third) == _left_behind(by_json)


def test_drafting_and_editing_do_the_same_by_form_and_json(
    world: World, version: SharedVersion
) -> None:
    body = draft_body(version)
    fields = {
        **{key: body[key] for key in ("review_id", "type", "question", "purpose")},
        "expected_form": "short_text",
        "basis": "passage",
        "basis_page": "1",
        "basis_words": "1-5",
        "csrf_token": csrf.token_for("test-secret"),
    }
    made = world.reviewer_a.client.post("/requests", data=fields)
    assert made.status_code == 303, made.text[:2000]
    by_form = Asked(world, version, made.headers["location"].rpartition("/")[2])
    by_json = request_in(world, "draft", version)
    assert _left_behind(by_form) == _left_behind(by_json)
    by_form.form(
        world.lead_a, "draft", question="Anew?", type="data", basis="keep", expected_form="table"
    )
    by_json.post(world.lead_a, "draft", question="Anew?", type="data", expected_form="table")
    assert _left_behind(by_form) == _left_behind(by_json)
    assert by_form.seen_by(world.reviewer_a)["basis"]["quote_state"] == "shown"


def test_a_refused_form_shows_again_what_was_typed(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "in_check", version)
    page = asked.form(
        world.approver, "release", status=422, determination="withheld", reason="TYPED WITH CARE"
    )
    assert "TYPED WITH CARE" in page
    assert "Choose a category that fits this outcome." in page
    assert asked.entries("request:answer:release") == 0
    half = draft_body(version, expected_form="")
    typed = {"review_id": half["review_id"], "question": half["question"], "then": "submit"}
    response = world.reviewer_a.client.post(
        "/requests", data={**typed, "csrf_token": csrf.token_for("test-secret")}
    )
    assert response.status_code == 422
    assert half["question"] in response.text
    assert "Say what form of answer would do." in response.text
