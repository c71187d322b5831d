"""The release check: to whom, at which edition, what the leak linter finds, and substitutes."""

from typing import Any

import pytest
from sqlalchemy import text

from app.features.reports.tasks import build_editions
from tests.world import World
from tests.worlds.reports import COM, LEG, SEC, SharedVersion
from tests.worlds.requests import ANSWER, Asked, request_in

FULL: dict[str, Any] = {"determination": "full", "nothing_withheld": True}


def answered(world: World, version: SharedVersion, answer: str) -> Asked:
    """Have the responder hand an answer to the release check."""
    asked = request_in(world, "assigned", version)
    asked.post(world.responder, "answer", answer=answer)
    asked.post(world.responder, "check")
    return asked


def _refused(world: World, asked: Asked, **body: Any) -> Any:
    path = f"/api/v1/requests/{asked.request_id}/release"
    response = world.approver.client.post(path, json={**FULL, **body})
    assert response.status_code == 422, response.text
    return response.json()["fields"]


def test_it_says_to_whom_it_goes_and_at_which_edition(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "in_check", version)
    check = asked.seen_by(world.approver)["parts"][0]["check"]
    assert (check["withholds"], check["hits"], check["compared"]) == (["LEG"], [], True)
    assert check["organisation_name"] == "HOUSE OF ORGA"
    assert check["readers"] >= 2
    assert "withholds LEG" in asked.page_for(world.approver)
    assert asked.seen_by(world.auditor)["parts"][0]["check"] is None  # who cannot release it


def test_what_is_withheld_from_the_asker_is_found_and_must_be_confirmed(
    world: World, version: SharedVersion
) -> None:
    asked = answered(world, version, f"It was part of {LEG.lower()}, which the court sealed.")
    (hit,) = asked.seen_by(world.approver)["parts"][0]["check"]["hits"]
    assert hit == {"words": "halcyon", "pages": [1], "categories": ["LEG"], "attachment": None}
    assert "One stretch of this answer is withheld" in asked.page_for(world.approver)
    assert "halcyon" in _refused(world, asked)["hits_confirmed"]
    assert asked.seen_by(world.approver)["state"] == "disclosure_check"
    asked.post(world.approver, "release", **FULL, hits_confirmed=True)
    assert asked.seen_by(world.reviewer_a)["state"] == "released"


def test_what_the_asker_may_read_is_no_hit(world: World, version: SharedVersion) -> None:
    # Organisation A reads SEC and COM; B would not.
    asked = answered(world, version, f"The {SEC} cost {COM}.")
    assert asked.seen_by(world.approver)["parts"][0]["check"]["hits"] == []
    asked.post(world.approver, "release", **FULL)


def test_the_reason_is_compared_as_well_and_what_stays_inside_is_not(
    world: World, version: SharedVersion
) -> None:
    asked = answered(world, version, f"It was part of {LEG}.")
    kept = {"determination": "withheld", "category": "LEG", "no_substitute": True}
    assert "hits_confirmed" in _refused(world, asked, **kept, reason=f"A court sealed {LEG}.")
    asked.post(world.approver, "release", **FULL | kept, reason="A court sealed it.")
    page = asked.page_for(world.reviewer_a)
    assert "A court sealed it." in page
    assert LEG not in page


def test_neither_asker_nor_responder_learn_of_the_comparison(
    world: World, version: SharedVersion
) -> None:
    asked = answered(world, version, f"It was part of {LEG}.")
    assert "check" not in asked.seen_by(world.reviewer_a)
    assert asked.seen_by(world.responder)["parts"][0]["check"] is None
    asked.post(world.approver, "release", **FULL, hits_confirmed=True)
    for someone in (world.reviewer_a, world.responder):
        assert all("hits" not in str(step) for step in asked.seen_by(someone)["timeline"])


def test_a_substitute_is_thought_of_before_something_is_withheld(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "in_check", version)
    kept = {"determination": "withheld", "category": "SEC", "reason": "It would help."}
    assert set(_refused(world, asked, **kept)) == {"no_substitute"}
    page = asked.form(
        world.approver, "release", 422, **kept, nothing_withheld="yes"
    )  # the page says so, and keeps what was typed
    assert "Confirm that nothing could be given instead" in page
    assert "It would help." in page
    asked.post(world.approver, "release", **FULL | kept, no_substitute=True)
    assert ANSWER not in asked.page_for(world.reviewer_a)


@pytest.mark.parametrize("typed", ["yes", ""])
def test_confirming_where_nothing_was_found_changes_nothing(
    world: World, version: SharedVersion, typed: str
) -> None:
    asked = request_in(world, "in_check", version)
    asked.form(
        world.approver,
        "release",
        determination="full",
        nothing_withheld="yes",
        hits_confirmed=typed,
    )
    assert asked.seen_by(world.reviewer_a)["state"] == "released"


def test_who_reads_less_is_told_how_much_was_not_compared(
    world: World, version: SharedVersion
) -> None:
    asked = answered(world, version, f"It was part of {LEG}.")
    cleared = text("UPDATE grants SET lifted = :codes WHERE id = :grant")
    (grant, before) = _grant_of(world, world.approver.id)
    with world.owner.begin() as connection:
        connection.execute(cleared, {"codes": ["SEC", "PII", "COM"], "grant": grant})
    try:
        build_editions(world.worker, version_id=version.version_id)
        check = asked.seen_by(world.approver)["parts"][0]["check"]
        assert (check["hits"], check["unread"], check["compared"]) == ([], 1, True)
        assert "One passage is withheld from" in asked.page_for(world.approver)
        assert asked.seen_by(world.coordinator)["parts"][0]["check"]["hits"] != []
    finally:
        with world.owner.begin() as connection:
            connection.execute(cleared, {"codes": before, "grant": grant})


def _grant_of(world: World, person: str) -> tuple[str, list[str]]:
    statement = text("SELECT id, lifted FROM grants WHERE person_ids = ARRAY[CAST(:p AS text)]")
    with world.owner.connect() as connection:
        row = connection.execute(statement, {"p": person}).first()
    assert row is not None
    return row.id, row.lifted
