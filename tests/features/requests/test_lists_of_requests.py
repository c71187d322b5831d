"""The three lists: an organisation's own, the coordinator's queue, what a responder holds."""

from typing import Any

from sqlalchemy import text

from tests.world import Someone, World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import draft, request_in


def _list(someone: Someone, query: str = "") -> Any:
    response = someone.client.get(f"/api/v1/requests{query}")
    assert response.status_code == 200, response.text
    return response.json()


def _count(found: Any, show: str) -> int:
    return int(next(chip["count"] for chip in found["chips"] if chip["show"] == show))


def test_the_asker_filters_by_the_six_states(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "submitted", version)
    before = _list(world.lead_a)
    assert [chip["show"] for chip in before["chips"]] == [
        *("all", "draft", "ready", "submitted", "needs_your_reply", "in_progress"),
        *("released", "under_appeal", "closed"),
    ]
    assert asked.request_id in {row["id"] for row in _list(world.lead_a, "?show=submitted")["rows"]}
    asked.post(world.coordinator, "take")
    after = _list(world.lead_a)
    assert _count(after, "submitted") == _count(before, "submitted") - 1
    assert _count(after, "in_progress") == _count(before, "in_progress") + 1
    page = world.lead_a.client.get("/requests?show=in_progress").text
    assert f'href="/requests/{asked.request_id}"' in page
    assert 'aria-current="true"' in page


def _all_pages(someone: Someone) -> list[dict[str, Any]]:
    """Give the rows of every page: the world of this folder is shared and fills up."""
    rows: list[dict[str, Any]] = []
    for page in range(1, 40):
        found = _list(someone, f"?page={page}")["rows"]
        if not found or found[0]["id"] in {row["id"] for row in rows}:
            break
        rows += found
    return rows


def test_the_queue_shows_the_untriaged_first_and_counts_what_waits(
    world: World, version: SharedVersion
) -> None:
    checked, new = request_in(world, "in_check", version), request_in(world, "submitted", version)
    rows = _all_pages(world.coordinator)
    ids = [row["id"] for row in rows]
    assert ids.index(new.request_id) < ids.index(checked.request_id)
    row = rows[ids.index(checked.request_id)]
    assert row["organisation_name"] == "HOUSE OF ORGA"
    assert row["responder"] == "NAMED RESPONDER"
    page = world.coordinator.client.get("/requests").text
    for label in ("untriaged", "in progress", "in release check", "overdue"):
        assert f"<span>{label}</span>" in page
    assert checked.request_id in {r["id"] for r in _list(world.approver, "?show=check")["rows"]}


def test_what_is_late_is_counted_and_said(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "assigned", version)
    before = _count(_list(world.coordinator), "overdue")
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE requests SET due_on = current_date - 7 WHERE id = :id"),
            {"id": asked.request_id},
        )
    found = _list(world.coordinator, "?show=overdue")
    assert _count(found, "overdue") == before + 1
    assert asked.request_id in {row["id"] for row in found["rows"]}
    assert asked.seen_by(world.reviewer_a)["clock"]["late"] is True
    assert "It is late." in asked.page_for(world.responder)


def test_a_request_that_waits_for_triage_is_late_inside_only(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "submitted", version)
    with world.owner.begin() as connection:
        connection.execute(
            text(
                "UPDATE requests SET triage_due_on = current_date - 1,"
                " due_on = current_date + 5 WHERE id = :id"
            ),
            {"id": asked.request_id},
        )
    found = _list(world.coordinator, "?show=overdue")
    assert asked.request_id in {row["id"] for row in found["rows"]}
    assert asked.seen_by(world.coordinator)["clock"]["untriaged_late"] is True
    assert asked.seen_by(world.reviewer_a)["clock"]["late"] is False


def test_a_responder_sees_what_they_hold_under_its_alias_only(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "assigned", version)
    row = next(r for r in _list(world.responder)["rows"] if r["id"] == asked.request_id)
    assert set(row) == {
        *("id", "alias", "type", "basis", "expected_form", "state", "since", "clock")
    }
    assert row["alias"].startswith("Q-")
    asked.post(world.coordinator, "assignment", responder_id=world.second_author.id)
    assert asked.request_id not in {r["id"] for r in _list(world.responder, "?show=all")["rows"]}
    assert asked.request_id in {r["id"] for r in _list(world.second_author)["rows"]}
    assert world.responder.client.get(f"/requests/{asked.request_id}").status_code == 404


def test_long_lists_come_in_pages_and_sorted(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "submitted", version)
    copy = text(
        "INSERT INTO requests SELECT (jsonb_populate_record(r, jsonb_build_object('id',"
        " 'req_copy' || n, 'number', 'RQ-ORGA-9' || lpad(n::text, 3, '0')))).*"
        " FROM requests r, generate_series(1, 60) n WHERE r.id = :id"
    )
    try:
        with world.owner.begin() as connection:
            connection.execute(copy, {"id": asked.request_id})
        first = _list(world.lead_a, "?sort=-number")
        second = _list(world.lead_a, "?sort=-number&page=2")
        page = world.lead_a.client.get("/requests?sort=-number&page=2").text
        queue = [row["number"] for row in _all_pages(world.coordinator)]
    finally:
        with world.owner.begin() as connection:
            connection.execute(text("DELETE FROM requests WHERE id LIKE 'req_copy%'"))
    assert len(first["rows"]) == 50
    assert first["rows"][0]["number"] == "RQ-ORGA-9060"
    assert second["rows"][0]["number"] == "RQ-ORGA-9010"
    assert first["pages"] == second["pages"] == -(-first["total"] // 50)
    assert "Page 2 of" in page
    at_once = [number for number in queue if number.startswith("RQ-ORGA-9")]
    assert len(at_once) == 60
    assert at_once == sorted(at_once)  # what came in at one moment, in the order of its numbers


def test_an_unknown_filter_or_order_falls_back(world: World, version: SharedVersion) -> None:
    request_in(world, "submitted", version)
    plain = _list(world.lead_a)
    odd = _list(world.lead_a, "?show=nonsense&sort=nonsense")
    assert odd["show"] == plain["show"]
    assert [row["id"] for row in odd["rows"]] == [row["id"] for row in plain["rows"]]
    assert world.lead_a.client.get("/api/v1/requests?page=0").status_code == 422


def test_the_form_of_a_new_request_quotes_the_chosen_words(
    world: World, version: SharedVersion
) -> None:
    address = f"/requests/new?version={version.version_id}&page=2&words=1-10"
    page = world.reviewer_a.client.get(address)
    assert page.status_code == 200
    assert "gatehouse" in page.text
    other = world.reviewer_b.client.get(address)
    assert other.status_code == 200
    assert "gatehouse" not in other.text
    assert world.coordinator.client.get(address).status_code == 404
    plain = world.reviewer_a.client.get("/requests/new")
    assert plain.status_code == 200


def test_a_row_says_how_the_question_begins_and_the_entry_names_what_was_read(
    world: World, version: SharedVersion
) -> None:
    long = "Who is paged when the monitor fires at night? " * 6
    asked = draft(world, version, question=long)
    asked.post(world.lead_a, "submit")
    for someone in (world.reviewer_a, world.coordinator):
        rows = someone.client.get("/api/v1/requests?sort=-since").json()["rows"]
        said = next(row["said"] for row in rows if row["id"] == asked.request_id)
        assert said.startswith("Who is paged when the monitor")
        assert said.endswith(" …")
        assert len(said) <= 113
        assert said in someone.client.get("/requests?sort=-since").text
    statement = text(
        "SELECT convert_from(core, 'UTF8')::jsonb #>> '{facts,facts,requests}' FROM audit_entry"
        " WHERE convert_from(core, 'UTF8')::jsonb #>> '{facts,event}' = 'RequestsListed'"
    )
    with world.owner.connect() as connection:
        listed = [row[0] for row in connection.execute(statement)]
    # What a reviewer read stands in the facet of their own organisation.
    assert sum(asked.request_id in (one or "") for one in listed) == 2
    assert None in listed


def test_a_row_says_nothing_to_who_is_not_cleared_and_nothing_to_responders(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "assigned", version)
    with world.owner.begin() as connection:
        connection.execute(
            text(
                "UPDATE guarded_fields SET sensitivity = '{NAT}' WHERE subject_id = :id"
                " AND field = 'question'"
            ),
            {"id": asked.request_id},
        )
    number = asked.seen_by(world.lead_a)["number"]
    rows = world.auditor.client.get(f"/api/v1/requests?q={number}").json()["rows"]
    assert [(row["id"], row["said"]) for row in rows] == [(asked.request_id, None)]
    assert "CANARY-QUESTION" not in world.responder.client.get("/requests?show=all").text
