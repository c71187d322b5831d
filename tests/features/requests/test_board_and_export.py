"""The board of the queue, and every list as a file: each side its own columns."""

import csv
import io

from sqlalchemy import text

from tests.world import Someone, World
from tests.worlds.entries import entries
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import request_in


def _file(someone: Someone, query: str = "") -> list[dict[str, str]]:
    answer = someone.client.get(f"/requests.csv{query}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="requests.csv"'
    assert answer.text == someone.client.get(f"/api/v1/requests.csv{query}").text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def test_the_board_has_each_request_in_one_column(world: World, version: SharedVersion) -> None:
    made = {step: request_in(world, step, version) for step in ("submitted", "assigned")}
    made |= {step: request_in(world, step, version) for step in ("in_check", "released")}
    board = world.coordinator.client.get("/api/v1/requests/board?sort=-age").json()
    where = {row["id"]: column["show"] for column in board["columns"] for row in column["rows"]}
    assert [where[made[step].request_id] for step in made] == [
        *("untriaged", "with_teams", "check", "released")
    ]
    assert sum(len(column["rows"]) for column in board["columns"]) == len(where)
    assert all(len(column["rows"]) <= 25 for column in board["columns"])
    page = world.approver.client.get("/requests?view=board&sort=-age").text
    for name in ("Untriaged", "With teams", "In progress", "Release check", "Waits for the asker"):
        assert f">{name}</a>" in page
    assert f'href="/requests/{made["assigned"].request_id}"' in page


def test_the_board_is_the_overseers_alone(world: World, version: SharedVersion) -> None:
    request_in(world, "submitted", version)
    for someone in (world.lead_a, world.responder, world.author):
        assert someone.client.get("/api/v1/requests/board").status_code == 404
        page = someone.client.get("/requests?view=board")
        assert page.status_code == 200
        assert 'class="board"' not in page.text


def test_a_full_column_shows_twenty_five_and_leads_to_the_rest(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "submitted", version)
    copy = text(
        "INSERT INTO requests SELECT (jsonb_populate_record(r, jsonb_build_object('id',"
        " 'req_board' || n, 'number', 'RQ-ORGA-8' || lpad(n::text, 3, '0')))).*"
        " FROM requests r, generate_series(1, 30) n WHERE r.id = :id"
    )
    try:
        with world.owner.begin() as connection:
            connection.execute(copy, {"id": asked.request_id})
        page = world.coordinator.client.get("/requests?view=board").text
        column = world.coordinator.client.get("/api/v1/requests/board").json()["columns"][0]
    finally:
        with world.owner.begin() as connection:
            connection.execute(text("DELETE FROM requests WHERE id LIKE 'req_board%'"))
    assert column["show"] == "untriaged"
    assert (len(column["rows"]), column["count"] > 30) == (25, True)
    assert f'<a href="/requests?show=untriaged">All {column["count"]}</a>' in page


def test_each_side_takes_away_its_own_columns(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "assigned", version)
    number = asked.seen_by(world.lead_a)["number"]
    alias = asked.seen_by(world.responder)["alias"]
    inside = next(r for r in _file(world.coordinator) if r["number"] == number)
    assert inside["organisation"] == "HOUSE OF ORGA"
    assert inside["held by"] == "NAMED RESPONDER"
    own = next(r for r in _file(world.lead_a) if r["number"] == number)
    assert own["state"] == "in progress"
    assert set(own) == {*("number", "type", "about", "form", "state", "since", "due on", "late")}
    given = next(r for r in _file(world.responder) if r["alias"] == alias)
    assert "number" not in given
    whole = world.responder.client.get("/requests.csv?show=all").text
    for hidden in ("RQ-", "HOUSE OF", "NAMED"):
        assert hidden not in whole
    assert number not in {row["number"] for row in _file(world.lead_b)}
    assert alias not in world.lead_b.client.get("/requests.csv?show=all").text


def test_the_file_has_what_the_list_is_filtered_to(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "submitted", version)
    number = asked.seen_by(world.lead_a)["number"]
    assert [row["number"] for row in _file(world.lead_a, f"?q={number}")] == [number]
    assert _file(world.lead_a, f"?q={number}&type=data") == []
    assert [row["number"] for row in _file(world.coordinator, f"?q={number}")] == [number]


def test_a_cell_that_a_spreadsheet_would_run_is_defused(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "submitted", version)
    number = asked.seen_by(world.lead_a)["number"]
    names = text("UPDATE organisations SET name = :name WHERE code = 'ORGA'")
    try:
        with world.owner.begin() as connection:
            connection.execute(names, {"name": "=HYPERLINK(1)"})
        (row,) = _file(world.coordinator, f"?q={number}")
    finally:
        with world.owner.begin() as connection:
            connection.execute(names, {"name": "HOUSE OF ORGA"})
    assert row["organisation"] == "'=HYPERLINK(1)"


def test_an_export_is_recorded_and_nobody_else_gets_one(
    world: World, version: SharedVersion
) -> None:
    request_in(world, "submitted", version)
    before = len(entries(world, action="request:list:export", outcome="allowed"))
    assert world.lead_a.client.get("/requests.csv").status_code == 200
    assert world.coordinator.client.get("/requests.csv").status_code == 200
    told = entries(world, action="request:list:export", outcome="allowed")[before:]
    assert [one.event for one in told] == ["RequestsExported"] * 2
    assert world.anonymous().get("/requests.csv").status_code in (303, 401)
