"""The cockpit: every figure is what the list behind it counts, and overseers alone see it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from tests.database import DatabaseServer
from tests.world import World, build_world, make_settings
from tests.worlds.entries import entries
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import request_in, shared_version


@pytest.fixture(scope="module")
def world(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Give one installation to all tests of this module."""
    database = database_server.clone(f"{worker_id}_cockpit")
    made = build_world(make_settings(database, tmp_path_factory.mktemp("cockpit")), database.owner)
    yield made
    made.web.engine.dispose()
    made.worker.engine.dispose()
    database_server.drop(database)


@pytest.fixture(scope="module")
def version(world: World) -> SharedVersion:
    """Give the published version that organisations A and B review."""
    return shared_version(world)


@pytest.fixture(scope="module")
def team(world: World, version: SharedVersion) -> str:
    """Give a team with something of everything in its hands; gives its id."""
    body = {"name": "Weights", "members": [world.responder.id]}
    made = str(world.coordinator.client.post("/api/v1/teams", json=body).json()["id"])
    for step in ("submitted", "in_check", "released"):
        request_in(world, step, version)
    waiting, late, asked_back = (request_in(world, "submitted", version) for _ in range(3))
    for asked in (waiting, late):
        asked.post(world.coordinator, "assignment", team_id=made)
    asked_back.post(
        world.coordinator, "ask-clarification", clarification_asked="Which?", nothing_withheld=True
    )
    third = request_in(world, "assigned", version)
    with world.owner.begin() as connection:
        for change, asked in (
            ("due_on = current_date - 3", late),
            ("returns = 3, due_on = (now() AT TIME ZONE 'UTC')::date", third),
        ):
            connection.execute(
                text(f"UPDATE requests SET {change} WHERE id = :id"), {"id": asked.request_id}
            )
        connection.execute(
            text("UPDATE stages SET at = at - interval '7 days' WHERE subject_id = :id"),
            {"id": waiting.request_id},
        )
    return made


def _cockpit(world: World) -> Any:
    answer = world.coordinator.client.get("/api/v1/requests/cockpit")
    assert answer.status_code == 200, answer.text
    return answer.json()


def _counted(world: World, show: str, **more: str) -> int:
    answer = world.coordinator.client.get("/api/v1/requests", params={"show": show, **more})
    assert answer.json()["show"] == show
    return int(answer.json()["total"])


def test_every_pile_is_as_high_as_the_list_behind_it(world: World, team: str) -> None:
    told = _cockpit(world)
    piles = {name: pile for name, pile in told.items() if isinstance(pile, dict)}
    assert len(piles) == 8
    for name, pile in piles.items():
        more = {"due": pile["due"]} if pile["due"] else {}
        assert pile["count"] == _counted(world, pile["show"], **more), name
        assert len(pile["first"]) == min(5, pile["count"])
    for name in ("untriaged", "late", "today", "week", "waiting", "check", "third_returns"):
        assert piles[name]["count"] > 0, name
    assert told["without_holder"] == _counted(world, "unowned")
    assert told["open"] == _counted(world, "open")
    assert told["untriaged_late"] == _counted(world, "untriaged", due="late")


def test_a_team_has_what_its_list_has(world: World, team: str) -> None:
    (own,) = (one for one in _cockpit(world)["teams"] if one["team_id"] == team)
    assert (own["name"], own["open"]) == ("Weights", _counted(world, "in_hand", team=team))
    assert own["overdue"] == _counted(world, "in_hand", team=team, due="late") == 1
    assert own["waiting"] == _counted(world, "in_hand", team=team, holder="none") == 2
    assert own["oldest"]["number"].startswith("RQ-ORGA-")
    assert own["median_days"] is not None
    (none,) = (one for one in _cockpit(world)["teams"] if one["team_id"] is None)
    assert none["open"] == _counted(world, "in_hand", team="none")


def test_the_page_leads_from_every_figure_to_its_list(world: World, team: str) -> None:
    page = world.coordinator.client.get("/requests/cockpit").text
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/requests\?[^"]+)"', page)}
    assert f"/requests?show=in_hand&team={team}&holder=none" in links
    assert "/requests?show=overdue" in links
    for link in links:
        assert world.coordinator.client.get(link).status_code == 200
    assert 'href="/requests/cockpit"' in world.coordinator.client.get("/requests").text
    assert 'href="/requests/cockpit"' in world.coordinator.client.get("/").text


def test_overseers_see_it_and_nobody_else(world: World, team: str) -> None:
    for someone in (world.coordinator, world.approver, world.auditor):
        assert someone.client.get("/requests/cockpit").status_code == 200
    others = (world.responder, world.author, world.administrator, world.lead_a, world.reviewer_b)
    for someone in others:
        for path in ("/requests/cockpit", "/api/v1/requests/cockpit"):
            assert someone.client.get(path).status_code == 404
    assert len(entries(world, action="request:cockpit:read", outcome="denied")) == 10


def test_nothing_open_is_said_plainly(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = database_server.clone(f"{worker_id}_calm")
    calm = build_world(make_settings(database, tmp_path_factory.mktemp("calm")), database.owner)
    try:
        page = calm.coordinator.client.get("/requests/cockpit").text
        assert "No request is open." in page
        assert _cockpit(calm)["teams"] == []
    finally:
        calm.web.engine.dispose()
        calm.worker.engine.dispose()
        database_server.drop(database)
