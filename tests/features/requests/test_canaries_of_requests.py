"""What must never be seen: internal notes and names by the asker, the asker by the responder."""

import pytest
from sqlalchemy import text

from tests.world import Someone, World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import ANSWER, NOTE, PURPOSE, QUESTION, REWORDED, Asked, request_in

INSIDERS = ("coordinator", "responder", "approver", "author", "auditor")
OUTSIDERS = ("lead_a", "reviewer_a")


def _everything(asked: Asked, someone: Someone, *, more: tuple[str, ...] = ()) -> dict[str, str]:
    """Fetch what a person can reach around a request: address → headers and body of every 200."""
    shows = ("", "all", "draft", "open", "to_answer", "check", "released", "in_progress")
    paths = ["/", "/record", "/findings", "/reports", "/reviews", *more]
    paths += [f"/requests?show={show}" for show in shows]
    paths += [f"/requests?sort={sort}" for sort in ("number", "-due", "state")]
    paths += [f"/requests/{asked.request_id}", f"/reviews/{asked.version.review_a}"]
    paths += [f"/api/v1{path}" for path in paths]
    got = {path: someone.client.get(path) for path in paths}
    assert not [path for path, answer in got.items() if answer.status_code >= 500]
    return {
        path: f"{dict(answer.headers)} {answer.text}"
        for path, answer in got.items()
        if answer.status_code == 200
    }


def _seen(pages: dict[str, str], canary: str) -> list[str]:
    return [path for path, body in pages.items() if canary in body]


@pytest.fixture(scope="module")
def answered(world: World, version: SharedVersion) -> Asked:
    """Give a request with everything in it: notes, wording, send-back, return, release."""
    asked = request_in(world, "in_check", version)
    asked.post(world.approver, "send-back", note=f"{NOTE} BACK", nothing_withheld=True)
    asked.post(world.responder, "answer", answer=ANSWER)
    asked.post(world.responder, "check")
    asked.post(world.approver, "release", determination="full", nothing_withheld=True)
    asked.post(world.reviewer_a, "return", return_reason="Of HOUSE OF ORGA: more, please.")
    asked.post(world.coordinator, "assignment", responder_id=world.responder.id)
    asked.post(world.responder, "answer", answer=f"{ANSWER} UNRELEASED")
    return asked


@pytest.mark.parametrize("who", OUTSIDERS)
def test_the_asker_never_sees_notes_names_teams_or_the_other_organisation(
    world: World, answered: Asked, who: str
) -> None:
    with world.owner.connect() as connection:
        alias = connection.execute(
            text("SELECT alias FROM requests WHERE id = :id"), {"id": answered.request_id}
        ).scalar_one()
        receipt = connection.execute(
            text("SELECT receipt_id FROM answers WHERE request_id = :id AND round = 1"),
            {"id": answered.request_id},
        ).scalar_one()
    more = (f"/receipts/{receipt}",)
    pages = _everything(answered, world.people[who], more=more)
    assert {f"/requests/{answered.request_id}", more[0]} <= set(_seen(pages, "")), "reached"
    assert _seen(pages, ANSWER), "the released answer is there to be seen"
    for name in INSIDERS:
        assert _seen(pages, f"NAMED {name.upper()}") == []
        assert _seen(pages, f"{name}@example.test") == []
        assert _seen(pages, world.people[name].id) == []
    for canary in (NOTE, REWORDED, "UNRELEASED", alias, "HOUSE OF ORGB", "ORGB", "HOUSE OF TEAM"):
        assert _seen(pages, canary) == [], canary
    assert _seen(pages, world.organisations["ORGB"]) == []


def test_the_responder_never_learns_who_asks(world: World, answered: Asked) -> None:
    pages = _everything(answered, world.responder)
    detail = f"/requests/{answered.request_id}"
    assert {detail, f"/api/v1{detail}"} <= set(_seen(pages, REWORDED))
    assert _seen(pages, NOTE), "the notes of the team are there to be seen"
    asker = [f"NAMED {name.upper()}" for name in OUTSIDERS]
    asker += [world.people[name].id for name in OUTSIDERS]
    for canary in (*asker, "HOUSE OF ORGA", "ORGA", world.organisations["ORGA"], "RQ-"):
        assert _seen(pages, canary) == [], canary
    for canary in (QUESTION, PURPOSE, answered.version.review_a, answered.version.grant_a):
        assert _seen(pages, canary) == [], canary


def test_the_other_organisation_cannot_sense_the_request(world: World, answered: Asked) -> None:
    for who in ("lead_b", "reviewer_b"):
        pages = _everything(answered, world.people[who])
        # Their own record names what they themselves tried to open, by the id that they typed.
        pages = {path: body for path, body in pages.items() if "record" not in path}
        assert "/requests?show=all" in pages
        # Not the words that requests of this folder share: their own requests have them, too.
        for canary in (
            answered.request_id,
            "ORGA",
            NOTE,
            "UNRELEASED",
            world.organisations["ORGA"],
        ):
            assert _seen(pages, canary) == [], canary


def test_entries_shared_with_the_asker_name_nobody_of_the_publisher(
    world: World, answered: Asked
) -> None:
    statement = text(
        "SELECT convert_from(e.core, 'UTF8')::jsonb -> 'facts' AS facts FROM audit_entry e"
        " JOIN audit_audience a ON a.entry_id = e.id JOIN org_slot s ON s.slot = a.slot"
        " WHERE s.organisation = :organisation"
    )
    with world.owner.connect() as connection:
        rows = connection.execute(statement, {"organisation": world.organisations["ORGA"]})
        facts = " ".join(str(row.facts) for row in rows)
    assert "AnswerReleased" in facts
    for name in INSIDERS:
        assert world.people[name].id not in facts
    assert "RequestAssigned" not in facts
    assert "RequestNoted" not in facts
