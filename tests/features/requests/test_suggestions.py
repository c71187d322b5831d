"""Which team a request is suggested to, and which requests it may repeat: for overseers alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from app.access.asked import find_similar
from app.transaction import begin
from tests.world import Someone, World
from tests.worlds.doors import post_json
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import Asked, draft, draft_body

SAFE = {"nothing_withheld": True}
FULL = {"determination": "full", **SAFE}
PAGE = {"kind": "page", "page": 1}


@pytest.fixture(autouse=True)
def no_teams_left(world: World) -> Iterator[None]:
    """Leave no team, rule or open request of one test to the next."""
    yield
    with world.owner.begin() as connection:
        connection.execute(text("UPDATE routing_rules SET ended_at = now()"))
        connection.execute(text("UPDATE teams SET ended_at = now() WHERE ended_at IS NULL"))
        connection.execute(text("UPDATE requests SET state = 'withdrawn'"))
        connection.execute(text("DELETE FROM absences"))


def team(world: World, name: str, *members: Someone, **more: Any) -> str:
    """Make a team."""
    body = {"name": name, "members": [one.id for one in members], **more}
    made = post_json(world.coordinator, "/teams", **body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def submitted(world: World, version: SharedVersion, question: str, **more: Any) -> Asked:
    """Submit a question of organisation A."""
    asked = draft(world, version, question=question, **{"basis": PAGE, **more})
    asked.post(world.lead_a, "submit")
    return asked


def by_b(world: World, version: SharedVersion, question: str) -> Asked:
    """Submit a question of organisation B."""
    body = draft_body(version, review_id=version.review_b, question=question, basis=PAGE)
    made = world.reviewer_b.client.post("/api/v1/requests", json=body).json()["id"]
    asked = Asked(world, version, made)
    asked.post(world.lead_b, "submit")
    return asked


def suggested(asked: Asked, someone: Someone | None = None) -> Any:
    """Give the suggestion that somebody sees: its team and reason."""
    found = asked.seen_by(someone or asked.world.coordinator)["suggestion"]
    return found and (found["team"], found["because"])


def answer(asked: Asked, team_id: str, said: str) -> None:
    """Have a team answer a request."""
    world = asked.world
    asked.post(
        world.coordinator, "assignment", team_id=team_id, responder_id=world.responder.id, **SAFE
    )
    asked.post(world.responder, "answer", answer=said)
    asked.post(world.responder, "check")
    asked.post(world.approver, "release", **FULL)


def test_a_rule_comes_before_everything_else(world: World, version: SharedVersion) -> None:
    crew = team(world, "Crew", world.responder, topics=["monitor"])
    pager = team(world, "Pager", world.author)
    rule = {"name": "Nights", "words": ["at night"], "priority": "high"}
    post_json(world.coordinator, "/routing", team_id=pager, **rule)
    asked = submitted(world, version, "Who watches the monitor at night?")
    seen = asked.seen_by(world.coordinator)["suggestion"]
    assert (seen["team_id"], seen["priority"]) == (pager, "high")
    assert "Nights" in seen["because"]
    page = asked.page_for(world.coordinator)
    assert "Assign to Pager" in page
    assert "Set priority high" in page
    # One click, by the ordinary act.
    asked.form(world.coordinator, "assignment", team_id=crew)
    assert asked.seen_by(world.coordinator)["suggestion"] is None


def test_the_team_of_whoever_answers_for_the_claim(world: World, version: SharedVersion) -> None:
    team(world, "Elsewhere", world.second_author, topics=["sandbags"])
    team(world, "Backups", world.responder, backups=[world.author.id])
    team(world, "Owners", world.author)
    claim = _claim(world, version, world.author)
    asked = submitted(world, version, "Are there sandbags?", basis={"kind": "claim", "id": claim})
    found, because = suggested(asked)
    assert found == "Owners"
    assert "answers for the claim" in because


def _claim(world: World, version: SharedVersion, owner: Someone) -> str:
    with world.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO claims (id, lineage_id, version_id, ordinal, code, page, rects,"
                " load_bearing) VALUES ('clm_sg', 'clm_sg', :v, 1, 'SG1', 1, '[]', false)"
                " ON CONFLICT DO NOTHING"
            ),
            {"v": version.version_id},
        )
        connection.execute(
            text(
                "INSERT INTO ownerships (id, version_id, claim_id, person_id, rank)"
                " VALUES ('own_sg', :v, 'clm_sg', :p, 0) ON CONFLICT DO NOTHING"
            ),
            {"v": version.version_id, "p": owner.id},
        )
    return "clm_sg"


def test_whoever_answered_something_similar(world: World, version: SharedVersion) -> None:
    archive = team(world, "Archive", world.responder)
    first = by_b(world, version, "How long are the logs of the gateway kept?")
    answer(first, archive, "A year.")
    number = first.seen_by(world.coordinator)["number"]
    asked = submitted(world, version, "For how long does the gateway keep its logs?")
    found, because = suggested(asked)
    assert (found, number in because) == ("Archive", True)


def test_a_topic_that_occurs(world: World, version: SharedVersion) -> None:
    team(world, "One", world.responder, topics=["kettles"])
    team(world, "Two", world.author, topics=["kettles", "steam"])
    asked = submitted(world, version, "Which kettles make steam?")
    assert suggested(asked) == (
        "Two", "The question speaks of “kettles” and “steam”, a topic of this team.",
    )  # fmt: skip
    assert suggested(submitted(world, version, "Which pans?")) is None


def test_a_team_that_is_away_is_suggested_with_who_stands_in(
    world: World, version: SharedVersion
) -> None:
    team(world, "Gone", world.responder, backups=[world.author.id], topics=["ladders"])
    days = {"starts_on": "2020-01-01", "ends_on": "2990-01-01"}
    post_json(world.responder, "/absences", **days)
    asked = submitted(world, version, "Are ladders locked?")
    seen = asked.seen_by(world.coordinator)["suggestion"]
    assert (seen["all_away"], seen["backups"]) == (True, ["NAMED AUTHOR"])
    assert "NAMED AUTHOR stands in" in asked.page_for(world.coordinator)
    post_json(world.author, "/absences", **days)
    assert "no backup who is there" in asked.page_for(world.coordinator)


def test_words_that_one_may_not_read_suggest_nothing(world: World, version: SharedVersion) -> None:
    team(world, "Masked", world.responder, topics=["turbines"])
    asked = submitted(world, version, "Do turbines stop?")
    assert suggested(asked) is not None
    assert suggested(asked, world.auditor) is None, "the auditor is not cleared for the question"


def test_the_queue_says_the_team_too(world: World, version: SharedVersion) -> None:
    team(world, "Lanterns", world.responder, topics=["lanterns"])
    asked = submitted(world, version, "Are lanterns lit?")
    rows = world.coordinator.client.get("/api/v1/requests?show=untriaged").json()["rows"]
    row = next(row for row in rows if row["id"] == asked.request_id)
    assert row["suggestion"]["team"] == "Lanterns"
    assert "suggested: Lanterns" in world.coordinator.client.get("/requests").text


# ---- repeats


def repeats(asked: Asked, someone: Someone | None = None) -> list[str]:
    """Give the requests that a request may repeat, as somebody sees it."""
    seen = asked.seen_by(someone or asked.world.coordinator)
    return [one["id"] for one in seen["repeats"]]


def test_what_asks_the_same_is_named_across_organisations(
    world: World, version: SharedVersion
) -> None:
    first = submitted(world, version, "Which valves open when the boiler is overheated?")
    other = submitted(world, version, "Who paints the boiler?")
    asked = by_b(world, version, "When the boiler overheats, which valves open?")
    assert repeats(asked) == [first.request_id]
    assert repeats(first) == [asked.request_id]
    assert other.request_id not in repeats(first)
    assert "May repeat" in asked.page_for(world.coordinator)
    assert repeats(asked, world.auditor) == [], "the auditor may read neither question"


def test_what_this_asker_has_already_comes_first(world: World, version: SharedVersion) -> None:
    crew = team(world, "Valves", world.responder)
    own = submitted(world, version, "Which alarms ring in the pump house on failure?")
    answer(own, crew, "All.")
    theirs = by_b(world, version, "Which alarms ring in the pump house?")
    asked = submitted(world, version, "Which alarms ring in the pump house?")
    assert repeats(asked) == [own.request_id, theirs.request_id]
    first, second = asked.seen_by(world.coordinator)["repeats"]
    assert (first["answered_for_asker"], first["mergeable"]) == (True, False)
    assert (second["answered_for_asker"], second["mergeable"]) == (False, True)
    assert "answered for this asker" in asked.page_for(world.coordinator)
    approving = asked.seen_by(world.approver)["repeats"]
    assert [one["mergeable"] for one in approving] == [False, False]


def test_neither_askers_nor_experts_are_told_of_repeats(
    world: World, version: SharedVersion
) -> None:
    first = by_b(world, version, "Which gaskets leak in the cold store?")
    asked = submitted(world, version, "Which gaskets leak in the cold store?")
    asked.post(world.coordinator, "assignment", responder_id=world.responder.id, **SAFE)
    for someone in (world.reviewer_a, world.lead_a, world.responder):
        body = str(asked.seen_by(someone)) + asked.page_for(someone)
        for canary in (first.request_id, "repeat", "suggest", "HOUSE OF ORGB"):
            assert canary not in body, (canary, someone.id)


def test_drafts_and_withdrawn_requests_are_no_repeats(world: World, version: SharedVersion) -> None:
    question = "Are rivets counted before each launch of the barge?"
    draft(world, version, question=question, basis=PAGE)
    gone = submitted(world, version, question)
    gone.post(world.lead_a, "withdraw")
    assert repeats(by_b(world, version, question)) == []


@pytest.mark.parametrize("said", ["'; DROP TABLE x; --", "a & | ! ( ) : * <->", "\\' \\\\ ''", "…"])
def test_signs_in_a_question_are_no_operators(
    world: World, version: SharedVersion, said: str
) -> None:
    asked = submitted(world, version, said)
    assert asked.seen_by(world.coordinator)["repeats"] is not None


def test_who_asks_is_told_of_nothing_similar(world: World, version: SharedVersion) -> None:
    asked = submitted(world, version, "Which lamps burn in the lighthouse?")
    found = []
    for someone in (world.coordinator, world.reviewer_a, world.responder):
        with begin(world.web, someone.actor) as tx:
            hits = find_similar(tx, "Which lamps burn in the lighthouse?", least=0.5, most=3)
            found.append([hit.row.id for hit in hits])
    assert found == [[asked.request_id], [], []]


def test_the_search_tells_the_reviewer_side_nothing(world: World, version: SharedVersion) -> None:
    submitted(world, version, "Which trawlers fish at dusk near the pier?")
    search = "SELECT count(*) FROM vitrine_similar('trawlers fish dusk pier', '', 9)"
    counts = []
    for side, organisation in (("publisher", "PUB"), ("reviewer", "ORGA"), ("", "ORGA")):
        with world.web.engine.begin() as connection:
            for key, value in (
                ("side", side), ("organisation", world.organisations.get(organisation, "")),
            ):  # fmt: skip
                connection.execute(
                    text("SELECT set_config(:k, :v, true)"), {"k": f"vitrine.{key}", "v": value}
                )
            counts.append(connection.execute(text(search)).scalar_one())
    assert counts == [1, 0, 0]
