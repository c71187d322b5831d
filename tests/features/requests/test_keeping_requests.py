"""Tries to say who sees a request, by those who may not: their organisation's own to know."""

from collections.abc import Iterator

import pytest

from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.entries import Logged, entries
from tests.worlds.requests import Asked, draft
from tests.worlds.shared import SharedWorld

TAG = "request:keep"


@pytest.fixture
def tried(shared: SharedWorld) -> Iterator[Asked]:
    """Let a colleague of who drafted a request, who is no lead, try to keep it from others."""
    asked = draft(shared, shared.made)
    asked.post(shared.lead_a, "submit")
    roles = "UPDATE memberships SET roles = :roles WHERE id = :m"
    shared.change(roles, roles=["reviewer"], m=shared.lead_a.membership_id)
    assert _try(asked, shared.lead_a) == 403
    shared.change(roles, roles=["lead"], m=shared.lead_a.membership_id)
    yield asked


def _try(asked: Asked, someone: Someone) -> int:
    path = f"/requests/{asked.request_id}/people"
    return int(post_json(someone, path, people=[someone.id]).status_code)


def _refusals(shared: SharedWorld) -> list[Logged]:
    return entries(shared, action=TAG, outcome="denied")


def test_the_publisher_reads_of_a_refused_try_neither_who_nor_what(
    shared: SharedWorld, tried: Asked
) -> None:
    (refused,) = _refusals(shared)
    assert (refused.actor, refused.object) == (shared.organisations["ORGA"], tried.request_id)
    assert (refused.facts, shared.lead_a.id in str(refused.core)) == ({}, False)
    for someone in (shared.auditor, shared.coordinator, shared.administrator):
        for path in ("/log", f"/log?person={shared.lead_a.id}", "/api/v1/log?outcome=denied"):
            said = someone.client.get(path).text
            assert TAG not in said, (someone.name, path)
            assert "say who of an organisation sees a request" not in said, (someone.name, path)
    (count,) = [
        one for one in shared.auditor.client.get("/api/v1/log/reading").json() if one["refused"]
    ]
    assert (count["organisation"], count["refused"]) == ("ORGA organisation", 1)


def test_its_own_organisation_reads_it_in_its_record(shared: SharedWorld, tried: Asked) -> None:
    rows = shared.lead_a.client.get("/api/v1/record").json()["entries"]
    (one,) = [row for row in rows if row["action"] == TAG]
    assert one["outcome"] == "denied"
    assert TAG not in shared.lead_b.client.get("/api/v1/record").text


def test_a_refused_try_of_the_publishers_own_people_is_told_by_name(
    shared: SharedWorld, tried: Asked
) -> None:
    assert _try(tried, shared.coordinator) == 403
    assert _refusals(shared)[-1].actor == shared.coordinator.id
    assert TAG in shared.auditor.client.get("/api/v1/log?outcome=denied").text
