"""Teams and absences: made, changed and ended by coordinators, seen by the publisher alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from tests.database import DatabaseServer
from tests.world import Someone, World, build_world, make_settings
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.shared import SharedWorld


@pytest.fixture(scope="module")
def house(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Give one installation to all tests of this module."""
    database = database_server.clone(f"{worker_id}_teams")
    made = build_world(make_settings(database, tmp_path_factory.mktemp("teams")), database.owner)
    yield made
    made.web.engine.dispose()
    made.worker.engine.dispose()
    database_server.drop(database)


def make(world: World, name: str, *people: Someone, **more: Any) -> str:
    """Make a team as the coordinator; gives its id."""
    body = {"name": name, "members": [one.id for one in people], **more}
    response = world.coordinator.client.post("/api/v1/teams", json=body)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


def seen(world: World, team_id: str) -> Any:
    """Give a team as the coordinator sees it."""
    teams = world.coordinator.client.get("/api/v1/teams").json()["teams"]
    return next(team for team in teams if team["id"] == team_id)


def entries(world: World, action: str, outcome: str) -> int:
    """Count the entries of an action."""
    statement = "SELECT count(*) FROM audit_entry WHERE action = :action AND outcome = :outcome"
    with world.owner.connect() as connection:
        found = connection.execute(text(statement), {"action": action, "outcome": outcome})
        return int(found.scalar_one())


def test_a_team_is_made_changed_and_ended(house: World) -> None:
    team = make(house, "Weights", house.responder, topics=["weights", "weights", "access"])
    assert seen(house, team)["topics"] == ["weights", "access"]
    changed = house.coordinator.client.post(
        f"/api/v1/teams/{team}",
        json={"name": "Weights!", "members": [house.author.id], "backups": [house.responder.id]},
    )
    assert changed.status_code == 200
    people = [(one["person_id"], one["backup"]) for one in seen(house, team)["members"]]
    assert people == [(house.author.id, False), (house.responder.id, True)]
    page = house.coordinator.client.get("/teams").text
    assert "Weights!" in page
    assert house.coordinator.client.post(f"/api/v1/teams/{team}/end").status_code == 200
    assert "Weights!" not in house.coordinator.client.get("/teams").text
    assert house.coordinator.client.get(f"/teams/{team}").status_code == 404
    make(house, "Weights!", house.responder)  # the name is free again


def test_two_teams_never_share_a_name(house: World) -> None:
    make(house, "Evaluations", house.responder)
    body = {"name": "Evaluations", "members": [house.author.id]}
    again = house.coordinator.client.post("/api/v1/teams", json=body)
    assert (again.status_code, again.json()["fields"]) == (
        422,
        {"name": "Another team has this name."},
    )
    form = post_form(house.coordinator, "/teams", name="Evaluations", members=house.author.id)
    assert form.status_code == 422
    assert "Another team has this name." in form.text


def test_a_team_has_people_of_the_publisher_alone(house: World) -> None:
    for members in ([], [house.reviewer_a.id], ["per_none"]):
        body = {"name": "Nobody", "members": members}
        refused = house.coordinator.client.post("/api/v1/teams", json=body)
        assert refused.status_code == 422
        assert "members" in refused.json()["fields"]


def test_only_coordinators_and_administrators_make_teams(house: World) -> None:
    team = make(house, "Release", house.responder)
    before = entries(house, "team:manage", "denied")
    refused = (house.responder, house.author, house.approver, house.auditor)
    for someone in refused:
        body = {"name": "Mine", "members": [someone.id]}
        assert someone.client.post("/api/v1/teams", json=body).status_code == 403
        assert someone.client.get(f"/teams/{team}").status_code == 403
    assert entries(house, "team:manage", "denied") == before + 2 * len(refused)
    body = {"name": "By the administrator", "members": [house.author.id]}
    assert house.administrator.client.post("/api/v1/teams", json=body).status_code == 201


def test_reviewers_learn_of_no_team(house: World) -> None:
    make(house, "CANARYTEAM", house.responder)
    before = entries(house, "team:list", "denied")
    for someone in (house.lead_a, house.reviewer_b, house.stress_tester):
        for path in ("/teams", "/api/v1/teams"):
            answer = someone.client.get(path)
            assert answer.status_code == 404
            assert "CANARYTEAM" not in answer.text
    assert entries(house, "team:list", "denied") == before + 6


def test_somebody_says_when_they_are_away(house: World) -> None:
    team = make(house, "Paging", house.responder)
    days = {"starts_on": "2020-01-01", "ends_on": "2990-12-31"}
    noted = house.responder.client.post("/api/v1/absences", json=days)
    assert noted.status_code == 201
    assert seen(house, team)["members"][0]["away_until"] == "2990-12-31"
    assert "away" in house.author.client.get("/teams").text
    other = house.responder.client.post(
        "/api/v1/absences", json={**days, "person_id": house.author.id}
    )
    assert other.status_code == 403
    absence = noted.json()["id"]
    assert house.author.client.post(f"/api/v1/absences/{absence}/remove").status_code == 403
    assert house.responder.client.post(f"/api/v1/absences/{absence}/remove").status_code == 200
    assert seen(house, team)["members"][0]["away_until"] is None
    assert house.responder.client.post(f"/api/v1/absences/{absence}/remove").status_code == 404


@pytest.mark.parametrize(
    ("starts_on", "ends_on"), [("2990-02-02", "2990-02-01"), ("2020-01-01", "2020-01-02")]
)
def test_an_absence_that_cannot_be_is_refused(house: World, starts_on: str, ends_on: str) -> None:
    body = {"starts_on": starts_on, "ends_on": ends_on}
    refused = house.responder.client.post("/api/v1/absences", json=body)
    assert refused.status_code == 422
    page = post_form(house.responder, "/absences", **body)
    assert page.status_code == 422
    assert starts_on in page.text


# ---- the two doors


NEW = {"name": "Doors", "topics": ["access"]}


@pytest.mark.paired("/teams")
def test_making_a_team(pair: Doors) -> None:
    events = pair.assert_alike(
        lambda w: post_form(
            w.coordinator, "/teams", name="Doors", topics="access", members=w.responder.id
        ),
        lambda w: post_json(w.coordinator, "/teams", **NEW, members=[w.responder.id]),
    )
    assert "TeamMade" in events


def _team(world: SharedWorld) -> str:
    body = {"name": "For the doors", "members": [world.responder.id]}
    return f"/teams/{post_json(world.coordinator, '/teams', **body).json()['id']}"


@pytest.mark.paired("/teams/{team_id}")
def test_changing_a_team(pair: Doors) -> None:
    path = pair.ids(_team)
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, path(w), name="Ajar", members=w.author.id),
        lambda w: post_json(w.coordinator, path(w), name="Ajar", members=[w.author.id]),
    )
    assert "TeamChanged" in events


@pytest.mark.paired("/teams/{team_id}/end")
def test_ending_a_team(pair: Doors) -> None:
    path = pair.ids(lambda w: f"{_team(w)}/end")
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, path(w)), lambda w: post_json(w.coordinator, path(w))
    )
    assert "TeamEnded" in events


DAYS = {"starts_on": "2990-01-01", "ends_on": "2990-01-02"}


@pytest.mark.paired("/absences")
def test_noting_an_absence(pair: Doors) -> None:
    events = pair.assert_alike(
        lambda w: post_form(w.responder, "/absences", **DAYS),
        lambda w: post_json(w.responder, "/absences", **DAYS),
    )
    assert "AbsenceNoted" in events


def _absence(world: SharedWorld) -> str:
    made = post_json(world.responder, "/absences", **DAYS).json()["id"]
    return f"/absences/{made}/remove"


@pytest.mark.paired("/absences/{absence_id}/remove")
def test_removing_an_absence(pair: Doors) -> None:
    path = pair.ids(_absence)
    events = pair.assert_alike(
        lambda w: post_form(w.responder, path(w)), lambda w: post_json(w.responder, path(w))
    )
    assert "AbsenceRemoved" in events
