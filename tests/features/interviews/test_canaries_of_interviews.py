"""What an interview must not tell: responders who asks, the asker of insiders, others anything."""

import pytest
from sqlalchemy import text

from tests.world import Someone, World
from tests.worlds.interviews import NOTES, WHERE, Interviewed, interview_in, soon
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import PURPOSE, QUESTION

INSIDERS = ("coordinator", "responder", "approver", "author", "auditor")
OUTSIDERS = ("lead_a", "reviewer_a")
UNSIGNED, ASKERS = "CANARY-UNSIGNED", "CANARY-ASKERS"
THEIRS = "At HOUSE OF ORGA, second floor"


@pytest.fixture(scope="module")
def interviewed(world: World, version: SharedVersion) -> Interviewed:
    """Give an interview with everything in it: proposals of both, and notes of both."""
    made = interview_in(world, "proposed", version)
    agreed = soon(0.75)
    made.propose(world.reviewer_a, agreed, where=THEIRS)
    made.choose(world.coordinator)
    made.starts_at = agreed
    with made.later():
        made.post(world.responder, "notes", notes=f"{NOTES} {UNSIGNED}")
        made.post(world.responder, "notes", notes=NOTES)
        made.sign(world.approver)
    with made.later(5):
        made.post(world.reviewer_a, "notes", notes=f"{ASKERS} of HOUSE OF ORGA")
        made.sign(world.lead_a)
    return made


def _everything(made: Interviewed, someone: Someone) -> dict[str, str]:
    """Fetch what a person can reach around it: address → headers and body of every 200."""
    request = f"/requests/{made.asked.request_id}"
    paths = ["/", "/record", "/requests?show=all", "/notices", request, made.path]
    paths += [f"{made.path}.ics", *(f"/api/v1{path}" for path in paths)]
    got = {path: someone.client.get(path) for path in paths}
    assert not [path for path, answer in got.items() if answer.status_code >= 500]
    return {
        path: f"{dict(answer.headers)} {answer.text}"
        for path, answer in got.items()
        if answer.status_code == 200
    }


def _seen(pages: dict[str, str], canary: str) -> list[str]:
    return [path for path, body in pages.items() if canary in body]


@pytest.mark.parametrize("who", OUTSIDERS)
def test_the_asker_learns_of_nobody_inside_and_of_no_draft(
    world: World, interviewed: Interviewed, who: str
) -> None:
    pages = _everything(interviewed, world.people[who])
    assert {interviewed.path, f"{interviewed.path}.ics"} <= set(pages)
    for canary in (NOTES, ASKERS, THEIRS):
        assert _seen(pages, canary), "it is there to be seen"
    for name in INSIDERS:
        for canary in (f"NAMED {name.upper()}", f"{name}@example.test", world.people[name].id):
            assert _seen(pages, canary) == [], canary
    alias = interviewed.asked.seen_by(world.responder)["alias"]
    for canary in (UNSIGNED, alias, "HOUSE OF ORGB", world.organisations["ORGB"]):
        assert _seen(pages, canary) == [], canary


def test_the_responder_learns_nothing_of_who_asks(world: World, interviewed: Interviewed) -> None:
    pages = _everything(interviewed, world.responder)
    assert {interviewed.path, f"{interviewed.path}.ics"} <= set(pages)
    assert _seen(pages, NOTES), "their own notes are there to be seen"
    asker = [f"NAMED {name.upper()}" for name in OUTSIDERS]
    asker += [world.people[name].id for name in OUTSIDERS]
    for canary in (*asker, "HOUSE OF ORGA", world.organisations["ORGA"], "RQ-"):
        assert _seen(pages, canary) == [], canary
    for canary in (ASKERS, THEIRS, QUESTION, PURPOSE):
        assert _seen(pages, canary) == [], canary
    assert "Your coordinator passes it on" in pages[interviewed.path]


def test_the_coordinator_reads_both_sides(world: World, interviewed: Interviewed) -> None:
    pages = _everything(interviewed, world.coordinator)
    for canary in (NOTES, ASKERS, THEIRS, "HOUSE OF ORGA"):
        assert _seen(pages, canary), canary
    assert _seen(pages, "NAMED REVIEWER_A") == []


def test_another_organisation_cannot_sense_it(world: World, interviewed: Interviewed) -> None:
    for who in ("lead_b", "reviewer_b", "stress_tester"):
        pages = _everything(interviewed, world.people[who])
        pages = {path: body for path, body in pages.items() if "record" not in path}
        assert interviewed.path not in pages
        for canary in (interviewed.asked.request_id, "CANARY", "ORGA", WHERE):
            assert _seen(pages, canary) == [], canary


def test_entries_shared_with_the_asker_name_nobody_and_quote_nothing(
    world: World, interviewed: Interviewed
) -> None:
    statement = text(
        "SELECT convert_from(e.core, 'UTF8')::jsonb -> 'facts' AS facts FROM audit_entry e"
        " JOIN audit_audience a ON a.entry_id = e.id JOIN org_slot s ON s.slot = a.slot"
        " WHERE s.organisation = :organisation"
    )
    with world.owner.connect() as connection:
        rows = connection.execute(statement, {"organisation": world.organisations["ORGA"]})
        facts = " ".join(str(row.facts) for row in rows)
        everything = connection.execute(
            text("SELECT string_agg(convert_from(core, 'UTF8'), ' ') FROM audit_entry")
        ).scalar_one()
    for name in ("InterviewProposed", "InterviewAgreed", "NotesReleased", "NotesVoided"):
        assert name in facts
    for name in INSIDERS:
        assert world.people[name].id not in facts
    for canary in (WHERE, THEIRS, NOTES, ASKERS, UNSIGNED):
        assert canary not in everything
