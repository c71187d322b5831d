"""Routing rules: made, ordered, tried and ended by coordinators, seen by who oversees."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from tests.database import DatabaseServer
from tests.world import Someone, World, build_world, make_settings
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import draft, shared_version
from tests.worlds.shared import SharedWorld


@pytest.fixture(scope="module")
def house(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Give one installation to all tests of this module."""
    database = database_server.clone(f"{worker_id}_routing")
    made = build_world(make_settings(database, tmp_path_factory.mktemp("routing")), database.owner)
    yield made
    made.web.engine.dispose()
    made.worker.engine.dispose()
    database_server.drop(database)


@pytest.fixture(scope="module")
def version(house: World) -> SharedVersion:
    """Give a version that two organisations review."""
    return shared_version(house)


@pytest.fixture(scope="module")
def team(house: World) -> str:
    """Give a team with a topic."""
    return team_of(house, "Weights", topics=["weights"])


@pytest.fixture(autouse=True)
def no_rules_left(house: World) -> Iterator[None]:
    """End the rules of each test."""
    yield
    for rule in rules(house):
        house.coordinator.client.post(f"/api/v1/routing/{rule['id']}/end")


def team_of(world: World, name: str, *people: Someone, **more: Any) -> str:
    """Make a team."""
    members = [one.id for one in people or (world.responder,)]
    made = post_json(world.coordinator, "/teams", name=name, members=members, **more)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def make(world: World, team: str, name: str, **conditions: Any) -> str:
    """Make a rule as the coordinator; gives its id."""
    made = post_json(world.coordinator, "/routing", name=name, team_id=team, **conditions)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def rules(world: World) -> list[Any]:
    """List the rules."""
    return list(world.coordinator.client.get("/api/v1/routing").json()["rules"])


def entries(world: World, action: str, outcome: str) -> int:
    """Count the entries of an action."""
    statement = "SELECT count(*) FROM audit_entry WHERE action = :action AND outcome = :outcome"
    with world.owner.connect() as connection:
        found = connection.execute(text(statement), {"action": action, "outcome": outcome})
        return int(found.scalar_one())


def test_a_rule_is_made_changed_switched_and_ended(house: World, team: str) -> None:
    before = entries(house, "routing:rule:manage", "done")
    rule = make(house, team, "Pager", words=["pager", "pager", "on call"], page_from=2)
    (seen,) = rules(house)
    assert (seen["words"], seen["page_from"], seen["team"]) == (["pager", "on call"], 2, "Weights")
    changed = {"name": "Nights", "team_id": team, "topic": "weights", "priority": "high"}
    post_json(house.coordinator, f"/routing/{rule}", **changed)
    post_json(house.coordinator, f"/routing/{rule}/switch", active=False)
    (seen,) = rules(house)
    assert (seen["name"], seen["words"], seen["topic"], seen["active"]) == (
        "Nights", [], "weights", False,
    )  # fmt: skip
    assert "Nights" in house.auditor.client.get("/routing").text
    assert post_json(house.coordinator, f"/routing/{rule}/end").status_code == 200
    assert house.coordinator.client.get(f"/routing/{rule}").status_code == 404
    assert entries(house, "routing:rule:manage", "done") == before + 4


def test_the_log_keeps_no_word_of_a_rule(house: World, team: str) -> None:
    make(house, team, "CANARYNAME", words=["CANARYWORD"])
    with house.owner.connect() as connection:
        found = connection.execute(
            text("SELECT convert_from(core, 'UTF8') FROM audit_entry")
        ).scalars()
        assert not [core for core in found if "CANARY" in core]


def test_an_empty_rule_is_refused_and_what_was_typed_stays(house: World, team: str) -> None:
    refused = post_json(house.coordinator, "/routing", name="All", team_id=team)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["conditions"])
    page = post_form(house.coordinator, "/routing", name="Everything", team_id=team)
    assert page.status_code == 422
    assert "at least one condition" in page.text
    assert 'value="Everything"' in page.text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"team_id": "tea_none", "words": ["x"]}, "team_id"),
        ({"page_from": 3, "page_to": 2}, "page_to"),
        ({"topic": "nobody's"}, "topic"),
        ({"request_type": "gossip"}, "request_type"),
    ],
)
def test_what_a_rule_cannot_name_is_refused(
    house: World, team: str, given: dict[str, Any], field: str
) -> None:
    body = {"name": "Odd", "team_id": team, **given}
    refused = post_json(house.coordinator, "/routing", **body)
    assert refused.status_code == 422
    assert field in refused.text
    assert rules(house) == []


def test_rules_move_by_one_place_and_stop_at_the_ends(house: World, team: str) -> None:
    first, second, third = (make(house, team, name, words=[name]) for name in ("a", "b", "c"))

    def order() -> list[str]:
        return [rule["name"] for rule in rules(house)]

    for rule, direction, wanted in (
        (first, "down", "bac"), (third, "up", "bca"), (second, "up", "bca"), (first, "down", "bca"),
    ):  # fmt: skip
        moved = post_json(house.coordinator, f"/routing/{rule}/move", direction=direction)
        assert moved.status_code == 200
        assert "".join(order()) == wanted
    post_json(house.coordinator, f"/routing/{third}/end")
    assert [rule["position"] for rule in rules(house)] == [1, 2]


def test_trying_says_which_rule_comes_first_and_why_the_others_do_not(
    house: World, team: str
) -> None:
    off = make(house, team, "Off", words=["night"])
    post_json(house.coordinator, f"/routing/{off}/switch", active=False)
    make(house, team, "Data only", words=["night"], request_type="data")
    make(house, team, "Nights", words=["night"])
    make(house, team, "Late", topic="weights", words=["night"])
    said = {"question": "Who loads weights at night?"}
    tried = post_json(house.auditor, "/routing/try", **said).json()["verdicts"]
    assert [(v["rule"]["name"], v["chosen"], v["applies"], v["failing"]) for v in tried] == [
        ("Off", False, False, []),
        ("Data only", False, False, ["type"]),
        ("Nights", True, True, []),
        ("Late", False, True, []),
    ]
    page = post_form(house.approver, "/routing/try", **said).text
    for words in ("Suggested to Weights", "it is switched off", "another kind of request"):
        assert words in page
    none = post_form(house.coordinator, "/routing/try", question="Who?")
    assert (none.status_code, "No rule matches" in none.text) == (200, True)
    empty = post_form(house.coordinator, "/routing/try")
    assert (empty.status_code, "Write a question" in empty.text) == (422, True)


def test_a_rule_shows_what_it_would_have_done_with_the_latest_requests(
    house: World, version: SharedVersion, team: str
) -> None:
    asked = draft(house, version, question="How are weights wiped?")
    asked.post(house.lead_a, "submit")
    number = asked.seen_by(house.coordinator)["number"]
    earlier = make(house, team, "First", words=["wiped"])
    rule = make(house, team, "Second", words=["weights"])
    seen = house.coordinator.client.get(f"/api/v1/routing/{rule}").json()["past"]["rows"]
    row = next(row for row in seen if row["number"] == number)
    assert (row["failing"], row["taken_by"]) == ([], "First")
    page = house.auditor.client.get(f"/routing/{earlier}").text
    assert number in page
    tried = post_json(house.coordinator, "/routing/try", request_number=number.lower()).json()
    assert [verdict["chosen"] for verdict in tried["verdicts"]] == [True, False]
    # Who is not cleared for the words of the question learns nothing of them by a rule.
    blind = house.auditor.client.get(f"/api/v1/routing/{rule}").json()["past"]["rows"]
    row = next(row for row in blind if row["number"] == number)
    assert (row["failing"], row["unread"]) == (["words"], True)
    unknown = post_json(house.coordinator, "/routing/try", request_number="RQ-NONE-1")
    assert list(unknown.json()["fields"]) == ["request_number"]


def test_only_coordinators_make_rules_and_reviewers_learn_of_none(house: World, team: str) -> None:
    rule = make(house, team, "CANARYRULE", words=["x"])
    before = entries(house, "routing:rule:manage", "denied")
    body = {"name": "Mine", "team_id": team, "words": ["x"]}
    inside = (house.approver, house.auditor, house.author, house.responder, house.administrator)
    for someone in inside:
        assert post_json(someone, "/routing", **body).status_code == 403
    assert entries(house, "routing:rule:manage", "denied") == before + len(inside)
    for someone in (house.lead_a, house.reviewer_b, house.responder, house.administrator):
        for path in ("/routing", "/api/v1/routing", f"/routing/{rule}", "/routing/try"):
            answer = someone.client.get(path)
            assert answer.status_code in (403, 404)
            assert "CANARYRULE" not in answer.text


# ---- the two doors


def _made(world: SharedWorld, *names: str) -> list[str]:
    known = len(world.coordinator.client.get("/api/v1/teams").json()["teams"])
    body = {"name": f"Doors {known}", "members": [world.responder.id], "topics": ["doors"]}
    team = post_json(world.coordinator, "/teams", **body).json()["id"]
    made = [
        post_json(world.coordinator, "/routing", name=name, team_id=team, words=["x"])
        for name in names
    ]
    return [team, *(one.json()["id"] for one in made)]


@pytest.mark.paired("/routing")
def test_making_a_rule(pair: Doors) -> None:
    team = pair.ids(lambda w: _made(w)[0])
    given = {"name": "New", "topic": "doors", "page_from": 2, "priority": "high"}
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, "/routing", team_id=team(w), words="a, b", **given),
        lambda w: post_json(w.coordinator, "/routing", team_id=team(w), words=["a", "b"], **given),
    )
    assert "RuleMade" in events


@pytest.mark.paired("/routing/{rule_id}")
def test_changing_a_rule(pair: Doors) -> None:
    made = {id(world): _made(world, "One") for world in (pair.html, pair.json)}
    events = pair.assert_alike(
        lambda w: post_form(
            w.coordinator, f"/routing/{made[id(w)][1]}", name="Two", team_id=made[id(w)][0],
            request_type="data",
        ),
        lambda w: post_json(
            w.coordinator, f"/routing/{made[id(w)][1]}", name="Two", team_id=made[id(w)][0],
            request_type="data",
        ),
    )  # fmt: skip
    assert "RuleChanged" in events


@pytest.mark.paired("/routing/{rule_id}/move")
def test_moving_a_rule(pair: Doors) -> None:
    rule = pair.ids(lambda w: _made(w, "One", "Two")[2])
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, f"/routing/{rule(w)}/move", direction="up"),
        lambda w: post_json(w.coordinator, f"/routing/{rule(w)}/move", direction="up"),
    )
    assert "RuleMoved" in events


@pytest.mark.paired("/routing/{rule_id}/switch")
def test_switching_a_rule(pair: Doors) -> None:
    rule = pair.ids(lambda w: _made(w, "One")[1])
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, f"/routing/{rule(w)}/switch", active="no"),
        lambda w: post_json(w.coordinator, f"/routing/{rule(w)}/switch", active=False),
    )
    assert "RuleSwitched" in events


@pytest.mark.paired("/routing/{rule_id}/end")
def test_ending_a_rule(pair: Doors) -> None:
    rule = pair.ids(lambda w: _made(w, "One")[1])
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, f"/routing/{rule(w)}/end"),
        lambda w: post_json(w.coordinator, f"/routing/{rule(w)}/end"),
    )
    assert "RuleEnded" in events


@pytest.mark.paired("/routing/try")
def test_trying_the_rules(pair: Doors) -> None:
    pair.both(lambda w: bool(_made(w, "One")) and None)
    pair.assert_alike(
        lambda w: post_form(w.coordinator, "/routing/try", question="An x?"),
        lambda w: post_json(w.coordinator, "/routing/try", question="An x?"),
        shows=200,
        changes=False,
    )
